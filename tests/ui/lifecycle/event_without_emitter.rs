//! An event with a life cycle and without an emitter.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(lifecycle = TestLife)]
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
    #[state(initial, to = Done)]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {
    let _ = TestLife::new(&EventBus::new(), "test-001");
}
