//! A table of transitions known only at run time, checked when it is built.

use alloc::{string::String, vec, vec::Vec};
use core::fmt::Display;
use core::time::Duration;

use super::{Edge, TableError, diagram::Diagram, edge::any_timeout};

/// The states and transitions of a machine that is known only at run time.
///
/// ```
/// use std::time::Duration;
/// use events_core::{Edge, EventType, StateManager, StateTable};
///
/// let started = EventType::new("quick_test.started")?; // from a file, perhaps
/// let table = StateTable::new(
///     "created",
///     ["created", "running", "done"],
///     [
///         Edge::on("created", started, "running"),
///         Edge::direct("running", "done"),
///         Edge::after("running", Duration::from_secs(60), "done"),
///     ],
/// )?;
/// let mut state = StateManager::table_builder(table).build();
/// state.transition_to("running")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateTable<S> {
    initial: S,
    states: Vec<S>,
    edges: Vec<Edge<S>>,
    timed: bool,
}

impl<S: Clone + Eq> StateTable<S> {
    /// A table of these states and transitions.
    ///
    /// # Errors
    ///
    /// [`TableError`]: a state stands twice, the initial state or an end of a transition is not among the states, a state
    /// cannot be reached from the initial one, an event has two transitions out of one state, a state two time-outs or one that is due at once, or a
    /// transition a guard, for which a table has no code.
    pub fn new(
        initial: S,
        states: impl IntoIterator<Item = S>,
        edges: impl IntoIterator<Item = Edge<S>>,
    ) -> Result<Self, TableError<S>> {
        let edges: Vec<_> = edges.into_iter().collect();
        let timed = any_timeout(&edges);
        let table = Self { initial, states: states.into_iter().collect(), edges, timed };
        table.check_states()?;
        table.check_edges()?;
        table.check_reachable()?;
        Ok(table)
    }

    /// A table of direct transitions: for each state those that can follow it.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_transitions<T>(initial: S, rows: impl IntoIterator<Item = (S, T)>) -> Result<Self, TableError<S>>
    where
        T: IntoIterator<Item = S>,
    {
        let mut states = Vec::new();
        let mut edges = Vec::new();
        for (from, targets) in rows {
            edges.extend(targets.into_iter().map(|to| Edge::direct(from.clone(), to)));
            states.push(from);
        }
        Self::new(initial, states, edges)
    }

    fn check_states(&self) -> Result<(), TableError<S>> {
        if let Some(at) = (1..self.states.len()).find(|&at| self.states[..at].contains(&self.states[at])) {
            return Err(TableError::DuplicateState { state: self.states[at].clone() });
        }
        if !self.states.contains(&self.initial) {
            return Err(TableError::UnknownInitial { state: self.initial.clone(), states: self.states.clone() });
        }
        Ok(())
    }

    fn check_edges(&self) -> Result<(), TableError<S>> {
        for (at, edge) in self.edges.iter().enumerate() {
            let earlier = || self.edges[..at].iter().filter(|earlier| earlier.from == edge.from);
            if !self.states.contains(&edge.from) {
                return Err(TableError::UnknownSource { state: edge.from.clone(), states: self.states.clone() });
            }
            if !self.states.contains(&edge.to) {
                let (from, to) = (edge.from.clone(), edge.to.clone());
                return Err(TableError::UnknownTarget { from, to, states: self.states.clone() });
            }
            if let Some(guard) = edge.guard {
                return Err(TableError::Guarded { from: edge.from.clone(), to: edge.to.clone(), guard });
            }
            if let Some(event) = &edge.on
                && earlier().any(|earlier| earlier.on.as_ref() == Some(event))
            {
                return Err(TableError::DuplicateEvent { from: edge.from.clone(), event: event.clone() });
            }
            if edge.after == Some(Duration::ZERO) {
                return Err(TableError::ZeroTimeout { from: edge.from.clone() });
            }
            if edge.after.is_some() && earlier().any(|earlier| earlier.after.is_some()) {
                return Err(TableError::DuplicateTimeout { from: edge.from.clone() });
            }
        }
        Ok(())
    }

    fn check_reachable(&self) -> Result<(), TableError<S>> {
        let index = |wanted: &S| self.states.iter().position(|state| state == wanted);
        let mut reached = vec![false; self.states.len()];
        let mut open: Vec<usize> = index(&self.initial).into_iter().collect();
        while let Some(at) = open.pop() {
            if !core::mem::replace(&mut reached[at], true) {
                let out = self.edges.iter().filter(|edge| edge.from == self.states[at]);
                open.extend(out.filter_map(|edge| index(&edge.to)));
            }
        }
        match reached.iter().position(|reached| !reached) {
            Some(at) => Err(TableError::Unreachable { state: self.states[at].clone(), initial: self.initial.clone() }),
            None => Ok(()),
        }
    }
}

impl<S> StateTable<S> {
    /// The state a machine begins in.
    pub fn initial(&self) -> &S {
        &self.initial
    }

    /// All states, in the order given.
    pub fn states(&self) -> &[S] {
        &self.states
    }

    /// All transitions, in the order given.
    pub fn edges(&self) -> &[Edge<S>] {
        &self.edges
    }

    /// Whether any state has a time-out.
    pub(super) fn is_timed(&self) -> bool {
        self.timed
    }
}

impl<S: Eq + Display> StateTable<S> {
    /// The machine as a Mermaid state diagram: see [`StateMachine::mermaid`](crate::StateMachine::mermaid).
    ///
    /// ```
    /// use events_core::StateTable;
    ///
    /// let table = StateTable::from_transitions("created", [("created", vec!["done"]), ("done", vec![])])?;
    /// assert_eq!(table.mermaid(), "stateDiagram-v2\n    [*] --> created\n    created --> done\n    done --> [*]\n");
    /// # Ok::<(), events_core::TableError<&str>>(())
    /// ```
    pub fn mermaid(&self) -> String {
        Diagram::of(&self.initial, &self.states, &self.edges).mermaid()
    }

    /// The machine in the DOT language: see [`StateMachine::dot`](crate::StateMachine::dot).
    pub fn dot(&self) -> String {
        Diagram::of(&self.initial, &self.states, &self.edges).dot()
    }
}
