//! An emitter whose `new` is another.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests, lifecycle = TestLife)]
struct Started {
    test_name: String,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.completed")]
#[event(emitter = Tests, lifecycle = TestLife)]
struct Completed;

struct Tests {
    emitter: EntityEmitter,
}

impl Tests {
    fn new(emitter: EntityEmitter) -> Self {
        Self { emitter }
    }
}

impl Emitter for Tests {
    const ENTITY_TYPE: &'static str = "quick_test";

    fn entity_emitter(&self) -> &EntityEmitter {
        &self.emitter
    }
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Tests))]
enum TestState {
    #[state(initial, on(Started => Running))]
    Created,
    #[state(on(Completed => Done))]
    Running,
    #[state(terminal)]
    Done,
}

fn main() {
    let emitter = Tests::new(EntityEmitter::new(&EventBus::new(), "test-001"));
    let _ = TestLife::from(emitter).emit_started("name").unwrap();
    let _ = TestLife::new(&EventBus::new(), "test-001");
}
