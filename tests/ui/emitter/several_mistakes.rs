//! Several mistakes in one emitter: all are reported at once.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_typ = "Quick-Test", bus)]
struct Tests {
    emitter: EntityEmitter,
    #[emitter(entity_type = "quick_test")]
    second: EntityEmitter,
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
    let _ = tests.emit(Started { test_name: "name".to_owned() });
}
