//! `tail`, `show`, `consumers`, `stats`, `replay`.

use std::time::{Duration, Instant};

use events_core::wire::RawEnvelope;
use events_sqlite::Query;
use serde_json::json;

use super::{Place, event, numbers};

#[test]
fn tail_prints_the_newest_events() {
    let place = Place::with_events();
    let text = place.out(&["tail", "-n", "2", "events.db"]);
    assert_eq!(
        text,
        "     5  1970-01-01T00:05:00.000Z  probe.sampled             probe-1               n=5 note=\"two words\"\n     \
              6  1970-01-01T00:06:00.000Z  probe.failed              probe-0               n=6\n"
    );
    place.log().append_batch((7..=20).map(event)).unwrap();
    assert_eq!(place.out(&["tail", "events.db"]).lines().count(), 10);
    let events = place.out(&["tail", "--json", "events.db", "-n", "1"]);
    assert_eq!(events, event(20).to_json().unwrap() + "\n", "as it was appended");
}

#[test]
fn filters_are_those_of_the_log() {
    let place = Place::with_events();
    let minute = |n| event(n).time().to_rfc3339();
    let (third, fifth) = (minute(3), minute(5));
    let found = |filters: &[&str]| numbers(&place.json(&[&["tail", "events.db"], filters].concat()));
    assert_eq!(found(&["--type", "probe.failed"]), [3, 6]);
    assert_eq!(found(&["--type", "probe.failed", "--type", "probe.sampled"]), [1, 2, 3, 4, 5, 6]);
    assert_eq!(found(&["--pattern", "*.failed"]), [3, 6]);
    assert_eq!(found(&["--pattern", "probe.>", "-n", "3"]), [4, 5, 6]);
    assert_eq!(found(&["--entity", "probe-1"]), [1, 3, 5]);
    assert_eq!(found(&["--entity-type", "probe", "--entity", "probe-0"]), [2, 4, 6]);
    assert_eq!(found(&["--since", &third, "--until", &fifth]), [3, 4]);
    assert_eq!(found(&["--until", &fifth, "-n", "1"]), [4]);
    assert_eq!(found(&["--after", "4"]), [5, 6]);
    for filters in [["--since", "10m"], ["--entity", "probe-7"], ["--after", "6"]] {
        let said = place.run(&[&["tail", "events.db"][..], &filters].concat());
        assert_eq!((said.code, &*said.out, &*said.err), (1, "", "error: no event was found\n"));
    }
    // As the others have them.
    assert_eq!(numbers(&place.json(&["replay", "--fast", "events.db", "--after", "4"])), [5, 6]);
    let said = place.run(&["export", "events.db", "--pattern", "*.failed"]);
    assert_eq!(numbers(&super::lines(&said.out)), [3, 6]);
    assert_eq!(place.json(&["stats", "events.db", "--entity", "probe-1"])[0]["events"], 3);
}

#[test]
fn colours_are_for_terminals_or_when_asked_for() {
    let place = Place::with_events();
    assert!(!place.out(&["tail", "events.db"]).contains('\u{1b}'));
    let failed = place.out(&["tail", "events.db", "--color", "always", "-n", "1"]);
    assert!(failed.contains("\u{1b}[1m\u{1b}[31mprobe.failed\u{1b}[0m"), "{failed:?}");
    assert!(!place.out(&["tail", "events.db", "--color", "always", "--json"]).contains('\u{1b}'));
    let forced = place.command(&["tail", "events.db"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b));
    let never = place.command(&["tail", "events.db", "--color", "never"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(!never.stdout.contains(&0x1b));
}

#[test]
fn nothing_in_an_event_reaches_a_terminal_as_it_is() {
    let place = Place::new();
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}\r\n\u{7}";
    let event = RawEnvelope::builder(&format!("type{hostile}"), "/from/elsewhere", &format!("id{hostile}"))
        .subject(&format!("subject{hostile}"))
        .extension("more", hostile)
        .data_json(json!({ "text": hostile, hostile: 1, "deep": [hostile] }).to_string())
        .build()
        .unwrap();
    place.log().append_raw(&event).unwrap();
    place.log().append_raw(&RawEnvelope::builder("t", "/x", &format!("id{hostile}2")).build().unwrap()).unwrap();
    let commands: [&[&str]; 5] = [
        &["tail", "events.db"],
        &["show", "events.db", "--position", "1"],
        &["stats", "events.db"],
        &["replay", "--fast", "events.db"],
        &["verify", "events.db"],
    ];
    for command in commands {
        assert_harmless(&place.out(command));
    }
    let ambiguous = place.run(&["show", "events.db", "id"]);
    assert_eq!(ambiguous.code, 1);
    assert_harmless(&ambiguous.err);
    assert_harmless(&place.run(&["tail", &format!("a file{hostile}")]).err);
    // For machines it is what it was.
    assert_eq!(
        place.out(&["tail", "--json", "events.db", "--after", "0", "--entity", "elsewhere"]).trim_end(),
        event.as_json()
    );
}

fn assert_harmless(text: &str) {
    let harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(harmful), "{text:?}");
}

#[test]
fn show_finds_an_event_by_the_beginning_of_its_id() {
    let place = Place::with_events();
    let id = event(3).id().to_string();
    let page = place.out(&["show", "events.db", &id[..8]]);
    for line in [
        "type          probe.failed",
        &format!("id            {id}"),
        "              follows from the content",
        "entity        probe/probe-1",
        "position      3, version 2 of its entity",
        "data\n  {\n    \"n\": 3\n  }",
    ] {
        assert!(page.contains(&format!("{line}\n")), "{line}: {page}");
    }
    assert_eq!(place.out(&["show", "--json", "events.db", &id]), event(3).to_json().unwrap() + "\n");
    assert_eq!(numbers(&place.json(&["show", "events.db", "--position", "5"])), [5]);
    assert_eq!(numbers(&place.json(&["show", "events.db", &id.to_uppercase()])), [3]);
    for missing in [["show", "events.db", "zz"].as_slice(), &["show", "events.db", &id.replace('-', "1-")]] {
        let said = place.run(missing);
        assert_eq!((said.code, &*said.out, &*said.err), (1, "", "error: no event was found\n"));
    }
}

/// Each of them was looked for in all of them.
#[test]
fn show_tells_attributes_however_many() {
    let place = Place::new();
    let mut event = RawEnvelope::builder("a.b", "/x", "1").extension("quoted", "two \"words\"");
    for n in 0..30_000 {
        event = event.extension(&format!("x{n}"), "1");
    }
    place.log().append_raw(&event.build().unwrap()).unwrap();
    let start = Instant::now();
    let page = place.out(&["show", "events.db", "1"]);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert!(
        page.contains("\nquoted        two \"words\"\n") && page.contains("\nx29999        1\n"),
        "{}",
        &page[..500]
    );
}

#[test]
fn show_says_why_no_event_is_at_a_position() {
    let place = Place::with_events();
    place.log().prune_before(3).unwrap();
    rusqlite::Connection::open(place.path("events.db"))
        .unwrap()
        .execute_batch("DELETE FROM events WHERE position = 4")
        .unwrap();
    for (position, why) in [
        ("0", "the first is at 1"),
        ("2", "it was removed, as all before 3 were"),
        ("4", "it is missing, see `events verify`"),
        ("7", "the last is at 6"),
    ] {
        let said = place.run(&["show", "events.db", "--position", position]);
        assert_eq!((said.code, said.err), (1, format!("error: no event is at {position}: {why}\n")));
    }
}

#[test]
fn ids_that_begin_alike_are_told_and_those_that_are_equal_shown() {
    let place = Place::new();
    for (source, id) in [("/a", "7"), ("/b", "7"), ("/a", "71"), ("/a", "8")] {
        place.log().append_raw(&RawEnvelope::builder("push", source, id).build().unwrap()).unwrap();
    }
    let shown = place.json(&["show", "events.db", "7"]);
    assert_eq!(shown.iter().map(|event| event["source"].as_str().unwrap()).collect::<Vec<_>>(), ["/a", "/b"]);
    let page = place.out(&["show", "events.db", "8"]);
    assert!(page.contains("says nothing of the content"), "{page}");
    let said = place.run(&["show", "events.db", ""]);
    assert_eq!(said.err, "error: 4 events have an id that begins with ``: 7, 7, 71, 8\n");
    assert_eq!(said.code, 1);
    place.log().append_raw(&RawEnvelope::builder("push", "/b", "72").build().unwrap()).unwrap();
    place.log().append_raw(&RawEnvelope::builder("push", "/b", "73").build().unwrap()).unwrap();
    assert!(place.run(&["show", "events.db", ""]).err.ends_with(": 7, 7, 71, 8, 72, …\n"));
}

#[test]
fn consumers_are_told_with_what_is_behind_their_places() {
    let place = Place::with_events();
    assert_eq!(place.out(&["consumers", "events.db"]), "");
    for (name, position) in [("mailer", 2), ("an\u{1b}swerer", 6), ("late", 1)] {
        place.log().consumer(name, Query::all()).unwrap().commit(position).unwrap();
    }
    place.log().prune_before(3).unwrap();
    let text =
        "an\\u{1b}swerer  up to 6, 0 behind\nlate            up to 1, 4 behind\nmailer          up to 2, 4 behind\n";
    assert_eq!(place.out(&["consumers", "events.db"]), text);
    let [_, late, _] = &place.json(&["consumers", "events.db"])[..] else { panic!("one object a consumer") };
    assert_eq!(*late, json!({ "name": "late", "committed": 1, "behind": 4 }));
}

#[test]
fn stats_count_by_type() {
    let place = Place::with_events();
    let text = place.out(&["stats", "events.db"]);
    for line in [
        "positions   1 to 6",
        "events      6",
        "entities    2",
        "times       1970-01-01T00:01:00.000Z to 1970-01-01T00:06:00.000Z",
        "type                 events    share  latest",
        "probe.sampled             4   66.7 %  1970-01-01T00:05:00.000Z",
        "probe.failed              2   33.3 %  1970-01-01T00:06:00.000Z",
    ] {
        assert!(text.contains(&format!("{line}\n")), "{line}: {text}");
    }
    let [stats] = &place.json(&["stats", "events.db"])[..] else { panic!("one object") };
    assert_eq!((&stats["first_position"], &stats["last_position"]), (&json!(1), &json!(6)));
    assert_eq!((&stats["events"], &stats["entities"]), (&json!(6), &json!(2)));
    let failed = json!({ "events": 2, "earliest": "1970-01-01T00:03:00Z", "latest": "1970-01-01T00:06:00Z" });
    assert_eq!(stats["types"]["probe.failed"], failed);
    assert!(stats["bytes"].as_u64().unwrap() > 1000);

    let empty = Place::new();
    drop(empty.log());
    let text = empty.out(&["stats", "events.db"]);
    assert!(text.contains("\nevents      0\n") && !text.contains("positions"), "{text}");
}

#[test]
fn replay_keeps_the_pace_by_the_factor() {
    let place = Place::with_events();
    let start = Instant::now();
    // Five minutes at this factor are half a second.
    let events = place.json(&["replay", "events.db", "--speed", "600"]);
    let took = start.elapsed();
    assert_eq!(numbers(&events), [1, 2, 3, 4, 5, 6]);
    assert!(took >= Duration::from_millis(500) && took < Duration::from_secs(60), "{took:?}");
    let start = Instant::now();
    assert_eq!(place.out(&["replay", "events.db", "--max-pause", "20ms"]).lines().count(), 6);
    assert!(start.elapsed() >= Duration::from_millis(100), "five pauses");
    assert!(start.elapsed() < Duration::from_secs(60), "and not of a minute each");
}
