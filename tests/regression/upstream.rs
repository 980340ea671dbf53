//! Defects of PANTHER's event system, which this one must not have.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use events_core::{
    AnyEnvelope, DedupWindow, EmitError, Envelope, Event, EventBus, EventId, Observer, ObserverResult, Pattern, Scope,
};
use serde_json::json;

use crate::domain::{Log, ManualClock, QuickTestFailed, QuickTestStep, delivered, quick_test};

const SECOND: Duration = Duration::from_secs(1);

/// PANTHER signed an event by its type, its entity and the names of its fields: of two different failures within a second
/// the second was lost.
#[test]
fn two_distinct_failures_within_a_second_are_both_delivered() {
    let (clock, log) = (ManualClock::default(), Log::new());
    let bus = EventBus::builder().dedup(DedupWindow::new(100, SECOND)).clock(clock.clone()).build();
    let seen = log.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestFailed>| seen.push(event.error.clone()));
    delivered(quick_test(&bus).emit_failed("retry 1"));
    clock.advance(SECOND / 10);
    delivered(quick_test(&bus).emit_failed("retry 2"));
    assert!(quick_test(&bus).emit_failed("retry 1").unwrap().is_duplicate());
    assert_eq!(log.take(), ["retry 1", "retry 2"]);
}

/// PANTHER remembered contents without end: a second sign of health was dropped for as long as the process lived.
#[test]
fn a_repeat_after_the_window_is_delivered() {
    let (clock, log) = (ManualClock::default(), Log::new());
    let bus = EventBus::builder().dedup(DedupWindow::new(100, SECOND)).clock(clock.clone()).build();
    let seen = log.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    for _ in 0..3 {
        delivered(quick_test(&bus).emit_step(1));
        assert!(quick_test(&bus).emit_step(1).unwrap().is_duplicate());
        clock.advance(SECOND);
    }
    assert_eq!(log.take(), [1, 1, 1]);
}

/// PANTHER evicted from a set, in no order: a fifth of its victims were among the newest.
#[test]
fn eviction_is_first_in_first_out() {
    const COUNT: u32 = 200;
    let bus = EventBus::builder().dedup(DedupWindow::new(COUNT as usize, Duration::MAX)).build();
    let tests = quick_test(&bus);
    for n in 0..10 * COUNT {
        delivered(tests.emit_step(n));
    }
    for n in (9 * COUNT..10 * COUNT).rev() {
        assert!(tests.emit_step(n).unwrap().is_duplicate(), "{n} is among the newest {COUNT}");
    }
    delivered(tests.emit_step(0));
}

/// PANTHER marked an event as seen before it was delivered: what had failed was a duplicate when it was tried again.
#[test]
fn a_failed_delivery_may_be_tried_again() {
    let (bus, log) = (EventBus::builder().dedup(DedupWindow::new(100, SECOND)).build(), Log::new());
    let (first, seen) = (AtomicBool::new(true), log.clone());
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        if first.swap(false, SeqCst) {
            return Err("not yet");
        }
        seen.push(event.n);
        Ok(())
    });
    assert!(quick_test(&bus).emit_step(1).unwrap().into_result().is_err());
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), [1]);
}

/// PANTHER reported a dropped event as notified.
#[test]
fn a_dropped_event_is_not_reported_as_delivered() {
    let bus = EventBus::builder().dedup(DedupWindow::new(100, SECOND)).build();
    delivered(quick_test(&bus).emit_step(1));
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(receipt.is_duplicate() && !receipt.is_delivered());
    bus.set_enabled(false);
    let receipt = quick_test(&bus).emit_step(2).unwrap();
    assert!(receipt.is_suppressed() && !receipt.is_delivered());
}

/// PANTHER's observers had a priority that nobody read, and one that registered again kept the old.
#[test]
fn priorities_of_observers_are_honoured() {
    let (bus, log) = (EventBus::new(), Log::new());
    let subscribe = |name: &'static str, priority| {
        let seen = log.clone();
        bus.subscription().id(name).unwrap().priority(priority).subscribe(move |_: &AnyEnvelope| seen.push(name))
    };
    let low = subscribe("a", -1);
    let _rest = [subscribe("b", 0), subscribe("c", 1)];
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), ["c", "b", "a"]);
    drop(low);
    let _high = subscribe("a", 2);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(log.take(), ["a", "c", "b"]);
}

/// PANTHER left the id of an unregistered observer in its registry: one that came back under it was ignored.
#[test]
fn unregistering_frees_the_id() {
    let (bus, log) = (EventBus::new(), Log::new());
    for n in 0..3 {
        let seen = log.clone();
        let subscription = bus
            .subscription()
            .id("audit")
            .unwrap()
            .subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
        delivered(quick_test(&bus).emit_step(n));
        subscription.unsubscribe();
    }
    delivered(quick_test(&bus).emit_step(3));
    assert_eq!(log.take(), [0, 1, 2]);
}

/// PANTHER's history wanted the exact type where a subscription took a hierarchy, and a limit of none gave everything.
#[test]
fn history_and_subscription_agree_on_patterns() {
    for pattern in ["quick_test.*", "quick_test.>", "*.failed", "service.>", "quick_test"] {
        let pattern = Pattern::new(pattern).unwrap();
        let (bus, log) = (EventBus::builder().history(10).build(), Log::new());
        let seen = log.clone();
        let _subscription =
            bus.subscription().pattern(pattern.clone()).subscribe(move |event: &AnyEnvelope| seen.push(event.id()));
        delivered(quick_test(&bus).emit_step(1));
        delivered(quick_test(&bus).emit_failed("no"));
        let history = bus.history().pattern(pattern.clone());
        assert_eq!(history.events().iter().map(AnyEnvelope::id).collect::<Vec<_>>(), log.take(), "{pattern}");
        assert!(history.newest(0).events().is_empty());
    }
}

/// PANTHER caught four kinds of exceptions; any other kept the event from the observers that came after.
#[test]
fn no_failure_of_an_observer_keeps_an_event_from_the_others() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscriptions = [
        bus.subscribe(|_: &AnyEnvelope| Err::<(), _>(std::io::Error::other("no disk"))),
        bus.subscribe(|_: &AnyEnvelope| -> () { std::panic::panic_any(7_u64) }),
        bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n)),
    ];
    assert_eq!(quick_test(&bus).emit_step(1).unwrap().failures().len(), 2);
    assert_eq!(log.take(), [1]);
}

/// PANTHER stored correlations and put them into no event.
#[test]
fn a_correlation_reaches_the_events() {
    let bus = EventBus::builder().history(1).build();
    bus.with_correlation("run-7", || delivered(quick_test(&bus).emit_step(1)));
    assert_eq!(bus.history().events()[0].correlation_id().unwrap().as_str(), "run-7");
}

/// PANTHER ignored each member called `timestamp`: two readings of a sensor were one event.
#[test]
fn a_member_called_timestamp_enters_the_id() {
    let id =
        |timestamp| EventId::content("probe.sampled", "probe", "probe-7", &json!({ "timestamp": timestamp })).unwrap();
    assert_ne!(id(1), id(2));
}

/// PANTHER's metrics had the time in their entity id, so that none was ever a repeat.
#[test]
fn the_time_of_an_event_is_no_part_of_its_id() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().dedup(DedupWindow::new(100, 60 * SECOND)).clock(clock.clone()).build();
    let first = delivered(quick_test(&bus).emit_step(1));
    clock.advance(SECOND);
    let again = quick_test(&bus).emit_step(1).unwrap();
    assert!(again.is_duplicate() && again.id() == first, "{again:?}");
}

/// PANTHER knew an event before it was validated: what was refused once was reported as notified from then on.
#[test]
fn an_invalid_event_is_refused_each_time() {
    let bus = EventBus::builder().dedup(DedupWindow::new(100, SECOND)).build();
    for _ in 0..2 {
        let refused = quick_test(&bus).emit_completed(1.5).unwrap_err();
        assert!(matches!(refused, EmitError::Invalid { .. }), "{refused:?}");
    }
    assert_eq!((bus.stats().refused, bus.stats().duplicates), (2, 0));
}

/// PANTHER's clean-up of a scope unregistered its observers wherever else they were.
#[test]
fn an_observer_of_two_scopes_outlives_the_first() {
    struct Seen(Log<u32>);

    impl Observer for Seen {
        fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
            self.0.push(event.payload::<QuickTestStep>().unwrap().n);
            Ok(())
        }
    }

    let (bus, log) = (EventBus::new(), Log::new());
    let observer = Arc::new(Seen(log.clone()));
    let (test, experiment) = (Scope::new(), Scope::new());
    for scope in [&test, &experiment] {
        bus.subscription().scope(scope).observe(Arc::clone(&observer)).detach();
    }
    delivered(quick_test(&bus).emit_step(1));
    drop(test);
    delivered(quick_test(&bus).emit_step(2));
    drop(experiment);
    delivered(quick_test(&bus).emit_step(3));
    assert_eq!(log.take(), [1, 1, 2]);
}

/// PANTHER handed out its own dictionary of counters, which whoever had it could change.
#[test]
fn counters_that_were_taken_are_a_copy() {
    let bus = EventBus::new();
    delivered(quick_test(&bus).emit_step(1));
    let mut taken = bus.stats();
    taken.delivered = 700;
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!((taken.delivered, bus.stats().delivered), (700, 2));
}

/// PANTHER had one manager for the whole process: two tests saw each other's events, and threads made two by accident.
#[test]
fn two_buses_know_nothing_of_each_other() {
    let (one, other, log) = (EventBus::new(), EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription = one.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    delivered(quick_test(&one).emit_step(1));
    delivered(quick_test(&other).emit_step(2));
    assert_eq!((log.take(), other.stats().unobserved), (vec![1], 1));
}

/// PANTHER's typed observers knew a fixed list of domains: events of any other never arrived.
#[test]
fn an_observer_is_told_of_domains_that_nobody_listed() {
    #[derive(Event, serde::Serialize)]
    #[event_type("coffee_machine.descaled")]
    struct Descaled {}

    let (bus, log) = (EventBus::new(), Log::new());
    let (typed, all) = (log.clone(), log.clone());
    let _subscriptions = [
        bus.subscribe(move |event: &Envelope<Descaled>| typed.push(event.entity_type())),
        bus.subscribe(move |event: &AnyEnvelope| all.push(event.entity_type())),
    ];
    delivered(bus.emit(Descaled {}.for_entity("kitchen").unwrap()));
    assert_eq!(log.take(), ["coffee_machine"; 2]);
}
