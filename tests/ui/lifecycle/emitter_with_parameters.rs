//! An emitter with a parameter of the event.

use events_core::{Emitter, EntityEmitter, Event, EventBus, StateMachine};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
#[event(emitter = Tests<T>, lifecycle = TestLife)]
struct Measured<T> {
    value: T,
}

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests<T> {
    emitter: EntityEmitter,
    last: std::cell::Cell<Option<T>>,
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Tests<u8>))]
enum TestState {
    #[state(initial, to = Done)]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {
    let _ = Tests::<u8>::new(&EventBus::new(), "test-001").emit_measured(1);
}
