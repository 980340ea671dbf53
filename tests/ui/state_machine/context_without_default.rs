//! A context that cannot begin.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(context = Tries)]
enum State {
    #[state(initial, on(Started => Done, if = may))]
    Created,
    #[state(terminal)]
    Done,
}

struct Tries(u32);

fn may(_: &Started, tries: &Tries) -> bool {
    tries.0 > 0
}

fn main() {}
