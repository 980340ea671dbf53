//! State machines: a table of states and transitions, what follows it, and emitters that cannot but follow it.

mod builder;
#[cfg(feature = "std")]
mod changes;
mod conformance;
#[cfg(feature = "std")]
mod coordinator;
mod definition;
mod diagram;
mod edge;
mod error;
#[cfg(feature = "std")]
mod lifecycle;
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
    builder::{DefaultClock, StateManagerBuilder},
    conformance::{Conformance, Departure, NonConformance},
    edge::Edge,
    error::{InvalidTransition, RefusedEvent, RestoreError, TableError, UnknownState},
    machine::{MachineState, StateMachine},
    manager::StateManager,
    snapshot::StateSnapshot,
    table::StateTable,
    transition::{Transition, Trigger},
};
#[cfg(feature = "std")]
pub use self::{
    changes::{StateChanged, TransitionRefused},
    coordinator::{FollowError, StateCoordinator, StateCoordinatorBuilder},
    lifecycle::{EmittedIn, Follows, LifeState, Lifecycle, NotEmitted},
};
