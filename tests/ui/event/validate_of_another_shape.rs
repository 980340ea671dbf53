//! A validator that returns no `Result`.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests, validate = Self::check)]
struct Started {
    test_name: String,
}

impl Started {
    fn check(&self) -> bool {
        !self.test_name.is_empty()
    }
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = tests.emit_started("name");
}
