//! `events tail`.

use crate::{
    Verdict,
    args::Tail,
    error::CliError,
    open,
    output::{Look, Output},
};

/// So many events are shown where nothing says how many.
const NEWEST: u64 = 10;

pub(crate) fn run(args: &Tail, look: Look) -> Result<Verdict, CliError> {
    let log = open(&args.file)?;
    let query = args.filters.query_newest(NEWEST);
    let mut output = Output::new(look);
    if args.follow {
        let mut follower = log.follow(query);
        loop {
            let there = follower.try_recv().ok();
            if there.is_none() {
                output.flush()?;
            }
            let Some(record) = there.or_else(|| follower.next()) else { return Ok(Verdict::Fine) };
            output.event(&record?)?;
        }
    }
    let mut found = false;
    for record in log.read(query) {
        output.event(&record?)?;
        found = true;
    }
    output.flush()?;
    if found { Ok(Verdict::Fine) } else { Err(CliError::NothingFound) }
}
