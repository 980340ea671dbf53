//! The same event is told once inside the window, and exactly once.

use std::{
    sync::{
        Barrier, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use events_core::{
    AnyEnvelope, DedupPolicy, DedupWindow, Envelope, Event, EventBus, EventType, ObserverResult, Receipt,
};
use serde::Serialize;

use crate::domain::{Log, ManualClock, QuickTestEmitter, QuickTestStep, delivered, quick_test};

const MINUTE: Duration = Duration::from_secs(60);

/// A bus that remembers so many ids for a minute, with its clock and the steps that were told.
fn remembering(count: usize) -> (EventBus, ManualClock, Log<u32>) {
    let (clock, log) = (ManualClock::default(), Log::new());
    let bus = EventBus::builder().dedup(DedupWindow::new(count, MINUTE)).clock(clock.clone()).build();
    let seen = log.clone();
    bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n)).detach();
    (bus, clock, log)
}

#[test]
fn deduplication_is_off_unless_asked_for() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    let tests = quick_test(&bus);
    assert!(tests.emit_step(1).unwrap().is_delivered());
    assert!(tests.emit_step(1).unwrap().is_delivered());
    assert_eq!(log.take(), [1, 1]);
    assert_eq!(bus.stats().duplicates, 0);
}

#[test]
fn a_duplicate_inside_the_window_is_reported_and_told_to_nobody() {
    let (bus, clock, log) = remembering(10);
    let tests = quick_test(&bus);
    clock.advance(Duration::from_secs(5));
    let first_time = bus.now();
    let first = tests.emit_step(1).unwrap();
    clock.advance(Duration::from_secs(10));
    let second = tests.emit_step(1).unwrap();
    let Receipt::Duplicate { id, first_seen, .. } = second else { panic!("{second:?}") };
    assert_eq!((id, first_seen), (first.id(), first_time));
    assert!(second.is_duplicate() && !second.is_delivered() && second.failures().is_empty());
    assert_eq!(second.into_result().unwrap(), first.id());
    // Another entity, another content: another event.
    assert!(QuickTestEmitter::new(&bus, "other").emit_step(1).unwrap().is_delivered());
    assert!(tests.emit_step(2).unwrap().is_delivered());
    assert_eq!(log.take(), [1, 1, 2]);
    assert_eq!((bus.stats().duplicates, bus.stats().delivered), (1, 3));
}

#[test]
fn after_the_window_the_event_is_told_again() {
    let (bus, clock, log) = remembering(10);
    let tests = quick_test(&bus);
    assert!(tests.emit_step(1).unwrap().is_delivered());
    clock.advance(MINUTE.checked_sub(Duration::from_micros(1)).unwrap());
    assert!(tests.emit_step(1).unwrap().is_duplicate(), "a duplicate does not prolong the window");
    clock.advance(Duration::from_micros(1));
    let again = bus.now();
    assert!(tests.emit_step(1).unwrap().is_delivered());
    clock.advance(MINUTE / 2);
    let receipt = tests.emit_step(1).unwrap();
    assert!(matches!(receipt, Receipt::Duplicate { first_seen, .. } if first_seen == again));
    assert_eq!(log.take(), [1, 1]);
}

#[test]
fn the_last_ids_are_remembered_and_the_oldest_forgotten_first() {
    for count in [1_u32, 3, 100, 1000] {
        let (bus, _clock, log) = remembering(usize::try_from(count).unwrap());
        let tests = quick_test(&bus);
        let total = 5 * count;
        for n in 1..=total {
            assert!(tests.emit_step(n).unwrap().is_delivered());
            let oldest = (n + 1).saturating_sub(count).max(1);
            assert!(tests.emit_step(oldest).unwrap().is_duplicate(), "asking does not make {oldest} younger");
        }
        assert_eq!(log.take(), (1..=total).collect::<Vec<_>>());
        assert!(tests.emit_step(total - count + 1).unwrap().is_duplicate());
        // About twice as many at most.
        assert!(tests.emit_step(total - 2 * count - count / 8).unwrap().is_delivered());
    }
}

#[test]
fn a_window_of_no_ids_or_no_time_remembers_nothing() {
    for window in [DedupWindow::new(0, MINUTE), DedupWindow::new(10, Duration::ZERO)] {
        let bus = EventBus::builder().dedup(window).clock(ManualClock::default()).build();
        assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered());
        assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered(), "{window:?}");
    }
}

#[test]
fn a_failed_delivery_may_be_retried() {
    let (bus, _clock, log) = remembering(10);
    let failing = std::sync::Arc::new(AtomicBool::new(true));
    let fail = std::sync::Arc::clone(&failing);
    let _subscription = bus.subscribe(move |_: &AnyEnvelope| if fail.load(SeqCst) { Err("not yet") } else { Ok(()) });
    let tests = quick_test(&bus);
    assert_eq!(tests.emit_step(1).unwrap().failures().len(), 1);
    assert_eq!(tests.emit_step(1).unwrap().failures().len(), 1);
    failing.store(false, SeqCst);
    assert!(tests.emit_step(1).unwrap().failures().is_empty());
    assert!(tests.emit_step(1).unwrap().is_duplicate());
    assert_eq!(log.take(), [1, 1, 1]);
}

#[test]
fn a_panic_leaves_the_way_open_as_well() {
    let (bus, _clock, _log) = remembering(10);
    let first = AtomicBool::new(true);
    let _subscription = bus.subscribe(move |_: &AnyEnvelope| assert!(!first.swap(false, SeqCst), "not yet"));
    let tests = quick_test(&bus);
    assert_eq!(tests.emit_step(1).unwrap().failures().len(), 1);
    assert!(tests.emit_step(1).unwrap().is_delivered());
    assert!(tests.emit_step(1).unwrap().is_duplicate());
}

#[test]
fn an_event_nobody_observes_is_remembered_too() {
    let bus = EventBus::builder().dedup(DedupWindow::new(10, MINUTE)).build();
    assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered());
    assert!(quick_test(&bus).emit_step(1).unwrap().is_duplicate());
}

#[test]
fn events_with_ids_of_their_own_are_never_duplicates_unless_they_are_the_same() {
    let (bus, _clock, _log) = remembering(10);
    let tests = quick_test(&bus);
    assert!(tests.emit_beat(1).unwrap().is_delivered());
    assert!(tests.emit_beat(1).unwrap().is_delivered());
    let beat = crate::domain::QuickTestBeat { n: 1 }.for_entity("e").unwrap();
    assert!(bus.emit(&beat).unwrap().is_delivered());
    assert!(bus.emit(&beat).unwrap().is_duplicate());
}

#[test]
fn an_event_emitted_inside_its_own_observer_is_a_duplicate() {
    let (bus, _clock, log) = remembering(0);
    let (inner, receipts) = (bus.clone(), Log::new());
    let seen = receipts.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
        seen.push(quick_test(&inner).emit_step(event.n)?.is_duplicate());
        Ok(())
    });
    assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered());
    assert_eq!((receipts.take(), log.take()), (vec![true], vec![1]));
}

#[test]
fn a_queued_event_is_known_from_the_moment_it_is_queued() {
    let (bus, _clock, log) = remembering(10);
    let (inner, receipts) = (bus.clone(), Log::new());
    let seen = receipts.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
        if event.n == 1 {
            let tests = quick_test(&inner);
            for n in [2, 2, 3] {
                let receipt = tests.emit_step(n)?;
                seen.push((n, receipt.is_queued(), receipt.is_duplicate()));
            }
        }
        Ok(())
    });
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(receipts.take(), [(2, true, false), (2, false, true), (3, true, false)]);
    assert_eq!(log.take(), [1, 2, 3]);
    assert!(quick_test(&bus).emit_step(2).unwrap().is_duplicate());
}

#[test]
fn a_queued_event_that_failed_may_be_retried() {
    let (bus, _clock, log) = remembering(10);
    let (inner, first) = (bus.clone(), AtomicBool::new(true));
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
        if event.n == 1 {
            assert!(quick_test(&inner).emit_step(2)?.is_queued());
        } else if first.swap(false, SeqCst) {
            return Err("not yet".into());
        }
        Ok(())
    });
    delivered(quick_test(&bus).emit_step(1));
    assert!(quick_test(&bus).emit_step(2).unwrap().is_delivered());
    assert!(quick_test(&bus).emit_step(2).unwrap().is_duplicate());
    assert_eq!(log.take(), [1, 2, 2]);
}

#[test]
fn of_many_threads_that_emit_one_event_exactly_one_delivers_it() {
    const THREADS: usize = 4;
    const ROUNDS: u32 = 400;
    let bus = EventBus::builder().dedup(DedupWindow::new(64, MINUTE)).build();
    let (told, delivered, duplicates) =
        (std::sync::Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0), AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&told);
    let _subscription = bus.subscribe(move |_: &AnyEnvelope| {
        count.fetch_add(1, SeqCst);
    });
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let tests = quick_test(&bus);
                for round in 0..ROUNDS {
                    barrier.wait();
                    let receipt = tests.emit_step(round).unwrap();
                    let counter = if receipt.is_delivered() { &delivered } else { &duplicates };
                    counter.fetch_add(1, SeqCst);
                }
            });
        }
    });
    let rounds = ROUNDS as usize;
    assert_eq!((told.load(SeqCst), delivered.load(SeqCst)), (rounds, rounds));
    assert_eq!(duplicates.load(SeqCst), rounds * (THREADS - 1));
    assert_eq!(bus.stats().duplicates, duplicates.load(SeqCst) as u64);
}

#[test]
fn an_envelope_emitted_again_is_a_duplicate_of_itself() {
    let (bus, clock, log) = remembering(10);
    let event = QuickTestStep { n: 1 }.for_entity("e").unwrap();
    clock.advance(MINUTE);
    let emitted = bus.now();
    assert!(bus.emit(&event).unwrap().is_delivered());
    clock.advance(MINUTE / 2);
    let receipt = bus.emit(event.erase()).unwrap();
    assert!(matches!(receipt, Receipt::Duplicate { first_seen, .. } if first_seen == emitted));
    assert_eq!(log.take(), [1]);
}

/// Whoever emits the same event meanwhile knows that it is not final, and may emit it again when it failed.
#[test]
fn a_repeat_of_an_event_under_way_is_a_pending_duplicate() {
    let bus = EventBus::builder().dedup(DedupWindow::new(10, MINUTE)).clock(ManualClock::default()).build();
    let (entered, entries) = mpsc::channel();
    let (go, wait) = mpsc::channel::<bool>();
    let wait = Mutex::new(wait);
    let _slow = bus.subscribe(move |_: &AnyEnvelope| {
        entered.send(()).unwrap();
        if wait.lock().unwrap().recv().unwrap() { Ok(()) } else { Err("no") }
    });
    let repeat = |expected: bool| {
        let receipt = quick_test(&bus).emit_step(1).unwrap();
        assert!(matches!(receipt, Receipt::Duplicate { pending, .. } if pending == expected), "{receipt:?}");
    };
    for succeeds in [false, true] {
        thread::scope(|scope| {
            let emitter = scope.spawn(|| quick_test(&bus).emit_step(1).unwrap());
            entries.recv_timeout(MINUTE).unwrap();
            repeat(true);
            go.send(succeeds).unwrap();
            assert_eq!(emitter.join().unwrap().failures().is_empty(), succeeds);
        });
    }
    repeat(false);
    assert_eq!(bus.stats().duplicates, 3);
}

macro_rules! event_with_policy {
    ($name:ident, $event_type:literal, $policy:expr) => {
        #[derive(Serialize)]
        struct $name {
            n: u32,
        }

        impl Event for $name {
            const TYPE: EventType = EventType::from_static($event_type);
            const DEDUP: DedupPolicy = $policy;
        }
    };
}

event_with_policy!(AsTheBus, "policy.bus", DedupPolicy::Bus);
event_with_policy!(Never, "policy.off", DedupPolicy::Off);
event_with_policy!(Briefly, "policy.brief", DedupPolicy::Window(DedupWindow::new(10, Duration::from_secs(1))));

#[test]
fn a_type_may_have_a_window_of_its_own_or_none() {
    for window in [None, Some(DedupWindow::new(10, MINUTE))] {
        let clock = ManualClock::default();
        let mut builder = EventBus::builder().clock(clock.clone());
        if let Some(window) = window {
            builder = builder.dedup(window);
        }
        let bus = builder.build();
        let repeats = || {
            [
                bus.emit(AsTheBus { n: 1 }.for_entity("e").unwrap()).unwrap().is_duplicate(),
                bus.emit(Never { n: 1 }.for_entity("e").unwrap()).unwrap().is_duplicate(),
                bus.emit(Briefly { n: 1 }.for_entity("e").unwrap()).unwrap().is_duplicate(),
            ]
        };
        assert_eq!(repeats(), [false; 3]);
        // A change of the subscriptions forgets nothing.
        drop(bus.subscribe(|_: &AnyEnvelope| ()));
        assert_eq!(repeats(), [window.is_some(), false, true]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(repeats(), [window.is_some(), false, false]);
        assert_eq!(repeats(), [window.is_some(), false, true]);
    }
    // Each bus has windows of its own.
    assert!(EventBus::new().emit(Briefly { n: 1 }.for_entity("e").unwrap()).unwrap().is_delivered());
}

#[test]
fn a_queued_event_is_judged_by_the_window_of_its_type() {
    let bus = EventBus::new();
    let (inner, log) = (bus.clone(), Log::new());
    let seen = log.clone();
    let _subscription = bus.subscribe(move |_: &Envelope<QuickTestStep>| {
        for _ in 0..2 {
            seen.push(inner.emit(Briefly { n: 1 }.for_entity("e").unwrap()).unwrap().is_queued());
            seen.push(inner.emit(Never { n: 1 }.for_entity("e").unwrap()).unwrap().is_queued());
        }
    });
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), [true, true, false, true]);
    assert!(bus.emit(Briefly { n: 1 }.for_entity("e").unwrap()).unwrap().is_duplicate());
}
