//! The tool `events`, run as its users run it.

mod damage;
mod keeping;
mod reading;
mod streams;

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use chrono::{DateTime, TimeDelta, Utc};
use events_core::{AnyEnvelope, Envelope, Event};
use events_sqlite::{Durability, EventLog};
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

/// A sample was taken.
#[derive(Event, Serialize)]
#[event_type("probe.sampled")]
struct Sampled {
    n: u64,
    note: &'static str,
}

/// A sample could not be taken.
#[derive(Event, Serialize)]
#[event_type("probe.failed")]
struct ProbeFailed {
    n: u64,
}

/// A directory with a log, and the tool beside it.
struct Place {
    directory: TempDir,
}

/// What a run of the tool said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    /// One whose log has six events of two types about two entities, a minute apart.
    fn with_events() -> Self {
        let place = Self::new();
        place.log().append_batch((1..=6).map(event)).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn log(&self) -> EventLog {
        EventLog::builder().durability(Durability::Off).open(self.path("events.db")).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_events"));
        command.current_dir(self.directory.path()).args(args).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
            command.env_remove(variable);
        }
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        Said::from(self.command(args).output().unwrap())
    }

    /// Runs what must go well, and gives its output.
    fn out(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!((said.code, &*said.err), (0, ""), "{args:?}");
        said.out
    }

    /// The same with `--json`, every line parsed.
    fn json(&self, args: &[&str]) -> Vec<Value> {
        lines(&self.out(&[args, &["--json"]].concat()))
    }

    fn names(&self) -> Vec<String> {
        let entries = self.directory.path().read_dir().unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The numbers in the payloads.
fn numbers(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["data"]["n"].as_u64().unwrap()).collect()
}

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
}

/// The nth: every third a failure, each second about `probe-0`, and so many minutes after 1970.
fn event(n: u64) -> AnyEnvelope {
    let entity = format!("probe-{}", n % 2);
    let time = at(i64::try_from(n).unwrap());
    if n.is_multiple_of(3) {
        Envelope::builder(ProbeFailed { n }, entity).time(time).build().unwrap().into()
    } else {
        Envelope::builder(Sampled { n, note: "two words" }, entity).time(time).build().unwrap().into()
    }
}

#[test]
fn usage_is_explained_and_mistakes_are_named() {
    let place = Place::with_events();
    let help = place.out(&["--help"]);
    for command in ["tail", "show", "stats", "consumers", "replay", "export", "import", "verify", "prune", "salvage"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
        let help = place.out(&[command, "--help"]);
        assert!(help.contains(&format!("\nExamples:\n  events {command} ")) || command == "import", "{help}");
    }
    assert!(help.contains("Exit codes:\n  0  all is well"));
    for (args, message) in [
        (&[][..], "Usage: events"),
        (&["tial", "events.db"], "'tail'"),
        (&["tail"], "<FILE>"),
        (&["tail", "events.db", "--pattern", "Probe.*"], "Probe.*"),
        (&["tail", "events.db", "--since", "yesterday"], "as in 30s, 10m, 2h, 3d"),
        (&["tail", "-f", "events.db", "--until", "1h"], "cannot be used with"),
        (&["show", "events.db"], "<ID>"),
        (&["replay", "events.db", "--speed", "0"], "a number greater than 0"),
        (&["prune", "events.db"], "--keep"),
        (&["prune", "events.db", "--keep", "1", "--before", "2"], "cannot be used with"),
    ] {
        let said = place.run(args);
        assert_eq!((said.code, &*said.out), (2, ""), "{args:?}");
        assert!(said.err.contains(message), "{args:?}: {}", said.err);
    }
}

#[test]
fn what_is_no_log_is_refused_and_left_alone() {
    let place = Place::new();
    std::fs::write(place.path("text"), "not a database, and longer than the header of one would be: ".repeat(20))
        .unwrap();
    rusqlite::Connection::open(place.path("other.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    std::fs::create_dir(place.path("directory")).unwrap();
    let before = place.names();
    let commands: [&[&str]; 8] = [
        &["tail"],
        &["show", "--position", "1"],
        &["stats"],
        &["consumers"],
        &["replay"],
        &["export"],
        &["verify"],
        &["prune", "--keep", "1"],
    ];
    for (file, message) in [
        ("missing.db", "error: cannot open `missing.db`: No such file or directory"),
        ("text", "error: `text` is not an event log"),
        ("other.db", "error: `other.db` is not an event log"),
        ("directory", "error: cannot open `directory`: is a directory"),
        ("/dev/null", "error: cannot open `/dev/null`: not a regular file"),
    ] {
        for command in commands.iter().copied().chain([&["salvage"][..]]) {
            let said = place.run(&[command, &[file]].concat());
            assert_eq!((said.code, &*said.out), (3, ""), "{command:?} {file}");
            assert!(said.err.starts_with(message), "{command:?}: {}", said.err);
        }
    }
    let said = place.run(&["import", "other.db", "text"]);
    assert_eq!((said.code, said.err.contains("is not an event log")), (3, true), "{said:?}");
    assert_eq!(place.run(&["import", "new.db", "missing.jsonl"]).code, 3);
    assert_eq!(place.names(), before);
}
