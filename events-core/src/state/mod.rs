//! State machines: a table of states and transitions, and what follows it.

mod conformance;
mod definition;
mod diagram;
mod edge;
mod error;
mod machine;
mod manager;
pub(crate) mod names;
#[cfg(feature = "std")]
mod observing;
mod snapshot;
mod table;
mod transition;
mod walk;

pub use self::{
    conformance::{Conformance, Departure, NonConformance},
    edge::Edge,
    error::{InvalidTransition, RefusedEvent, RestoreError, TableError, UnknownState},
    machine::StateMachine,
    manager::StateManager,
    snapshot::StateSnapshot,
    table::StateTable,
    transition::{Transition, Trigger},
};
