//! An experiment told again: from its log and from its JSON lines, each into a fresh bus, where the machines reach the states that
//! they had. Run it with `cargo run --example panther_replay -- DIR`, DIR being the `--output` of `cargo run --example panther`.
//!
//! Exit code: 0 all is as it was, 1 something differs, 2 the arguments are wrong, 3 something could not be read or written.

use std::{
    env,
    error::Error,
    fs,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use events_core::{DedupWindow, EventBus};
use events_jsonl::JsonlReader;
use events_panther::{
    EVENTS,
    summary::{Summary, Watch},
};
use events_sqlite::{EventLog, Query};

fn main() -> ExitCode {
    let mut args = env::args_os().skip(1);
    let (Some(directory), None) = (args.next(), args.next()) else {
        let _ = writeln!(io::stderr(), "Usage: cargo run --example panther_replay -- DIR");
        return ExitCode::from(2);
    };
    match replay(Path::new(&directory)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(3)
        }
    }
}

/// Whether all say the same.
fn replay(directory: &Path) -> Result<bool, Box<dyn Error>> {
    let told: Summary = serde_json::from_slice(&fs::read(directory.join("summary.json"))?)?;
    let mut out = io::stdout().lock();
    let mut agree = true;
    for (name, (found, repeated)) in
        [("events.db", log(&directory.join("events.db"))?), ("events.jsonl", lines(&directory.join("events.jsonl"))?)]
    {
        // What the machines reach, and what the record says that they told on the way.
        let same = found == told && repeated == told.transitions + told.refusals;
        agree &= same;
        writeln!(out, "{name}: {}", if same { "as it was" } else { "differs" })?;
        if !same || name == "events.db" {
            writeln!(out, "\n{found}\n")?;
        }
    }
    Ok(agree)
}

/// What the machines reached, and how many events of the record they told again before.
type Found = (Summary, u64);

/// A bus that notices what it was told before.
fn bus() -> EventBus {
    EventBus::builder().dedup(DedupWindow::new(1_000_000, Duration::MAX)).build()
}

fn log(file: &Path) -> Result<Found, Box<dyn Error>> {
    let bus = bus();
    let watch = Watch::on(&bus);
    let log = EventLog::open(file)?;
    let report = log.replay_into(Query::all(), &EVENTS, &bus)?;
    if report.delivered + report.duplicates != report.last {
        return Err(format!("not all events were delivered: {report:?}").into());
    }
    Ok((watch.summary(), report.duplicates))
}

fn lines(file: &Path) -> Result<Found, Box<dyn Error>> {
    let bus = bus();
    let watch = Watch::on(&bus);
    let report = JsonlReader::open(file)?.replay(&EVENTS).run(&bus)?;
    if report.delivered + report.duplicates != report.records {
        return Err(format!("not all lines were delivered: {report:?}").into());
    }
    Ok((watch.summary(), report.duplicates))
}
