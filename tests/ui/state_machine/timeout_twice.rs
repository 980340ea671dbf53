//! Two time-outs of one state.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, timeout("30s" => Done), timeout("1m" => Done))]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {}
