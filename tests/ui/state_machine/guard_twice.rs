//! Two transitions on one event under one guard.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Started => Done, if = is_bad), on(Started => Failed, if = is_bad))]
    Created,
    #[state(terminal)]
    Done,
    #[state(terminal)]
    Failed,
}

fn is_bad(_: &Started) -> bool {
    true
}

fn main() {}
