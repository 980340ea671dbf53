//! A set without an order inside another type.

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
    hosts: Option<Vec<HashSet<String>>>,
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = tests.emit_started(None);
}
