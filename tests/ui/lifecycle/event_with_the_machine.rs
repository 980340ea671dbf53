//! The machine in place of its life cycle.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests, lifecycle = TestState)]
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
    let _ = Tests::new(&EventBus::new(), "test-001").emit_started("name");
}
