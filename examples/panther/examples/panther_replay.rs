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
};

use events_core::EventBus;
use events_jsonl::JsonlReader;
use events_panther::{
    EVENTS,
    summary::{States, Summary, Watch},
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
    for (name, (found, announced)) in
        [("events.db", log(&directory.join("events.db"))?), ("events.jsonl", lines(&directory.join("events.jsonl"))?)]
    {
        // What the machines reach, what the record says that they reached, and what the run saw.
        let same = found == told && announced == found.states;
        agree &= same;
        writeln!(out, "{name}: {}", if same { "as it was" } else { "differs" })?;
        if !same || name == "events.db" {
            writeln!(out, "\n{found}\n")?;
        }
    }
    Ok(agree)
}

/// What the machines reached, and what they are said to have reached.
type Found = (Summary, States);

fn log(file: &Path) -> Result<Found, Box<dyn Error>> {
    let bus = EventBus::new();
    let watch = Watch::replay(&bus);
    let log = EventLog::open(file)?;
    let report = log.replay_into(Query::all(), &EVENTS, &bus)?;
    if report.delivered != report.last {
        return Err(format!("not all events were delivered: {report:?}").into());
    }
    Ok((watch.summary(), watch.announced()))
}

fn lines(file: &Path) -> Result<Found, Box<dyn Error>> {
    let bus = EventBus::new();
    let watch = Watch::replay(&bus);
    let report = JsonlReader::open(file)?.replay(&EVENTS).run(&bus)?;
    if report.delivered != report.records {
        return Err(format!("not all lines were delivered: {report:?}").into());
    }
    Ok((watch.summary(), watch.announced()))
}
