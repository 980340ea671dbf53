//! Where a machine's rules come from: a derived type, or a table built at run time.

use alloc::{sync::Arc, vec::Vec};
use core::{any::Any, fmt, marker::PhantomData};

use super::{Edge, StateMachine, StateTable, Transition, edge::any_timeout};
use crate::EventType;

/// The rules of a machine.
pub(super) enum Definition<S: 'static, C: 'static> {
    Derived(&'static Derived<S, C>),
    Table(Arc<StateTable<S>>),
}

/// A [`StateMachine`] as a value, so that a manager of one and a manager of a table are one type.
pub(super) struct Derived<S: 'static, C> {
    initial: fn() -> S,
    states: &'static [S],
    edges: &'static [Edge<S>],
    timed: bool,
    allows: fn(&S, &S) -> bool,
    holds: fn(usize, &dyn Any, &C) -> bool,
    on_exit: fn(&Transition<S>, &mut C),
    on_entry: fn(&Transition<S>, &mut C),
}

struct Of<S>(PhantomData<S>);

impl<S: StateMachine> Of<S> {
    const DERIVED: &'static Derived<S, S::Context> = &Derived {
        initial: || S::INITIAL,
        states: S::STATES,
        edges: S::EDGES,
        timed: any_timeout(S::EDGES),
        allows: |from, to| from.can_transition_to(*to),
        holds: S::holds,
        on_exit: S::on_exit,
        on_entry: S::on_entry,
    };
}

impl<S: StateMachine> Definition<S, S::Context> {
    pub(super) const fn of_machine() -> Self {
        Self::Derived(Of::<S>::DERIVED)
    }
}

impl<S, C> Definition<S, C> {
    pub(super) fn initial(&self) -> S
    where
        S: Clone,
    {
        match self {
            Self::Derived(derived) => (derived.initial)(),
            Self::Table(table) => table.initial().clone(),
        }
    }

    pub(super) fn states(&self) -> &[S] {
        match self {
            Self::Derived(derived) => derived.states,
            Self::Table(table) => table.states(),
        }
    }

    pub(super) fn edges(&self) -> &[Edge<S>] {
        match self {
            Self::Derived(derived) => derived.edges,
            Self::Table(table) => table.edges(),
        }
    }

    /// Whether any state has a time-out.
    pub(super) fn is_timed(&self) -> bool {
        match self {
            Self::Derived(derived) => derived.timed,
            Self::Table(table) => table.is_timed(),
        }
    }

    /// Whether the event drives a transition of any state.
    pub(super) fn knows(&self, event: &EventType) -> bool {
        self.edges().iter().any(|edge| edge.on.as_ref() == Some(event))
    }

    /// Whether the guard of the transition at this place holds.
    pub(super) fn holds(&self, edge: usize, payload: &dyn Any, context: &C) -> bool {
        match self {
            Self::Derived(derived) => (derived.holds)(edge, payload, context),
            Self::Table(_) => true,
        }
    }

    pub(super) fn on_exit(&self, transition: &Transition<S>, context: &mut C) {
        if let Self::Derived(derived) = self {
            (derived.on_exit)(transition, context);
        }
    }

    pub(super) fn on_entry(&self, transition: &Transition<S>, context: &mut C) {
        if let Self::Derived(derived) = self {
            (derived.on_entry)(transition, context);
        }
    }
}

impl<S: PartialEq, C> Definition<S, C> {
    pub(super) fn allows(&self, from: &S, to: &S) -> bool {
        match self {
            Self::Derived(derived) => (derived.allows)(from, to),
            Self::Table(table) => table.edges().iter().any(|edge| edge.from == *from && edge.to == *to),
        }
    }

    /// The states that can follow, each once: in the order of the source, or that of the table's transitions.
    pub(super) fn successors(&self, from: &S) -> Vec<S>
    where
        S: Clone,
    {
        let mut found = Vec::new();
        match self {
            Self::Derived(derived) => {
                found.extend(derived.states.iter().filter(|to| (derived.allows)(from, to)).cloned());
            }
            Self::Table(table) => {
                for edge in table.edges().iter().filter(|edge| edge.from == *from) {
                    if !found.contains(&edge.to) {
                        found.push(edge.to.clone());
                    }
                }
            }
        }
        found
    }

    /// The states that the program can make follow itself.
    pub(super) fn direct(&self, from: &S) -> Vec<S>
    where
        S: Clone,
    {
        let direct = |edge: &&Edge<S>| edge.from == *from && edge.on.is_none() && edge.after.is_none();
        self.edges().iter().filter(direct).map(|edge| edge.to.clone()).collect()
    }

    /// Whether nothing leads out of the state.
    pub(super) fn is_terminal(&self, state: &S) -> bool {
        !self.edges().iter().any(|edge| edge.from == *state)
    }
}

impl<S, C> Clone for Definition<S, C> {
    fn clone(&self) -> Self {
        match self {
            Self::Derived(derived) => Self::Derived(derived),
            Self::Table(table) => Self::Table(Arc::clone(table)),
        }
    }
}

impl<S: fmt::Debug, C> fmt::Debug for Definition<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition").field("states", &self.states()).finish_non_exhaustive()
    }
}
