//! One event by two names.

use events_core::{Event, StateMachine, StateManager};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.completed")]
struct Completed;

type Finished = Completed;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Completed => Done), on(Finished => Failed))]
    Created,
    #[state(terminal)]
    Done,
    #[state(terminal)]
    Failed,
}

fn main() {
    let mut state = StateManager::<State>::new();
    let _ = state.apply(&Completed.for_entity("test-001").unwrap());
}
