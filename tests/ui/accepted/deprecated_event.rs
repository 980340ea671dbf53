//! A deprecated event warns its users, not its own derive.

#![deny(warnings)]

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[deprecated = "use another"]
#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    attempt: u32,
}

fn main() {
    let receipt = Tests::new(&EventBus::new(), "test-001").emit_started(1);
    assert!(receipt.is_ok());
}
