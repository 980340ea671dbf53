//! A variant without an event.

use events_core::{Event, EventBus, EventEnum, Overflow};
use serde::Serialize;

#[derive(Event, Clone, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

#[derive(Event, Clone, Serialize)]
#[event_type("quick_test.failed")]
struct Failed {
    error: String,
}

#[derive(EventEnum)]
enum TestEvent {
    Started(Started),
    Failed,
}

fn main() {
    let event = TestEvent::from(Started { test_name: "name".to_owned() });
    let _ = (event.kind(), event.for_entity("test-001"));
    let _ = Failed { error: "no".to_owned() };
    let _ = EventBus::new().stream::<TestEvent>(1, Overflow::Block);
}
