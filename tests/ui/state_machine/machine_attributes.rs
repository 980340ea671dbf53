//! What is said of the whole machine, said wrong.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(entity_type = "QuickTest", entity_type = quick_test)]
#[state_machine(serde = true, context)]
#[state_machine(contxt = u32)]
enum State {
    #[state(initial, terminal)]
    Done,
}

fn main() {}
