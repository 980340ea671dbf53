//! Appending: positions, versions, ids that are there already, groups of writers.

use std::{
    collections::HashMap,
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use events_core::{AnyEnvelope, Event as _, EventBus, wire::RawEnvelope};
use events_sqlite::{AppendOutcome, LogError, Query};

use super::{Place, Sampled, failed, positions, quick, records, sampled, shell};

#[test]
fn positions_and_versions_have_no_gaps() {
    let place = Place::new();
    let log = place.log();
    let outcomes = log.append_batch([sampled("a", 1), sampled("b", 1), sampled("a", 2), failed("a", 2)]).unwrap();
    let places: Vec<_> = outcomes.iter().map(|outcome| (outcome.position(), outcome.version())).collect();
    assert_eq!(places, [(1, 1), (2, 1), (3, 2), (4, 3)]);
    assert_eq!(log.append(sampled("b", 2)).unwrap(), AppendOutcome::Appended { position: 5, version: 2 });
    assert_eq!(log.last_position().unwrap(), 5);
}

#[test]
fn an_event_is_there_once() {
    let place = Place::new();
    let log = place.log();
    log.append(sampled("a", 1)).unwrap();
    let again = log.append_batch([sampled("a", 2), sampled("a", 1), sampled("a", 2)]).unwrap();
    assert_eq!(
        again,
        [
            AppendOutcome::Appended { position: 2, version: 2 },
            AppendOutcome::Duplicate { position: 1, version: 1 },
            AppendOutcome::Duplicate { position: 2, version: 2 },
        ]
    );
    drop(log);
    let log = place.log();
    assert_eq!(log.append(sampled("a", 2)).unwrap(), AppendOutcome::Duplicate { position: 2, version: 2 });
    assert_eq!(positions(&log, Query::all()), [1, 2]);
}

#[test]
fn all_is_known_again_after_reopening_whatever_the_number() {
    // Below, at and above the sizes at which something is written beside the events.
    for count in [0, 1, 1023, 1024, 1025, 2500, 8191, 8192, 9000] {
        let place = Place::new();
        let event = |n: u64| sampled(&format!("probe-{}", n % 37), n);
        let log = place.log();
        // In pieces that do not fit the blocks.
        for from in (0..count).step_by(700) {
            log.append_batch((from..count.min(from + 700)).map(event)).unwrap();
        }
        drop(log);
        let log = place.log();
        let again = log.append_batch((0..count).map(event)).unwrap();
        assert!(again.iter().all(AppendOutcome::is_duplicate), "{count}");
        assert!(again.iter().map(AppendOutcome::position).eq(1..=count));
        // And the versions go on where they were.
        let next = log.append(event(count)).unwrap();
        assert_eq!((next.position(), next.version()), (count + 1, count / 37 + 1));
        log.check().unwrap();
    }
}

#[test]
fn an_expected_version_is_held() {
    let place = Place::new();
    let log = place.log();
    assert!(!log.append_expecting(0, sampled("a", 1)).unwrap().is_duplicate());
    let conflict = log.append_expecting(0, sampled("a", 2)).unwrap_err();
    assert!(matches!(conflict, LogError::Conflict { expected: 0, actual: 1, .. }), "{conflict}");
    assert!(!log.append_expecting(1, sampled("a", 2)).unwrap().is_duplicate());
    // Of another entity, and of events that are there: no conflict.
    assert!(!log.append_expecting(0, sampled("b", 1)).unwrap().is_duplicate());
    assert!(log.append_expecting(0, sampled("a", 1)).unwrap().is_duplicate());
    let known = log.append_batch_expecting(0, [sampled("a", 1), sampled("a", 2)]).unwrap();
    assert!(known.iter().all(AppendOutcome::is_duplicate));
    // All or nothing.
    assert!(log.append_batch_expecting(1, [sampled("a", 2), sampled("a", 3)]).is_err());
    assert_eq!(log.last_position().unwrap(), 3);
    assert_eq!(log.append_batch_expecting(2, [sampled("a", 3), sampled("a", 4)]).unwrap().len(), 2);
    assert_eq!(log.append_batch_expecting(9, Vec::<AnyEnvelope>::new()).unwrap(), []);
}

#[test]
fn one_of_many_that_expect_the_same_version_appends() {
    let place = Place::new();
    let log = place.log();
    let barrier = Barrier::new(8);
    let won: usize = thread::scope(|scope| {
        let (log, barrier) = (&log, &barrier);
        let threads: Vec<_> = (0..8)
            .map(|n| {
                scope.spawn(move || {
                    barrier.wait();
                    match log.append_expecting(0, sampled("a", n)) {
                        Ok(outcome) => usize::from(!outcome.is_duplicate()),
                        Err(LogError::Conflict { actual: 1, .. }) => 0,
                        Err(error) => panic!("{error}"),
                    }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((won, log.last_position().unwrap()), (1, 1));
}

#[test]
fn many_threads_append_each_event_once_and_in_their_order() {
    let place = Place::new();
    let log = place.log();
    thread::scope(|scope| {
        for writer in 0..8_u64 {
            let log = &log;
            // Every second event is one that the neighbour appends too.
            scope.spawn(move || {
                for n in 0..200 {
                    log.append(sampled(&format!("writer-{writer}"), n)).unwrap();
                    log.append(sampled(&format!("pair-{}", writer / 2), n)).unwrap();
                }
            });
        }
    });
    let all = records(&log, Query::all());
    assert_eq!(all.len(), 8 * 200 + 4 * 200);
    assert!(all.iter().map(events_sqlite::Record::position).eq(1..=2400));
    let mut last: HashMap<String, u64> = HashMap::new();
    for record in &all {
        let event = record.decode::<Sampled>().unwrap();
        let next = last.entry(event.entity_id().to_string()).or_default();
        assert_eq!((event.n, record.version()), (*next, *next + 1));
        *next += 1;
    }
}

#[test]
fn events_from_elsewhere_are_told_apart_by_source_and_id() {
    let place = Place::new();
    let log = place.log();
    let event = |source: &str, id: &str| RawEnvelope::builder("com.example.Pushed", source, id).build().unwrap();
    let uuid = "8c2631ea-6c62-8e67-b6e4-6789242ade93";
    let outcomes = log
        .append_raw_batch([
            event("https://a.example", "1"),
            event("https://b.example", "1"),
            event("https://a.example", uuid),
            event("https://b.example", uuid),
            event("https://a.example", &uuid.to_uppercase()),
            event("https://b.example", "1"),
            event("https://b.example", uuid),
        ])
        .unwrap();
    let there: Vec<_> = outcomes.iter().map(|outcome| (outcome.is_duplicate(), outcome.position())).collect();
    assert_eq!(there, [(false, 1), (false, 2), (false, 3), (false, 4), (false, 5), (true, 2), (true, 4)]);
    // Each source has versions of its own.
    assert_eq!(outcomes[4].version(), 3);
    // What they say beside source and id does not count.
    let other = RawEnvelope::builder("com.example.Other", "https://a.example", "1").subject("x").build().unwrap();
    assert!(log.append_raw(&other).unwrap().is_duplicate());
}

#[test]
fn an_event_of_ours_is_the_same_whoever_brings_it() {
    let place = Place::new();
    let log = place.log();
    let event = Sampled { n: 7 }.for_entity("a probe/1").unwrap();
    log.append(&event).unwrap();
    let raw = event.erase().to_raw().unwrap();
    assert_eq!(log.append_raw(&raw).unwrap(), AppendOutcome::Duplicate { position: 1, version: 1 });
    // The entity is that of the source, where nothing else says it.
    let text = raw.as_json().replace(r#""subject":"a probe/1","#, "").replace(r#""entitytype":"probe","#, "");
    assert!(!text.contains("subject") && !text.contains("entitytype"));
    let other = text.replace(&event.id().to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
    let outcome = log.append_raw(&other.parse().unwrap()).unwrap();
    assert_eq!((outcome.is_duplicate(), outcome.version()), (false, 2));
    assert_eq!(positions(&log, Query::all().entity_type("probe").entity("a probe/1")), [1, 2]);
}

#[test]
fn a_record_is_kept_as_it_was_written() {
    let place = Place::new();
    let log = place.log();
    let text = r#"{"specversion":"1.0", "id":"é\u0001", "source":"/x","type":"T","z":  -7,  "data":"\ud83d\ude00"}"#;
    log.append_raw(&text.parse().unwrap()).unwrap();
    assert_eq!(records(&log, Query::all())[0].json(), text);
    assert_eq!(records(&log, Query::all().event_type("T")).len(), 1);
}

#[test]
fn the_view_is_for_people() {
    let place = Place::new();
    place.log().append(sampled("probe-1", 5)).unwrap();
    let row: (i64, String, String, String, i64, String) = shell(&place.path())
        .query_row("SELECT position, id, type, entity_id, version, data FROM events_view", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .unwrap();
    let id = sampled("probe-1", 5).id().to_string();
    assert_eq!(row, (1, id, "probe.sampled".into(), "probe-1".into(), 1, r#"{"n":5}"#.into()));
}

#[test]
fn only_so_many_ids_are_known_where_that_is_asked_for() {
    let place = Place::new();
    let log = quick().known_ids(2000).open(place.path()).unwrap();
    for from in (0..10_000).step_by(500) {
        log.append_batch((from..from + 500).map(|n| sampled("a", n))).unwrap();
    }
    assert!(log.append(sampled("a", 8000)).unwrap().is_duplicate());
    assert!(!log.append(sampled("a", 5)).unwrap().is_duplicate());
    // An older one is found all the same.
    assert_eq!(log.find(sampled("a", 0).id()).unwrap().unwrap().position(), 1);
}

#[test]
fn an_observer_appends_what_a_bus_tells() {
    let place = Place::new();
    let (log, bus) = (place.log(), EventBus::new());
    let _kept = bus.observe(log.observer());
    let receipt = bus.emit(sampled("a", 1)).unwrap();
    assert!(receipt.is_delivered() && receipt.failures().is_empty());
    let receipts = bus.emit_batch([sampled("a", 2), sampled("a", 3)]);
    assert!(receipts.into_result().is_ok());
    assert_eq!(positions(&log, Query::all()), [1, 2, 3]);
}

#[test]
fn a_queue_appends_in_order_and_tells_where() {
    let place = Place::new();
    let log = place.log();
    let queue = log.queue(64).unwrap();
    let tickets: Vec<_> = (0..1000).map(|n| queue.append(sampled("a", n)).unwrap()).collect();
    for (n, ticket) in (1..).zip(&tickets) {
        assert_eq!(ticket.wait().unwrap(), AppendOutcome::Appended { position: n, version: n });
    }
    queue.flush(Duration::from_secs(10)).unwrap();
    // What was taken is appended when the last handle goes.
    let _late = queue.append(sampled("a", 1000)).unwrap();
    drop(queue);
    assert_eq!(log.last_position().unwrap(), 1001);
}

#[test]
fn a_closed_queue_takes_nothing() {
    let place = Place::new();
    let queue = place.log().queue(1).unwrap();
    let ticket = queue.append(sampled("a", 1)).unwrap();
    queue.close().unwrap();
    assert!(ticket.outcome().unwrap().is_ok());
    assert!(matches!(queue.append(sampled("a", 2)), Err(LogError::Abandoned)));
}

#[test]
fn a_flush_waits_for_what_came_before_it_alone() {
    let place = Place::new();
    let queue = place.log().queue(10_000).unwrap();
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for thread in 0..4_u64 {
            let (queue, ended) = (&queue, &ended);
            scope.spawn(move || {
                for n in (thread..).step_by(4).take_while(|_| !ended.load(Ordering::Relaxed)) {
                    let _ticket = queue.append(sampled("a", n)).unwrap();
                }
            });
        }
        let flushed: Vec<_> = (0..3)
            .map(|_| {
                let ticket = queue.append(failed("b", fastrand::u64(..))).unwrap();
                (queue.flush(Duration::from_secs(2)), ticket.outcome())
            })
            .collect();
        ended.store(true, Ordering::Relaxed);
        for (flushed, outcome) in flushed {
            flushed.unwrap();
            assert!(!outcome.unwrap().unwrap().is_duplicate());
        }
    });
}

#[test]
fn entities_may_have_any_name() {
    let place = Place::new();
    let log = place.log();
    let endless = "x".repeat(100_000);
    let names = ["a", "a\0", "a\0b", "\0", "a\nb", "a/b", "%2f", "\u{202e}", "'; DROP TABLE events; --", &endless];
    // Those that no event of ours may have come from elsewhere.
    let event = |name: &str| {
        let event = RawEnvelope::builder("com.example.Pushed", "/", name).subject(name);
        event.extension("entitytype", "probe").build().unwrap()
    };
    for name in names {
        assert_eq!(log.append_raw(&event(name)).unwrap().version(), 1, "{name:?}");
    }
    drop(log);
    let log = place.log();
    for (position, name) in (1..).zip(names) {
        assert_eq!(positions(&log, Query::all().entity(name)), [position], "{name:?}");
        assert_eq!(
            log.append_raw(&event(name)).unwrap(),
            AppendOutcome::Duplicate { position, version: 1 },
            "{name:?}"
        );
    }
}
