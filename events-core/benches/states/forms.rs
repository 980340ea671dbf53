//! What is asked of a machine, so that it can be measured in each of its forms.

use std::{collections::HashMap, fmt::Debug, hash::Hash, marker::PhantomData};

use events_core::{AnyEnvelope, Event, StateMachine};
use rust_fsm::StateMachineImpl;
use statig::blocking::{IntoStateMachine, State};

/// Events without a payload.
macro_rules! events {
    ($($event:ident = $name:literal),*) => {$(
        #[derive(events_core::Event, serde::Serialize)]
        #[event_type($name)]
        struct $event {}
    )*};
}
pub(crate) use events;

pub(crate) fn sealed(event: impl Event) -> AnyEnvelope {
    event.for_entity("service-001").unwrap_or_else(|error| panic!("{error}")).erase()
}

/// A machine whose states are also the inputs that lead to them.
pub(crate) trait Forms: StateMachine<Context = ()> + Hash + State<Handled<Self>> {
    /// The same as a table of rust-fsm.
    type Fsm: StateMachineImpl<State = Self, Input = Self>;

    /// An event that leads to this state.
    fn event(self) -> AnyEnvelope;

    /// Whether the constant table has the transition.
    fn in_table(self, to: Self) -> bool;

    /// Whether `matches!` finds the transition, as it is written by hand.
    fn is_matched(self, to: Self) -> bool;

    /// A machine of smlang, and how it is told the next state.
    #[cfg(bench_peers)]
    fn smlang() -> impl FnMut(Self) -> bool;
}

/// The machine of statig, whose handler is that of the states.
#[derive(Debug)]
pub(crate) struct Handled<S>(pub(crate) PhantomData<S>);

impl<S: Forms> IntoStateMachine for Handled<S> {
    type Event<'event> = S;
    type Context<'context> = ();
    type State = S;
    type Superstate<'sub> = ();

    fn initial() -> S {
        S::INITIAL
    }
}

/// The table as the Python system has it, a dictionary of lists.
pub(crate) fn dictionary<S: Forms>() -> HashMap<S, Vec<S>> {
    S::STATES.iter().map(|&from| (from, from.successors().collect())).collect()
}
