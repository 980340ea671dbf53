//! Instructions for one question and one step of the tutorial's machine, beside those of a constant table and of `matches!`.

use std::hint::black_box;

use events_core::{AnyEnvelope, Event, StateMachine, StateManager};
use gungraun::{library_benchmark, library_benchmark_group, main};
use serde::Serialize;

/// It runs.
#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {}

/// It ended well.
#[derive(Event, Serialize)]
#[event_type("quick_test.completed")]
struct Completed {}

/// It did not.
#[derive(Event, Serialize)]
#[event_type("quick_test.failed")]
struct Failed {}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    #[state(initial, on(Started => Running))]
    Created,
    #[state(on(Completed => Completed), on(Failed => Failed))]
    Running,
    #[state(terminal)]
    Completed,
    #[state(terminal)]
    Failed,
}

const ALLOWED: [[bool; 4]; 4] = [[false, true, false, false], [false, false, true, true], [false; 4], [false; 4]];

#[library_benchmark]
#[bench::one(State::Running, State::Failed)]
fn can_by_table(from: State, to: State) -> bool {
    let (from, to) = black_box((from, to));
    ALLOWED[from as usize][to as usize]
}

#[library_benchmark]
#[bench::one(State::Running, State::Failed)]
fn can_by_match(from: State, to: State) -> bool {
    matches!(
        black_box((from, to)),
        (State::Created, State::Running) | (State::Running, State::Completed | State::Failed)
    )
}

#[library_benchmark]
#[bench::one(State::Running, State::Failed)]
fn can_ours(from: State, to: State) -> bool {
    let (from, to) = black_box((from, to));
    from.can_transition_to(to)
}

#[library_benchmark]
#[bench::one(State::Running, State::Failed)]
fn step_ours(from: State, to: State) -> Option<State> {
    let (from, to) = black_box((from, to));
    from.transition_to(to).ok()
}

fn running() -> StateManager<State> {
    let mut manager = StateManager::builder().history(0).build();
    manager.transition_to(State::Running).unwrap();
    manager
}

fn failed() -> AnyEnvelope {
    Failed {}.for_entity("test-001").unwrap().erase()
}

#[library_benchmark]
#[bench::one(running())]
fn step_of_manager(mut manager: StateManager<State>) -> (StateManager<State>, bool) {
    let made = black_box(&mut manager).transition_to(black_box(State::Failed)).is_ok();
    (manager, made)
}

#[library_benchmark]
#[bench::one(running(), failed())]
fn apply(mut manager: StateManager<State>, event: AnyEnvelope) -> (StateManager<State>, AnyEnvelope, bool) {
    let made = black_box(&mut manager).apply(black_box(&event)).is_ok();
    (manager, event, made)
}

library_benchmark_group!(
    name = states,
    benchmarks = [can_by_table, can_by_match, can_ours, step_ours, step_of_manager, apply]
);
main!(library_benchmark_groups = states);
