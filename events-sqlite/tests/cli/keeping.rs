//! `export`, `import`, `prune`.

use std::{fs, io::Write, process::Stdio};

use events_core::wire::RawEnvelope;
use serde_json::json;

use super::{Place, Said, event, lines, numbers};

#[test]
fn what_is_exported_is_imported_once() {
    let place = Place::with_events();
    assert_eq!(place.out(&["export", "events.db", "all.jsonl"]), "6 events exported\n");
    let text = fs::read_to_string(place.path("all.jsonl")).unwrap();
    assert!((1..=6).map(|n| event(n).to_json().unwrap()).eq(text.lines()));
    assert_eq!(place.json(&["import", "copy.db", "all.jsonl"]), [json!({ "appended": 6, "duplicates": 0 })]);
    assert_eq!(place.out(&["import", "copy.db", "all.jsonl"]), "0 events appended, 6 duplicates\n");
    assert_eq!(place.out(&["tail", "copy.db"]), place.out(&["tail", "events.db"]));
}

#[test]
fn a_dash_is_a_stream() {
    let place = Place::with_events();
    let exported = place.run(&["export", "events.db", "-n", "1"]);
    assert_eq!((exported.code, numbers(&lines(&exported.out))), (0, vec![6]));
    assert_eq!(exported.err, "1 event exported\n", "what is not an event does not stand between them");
    assert_eq!(lines(&place.run(&["export", "events.db", "-", "--json"]).err), [json!({ "exported": 6 })]);

    let mut import = place.command(&["import", "copy.db", "-", "--json"]);
    let mut import = import.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(exported.out.as_bytes()).unwrap();
    let said = Said::from(import.wait_with_output().unwrap());
    assert_eq!((said.code, lines(&said.out)), (0, vec![json!({ "appended": 1, "duplicates": 0 })]), "{}", said.err);
}

#[test]
fn an_export_overwrites_nothing() {
    let place = Place::with_events();
    let before = fs::read(place.path("events.db")).unwrap();
    for command in ["export", "salvage"] {
        let said = place.run(&[command, "events.db", "events.db"]);
        assert_eq!(said.code, 3);
        assert!(said.err.starts_with("error: cannot open `events.db`: File exists"), "{}", said.err);
    }
    assert_eq!(fs::read(place.path("events.db")).unwrap(), before);
}

#[test]
fn a_line_that_is_no_event_is_named() {
    let place = Place::new();
    let good = RawEnvelope::builder("push", "/a", "7").build().unwrap();
    fs::write(place.path("some.jsonl"), format!("{good}\n\n{{\"specversion\":\"1.0\"}}\n{good}\n")).unwrap();
    let said = place.run(&["import", "events.db", "some.jsonl"]);
    assert_eq!(said.code, 3);
    assert!(
        said.err.starts_with("error: line 3 is not an event: at byte 0: the member `id` is missing; "),
        "{}",
        said.err
    );
}

#[test]
fn prune_removes_the_oldest() {
    let place = Place::with_events();
    let would = json!({ "removed": 4, "first_kept": 5, "dry_run": true });
    assert_eq!(place.json(&["prune", "--keep", "2", "--dry-run", "events.db"]), [would]);
    assert_eq!(
        place.out(&["prune", "--before", "3", "-n", "events.db"]),
        "2 events would be removed; the log begins at 3\n"
    );
    assert_eq!(place.log().first_position().unwrap(), 1);

    assert_eq!(place.out(&["prune", "--before", "2", "events.db"]), "1 event removed; the log begins at 2\n");
    let time = event(4).time().to_rfc3339();
    let removed = json!({ "removed": 2, "first_kept": 4, "dry_run": false });
    assert_eq!(place.json(&["prune", "--older-than", &time, "events.db", "--compact"]), [removed]);
    assert_eq!(numbers(&place.json(&["tail", "events.db"])), [4, 5, 6]);
    assert_eq!(place.out(&["prune", "--keep", "9", "events.db"]), "0 events removed; the log begins at 4\n");
    assert_eq!(place.out(&["prune", "--older-than", "1h", "events.db"]), "3 events removed; the log begins at 7\n");
    assert_eq!(place.run(&["tail", "events.db"]).code, 1);
    assert_eq!(place.json(&["verify", "events.db"])[0]["ok"], true);
}
