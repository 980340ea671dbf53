//! A state without a name.

use events_core::StateMachine;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, to = Done, name = "")]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {}
