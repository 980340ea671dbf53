//! A guard that takes something else, and one that decides nothing.

use events_core::{Event, StateMachine};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Started => Created, if = takes_a_number), on(Started => Done, if = decides_nothing))]
    Created,
    #[state(terminal)]
    Done,
}

fn takes_a_number(_: u32) -> bool {
    true
}

fn decides_nothing(_: &Started) {}

fn main() {}
