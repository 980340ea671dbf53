//! A closure over the payload instead of its envelope.

use events_core::{Event, EventBus};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

fn main() {
    let bus = EventBus::new();
    let _ = Started { test_name: "name".to_owned() };
    let _subscription = bus.subscribe(|event: &Started| drop(event.test_name.len()));
}
