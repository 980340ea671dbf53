//! A struct as a machine.

use events_core::{StateMachine, StateManager};

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    attempts: u32,
}

fn main() {
    let mut state = StateManager::<State>::new();
    let _ = state.transition_to(State { attempts: 1 });
}
