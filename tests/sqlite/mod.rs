//! The durable log in a `SQLite` file.

mod appending;
mod crash;
mod damage;
mod following;
mod limits;
mod processes;
mod reading;
mod retention;
mod schema;
mod transfer;

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use events_core::{AnyEnvelope, Envelope, Event};
use events_sqlite::{Durability, EventLog, EventLogBuilder, LogError, Query, Record};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// A sample was taken.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("probe.sampled")]
pub struct Sampled {
    pub n: u64,
}

/// A sample could not be taken.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("probe.failed")]
pub struct ProbeFailed {
    pub n: u64,
}

/// A directory that goes with the test, and the path of a log in it. Its file is checked when the test has passed.
struct Place {
    directory: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("events.db")
    }

    /// A log that is not synced: no test here loses power.
    fn log(&self) -> EventLog {
        quick().open(self.path()).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.path().exists() {
            self.log().check().unwrap();
        }
    }
}

fn quick() -> EventLogBuilder {
    EventLog::builder().durability(Durability::Off)
}

fn sampled(entity: &str, n: u64) -> AnyEnvelope {
    Sampled { n }.for_entity(entity).unwrap().into()
}

fn failed(entity: &str, n: u64) -> AnyEnvelope {
    ProbeFailed { n }.for_entity(entity).unwrap().into()
}

/// One that happened so many seconds after 1970.
fn sampled_at(entity: &str, n: u64, seconds: i64) -> AnyEnvelope {
    Envelope::builder(Sampled { n }, entity).time(at(seconds)).build().unwrap().into()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn records(log: &EventLog, query: Query) -> Vec<Record> {
    log.read(query).collect::<Result<_, LogError>>().unwrap()
}

fn positions(log: &EventLog, query: Query) -> Vec<u64> {
    records(log, query).iter().map(Record::position).collect()
}

/// What the `sqlite3` shell would see.
fn shell(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}
