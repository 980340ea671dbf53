//! An event through the emitter of another entity.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Emitter)]
#[emitter(entity_type = "service")]
struct Services {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    test_name: String,
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = Services::new(&EventBus::new(), 1).emit(Started { test_name: "name".to_owned() });
    drop(tests);
}
