//! `verify` and `salvage`, and what the others say of a damaged log.

use std::{fs, os::unix::fs::FileExt, process::Stdio};

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::{Place, Said, event, lines, numbers};

/// Changes the log behind its back.
fn tamper(place: &Place, statement: &str) {
    Connection::open(place.path("events.db")).unwrap().execute_batch(statement).unwrap();
}

#[test]
fn a_log_in_order_is_said_to_be() {
    let place = Place::with_events();
    assert_eq!(place.out(&["verify", "events.db"]), "in order: 6 events read, 6 ids recomputed\n");
    let expected = json!({ "ok": true, "events": 6, "recomputed": 6, "other_ids": 0, "faults": 0 });
    assert_eq!(place.json(&["verify", "events.db"]), [expected]);
}

#[test]
fn a_record_that_was_changed_is_found() {
    let place = Place::with_events();
    tamper(&place, "UPDATE events SET record = replace(record, '\"n\":3', '\"n\":4') WHERE position = 3");
    let said = place.run(&["verify", "events.db"]);
    assert_eq!(said.code, 1);
    assert_eq!(said.out, "fault: the event at 3 is not as it was written\n1 fault: 5 events read, 5 ids recomputed\n");
    // Nobody reads it; the exit code says it.
    let mut unheard = place.command(&["verify", "events.db"]);
    let mut unheard = unheard.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(unheard.stdout.take());
    let said = Said::from(unheard.wait_with_output().unwrap());
    assert_eq!((said.code, &*said.err), (1, ""));
    // The others end there, `show` does not.
    for command in [&["tail", "events.db"][..], &["stats", "events.db"], &["replay", "--fast", "events.db"]] {
        let said = place.run(command);
        assert_eq!(said.code, 1);
        assert_eq!(said.err, "error: the event log is damaged: the event at 3 is not as it was written\n");
    }
    assert_eq!(place.run(&["export", "events.db", "some.jsonl"]).code, 1);
    assert_eq!(numbers(&place.json(&["show", "events.db", &event(5).id().to_string()])), [5]);
    let said = place.run(&["show", "events.db", &event(3).id().to_string()]);
    assert_eq!(
        (said.code, &*said.err),
        (1, "error: no event was found; events that cannot be read: 1, see `events verify`\n")
    );

    let said = place.run(&["salvage", "events.db"]);
    assert_eq!((said.code, numbers(&lines(&said.out))), (1, vec![1, 2, 4, 5, 6]));
    assert_eq!(said.err, "5 events saved, 1 lost\n  3\n");
    let said = place.run(&["salvage", "events.db", "saved.jsonl", "--json"]);
    assert_eq!((said.code, lines(&said.out)), (1, vec![json!({ "events": 5, "lost": 1, "gaps": [[3, 3]] })]));
    assert_eq!(place.out(&["import", "new.db", "saved.jsonl"]), "5 events appended, 0 duplicates\n");
}

#[test]
fn a_record_that_was_changed_with_its_checksum_has_not_the_id_of_its_content() {
    let place = Place::with_events();
    // Another log of the same events but one has the checksum of that one.
    let other = Place::new();
    let forged = event(4).to_json().unwrap().replace("two words", "three words");
    {
        let log = other.log();
        log.append_batch((1..4).map(event)).unwrap();
        log.append_raw(&forged.parse().unwrap()).unwrap();
    }
    let checksum: u32 = Connection::open(other.path("events.db"))
        .unwrap()
        .query_row("SELECT checksum FROM events WHERE position = 4", [], |row| row.get(0))
        .unwrap();
    Connection::open(place.path("events.db"))
        .unwrap()
        .execute("UPDATE events SET record = ?, checksum = ? WHERE position = 4", params![forged, checksum])
        .unwrap();
    place.log().check().unwrap();
    let said = place.run(&["verify", "events.db", "--json"]);
    let [fault, summary] = &lines(&said.out)[..] else { panic!("{said:?}") };
    assert_eq!((said.code, &fault["first"], &fault["last"]), (1, &json!(4), &json!(4)));
    assert!(fault["fault"].as_str().unwrap().starts_with("the event at 4 has not the id of its content: "), "{fault}");
    assert_eq!(*summary, json!({ "ok": false, "events": 6, "recomputed": 5, "other_ids": 0, "faults": 1 }));
    let page = place.out(&["show", "events.db", "--position", "4"]);
    assert!(page.contains("does not follow from the content"), "{page}");
}

#[test]
fn every_fault_is_told() {
    let place = Place::new();
    place.log().append_batch((1..=1500).map(event)).unwrap();
    tamper(
        &place,
        "UPDATE events SET record = 'no JSON' WHERE position IN (1, 300, 301);
         DELETE FROM events WHERE position BETWEEN 400 AND 420 OR position = 450;",
    );
    let said = place.run(&["verify", "events.db", "--json"]);
    let told = lines(&said.out);
    let places: Vec<(u64, u64)> =
        told.iter().filter_map(|line| Some((line["first"].as_u64()?, line["last"].as_u64()?))).collect();
    // Near damage each position is looked at by itself.
    let missing = (400..=420).map(|at| (at, at));
    let expected: Vec<(u64, u64)> =
        [(1, 1), (300, 300), (301, 301)].into_iter().chain(missing).chain([(450, 450)]).collect();
    assert_eq!((said.code, places), (1, expected));
    assert_eq!(told.last().unwrap()["events"], 1475);
}

#[test]
fn a_log_that_says_to_be_endless_ends() {
    let place = Place::with_events();
    tamper(&place, "UPDATE events SET position = 4611686018427387904 WHERE position = 6");
    let said = place.run(&["verify", "events.db"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("fault: there are no events from 6 to "), "{}", said.out);
}

#[test]
fn a_destroyed_page_is_told() {
    let place = Place::new();
    place.log().append_batch((1..=3000).map(event)).unwrap();
    let file = fs::OpenOptions::new().read(true).write(true).open(place.path("events.db")).unwrap();
    let bytes = fs::read(place.path("events.db")).unwrap();
    let id = event(1500).id().to_string();
    let at = bytes.windows(id.len()).position(|window| window == id.as_bytes()).unwrap() as u64 / 4096 * 4096;
    file.write_all_at(&[0xff; 4096], at).unwrap();
    let said = place.run(&["verify", "events.db", "--json"]);
    let told = lines(&said.out);
    assert_eq!(said.code, 1, "{said:?}");
    let lost = told.iter().filter(|line| line["first"].is_u64()).count() as u64;
    let summary: &Value = told.last().unwrap();
    assert!((1..40).contains(&lost), "{lost}");
    assert_eq!(summary["events"].as_u64().unwrap() + lost, 3000);
    // What can be salvaged is what can be read.
    let saved = place.run(&["salvage", "events.db", "saved.jsonl", "--json"]);
    assert_eq!(lines(&saved.out)[0]["events"], summary["events"]);
}

#[test]
fn a_file_that_was_cut_off_is_a_fault() {
    let place = Place::new();
    place.log().append_batch((1..=3000).map(event)).unwrap();
    let file = fs::OpenOptions::new().write(true).open(place.path("events.db")).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    let said = place.run(&["verify", "events.db"]);
    assert_eq!(said.code, 1, "{said:?}");
}

#[test]
fn a_log_is_verified_as_a_whole_through_a_link() {
    let place = Place::new();
    // Open meanwhile, so that the events stand beside the file.
    let log = place.log();
    log.append_batch((1..=1000).map(event)).unwrap();
    std::os::unix::fs::symlink(place.path("events.db"), place.path("link.db")).unwrap();
    assert_eq!(place.out(&["verify", "link.db"]), "in order: 1,000 events read, 1,000 ids recomputed\n");
    assert_eq!(place.json(&["stats", "link.db"])[0]["bytes"], place.json(&["stats", "events.db"])[0]["bytes"]);
}
