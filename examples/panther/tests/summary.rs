//! A record comes to what the run came to; one that lacks an event does not, whichever it is.

use events_core::{AnyEnvelope, EventBus};
use events_panther::{
    service::ServiceEmitter,
    summary::{Summary, Watch},
    test::TestEmitter,
};

/// A short life of a test and a service: its events, with those of the machines, and what they add up to.
fn run() -> (Vec<AnyEnvelope>, Summary) {
    let bus = EventBus::builder().history(100).build();
    let watch = Watch::run(&bus);
    let (test, server) = (TestEmitter::new(&bus, "test-1"), ServiceEmitter::new(&bus, "server-1"));
    let receipts = [
        test.emit_setup_started(),
        server.emit_preparation_started("server"),
        server.emit_preparation_completed("server"),
        server.emit_deployment_started("server", "lab"),
        test.emit_service_setup_started(),
        test.emit_step_completed("handshake"),
        test.emit_failed("no network"),
        server.emit_destroyed("server"),
    ];
    for receipt in receipts {
        receipt.unwrap().into_result().unwrap();
    }
    let summary = watch.summary();
    assert_eq!((summary.states.clone(), summary.refused), (watch.announced(), 0));
    (bus.history().events(), summary)
}

/// Whether the events come to this summary, as `panther_replay` asks.
fn comes_to(events: &[&AnyEnvelope], summary: &Summary) -> bool {
    let bus = EventBus::new();
    let watch = Watch::replay(&bus);
    for &event in events {
        if bus.emit(event).unwrap().into_result().is_err() {
            return false;
        }
    }
    watch.summary() == *summary && watch.announced() == summary.states
}

#[test]
fn a_record_comes_to_the_same() {
    let (events, summary) = run();
    assert_eq!(events.len(), 8 + 7, "a transition for each but one");
    assert!(comes_to(&events.iter().collect::<Vec<_>>(), &summary));
}

#[test]
fn whatever_is_missing_is_noticed() {
    let (events, summary) = run();
    for missing in &events {
        let others: Vec<_> = events.iter().filter(|event| event.id() != missing.id()).collect();
        assert!(!comes_to(&others, &summary), "without {} of {}", missing.event_type(), missing.entity_id());
    }
}
