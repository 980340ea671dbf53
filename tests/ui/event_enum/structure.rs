//! A struct as an event enum.

use events_core::{Event, EventBus, EventEnum, Overflow};
use serde::Serialize;

#[derive(Event, Clone, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

#[derive(EventEnum)]
struct TestEvent(Started);

fn main() {
    let _ = TestEvent(Started { test_name: "name".to_owned() }).for_entity("test-001");
    let _ = EventBus::new().stream::<TestEvent>(1, Overflow::Block);
}
