//! A union as an event.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::{Serialize, Serializer};

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Event)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
union Started {
    attempt: u32,
}

impl Serialize for Started {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

fn main() {
    let _ = Tests::new(&EventBus::new(), "test-001").emit(Started { attempt: 1 });
}
