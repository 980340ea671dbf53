//! A hook for leaving a state that is never left.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, to = Done)]
    Created,
    #[state(terminal, exit = left)]
    Done,
}

fn left(_: &events_core::Transition<State>) {}

fn main() {}
