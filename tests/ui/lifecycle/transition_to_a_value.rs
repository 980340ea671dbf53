//! A transition to a state that is a value.

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

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Tests))]
enum TestState {
    #[state(initial, on(Started => Running))]
    Created,
    #[state(on(Completed => Done), to = Created)]
    Running,
    #[state(terminal)]
    Done,
}

fn main() {
    let test = TestLife::new(&EventBus::new(), "test-001").emit_started("name").unwrap();
    let _ = test.transition_to(TestState::Created);
}
