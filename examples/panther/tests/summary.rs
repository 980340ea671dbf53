//! A record comes to what the run came to; one that lacks an event does not, whichever it is.

use std::time::Duration;

use events_core::{AnyEnvelope, DedupWindow, Emitter, EventBus};
use events_panther::{
    service::ServiceEmitter,
    step::{StepEmitter, StepExecutionFailed, StepSkipped},
    summary::{Summary, Watch},
    test::{TestEmitter, TestFailed},
};

/// A short life of a test and a service: its events, with those of the machines, and what they add up to.
fn run() -> (Vec<AnyEnvelope>, Summary) {
    let bus = EventBus::builder().history(100).build();
    let watch = Watch::on(&bus);
    let (test, server) = (TestEmitter::new(&bus, "test-1"), ServiceEmitter::new(&bus, "server-1"));
    let step = StepEmitter::new(&bus, "test-1-handshake");
    let (step_name, test_case_id) = ("handshake".to_owned(), Some("test-1".to_owned()));
    let attempt = StepExecutionFailed {
        step_name: step_name.clone(),
        test_case_id: test_case_id.clone(),
        error_message: "no answer".to_owned(),
        error_details: None,
        duration: None,
        retry_count: 0,
    };
    let skipped =
        StepSkipped { step_name, test_case_id, skip_reason: "no time is left".to_owned(), skip_condition: None };
    let failed = TestFailed {
        test_name: None,
        error_message: "no network".to_owned(),
        error_type: None,
        phase: Some("steps".to_owned()),
        summary: None,
    };
    let receipts = [
        test.emit_setup_started(),
        server.emit_preparation_started("server"),
        server.emit_preparation_completed("server"),
        server.emit_deployment_started("server", "lab"),
        test.emit_service_setup_started(),
        step.emit(attempt),
        step.emit(skipped),
        test.emit_step_completed("handshake"),
        // Too early, and therefore refused.
        test.emit_teardown_started(),
        test.emit(failed),
        server.emit_destroyed("server"),
    ];
    for receipt in receipts {
        receipt.unwrap().into_result().unwrap();
    }
    (bus.history().events(), watch.summary())
}

/// Whether the events come to this summary, and the machines to what they are recorded to have told.
fn comes_to(events: &[&AnyEnvelope], summary: &Summary) -> bool {
    let bus = EventBus::builder().dedup(DedupWindow::new(1000, Duration::MAX)).build();
    let watch = Watch::on(&bus);
    for &event in events {
        assert!(bus.emit(event).unwrap().failures().is_empty(), "what a machine refuses is no failure");
    }
    watch.summary() == *summary && bus.stats().duplicates == summary.transitions + summary.refusals
}

#[test]
fn a_run_is_added_up() {
    let (_, summary) = run();
    assert_eq!((summary.transitions, summary.refusals), (7, 1));
    assert_eq!((summary.count("test", "failed"), summary.count("service", "destroyed")), (1, 1));
    let test = &summary.tests["test-1"];
    assert_eq!((test.steps_completed, test.steps_failed, test.steps_left_out, test.attempts_failed), (1, 0, 1, 1));
    assert_eq!(test.failure.as_deref(), Some("steps: no network"));
    assert!(test.seconds.is_some());
}

#[test]
fn a_record_comes_to_the_same() {
    let (events, summary) = run();
    assert_eq!(events.len(), 11 + 8, "a transition or a refusal for each but three");
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

#[test]
fn a_summary_is_a_table() {
    let text = run().1.to_string();
    let row: Vec<_> = text.lines().nth(1).unwrap().split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect();
    assert_eq!((row[0], row[1], row[2], row[3], row[4]), ("test-1", "failed", "1 of 1", "1", "1"));
    assert_eq!(row.last(), Some(&"steps: no network"));
    assert!(text.ends_with("7 transitions of state machines, 1 events refused by them"), "{text}");
}
