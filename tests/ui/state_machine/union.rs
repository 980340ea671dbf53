//! A union instead of an enum.

use events_core::{StateMachine, StateManager};

#[derive(StateMachine, Clone, Copy)]
union State {
    created: u8,
}

impl std::fmt::Debug for State {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl PartialEq for State {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for State {}

fn main() {
    let state = StateManager::<State>::new();
    let _ = state.state().to_string();
}
