//! A life cycle around something else.

use events_core::StateMachine;

struct Other;

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(TestLife, emitter = Other))]
enum TestState {
    #[state(initial, to = Done)]
    Created,
    #[state(terminal)]
    Done,
}

fn main() {
    let _ = Other;
}
