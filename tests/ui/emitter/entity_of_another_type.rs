//! An event whose emitter is for another type of entity.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "service")]
struct Services {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Services)]
struct Started {
    test_name: String,
}

fn main() {
    let _ = Services::new(&EventBus::new(), "test-001").emit_started("name");
}
