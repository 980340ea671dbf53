//! Reading: by position, entity, type, pattern and time, folding, replaying.

use std::{error::Error, ops::Bound, sync::Arc, time::Duration};

use events_core::{
    AnyEnvelope, DedupWindow, Envelope, Event as _, EventBus, EventEnum as _, EventType, Pattern, StateCoordinator,
    wire::{EventRegistry, RawEnvelope, RegisteredType},
};
use events_sqlite::{EventLog, LogError, Query};
use proptest::prelude::*;

use crate::domain::{QuickTestCompleted, QuickTestEvent, QuickTestFailed, QuickTestState, started};

use super::{Place, ProbeFailed, Sampled, at, failed, positions, records, sampled, sampled_at, shell};

#[test]
fn a_query_restricts_by_everything_it_says() {
    let place = Place::new();
    let log = place.log();
    log.append_batch([
        sampled_at("a", 1, 10),
        sampled_at("b", 1, 20),
        sampled_at("a", 2, 30),
        failed("a", 3),
        sampled_at("c", 1, 15),
    ])
    .unwrap();
    let all = Query::all;
    assert_eq!(positions(&log, all().entity("a")), [1, 3, 4]);
    assert_eq!(positions(&log, all().entity("a").of::<Sampled>()), [1, 3]);
    assert_eq!(positions(&log, all().pattern("*.failed".parse().unwrap())), [4]);
    assert_eq!(
        positions(&log, all().pattern("*.failed".parse().unwrap()).event_type("probe.sampled").entity("a")),
        [1, 3, 4]
    );
    assert_eq!(positions(&log, all().since(at(15)).until(at(30))), [2, 5]);
    assert_eq!(positions(&log, all().positions(2..=4).of::<Sampled>()), [2, 3]);
    for (range, in_it) in [(2..4, 2..4), (3..3, 3..3), (0..0, 0..0), (4..u64::MAX, 4..6)] {
        assert_eq!(positions(&log, all().positions(range.clone())), in_it.collect::<Vec<_>>(), "{range:?}");
    }
    assert_eq!(positions(&log, all().positions(..3)), [1, 2]);
    assert_eq!(
        positions(&log, all().positions((Bound::Excluded(4), Bound::Unbounded))),
        positions(&log, all().after(4))
    );
    assert_eq!(positions(&log, all().newest(2)), [4, 5]);
    assert_eq!(positions(&log, all().of::<Sampled>().newest(2)), [3, 5]);
    assert_eq!(positions(&log, all().entity("a").newest(1)), [4]);
    assert_eq!(positions(&log, all().entity_type("probe").entity("b")), [2]);
    assert!(positions(&log, all().entity_type("door")).is_empty());
    assert!(positions(&log, all().entity("nobody").newest(3)).is_empty());
    assert!(positions(&log, all().after(u64::MAX)).is_empty());
    assert!(positions(&log, all().newest(0)).is_empty());
}

#[derive(Clone, Debug)]
struct Wanted {
    entity: Option<u8>,
    pattern: Option<&'static str>,
    since: Option<i64>,
    until: Option<i64>,
    first: u64,
    last: u64,
    newest: Option<u64>,
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let pattern = prop::sample::select(vec!["*.failed", "probe.>", "probe.sampled", "door.*"]);
    let time = prop::option::of(0..3000_i64);
    let places = (0..3000_u64, 0..3500_u64, prop::option::of(0..2000_u64));
    (prop::option::of(0..25_u8), prop::option::of(pattern), time.clone(), time, places).prop_map(
        |(entity, pattern, since, until, (first, last, newest))| Wanted {
            entity,
            pattern,
            since,
            until,
            first,
            last,
            newest,
        },
    )
}

/// Of 3000 events: entity, whether it failed, time.
fn event_at(position: u64) -> (u64, bool, i64) {
    let random = position.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    // One entity with more events than are followed back, and rough times.
    let entity = if random.is_multiple_of(3) { random % 20 } else { 20 };
    (entity, random.is_multiple_of(7), position.cast_signed() + (random % 50).cast_signed())
}

fn filled(place: &Place) -> EventLog {
    let log = place.log();
    let events = (1..=3000).map(|position| {
        let (entity, failed, time) = event_at(position);
        let entity = format!("probe-{entity}");
        if failed {
            Envelope::builder(ProbeFailed { n: position }, entity).time(at(time)).build().unwrap().into()
        } else {
            sampled_at(&entity, position, time)
        }
    });
    log.append_batch(events.collect::<Vec<AnyEnvelope>>()).unwrap();
    // One block of all, and rows behind it; then more blocks.
    log
}

#[test]
fn whatever_is_asked_the_answer_is_that_of_looking_at_everything() {
    let place = Place::new();
    let log = filled(&place);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(200));
    runner
        .run(&wanted(), |wanted| {
            let mut query = Query::all().positions(wanted.first..=wanted.last);
            query = wanted.entity.iter().fold(query, |query, entity| query.entity(format!("probe-{entity}")));
            query = wanted.pattern.iter().fold(query, |query, pattern| query.pattern(pattern.parse().unwrap()));
            query = wanted.since.iter().fold(query, |query, since| query.since(at(*since)));
            query = wanted.until.iter().fold(query, |query, until| query.until(at(*until)));
            query = wanted.newest.iter().fold(query, |query, newest| query.newest(*newest));
            let mut expected: Vec<u64> = (wanted.first.max(1)..=wanted.last.min(3000))
                .filter(|position| {
                    let (entity, failed, time) = event_at(*position);
                    let name = EventType::new(if failed { "probe.failed" } else { "probe.sampled" }).unwrap();
                    wanted.entity.is_none_or(|wanted| u64::from(wanted) == entity)
                        && wanted.pattern.is_none_or(|pattern| pattern.parse::<Pattern>().unwrap().matches(&name))
                        && wanted.since.is_none_or(|since| time >= since)
                        && wanted.until.is_none_or(|until| time < until)
                })
                .collect();
            if let Some(newest) = wanted.newest {
                expected.drain(..expected.len().saturating_sub(newest.try_into().unwrap()));
            }
            prop_assert_eq!(positions(&log, query), expected);
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_entity_with_many_events_is_read_without_a_list_of_them() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((0..5000).map(|n| sampled(if n % 10 == 0 { "rare" } else { "frequent" }, n))).unwrap();
    log.append_batch((5000..5100).map(|n| sampled("frequent", n))).unwrap();
    assert_eq!(positions(&log, Query::all().entity("frequent")).len(), 4600);
    assert_eq!(positions(&log, Query::all().entity("rare")).len(), 500);
    assert_eq!(positions(&log, Query::all().entity("frequent").newest(3)), [5098, 5099, 5100]);
}

#[test]
fn reading_ends_with_what_was_there_when_it_began() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((0..1000).map(|n| sampled("a", n))).unwrap();
    let mut reading = log.read(Query::all());
    assert_eq!(reading.next().unwrap().unwrap().position(), 1);
    log.append(sampled("a", 1000)).unwrap();
    assert_eq!(reading.count(), 999);
}

#[test]
fn a_reader_keeps_nobody_from_writing() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((0..1000).map(|n| sampled("a", n))).unwrap();
    let mut reading = log.read(Query::all());
    reading.next().unwrap().unwrap();
    // Neither from appending nor from moving all of the write-ahead log into the file.
    log.append(sampled("a", 1000)).unwrap();
    let busy: i64 = shell(&place.path()).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert_eq!(busy, 0);
    assert_eq!(reading.count(), 999);
}

#[test]
fn an_event_is_found_by_its_id_and_its_position() {
    let place = Place::new();
    let log = place.log();
    let event = sampled("a", 1);
    log.append_batch([sampled("a", 0), event.clone()]).unwrap();
    assert_eq!(log.find(event.id()).unwrap().unwrap().json(), event.to_json().unwrap());
    assert_eq!(log.find(sampled("a", 2).id()).unwrap(), None);
    assert_eq!(log.get(2).unwrap().unwrap().decode::<Sampled>().unwrap().id(), event.id());
    assert_eq!((log.get(0).unwrap(), log.get(3).unwrap(), log.get(u64::MAX).unwrap()), (None, None, None));
}

static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<Sampled>()]);

#[test]
fn a_replay_tells_a_bus_what_it_was_told_before() {
    let place = Place::new();
    let log = place.log();
    log.append_batch([sampled("a", 1), failed("a", 2), sampled("b", 3)]).unwrap();
    let bus = EventBus::builder().history(10).build();
    let replayed = log
        .replay(Query::all(), &EVENTS, |event| -> Result<(), Box<dyn Error>> { Ok(bus.emit(event).map(drop)?) })
        .unwrap();
    assert_eq!((replayed.events, replayed.unknown, replayed.last), (2, 1, 3));
    let ids: Vec<_> = bus.history().events().iter().map(AnyEnvelope::id).collect();
    assert_eq!(ids, [sampled("a", 1).id(), sampled("b", 3).id()]);
}

#[test]
fn a_replay_into_a_bus_goes_on_behind_failures_and_counts_them() {
    let place = Place::new();
    let log = place.log();
    log.append_batch([sampled("a", 1), failed("a", 2), sampled("b", 3), sampled("c", 4)]).unwrap();
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    let picky = bus.subscribe(|event: &Envelope<Sampled>| if event.n == 3 { Err("no") } else { Ok(()) });
    let report = log.replay_into(Query::all(), &EVENTS, &bus).unwrap();
    assert_eq!((report.delivered, report.failed, report.unknown, report.last), (2, 1, 1, 4));
    // What failed is told again.
    drop(picky);
    let report = log.replay_into(Query::all(), &EVENTS, &bus).unwrap();
    assert_eq!((report.delivered, report.duplicates), (1, 2));
    bus.set_enabled(false);
    assert_eq!(log.replay_into(Query::all(), &EVENTS, &bus).unwrap().suppressed, 3);
    bus.shutdown(Duration::ZERO).unwrap();
    assert_eq!(log.replay_into(Query::all(), &EVENTS, &bus).unwrap().refused, 3);
}

#[test]
fn a_text_that_was_changed_is_not_decoded() {
    let place = Place::new();
    let log = place.log();
    let forged = sampled("a", 1).to_json().unwrap().replace(r#""n":1"#, r#""n":2"#);
    log.append_raw(&forged.parse().unwrap()).unwrap();
    let error = records(&log, Query::all())[0].decode::<Sampled>().unwrap_err();
    assert!(matches!(error, LogError::Decode { position: 1, .. }), "{error}");
}

fn sum(log: &EventLog, format: u32, seen: &mut u64) -> (u64, u64) {
    let folded = log
        .fold("probe", "a")
        .snapshot_every(10)
        .run_with_snapshots("sum", format, 0_u64, |sum, record| {
            *seen += 1;
            Ok::<_, LogError>(sum + record.decode::<Sampled>()?.n)
        })
        .unwrap();
    (folded.state, folded.version)
}

#[test]
fn a_fold_goes_on_from_its_snapshot() {
    let place = Place::new();
    let log = place.log();
    let mut seen = 0;
    assert_eq!(sum(&log, 1, &mut seen), (0, 0));
    log.append_batch((1..=20).map(|n| sampled("a", n))).unwrap();
    assert_eq!(sum(&log, 1, &mut seen), (210, 20));
    log.append_batch([sampled("a", 100), sampled("b", 100)]).unwrap();
    assert_eq!((sum(&log, 1, &mut seen), seen), ((310, 21), 21));
    // Another format begins anew, and so does a snapshot that is no state.
    assert_eq!((sum(&log, 2, &mut seen), seen), ((310, 21), 42));
    shell(&place.path()).execute("UPDATE snapshots SET state = '\"?\"'", []).unwrap();
    assert_eq!((sum(&log, 2, &mut seen), seen), ((310, 21), 63));
    // A snapshot of a future that is not in the log is not used.
    shell(&place.path()).execute("UPDATE snapshots SET version = 99, position = 99", []).unwrap();
    assert_eq!((sum(&log, 2, &mut seen), seen), ((310, 21), 84));
    assert_eq!(log.fold("probe", "a").run(0, |n, _| Ok::<_, LogError>(n + 1)).unwrap().state, 21);
}

#[test]
fn a_fold_leaves_out_what_others_say_of_the_entity() {
    let place = Place::new();
    let log = place.log();
    log.append(sampled("a", 1)).unwrap();
    let other = RawEnvelope::builder("com.example.Seen", "https://example.com", "1")
        .subject("a")
        .extension("entitytype", "probe")
        .build()
        .unwrap();
    assert_eq!(log.append_raw(&other).unwrap().version(), 1);
    let folded = log.fold("probe", "a").run(0, |n, _| Ok::<_, LogError>(n + 1)).unwrap();
    assert_eq!((folded.state, folded.version, folded.position), (1, 1, 1));
    assert_eq!(positions(&log, Query::all().entity_type("probe").entity("a")), [1, 2]);
    assert!(!log.append_expecting(folded.version, sampled("a", 2)).unwrap().is_duplicate());
}

#[test]
fn an_unknown_event_type_outlives_a_round_trip() {
    let place = Place::new();
    let log = place.log();
    let event = Sampled { n: 1 }.for_entity("a").unwrap().erase().to_raw().unwrap();
    log.append_raw(&event).unwrap();
    assert_eq!(records(&log, Query::all())[0].raw().unwrap(), event);
}

#[test]
fn a_coordinator_comes_to_the_states_of_those_who_were_there() {
    static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::all_of::<QuickTestEvent>()]);
    let place = Place::new();
    let log = place.log();
    let bus = EventBus::new();
    let _kept = bus.observe(log.observer());
    let there = Arc::new(StateCoordinator::<QuickTestState>::builder().keep_terminal().build());
    let _followed = bus.observe(Arc::clone(&there));
    let emit = |entity: &str, event: QuickTestEvent| {
        bus.emit(event.for_entity(entity).unwrap()).unwrap().into_result().unwrap()
    };
    for entity in ["a", "b", "c"] {
        emit(entity, started("x").into());
    }
    emit("a", QuickTestFailed { error: "lost".into() }.into());
    emit("b", QuickTestCompleted { success_rate: 1.0, note: None }.into());

    let again = StateCoordinator::<QuickTestState>::builder().keep_terminal().by_event_time().build();
    let replayed =
        log.replay(Query::all(), &EVENTS, |event| again.follow(event).map(drop).map_err(Box::<dyn Error>::from));
    assert_eq!(replayed.unwrap().events, 5);
    for (entity, state) in
        [("a", QuickTestState::Failed), ("b", QuickTestState::Completed), ("c", QuickTestState::Running)]
    {
        assert_eq!((again.state(entity), there.state(entity)), (Some(state), Some(state)), "{entity}");
    }
}
