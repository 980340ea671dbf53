//! A subscription that was never made.

#![deny(unused_must_use)]

use events_core::{Event, EventBus};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {}

fn main() {
    let bus = EventBus::new();
    let event = Started {}.for_entity("test-001").unwrap();
    bus.subscription().priority(1);
    let _ = bus.emit(event);
}
