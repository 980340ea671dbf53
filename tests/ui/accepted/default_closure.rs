//! A default with a closure of two parameters.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    #[event(default = (|a: u32, b: u32| a + b)(1, 2))]
    value: u32,
}

fn main() {
    let receipt = Tests::new(&EventBus::new(), "test-001").emit_started();
    assert!(receipt.is_ok());
}
