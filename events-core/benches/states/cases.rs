//! What is measured of a machine.

use std::{collections::HashMap, hint::black_box, marker::PhantomData};

use events_core::{
    AnyEnvelope, Clock as _, InvalidTransition, StateManager, StateManagerBuilder, StateTable, SystemClock,
};
use rust_fsm::StateMachineImpl as _;
use statig::{Outcome, blocking::IntoStateMachineExt as _};

use crate::{
    forms::{Forms, Handled, dictionary},
    paired::{Case, compare},
    walk::{self, each},
};

/// One step after the other, each of them allowed.
pub(crate) fn step<S: Forms>() -> Vec<String> {
    let walk = walk::allowed::<S>();
    let events: HashMap<S, AnyEnvelope> = S::STATES.iter().map(|&state| (state, state.event())).collect();
    let events: Vec<&AnyEnvelope> = walk.iter().map(|to| &events[to]).collect();
    let dictionary = dictionary::<S>();
    let mut state = S::INITIAL;
    let mut statig = Handled::<S>(PhantomData).state_machine();
    let mut fsm = rust_fsm::StateMachine::<S::Fsm>::new();
    let cases = vec![
        if_allowed("table", &walk, S::in_table),
        if_allowed("table-again", &walk, S::in_table),
        each("ours", &walk, move |to| {
            if let Ok(next) = state.transition_to(to) {
                state = next;
            }
            state
        }),
        if_allowed("match", &walk, S::is_matched),
        if_allowed("hashmap", &walk, |from, to| dictionary.get(&from).is_some_and(|next| next.contains(&to))),
        each("statig", &walk, move |to| {
            statig.handle(&to);
            *statig.state()
        }),
        each("rust-fsm", &walk, move |to| {
            let _ = fsm.consume(&to);
            *fsm.state()
        }),
        #[cfg(bench_peers)]
        each("smlang", &walk, {
            let mut smlang = S::smlang();
            assert!(walk.iter().all(|&to| smlang(to)), "a circle");
            smlang
        }),
        Case::new("clock", || (SystemClock.now(), SystemClock.elapsed())),
        managed("manager", &walk, manager::<S>().history(0).build(), StateManager::transition_to),
        managed("manager-history", &walk, manager::<S>().build(), StateManager::transition_to),
        managed("manager-run-time-table", &walk, run_time::<S>().history(0).build(), StateManager::transition_to),
        managed("apply", &events, manager::<S>().history(0).build(), StateManager::apply),
        managed("apply-history", &events, manager::<S>().build(), StateManager::apply),
    ];
    compare(&format!("states/step-{}", S::STATES.len()), cases)
}

/// All forms are one machine.
pub(crate) fn agree<S: Forms>() {
    let dictionary = dictionary::<S>();
    for (&from, &to) in S::STATES.iter().flat_map(|from| S::STATES.iter().map(move |to| (from, to))) {
        let handled = matches!({ from }.call_handler(&mut Handled(PhantomData), &to, &mut ()), Outcome::Transition(next) if next == to);
        let others = [from.in_table(to), from.is_matched(to), dictionary[&from].contains(&to), handled];
        assert_eq!([from.can_transition_to(to); 4], others, "{from} to {to}");
        assert_eq!(S::Fsm::transition(&from, &to), from.transition_to(to).ok(), "{from} to {to}");
    }
}

/// Whether one state may follow another, for any two.
pub(crate) fn can<S: Forms>() -> Vec<String> {
    let pairs = walk::pairs::<S>();
    let dictionary = dictionary::<S>();
    let cases = vec![
        each("table", &pairs, |(from, to)| from.in_table(to)),
        each("table-again", &pairs, |(from, to)| from.in_table(to)),
        each("ours", &pairs, |(from, to)| from.can_transition_to(to)),
        each("match", &pairs, |(from, to)| from.is_matched(to)),
        each("hashmap", &pairs, |(from, to)| dictionary.get(&from).is_some_and(|next| next.contains(&to))),
        each("rust-fsm", &pairs, |(from, to)| S::Fsm::transition(&from, &to).is_some()),
    ];
    compare(&format!("states/can-{}", S::STATES.len()), cases)
}

fn manager<S: Forms>() -> StateManagerBuilder<S> {
    StateManager::builder()
}

/// The same machine as it is where its table is read from a file.
fn run_time<S: Forms>() -> StateManagerBuilder<S> {
    let table = StateTable::new(S::INITIAL, S::STATES.iter().copied(), S::EDGES.iter().cloned());
    StateManager::table_builder(table.unwrap_or_else(|error| panic!("{error}")))
}

/// Steps that are made where a question is answered with yes.
fn if_allowed<'a, S: Forms>(name: &'static str, walk: &'a [S], allows: impl Fn(S, S) -> bool + 'a) -> Case<'a> {
    let mut state = S::INITIAL;
    each(name, walk, move |to| {
        if allows(state, to) {
            state = to;
        }
        state
    })
}

/// Steps that a manager makes, every one of them.
fn managed<'a, S: Forms, T: Copy, R>(
    name: &'static str,
    inputs: &'a [T],
    mut manager: StateManager<S>,
    step: impl Fn(&mut StateManager<S>, T) -> Result<R, InvalidTransition<S>> + 'a,
) -> Case<'a> {
    each(name, inputs, move |input| black_box(step(&mut manager, input)).is_ok())
}
