//! Step 2: create an event emitter.
//!
//! Run it with `cargo run --example step2_emitter`.

use std::error::Error;

use chrono::{DateTime, Utc};
use events_core::{AnyEnvelope, Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

/// A custom test started.
#[derive(Event, Debug, Serialize)]
#[event_type("my_test.started")]
#[event(entity_type = "custom_test", emitter = MyTestEmitter)]
struct MyTestStarted {
    test_name: String,
    #[event(now)]
    start_time: DateTime<Utc>,
}

/// A custom test ended.
#[derive(Event, Debug, Serialize)]
#[event_type("my_test.completed")]
#[event(entity_type = "custom_test", emitter = MyTestEmitter)]
struct MyTestCompleted {
    test_name: String,
    #[event(now)]
    end_time: DateTime<Utc>,
    /// In seconds.
    duration: f64,
}

/// Emits the events of one custom test: `emit_started` and `emit_completed` come from the events above.
#[derive(Emitter, Debug)]
#[emitter(entity_type = "custom_test")]
struct MyTestEmitter {
    emitter: EntityEmitter,
}

fn main() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let _printer =
        bus.subscribe(|event: &AnyEnvelope| println!("Emitted: {} for {}", event.event_type(), event.entity_id()));

    let emitter = MyTestEmitter::new(&bus, "test-001");
    emitter.emit_started("Connection Test")?.into_result()?;
    let receipt = emitter.emit_completed("Connection Test", 0.25)?;

    assert!(receipt.is_delivered());
    assert_eq!(bus.stats().delivered, 2);

    // An emitter without an entity tells nobody, and says why.
    let error = MyTestEmitter::new(&bus, "").emit_started("Connection Test").unwrap_err();
    assert_eq!(
        error.to_string(),
        "event `my_test.started` has no entity: invalid entity id \"\": an entity id must not be empty"
    );
    Ok(())
}
