//! Defects of PANTHER's event system, which this one must not have.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    time::Duration,
};

use events_core::{AnyEnvelope, DedupWindow, Envelope, EventBus, Pattern};

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
