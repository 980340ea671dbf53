//! Hooks that take something else.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, to = Done, exit = takes_nothing)]
    Created,
    #[state(terminal, entry = takes_an_event)]
    Done,
}

fn takes_nothing() {}

fn takes_an_event(_: &Started) {}

fn main() {}
