//! Of the log, where the test has to be a process of its own.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use events_core::{AnyEnvelope, Event};
use events_sqlite::{Durability, EventLog, Query};

use crate::domain::QuickTestStep;

const DIRECTORY: &str = "EVENTS_REGRESSION_DIRECTORY";

/// The directory that the parent gave; `None` when the test was not started by one.
fn directory() -> Option<PathBuf> {
    env::var_os(DIRECTORY).map(PathBuf::from)
}

/// What starts a test of this module as a child.
fn child(test: &str, directory: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    let test = format!("regression::sqlite_processes::{test}");
    command.args([&*test, "--exact", "--include-ignored", "--nocapture", "--test-threads=1"]);
    command.env(DIRECTORY, directory);
    command
}

fn step(n: u32) -> AnyEnvelope {
    QuickTestStep { n }.for_entity("e").unwrap().into()
}

#[test]
#[ignore = "a child of the test below"]
fn goes_elsewhere() {
    let Some(directory) = directory() else { return };
    let other = EventLog::open(directory.join("elsewhere/events.db")).unwrap();
    other.append_batch((0..10).map(step)).unwrap();
    env::set_current_dir(&directory).unwrap();
    let log = EventLog::open("events.db").unwrap();
    let reader = EventLog::builder().read_only().open("events.db").unwrap();
    env::set_current_dir("elsewhere").unwrap();
    log.append(step(100)).unwrap();
    for log in [log, reader] {
        assert_eq!(log.last_position().unwrap(), 1);
        let record = log.read(Query::all()).next().unwrap().unwrap();
        assert_eq!(record.decode::<QuickTestStep>().unwrap().n, 100);
        assert_eq!(log.path(), directory.join("events.db").canonicalize().unwrap());
    }
}

/// What was read was the file of that name in the current directory, if there was one: not what had been appended.
#[test]
fn a_log_is_the_same_file_wherever_the_current_directory_is() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("elsewhere")).unwrap();
    assert!(child("goes_elsewhere", directory.path()).status().unwrap().success());
}
