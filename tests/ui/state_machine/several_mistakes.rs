//! Several mistakes in one machine: all are reported at once.

use events_core::{StateMachine, StateManager};

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, to = [Runing], to = [Created, Created])]
    Created,
    #[state(initial, to = [Done])]
    Running,
    #[state(terminal, to = [Created])]
    Done,
    Lost,
    #[state(termnal)]
    Gone(u8),
}

fn main() {
    let mut state = StateManager::<State>::new();
    let _ = state.transition_to(State::Done);
    let _ = state.state().to_string();
}
