//! An event of a struct that is no emitter.

use events_core::{Event, EventBus};
use serde::Serialize;

struct Tests;

impl Tests {
    fn new(_: &EventBus, _: &str) -> Self {
        Self
    }
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    test_name: String,
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = tests.emit_started("name");
}
