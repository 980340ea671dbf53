//! Step 1: create your first event.
//!
//! Run it with `cargo run --example step1_create_event`.

use chrono::{DateTime, Utc};
use events_core::{EnvelopeError, Event};
use serde::Serialize;

/// A custom test started.
#[derive(Event, Debug, Serialize)]
#[event_type("my_test.started")]
#[event(entity_type = "custom_test")]
struct MyTestStarted {
    test_name: String,
    start_time: DateTime<Utc>,
}

fn main() -> Result<(), EnvelopeError> {
    let start_time = Utc::now();
    let event = MyTestStarted { test_name: "Connection Test".into(), start_time }.for_entity("test-001")?;

    println!("Created event: {}", event.event_type());
    println!("Event UUID: {}", event.id());

    // The envelope is immutable and reads like the payload.
    assert_eq!(event.test_name, "Connection Test");
    assert_eq!((event.entity_type(), event.entity_id().as_str()), ("custom_test", "test-001"));
    assert_eq!(event.start_time, start_time);

    // The id follows from the content: the same content, created again, has the same id.
    let again = MyTestStarted { test_name: "Connection Test".into(), start_time }.for_entity("test-001")?;
    assert_eq!(again.id(), event.id());
    Ok(())
}
