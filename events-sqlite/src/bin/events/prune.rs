//! `events prune`.

use events_sqlite::EventLog;
use serde::Serialize;

use crate::{
    Verdict,
    args::Prune,
    error::CliError,
    open,
    output::{Look, Report, Stream, counted},
    progress,
};

pub(crate) fn run(args: &Prune, look: Look) -> Result<Verdict, CliError> {
    // For reading: a file that is not there is not created.
    let log = open(&args.file)?;
    let first = log.first_position()?;
    let before = match (args.before, args.older_than, args.keep) {
        (Some(position), ..) => position,
        (_, Some(time), _) => log.first_since(time)?,
        (.., keep) => (log.last_position()? + 1).saturating_sub(keep.unwrap_or(u64::MAX)),
    };
    let before = before.clamp(first, log.last_position()? + 1);
    let mut pruned = Pruned { removed: before - first, first_kept: before, dry_run: args.dry_run };
    if !args.dry_run {
        drop(log);
        let bar = progress::spinner("pruning");
        let log = EventLog::open(&args.file)?;
        pruned.removed = log.prune_before(before)?;
        if args.compact {
            bar.set_message("compacting");
            log.compact()?;
        }
        bar.finish_and_clear();
    }
    look.report(Stream::Output, &pruned)?;
    Ok(Verdict::Fine)
}

#[derive(Debug, Serialize)]
struct Pruned {
    removed: u64,
    first_kept: u64,
    dry_run: bool,
}

impl Report for Pruned {
    fn for_people(&self) -> String {
        let would = if self.dry_run { "would be " } else { "" };
        format!("{} {would}removed; the log begins at {}\n", counted(self.removed, "event"), self.first_kept)
    }
}
