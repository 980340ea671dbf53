//! Time-outs that are none.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial)]
    #[state(timeout)]
    #[state(timeout = "30s")]
    #[state(timeout(30 => Done))]
    #[state(timeout("30" => Done))]
    #[state(timeout("0s" => Done))]
    #[state(timeout("30s"))]
    #[state(timeout("30s" => Done, 1))]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {}
