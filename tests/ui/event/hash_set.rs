//! A set without an order.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;
use std::collections::HashSet;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    hosts: HashSet<String>,
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = tests.emit_started(HashSet::new());
}
