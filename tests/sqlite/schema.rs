//! What a file has to be.

use events_sqlite::{EventLog, LogError, Query};

use super::{Place, positions, records, sampled_at, shell};

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let place = Place::new();
    drop(place.log());
    shell(&place.path()).execute_batch("PRAGMA user_version = 7").unwrap();
    let error = EventLog::open(place.path()).unwrap_err();
    assert!(matches!(error, LogError::NewerSchema { found: 7, supported: 1, .. }));
    assert!(error.to_string().ends_with("has the schema 7 of a newer version; this one reads up to 1"), "{error}");
    shell(&place.path()).execute_batch("PRAGMA user_version = 1").unwrap();
}

#[test]
fn other_files_are_refused_and_left_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let text = directory.path().join("notes.txt");
    std::fs::write(
        &text,
        "not a database, but longer than the header of one would have to be: a hundred bytes and more.....",
    )
    .unwrap();
    let before = std::fs::read(&text).unwrap();
    assert!(matches!(EventLog::open(&text), Err(LogError::NotALog { .. })));
    assert_eq!(std::fs::read(&text).unwrap(), before);

    let other = directory.path().join("other.db");
    shell(&other).execute_batch("CREATE TABLE t (x)").unwrap();
    let before = std::fs::read(&other).unwrap();
    let error = EventLog::open(&other).unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` is not an event log", other.display()));
    assert_eq!(std::fs::read(&other).unwrap(), before);

    let nowhere = directory.path().join("no/such/directory/events.db");
    assert!(matches!(EventLog::open(nowhere), Err(LogError::Open { .. })));
    assert!(matches!(EventLog::open(directory.path()), Err(LogError::Open { .. })));
    assert!(matches!(EventLog::builder().read_only().open(directory.path()), Err(LogError::Open { .. })));
}

#[test]
fn an_empty_file_becomes_a_log() {
    let place = Place::new();
    std::fs::write(place.path(), "").unwrap();
    assert_eq!(place.log().last_position().unwrap(), 0);
}

/// Version 1 as it was first written: what every later version has to read.
#[test]
fn a_file_of_version_1_is_read() {
    let place = Place::new();
    let file = shell(&place.path());
    file.execute_batch(include_str!("version_1.sql")).unwrap();
    file.execute_batch("PRAGMA application_id = 0x65766e74; PRAGMA user_version = 1; PRAGMA journal_mode = WAL")
        .unwrap();
    drop(file);
    let log = place.log();
    log.check().unwrap();
    assert_eq!(positions(&log, Query::all().entity("probe-3")), [4, 11, 18]);
    assert_eq!(
        records(&log, Query::all().positions(20..=20))[0].json(),
        sampled_at("probe-5", 20, 20).to_json().unwrap()
    );
    assert_eq!(positions(&log, Query::all().event_type("com.example.Pushed")), [21]);
    assert_eq!(log.consumers().unwrap(), [("reader".to_owned(), 5)]);
    assert!(log.append(sampled_at("probe-0", 1, 1)).unwrap().is_duplicate());
    let next = log.append(sampled_at("probe-0", 100, 1)).unwrap();
    assert_eq!((next.position(), next.version()), (22, 4));
}

#[test]
fn a_copy_made_by_sqlite_is_a_log_with_a_write_ahead_log() {
    let (place, copy) = (Place::new(), Place::new());
    let log = place.log();
    log.append(sampled_at("a", 1, 1)).unwrap();
    shell(&place.path()).execute("VACUUM INTO ?", [copy.path().to_str().unwrap()]).unwrap();
    let log = copy.log();
    assert_eq!(positions(&log, Query::all()), [1]);
    let mode: String = shell(&copy.path()).query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}
