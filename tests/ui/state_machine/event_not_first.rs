//! The next state before the event.

use events_core::{Event, StateMachine, StateManager};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.completed")]
struct Completed;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Done, Completed))]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {
    let mut state = StateManager::<State>::new();
    let _ = state.apply(&Completed.for_entity("test-001").unwrap());
    let _ = State::Done;
}
