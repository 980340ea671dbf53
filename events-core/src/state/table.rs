//! The two kinds of table behind a manager: one known while compiling, one built at run time.

use alloc::{vec, vec::Vec};
use core::fmt::Debug;

use super::{Edge, StateMachine, TableError};

/// The transitions of a machine.
#[derive(Clone, Debug)]
pub(super) enum Table<S: 'static> {
    Static(&'static [Edge<S>]),
    Runtime(Vec<(S, Vec<S>)>),
}

impl<S: StateMachine> Table<S> {
    pub(super) const fn of_machine() -> Self {
        Self::Static(S::EDGES)
    }
}

impl<S: Clone + Eq + Debug> Table<S> {
    /// A table built at run time, checked as the derive checks one while compiling.
    pub(super) fn new<T>(initial: &S, transitions: impl IntoIterator<Item = (S, T)>) -> Result<Self, TableError<S>>
    where
        T: IntoIterator<Item = S>,
    {
        let rows: Vec<(S, Vec<S>)> =
            transitions.into_iter().map(|(from, to)| (from, to.into_iter().collect())).collect();
        let states = || rows.iter().map(|(state, _)| state.clone()).collect();
        let index = |wanted: &S| rows.iter().position(|(state, _)| state == wanted);
        if let Some((state, _)) =
            rows.iter().enumerate().find_map(|(at, row)| (index(&row.0) != Some(at)).then_some(row))
        {
            return Err(TableError::DuplicateState { state: state.clone() });
        }
        let Some(start) = index(initial) else {
            return Err(TableError::UnknownInitial { state: initial.clone(), states: states() });
        };
        let mut reached = vec![false; rows.len()];
        reached[start] = true;
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            for to in &rows[at].1 {
                if let Some(next) = index(to)
                    && !core::mem::replace(&mut reached[next], true)
                {
                    open.push(next);
                }
            }
        }
        for (from, targets) in &rows {
            if let Some(to) = targets.iter().find(|to| index(to).is_none()) {
                return Err(TableError::UnknownTarget { from: from.clone(), to: to.clone(), states: states() });
            }
        }
        if let Some(at) = reached.iter().position(|reached| !reached) {
            return Err(TableError::Unreachable { state: rows[at].0.clone(), initial: initial.clone() });
        }
        Ok(Self::Runtime(rows))
    }

    /// The states that can follow, each once.
    pub(super) fn successors(&self, from: &S) -> Vec<S> {
        let mut found = Vec::new();
        let mut add = |state: &S| {
            if !found.contains(state) {
                found.push(state.clone());
            }
        };
        match self {
            Self::Static(edges) => edges.iter().filter(|edge| edge.from == *from).for_each(|edge| add(&edge.to)),
            Self::Runtime(rows) => {
                rows.iter().filter(|(state, _)| state == from).flat_map(|(_, targets)| targets).for_each(add);
            }
        }
        found
    }

    pub(super) fn allows(&self, from: &S, to: &S) -> bool {
        match self {
            Self::Static(edges) => edges.iter().any(|edge| edge.from == *from && edge.to == *to),
            Self::Runtime(rows) => rows.iter().any(|(state, targets)| state == from && targets.contains(to)),
        }
    }

    /// The transitions that events drive; a run-time table has none.
    pub(super) fn driven(&self) -> &'static [Edge<S>] {
        match self {
            Self::Static(edges) => edges,
            Self::Runtime(_) => &[],
        }
    }
}
