//! Two life cycles.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine, StateManager};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    test_name: String,
}

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Tests), lifecycle(OtherLife, emitter = Tests))]
enum TestState {
    #[state(initial, on(Started => Running))]
    Created,
    #[state(terminal)]
    Running,
}

fn main() {
    let _ = Tests::new(&EventBus::new(), "test-001").emit_started("name");
    let _ = StateManager::<TestState>::new().state().to_string();
}
