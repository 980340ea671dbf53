//! A transition that is never made, since one without a guard comes first.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Started => Done), on(Started => Failed, if = is_bad))]
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
