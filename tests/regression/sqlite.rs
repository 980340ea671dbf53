//! Of the log.

use events_sqlite::EventLog;

#[test]
fn a_file_that_cannot_be_opened_is_named_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("no/such/directory/events.db");
    for error in [EventLog::open(&path), EventLog::builder().read_only().open(&path)].map(Result::unwrap_err) {
        let said = error.to_string();
        assert_eq!(said.matches("events.db").count(), 1, "{said}");
        assert!(said.contains("unable to open"), "{said}");
    }
}
