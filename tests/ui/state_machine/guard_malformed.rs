//! Guards that are none.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial)]
    #[state(on(Started => Done, when = is_bad))]
    #[state(on(Started => Done if is_bad))]
    #[state(on(Started => Done, if is_bad))]
    #[state(on(Started => Done, if = |_| true))]
    #[state(on(Started => Done, if = is_bad, 1))]
    #[state(to = Done, if = is_bad)]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {}
