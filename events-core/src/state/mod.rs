//! State machines: a table of states and transitions, and a manager that follows it.

mod error;
mod manager;
#[cfg(feature = "std")]
mod observing;
mod table;

use core::fmt::{Debug, Display};

pub use self::{
    error::{InvalidTransition, TableError},
    manager::{StateManager, Transition, Trigger},
};
use crate::EventType;

/// A closed set of states with the transitions between them, as data.
///
/// Implemented by `#[derive(StateMachine)]`, which checks the table while compiling: unknown states, duplicate transitions,
/// no or two initial states, unreachable states and unmarked dead ends do not compile.
///
/// ```
/// use events_core::{Edge, StateMachine};
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// enum Door {
///     Open,
///     Shut,
/// }
///
/// impl StateMachine for Door {
///     const INITIAL: Self = Self::Open;
///     const STATES: &'static [Self] = &[Self::Open, Self::Shut];
///     const EDGES: &'static [Edge<Self>] = &[Edge::direct(Self::Open, Self::Shut), Edge::direct(Self::Shut, Self::Open)];
///
///     fn name(self) -> &'static str {
///         match self {
///             Self::Open => "open",
///             Self::Shut => "shut",
///         }
///     }
/// }
///
/// impl std::fmt::Display for Door {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         f.write_str(self.name())
///     }
/// }
///
/// assert!(Door::Open.successors().eq([Door::Shut]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a state machine",
    label = "not a state machine",
    note = "add `#[derive(StateMachine)]` to `{Self}`; for states known only at run time use `StateManager::with_transitions`"
)]
pub trait StateMachine: Copy + Eq + Debug + Display + Send + Sync + 'static {
    /// The state a machine begins in.
    const INITIAL: Self;

    /// All states, in the order of the source.
    const STATES: &'static [Self];

    /// All transitions, by source state in the order of the source.
    const EDGES: &'static [Edge<Self>];

    /// The state's name, as it is shown (by `Display` too) and stored.
    fn name(self) -> &'static str;

    /// Whether nothing leads out of this state.
    fn is_terminal(self) -> bool {
        self.successors().next().is_none()
    }

    /// The states that can follow this one, in the order of the source, each once.
    fn successors(self) -> impl Iterator<Item = Self> {
        Self::STATES
            .iter()
            .copied()
            .filter(move |&to| Self::EDGES.iter().any(|edge| edge.from == self && edge.to == to))
    }
}

/// One transition of a [`StateMachine`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge<S> {
    /// The state it leads from.
    pub from: S,
    /// The state it leads to.
    pub to: S,
    /// The event that drives it, if one does.
    pub on: Option<EventType>,
}

impl<S> Edge<S> {
    /// A transition that the program makes itself.
    pub const fn direct(from: S, to: S) -> Self {
        Self { from, to, on: None }
    }

    /// A transition that an event drives.
    pub const fn on(from: S, event: EventType, to: S) -> Self {
        Self { from, to, on: Some(event) }
    }
}
