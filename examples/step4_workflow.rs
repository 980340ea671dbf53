//! Step 4: a complete test, from its creation to its end.
//!
//! The events, the emitter and the states are in `src/quick_test.rs`. Run it with `cargo run --example step4_workflow`; the
//! same with a real connection is `cargo run --example quick_test`.

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use events_core::{AnyEnvelope, EventBus, StateManager};
use events_examples::quick_test::{Config, QuickTestEmitter, QuickTestState, Results};

const NAME: &str = "Tutorial Connection Test";

fn main() -> Result<(), Box<dyn Error>> {
    println!("=== Starting Test Lifecycle ===");
    assert_eq!(run("tutorial-test-001", Ok(Results::new(100, 98)))?, QuickTestState::Completed);
    assert_eq!(run("tutorial-test-002", Err("Connection timeout after 30 seconds"))?, QuickTestState::Failed);
    Ok(())
}

/// Runs one test with a given outcome, and returns the state it ended in.
fn run(test_id: &str, outcome: Result<Results, &str>) -> Result<QuickTestState, Box<dyn Error>> {
    let bus = EventBus::new();
    let state = Arc::new(Mutex::new(StateManager::<QuickTestState>::new()));
    let followed = Arc::clone(&state);
    let _follower = bus.subscribe(move |event: &AnyEnvelope| {
        followed.lock().unwrap_or_else(PoisonError::into_inner).apply(event).map(drop)
    });
    let test = QuickTestEmitter::new(&bus, test_id);

    let config = Config::from([("timeout".into(), 30.into()), ("retry_count".into(), 3.into())]);
    test.emit_created(NAME, config.clone())?.into_result()?;
    println!("✓ Test created");

    test.start(NAME, config)?.into_result()?;
    println!("✓ Test started");

    thread::sleep(Duration::from_millis(100)); // Simulate test work.

    match outcome {
        Ok(results) => {
            test.complete(NAME, results)?.into_result()?;
            println!("✓ Test completed successfully");
        }
        Err(message) => {
            test.emit_failed(NAME, message, "timeout_error")?.into_result()?;
            println!("✗ Test failed");
        }
    }
    let state = state.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(state.history().len(), 2);
    Ok(*state.state())
}
