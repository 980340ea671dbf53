//! What is refused, and what would have been allowed.

use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt::{self, Debug, Display};

use super::StateMachine;
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
    /// The states that can follow the present one.
    pub allowed: Vec<S>,
    /// The event that was refused, if it was one.
    pub event: Option<Box<RefusedEvent>>,
}

/// An event that a machine does not take in its present state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedEvent {
    /// Its type.
    pub event_type: EventType,
    /// The types of the events that the state takes.
    pub expected: Vec<EventType>,
    /// The guards that did not hold, where the state takes the event only under guards.
    pub guards: Vec<&'static str>,
}

impl<S> InvalidTransition<S> {
    /// A state that cannot follow.
    pub(super) const fn to_state(from: S, to: S, allowed: Vec<S>) -> Self {
        Self { from, to: Some(to), allowed, event: None }
    }
}

/// Writes names, each in backticks, with commas.
pub(super) fn list<T: Display>(f: &mut fmt::Formatter<'_>, names: impl IntoIterator<Item = T>) -> fmt::Result {
    names.into_iter().enumerate().try_for_each(|(n, name)| write!(f, "{}`{name}`", if n == 0 { "" } else { ", " }))
}

impl<S: Display> Display for InvalidTransition<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no transition from `{}`", self.from)?;
        if let Some(to) = &self.to {
            write!(f, " to `{to}`")?;
        }
        let (guards, expected) = match &self.event {
            Some(event) => {
                write!(f, " on `{}`", event.event_type)?;
                (&event.guards[..], &event.expected[..])
            }
            None => (&[][..], &[][..]),
        };
        if !guards.is_empty() {
            f.write_str("; guards that did not hold: ")?;
            list(f, guards)?;
        }
        if self.allowed.is_empty() {
            return write!(f, "; `{}` is terminal", self.from);
        }
        f.write_str("; allowed: ")?;
        list(f, &self.allowed)?;
        if guards.is_empty() && !expected.is_empty() {
            f.write_str("; expected: ")?;
            list(f, expected)?;
        }
        Ok(())
    }
}

impl<S: Debug + Display> core::error::Error for InvalidTransition<S> {}

/// A snapshot that its machine cannot have come to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError<S> {
    /// A state that the machine does not have.
    #[error("the snapshot names the state {state:?}, which the machine does not have")]
    #[non_exhaustive]
    UnknownState {
        /// The state.
        state: S,
    },
    /// A transition that the table does not have, or not for what is said to have made it.
    #[error("transition {number} of the snapshot, from {from:?} to {to:?}, is not in the table")]
    #[non_exhaustive]
    NotAllowed {
        /// Which transition, counted from 1 since the machine began.
        number: u64,
        /// Where it leads from.
        from: S,
        /// Where it leads to.
        to: S,
    },
    /// Two things that should be the same state are not.
    #[error("behind transition {number} the machine was in {expected:?}, and the snapshot goes on from {found:?}")]
    #[non_exhaustive]
    Broken {
        /// After how many transitions.
        number: u64,
        /// The state the history leads to.
        expected: S,
        /// The state it goes on from, or that is said to be the present one.
        found: S,
    },
    /// Fewer transitions were made than are remembered.
    #[error("the snapshot remembers more transitions ({remembered}) than were made ({made})")]
    #[non_exhaustive]
    TooMany {
        /// How many are remembered.
        remembered: usize,
        /// How many were made.
        made: u64,
    },
}

/// Text that names no state of a machine.
///
/// ```
/// # use events_core::{Edge, StateMachine};
/// use events_core::UnknownState;
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// # enum Door { Open, Shut }
/// # impl StateMachine for Door {
/// #     type Context = ();
/// #     const INITIAL: Self = Self::Open;
/// #     const STATES: &'static [Self] = &[Self::Open, Self::Shut];
/// #     const EDGES: &'static [Edge<Self>] = &[Edge::direct(Self::Open, Self::Shut)];
/// #     fn name(self) -> &'static str { match self { Self::Open => "open", Self::Shut => "shut" } }
/// # }
/// # impl std::fmt::Display for Door { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.name()) } }
/// assert_eq!(Door::named("shut"), Some(Door::Shut));
/// let error = UnknownState::of::<Door>("ajar");
/// assert_eq!(error.to_string(), "unknown state `ajar`; expected one of `open`, `shut`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownState {
    /// The text as it was given.
    pub text: String,
    /// The names of the machine's states.
    pub states: Vec<&'static str>,
}

impl UnknownState {
    /// The error for text that names no state of the machine `S`.
    #[must_use]
    pub fn of<S: StateMachine>(text: &str) -> Self {
        Self { text: text.into(), states: S::STATES.iter().map(|state| state.name()).collect() }
    }
}

impl Display for UnknownState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown state `{}`; expected one of ", self.text.escape_debug())?;
        list(f, &self.states)
    }
}

impl core::error::Error for UnknownState {}

/// A run-time table of transitions that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError<S> {
    /// The initial state is not in the table.
    #[error("the initial state {state:?} is not among the states {states:?}")]
    #[non_exhaustive]
    UnknownInitial {
        /// The initial state.
        state: S,
        /// The states of the table.
        states: Vec<S>,
    },
    /// A transition leads from a state that is not in the table.
    #[error("a transition leads from {state:?}, which is none of the states {states:?}")]
    #[non_exhaustive]
    UnknownSource {
        /// The state.
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
    /// One event has two transitions out of one state.
    #[error("the state {from:?} already has a transition on `{event}`")]
    #[non_exhaustive]
    DuplicateEvent {
        /// The state.
        from: S,
        /// The event's type.
        event: EventType,
    },
    /// A state has two time-outs.
    #[error("the state {from:?} already has a time-out")]
    #[non_exhaustive]
    DuplicateTimeout {
        /// The state.
        from: S,
    },
    /// A time-out that is due at once.
    #[error("the time-out of the state {from:?} is due at once: the state could not be seen")]
    #[non_exhaustive]
    ZeroTimeout {
        /// The state.
        from: S,
    },
    /// A transition has a guard, for which a table has no code.
    #[error("the transition from {from:?} to {to:?} has the guard `{guard}`, and a table built at run time has none")]
    #[non_exhaustive]
    Guarded {
        /// Where it leads from.
        from: S,
        /// Where it leads to.
        to: S,
        /// The guard.
        guard: &'static str,
    },
}
