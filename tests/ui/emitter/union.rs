//! A union instead of a struct.

use std::mem::ManuallyDrop;

use events_core::{Emitter, EntityEmitter, EventBus};

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
union Tests {
    emitter: ManuallyDrop<EntityEmitter>,
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = tests.entity_id();
}
