//! A transition on something that is no event.

use events_core::{StateMachine, StateManager};

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Ready => Done))]
    Created,
    #[state(terminal)]
    Done,
}

struct Ready;

fn main() {
    let mut state = StateManager::<State>::new();
    let _ = state.transition_to(State::Done);
    let _ = state.state().to_string();
}
