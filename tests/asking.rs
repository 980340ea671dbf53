//! Observers that emit when they are asked whether they are interested.

use std::time::Duration;

use events_core::{AnyEnvelope, DedupWindow, EventBus, EventType, Observer, ObserverResult};

use crate::domain::{Log, QuickTestStep, delivered, quick_test};

/// Emits when it is asked whether it is interested.
struct Eager(EventBus, Log<&'static str>);

impl Observer for Eager {
    fn is_interested(&self, event_type: &EventType) -> bool {
        if event_type.name() == "step" {
            self.1.push(if quick_test(&self.0).emit_failed("asked").unwrap().is_queued() {
                "queued"
            } else {
                "at once"
            });
        }
        true
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        self.1.push(event.event_type().name());
        Ok(())
    }
}

#[test]
fn an_observer_may_emit_when_it_is_asked() {
    let (bus, log) = (EventBus::new(), Log::new());
    let _subscription = bus.observe(Eager(bus.clone(), log.clone()));
    delivered(quick_test(&bus).emit_step(1));
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(log.take(), ["queued", "step", "failed", "step"]);
}

/// Emits the very type that it is asked about.
struct Circular(EventBus, Log<u32>);

impl Observer for Circular {
    fn is_interested(&self, _: &EventType) -> bool {
        assert!(quick_test(&self.0).emit_step(100).unwrap().is_queued());
        true
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        self.1.push(event.payload::<QuickTestStep>().unwrap().n);
        Ok(())
    }
}

#[test]
fn an_observer_that_emits_the_type_it_is_asked_about_ends_in_no_circle() {
    for window in [DedupWindow::new(0, Duration::ZERO), DedupWindow::new(10, Duration::from_secs(60))] {
        let (bus, log) = (EventBus::builder().dedup(window).build(), Log::new());
        let _subscription = bus.observe(Circular(bus.clone(), log.clone()));
        delivered(quick_test(&bus).emit_step(1));
        assert_eq!(log.take(), [1, 100]);
        assert_eq!(bus.stats().delivered, 2);
    }
}

#[test]
fn observers_are_not_asked_about_a_duplicate() {
    let (bus, log) = (EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build(), Log::new());
    delivered(quick_test(&bus).emit_step(1));
    let _subscription = bus.observe(Eager(bus.clone(), log.clone()));
    assert!(quick_test(&bus).emit_step(1).unwrap().is_duplicate());
    assert!(log.take().is_empty());
}
