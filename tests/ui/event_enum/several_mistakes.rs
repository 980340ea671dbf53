//! Several mistakes in one enum: all are reported at once.

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
#[event_enum(tag = "type")]
enum TestEvent<'a, T> {
    Started(Started),
    Again(Started),
    Failed { event: Failed },
    Nothing,
    Borrowed(&'a T),
}

fn main() {
    let event = TestEvent::<'static, u8>::from(Started { test_name: "name".to_owned() });
    let _ = (event.kind(), event.for_entity("test-001"));
    let _ = Failed { error: "no".to_owned() };
    let _ = EventBus::new().stream::<TestEvent<'static, u8>>(1, Overflow::Block);
}
