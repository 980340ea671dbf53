//! A transition under a condition.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests, lifecycle = TestLife)]
struct Started {
    test_name: String,
}

fn has_a_name(event: &Started) -> bool {
    !event.test_name.is_empty()
}

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Tests))]
enum TestState {
    #[state(initial, on(Started => Running, if = has_a_name))]
    Created,
    #[state(terminal)]
    Running,
}

fn main() {
    let _ = TestLife::new(&EventBus::new(), "test-001").emit_started("name").unwrap();
}
