//! What runs when a state is entered and left.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests, lifecycle = TestLife)]
struct Started {
    test_name: String,
}

fn announce(transition: &events_core::Transition<TestState>) {
    println!("{transition:?}");
}

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Tests))]
enum TestState {
    #[state(initial, on(Started => Running), entry = announce, exit = announce)]
    Created,
    #[state(terminal)]
    Running,
}

fn main() {
    let _ = TestLife::new(&EventBus::new(), "test-001").emit_started("name").unwrap();
}
