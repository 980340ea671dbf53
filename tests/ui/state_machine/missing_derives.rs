//! Without the other derives: one error for each.

use events_core::StateMachine;

#[derive(StateMachine)]
enum State {
    #[state(initial, to = Stopped)]
    Running,
    #[state(terminal)]
    Stopped,
}

fn main() {
    let _ = (State::Running, State::Stopped);
}
