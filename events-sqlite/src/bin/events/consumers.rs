//! `events consumers`.

use events_core::__private::columns;
use indicatif::HumanCount;
use serde::Serialize;

use crate::{
    Verdict,
    args::Consumers,
    error::CliError,
    open,
    output::{Look, Report, Stream, escaped},
};

pub(crate) fn run(args: &Consumers, look: Look) -> Result<Verdict, CliError> {
    let log = open(&args.file)?;
    let consumers = log.consumers()?;
    let (first, last) = (log.first_position()?, log.last_position()?);
    let width = consumers.iter().map(|(name, _)| columns(&escaped(name))).max().unwrap_or(0);
    for (name, committed) in consumers {
        // What was removed, nobody is told any more.
        let behind = (last + 1).saturating_sub(first.max(committed + 1));
        look.report(Stream::Output, &Place { name, committed, behind, width })?;
    }
    Ok(Verdict::Fine)
}

/// How far a consumer is.
#[derive(Debug, Serialize)]
struct Place {
    name: String,
    committed: u64,
    /// Of whatever types: what it reads, the log does not know.
    behind: u64,
    #[serde(skip)]
    width: usize,
}

impl Report for Place {
    fn for_people(&self) -> String {
        let name = escaped(&self.name);
        let pad = self.width - columns(&name);
        let (committed, behind) = (HumanCount(self.committed), HumanCount(self.behind));
        format!("{name}{:pad$}  up to {committed}, {behind} behind\n", "")
    }
}
