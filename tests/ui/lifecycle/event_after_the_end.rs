//! An event where nothing follows.

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
    #[state(on(Completed => Done))]
    Running,
    #[state(terminal)]
    Done,
}

fn main() {
    let test = TestLife::new(&EventBus::new(), "test-001");
    let test = test.emit_started("name").unwrap().emit_completed().unwrap();
    let _ = test.emit_started("again");
}
