//! A default with comparisons beside a turbofish.

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
    #[event(default = Vec::<u8>::new().len() < 2 && 3 > 1, skip_id)]
    value: bool,
}

fn main() {
    let receipt = Tests::new(&EventBus::new(), "test-001").emit_started();
    assert!(receipt.is_ok());
}
