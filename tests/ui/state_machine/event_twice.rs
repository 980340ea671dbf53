//! One event with two transitions.

use events_core::{Event, StateMachine, StateManager};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Started => Running), on(Started => Done))]
    Created,
    #[state(to = [Done])]
    Running,
    #[state(terminal)]
    Done,
}

fn main() {
    let mut state = StateManager::<State>::new();
    let _ = state.transition_to(State::Done);
    let _ = state.state().to_string();
    let _ = state.apply(&Started {}.for_entity("test-001").unwrap());
}
