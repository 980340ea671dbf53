//! A state with data.

use events_core::{StateMachine, StateManager};

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, to = [Running])]
    Created,
    #[state(to = [Done])]
    Running(u32),
    #[state(terminal)]
    Done,
}

fn main() {
    let mut state = StateManager::<State>::new();
    let _ = state.transition_to(State::Done);
    let _ = state.state().to_string();
}
