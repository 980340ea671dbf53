//! A flattened field cannot be left out as one member.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    test_name: String,
    #[serde(flatten)]
    #[event(skip_id)]
    more: BTreeMap<String, u32>,
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = tests.emit_started("name", BTreeMap::new());
}
