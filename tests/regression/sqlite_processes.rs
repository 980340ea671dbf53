//! Of the log, where the test has to be a process of its own.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use events_core::{AnyEnvelope, Event};
use events_sqlite::{Durability, EventLog, LogError, Query, salvage};

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

#[test]
#[ignore = "a child of the test below"]
fn opens_files_of_odd_names() {
    let Some(directory) = directory() else { return };
    env::set_current_dir(&directory).unwrap();
    for name in ["file:events.db", "file:events.db?mode=memory", ":memory:"] {
        EventLog::open(name).unwrap().append(step(1)).unwrap();
        let found = EventLog::builder().read_only().open(directory.join(name)).unwrap();
        assert_eq!(found.last_position().unwrap(), 1, "{name}");
        assert_eq!(salvage(name, Vec::new()).unwrap().events, 1, "{name}");
    }
    assert!(matches!(EventLog::open(""), Err(LogError::Open { .. })));
    assert!(!directory.join("events.db").exists());
}

/// Such names were URIs, and databases without a file.
#[test]
#[cfg(unix)]
fn a_log_has_the_name_that_was_said() {
    let directory = tempfile::tempdir().unwrap();
    assert!(child("opens_files_of_odd_names", directory.path()).status().unwrap().success());
}

#[test]
#[ignore = "a child of the test below"]
fn fills_until_there_is_room() {
    let Some(directory) = directory() else { return };
    let log = EventLog::builder().durability(Durability::Off).open(directory.join("events.db")).unwrap();
    let (n, error) = (0..).find_map(|n| log.append(step(n)).err().map(|error| (n, error))).unwrap();
    assert!(matches!(error, LogError::Full), "{error}");
    // Else the write-ahead log ended elsewhere, and this is not the error that was another.
    let write_ahead = fs::metadata(directory.join("events.db-wal")).unwrap().len();
    assert!(write_ahead > 4062 * 4096, "{write_ahead}");
    let queue = log.queue(10).unwrap();
    let ticket = queue.append(step(n)).unwrap();
    assert!(matches!(queue.flush(Duration::from_millis(300)), Err(LogError::Full)));
    fs::remove_file(directory.join(BALLAST)).unwrap();
    assert_eq!(ticket.wait().unwrap().position(), u64::from(n) + 1);
    log.check().unwrap();
}

/// What takes the room on the file system of the child.
const BALLAST: &str = "ballast";

/// When the disk was full at the moment at which the shared memory beside the file had to grow, which it does with every 16 MiB of the
/// write-ahead log, that was not known as a full disk, and a queue gave its events up.
#[test]
#[cfg(target_os = "linux")]
fn a_disk_without_room_for_shared_memory_is_full() {
    let directory = tempfile::tempdir().unwrap();
    // So much that the frames of 4062 pages find room, and not all of the shared memory of those behind them.
    let mount = format!(
        "mount -t tmpfs -o size=20m tmpfs '{0}' && head -c $(((20480 - 16400) * 1024)) /dev/zero > '{0}/{BALLAST}'",
        directory.path().display()
    );
    let in_mount = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", &format!("{mount}\n{script}"), "sh"]);
        command
    };
    if !in_mount("true").output().is_ok_and(|output| output.status.success()) {
        eprintln!("no file system may be mounted here: left out");
        return;
    }
    let child = child("fills_until_there_is_room", directory.path());
    let mut command = in_mount("exec \"$@\"");
    command.arg(child.get_program()).args(child.get_args()).env(DIRECTORY, directory.path());
    assert!(command.status().unwrap().success());
}
