//! A mistake in a machine with a life cycle: its type is there all the same.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests, lifecycle = TestLife)]
struct Started {
    test_name: String,
}

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Tests))]
enum TestState {
    #[state(initial, on(Started => Runing))]
    Created,
    #[state(terminal)]
    Running,
}

fn main() {
    let test = TestLife::new(&EventBus::new(), "test-001");
    let _ = test.emit_started("name").unwrap();
}
