//! A default that begins with a type in angle brackets.

use std::collections::BTreeMap;

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
    #[event(default = <BTreeMap<String, u32>>::new())]
    value: BTreeMap<String, u32>,
}

fn main() {
    let receipt = Tests::new(&EventBus::new(), "test-001").emit_started();
    assert!(receipt.is_ok());
}
