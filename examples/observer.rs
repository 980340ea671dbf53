//! Next steps: process events with observers.
//!
//! Run it with `cargo run --example observer`.

use std::error::Error;

use events_core::{AnyEnvelope, Envelope, EventBus, EventType, Observer, ObserverResult, pattern};
use events_examples::quick_test::{Config, QuickTestEmitter, QuickTestEvent, QuickTestFailed, Results};

/// An observer with the interest of the tutorial's: every event of quick tests.
struct TutorialObserver;

impl Observer for TutorialObserver {
    fn is_interested(&self, event_type: &EventType) -> bool {
        event_type.entity_type() == "quick_test"
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        println!("Observed: {} for {}", event.event_type(), event.entity_id());
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let _tutorial = bus.observe(TutorialObserver);

    // A closure over one event type; it is told first.
    let _failures = bus.subscription().priority(10).subscribe(|event: &Envelope<QuickTestFailed>| {
        println!("Failed: {} ({})", event.error_message, event.error_type);
    });

    // A closure over the event enum: a forgotten event does not compile.
    let _summary = bus.subscribe(|event: &QuickTestEvent| match event {
        QuickTestEvent::Created(event) => println!("Summary: {} created", event.test_name),
        QuickTestEvent::Started(event) => println!("Summary: {} started", event.test_name),
        QuickTestEvent::Completed(event) => println!("Summary: success rate {}", event.results.success_rate),
        QuickTestEvent::Failed(_) => println!("Summary: no results"),
    });

    // Everything that matches a pattern. An observer's error stops nobody: it is in the receipt.
    let _strict =
        bus.subscription().pattern(pattern!("*.failed")).subscribe(|_: &AnyEnvelope| Err::<(), _>("a test failed"));

    let test = QuickTestEmitter::new(&bus, "tutorial-test-001");
    let receipt = test.start("Tutorial Connection Test", Config::new())?;
    assert!(receipt.failures().is_empty());
    test.complete("Tutorial Connection Test", Results::new(100, 98))?.into_result()?;

    let receipt =
        test.emit_failed("Tutorial Connection Test", "Connection timeout after 30 seconds", "timeout_error")?;
    let [failure] = receipt.failures() else { return Err("expected one failure".into()) };
    println!("Reported: {failure}");
    assert!(receipt.is_delivered() && !failure.is_panic());

    // The validator of `QuickTestCompleted` refuses a rate that cannot be; nobody is told.
    let impossible = Results { success_rate: 1.5, ..Results::new(100, 100) };
    let error = test.complete("Tutorial Connection Test", impossible).unwrap_err();
    println!("Refused: {error}");
    assert_eq!(
        error.to_string(),
        "event `quick_test.completed` is invalid: `success_rate` is 1.5: must lie between 0 and 1"
    );
    assert_eq!(bus.stats().delivered, 3);
    Ok(())
}
