//! An event that may not have been emitted.

#![deny(unused_must_use)]

use events_core::{Event, EventBus};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {}

fn main() {
    let bus = EventBus::new();
    let event = Started {}.for_entity("test-001").unwrap();
    bus.emit(event);
}
