//! An enum with a parameter: what is generated has it all the same.

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
enum TestEvent<T> {
    Started(Started),
    Failed(Failed),
    Other(T),
}

fn main() {
    let event = TestEvent::<Failed>::from(Started { test_name: "name".to_owned() });
    let _ = (event.kind(), TestEvent::<Failed>::TYPES, TestEventKind::Other);
    let _ = serde_json::to_string(&event);
    let _ = event.for_entity("test-001");
    let _ = Failed { error: "no".to_owned() };
    let _ = EventBus::new().stream::<TestEvent<Failed>>(1, Overflow::Block);
}
