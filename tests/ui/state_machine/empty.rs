//! A machine without states.

use events_core::{StateMachine, StateManager};

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {}

fn main() {
    let _ = StateManager::<State>::new();
}
