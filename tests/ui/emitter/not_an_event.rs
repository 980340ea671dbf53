//! A struct that is no event.

use events_core::{Emitter, EntityEmitter, EventBus};

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

struct Started;

fn main() {
    let _ = Tests::new(&EventBus::new(), "test-001").emit(Started);
}
