//! Step 3: create a state manager.
//!
//! Run it with `cargo run --example step3_states`.

use std::{collections::HashMap, error::Error};

use events_core::{StateMachine, StateManager};

/// The life of a custom test. A state that does not exist, cannot be reached or leads nowhere does not compile.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum MyTestState {
    #[state(initial, to = [Running])]
    Created,
    #[state(to = [Completed, Failed])]
    Running,
    #[state(terminal)]
    Completed,
    #[state(terminal)]
    Failed,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut state = StateManager::<MyTestState>::new();
    println!("Initial state: {}", state.state());

    let success = state.transition_to(MyTestState::Running).is_ok();
    println!("Transition to RUNNING: {success}");
    assert!(success);

    let refused = state.transition_to(MyTestState::Created).unwrap_err();
    println!("Invalid transition back: {refused}");
    assert_eq!(refused.to_string(), "no transition from `running` to `created`; allowed: `completed`, `failed`");
    assert_eq!(state.state(), &MyTestState::Running);

    let success = state.transition_to(MyTestState::Completed).is_ok();
    println!("Transition to COMPLETED: {success}");
    assert!(success && state.is_terminal());

    // The same machine as a table known only at run time, checked when it is built.
    let table = HashMap::from([
        ("created", vec!["running"]),
        ("running", vec!["completed", "failed"]),
        ("completed", vec![]),
        ("failed", vec![]),
    ]);
    let mut state = StateManager::with_transitions("created", table)?;
    state.transition_to("running")?;
    state.transition_to("failed")?;
    let path: Vec<_> = state.history().map(|step| step.to).collect();
    println!("Run-time table: created, {}", path.join(", "));
    assert_eq!(path, ["running", "failed"]);
    Ok(())
}
