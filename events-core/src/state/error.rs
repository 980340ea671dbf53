//! What is refused, and what would have been allowed.

use alloc::vec::Vec;
use core::fmt::{self, Debug, Display};

use crate::EventType;

/// A transition that the table does not have. The state is unchanged.
///
/// ```
/// use events_core::StateManager;
///
/// let mut state = StateManager::with_transitions("created", [("created", vec!["running"]), ("running", vec![])])?;
/// let error = state.transition_to("created").unwrap_err();
/// assert_eq!(error.to_string(), "no transition from `created` to `created`; allowed: `running`");
/// # Ok::<(), events_core::TableError<&str>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidTransition<S> {
    /// The present state.
    pub from: S,
    /// The state that was asked for; none, where an event was refused.
    pub to: Option<S>,
    /// The type of the event that was refused, if it was one.
    pub event: Option<EventType>,
    /// The states that can follow the present one.
    pub allowed: Vec<S>,
}

impl<S: Display> Display for InvalidTransition<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no transition from `{}`", self.from)?;
        if let Some(to) = &self.to {
            write!(f, " to `{to}`")?;
        }
        if let Some(event) = &self.event {
            write!(f, " on `{event}`")?;
        }
        match self.allowed.split_first() {
            None => write!(f, "; `{}` is terminal", self.from),
            Some((first, rest)) => {
                write!(f, "; allowed: `{first}`")?;
                rest.iter().try_for_each(|state| write!(f, ", `{state}`"))
            }
        }
    }
}

impl<S: Debug + Display> core::error::Error for InvalidTransition<S> {}

/// A run-time table of transitions that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError<S: Debug> {
    /// The initial state is not in the table.
    #[error("the initial state {state:?} is not among the states {states:?}")]
    #[non_exhaustive]
    UnknownInitial {
        /// The initial state.
        state: S,
        /// The states of the table.
        states: Vec<S>,
    },
    /// A transition leads to a state that is not in the table.
    #[error("the transition from {from:?} to {to:?} leads to none of the states {states:?}")]
    #[non_exhaustive]
    UnknownTarget {
        /// Where it leads from.
        from: S,
        /// Where it leads to.
        to: S,
        /// The states of the table.
        states: Vec<S>,
    },
    /// A state stands twice in the table.
    #[error("the state {state:?} stands twice in the table")]
    #[non_exhaustive]
    DuplicateState {
        /// The state.
        state: S,
    },
    /// A state that cannot be reached from the initial one.
    #[error("the state {state:?} cannot be reached from {initial:?}")]
    #[non_exhaustive]
    Unreachable {
        /// The state.
        state: S,
        /// The initial state.
        initial: S,
    },
}
