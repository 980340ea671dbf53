//! The last events, as they were delivered.

use std::time::Duration;

use events_core::{
    AnyEnvelope, DedupWindow, Emitter, Envelope, EventBus, History, ObserverResult, Pattern, SubscriptionBuilder,
};

use crate::domain::{Log, QuickTestEmitter, QuickTestStep, ServiceEmitter, delivered, quick_test};

fn steps(bus: &EventBus) -> Vec<u32> {
    bus.history().of::<QuickTestStep>().iter().map(|event| event.n).collect()
}

#[test]
fn a_history_keeps_the_last_events_oldest_first() {
    let bus = EventBus::builder().history(3).build();
    let tests = quick_test(&bus);
    for n in 0..2 {
        delivered(tests.emit_step(n));
    }
    assert_eq!(steps(&bus), [0, 1]);
    for n in 2..7 {
        delivered(tests.emit_step(n));
    }
    assert_eq!(steps(&bus), [4, 5, 6]);
    assert!(bus.history().newest(0).events().is_empty());
    assert_eq!(bus.history().newest(2).of::<QuickTestStep>().iter().map(|event| event.n).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(bus.history().newest(9).events().len(), 3);
}

#[test]
fn there_is_no_history_unless_asked_for() {
    for bus in [EventBus::new(), EventBus::builder().history(0).build()] {
        delivered(quick_test(&bus).emit_step(1));
        assert!(bus.history().events().is_empty());
    }
}

/// Failed events and those that nobody took are in it; what was not delivered is not.
#[test]
fn a_history_holds_what_was_delivered_and_nothing_else() {
    let bus = EventBus::builder().history(10).dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    let tests = quick_test(&bus);
    delivered(tests.emit_step(0));
    let _failing = bus.subscribe(|event: &Envelope<QuickTestStep>| if event.n == 1 { Err("no") } else { Ok(()) });
    assert_eq!(tests.emit_step(1).unwrap().failures().len(), 1);
    assert!(tests.emit_step(0).unwrap().is_duplicate());
    assert!(tests.emit_completed(2.0).is_err());
    bus.set_enabled(false);
    assert!(tests.emit_step(2).unwrap().is_suppressed());
    bus.set_enabled(true);
    delivered(tests.emit_step(3));
    assert_eq!(steps(&bus), [0, 1, 3]);
    assert_eq!(bus.history().events().len(), 3);
}

#[test]
fn a_history_is_in_the_order_of_delivery() {
    let bus = EventBus::builder().history(10).build();
    let (inner, log) = (bus.clone(), Log::new());
    let seen = log.clone();
    let _growing = bus.subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
        seen.push(event.n);
        if event.n < 4 {
            assert!(quick_test(&inner).emit_step(event.n * 2)?.is_queued());
            assert!(quick_test(&inner).emit_step(event.n * 2 + 1)?.is_queued());
        }
        Ok(())
    });
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), steps(&bus));
}

#[test]
fn history_and_subscription_take_the_same_events() {
    for patterns in [
        &["quick_test.*"][..],
        &["quick_test.>"],
        &["*.failed"],
        &["*.*"],
        &[">"],
        &["service.ready"],
        &["quick_test"],
        &["*"],
        &[],
        &["service.ready", "*.failed"],
        &["service.ready", ">"],
    ] {
        let patterns: Vec<_> = patterns.iter().map(|pattern| Pattern::new(pattern).unwrap()).collect();
        for entity in [None, Some("test-001"), Some("test-002")] {
            let (bus, log) = (EventBus::builder().history(100).build(), Log::new());
            let seen = log.clone();
            let mut builder = patterns.iter().cloned().fold(bus.subscription(), SubscriptionBuilder::pattern);
            if let Some(entity) = entity {
                builder = builder.entity(entity);
            }
            let _subscription = builder.subscribe(move |event: &AnyEnvelope| seen.push(event.id()));
            for entity in ["test-001", "test-002"] {
                let tests = QuickTestEmitter::new(&bus, entity);
                delivered(tests.emit_step(1));
                delivered(tests.emit_failed("no"));
                delivered(ServiceEmitter::new(&bus, tests.entity_id()).emit_ready(80));
            }
            let mut history = patterns.iter().cloned().fold(bus.history(), History::pattern);
            if let Some(entity) = entity {
                history = history.entity(entity);
            }
            let kept: Vec<_> = history.events().iter().map(AnyEnvelope::id).collect();
            assert_eq!(log.take(), kept, "{patterns:?} {entity:?}");
        }
    }
}

#[test]
fn a_history_that_was_taken_does_not_change() {
    let bus = EventBus::builder().history(2).build();
    delivered(quick_test(&bus).emit_step(1));
    let before = bus.history();
    for n in 2..5 {
        delivered(quick_test(&bus).emit_step(n));
    }
    assert_eq!(before.of::<QuickTestStep>()[0].n, 1);
    assert_eq!(steps(&bus), [3, 4]);
}
