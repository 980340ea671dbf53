//! A machine at rest: what is stored of it, and the check that it can have come there.

use alloc::{collections::VecDeque, vec::Vec};
use core::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Edge, RestoreError, Transition, Trigger,
    definition::Definition,
    walk::{Moment, Walk},
};

/// A machine as it is stored: state, history and context, without its rules.
///
/// ```
/// use events_core::{StateManager, StateSnapshot, StateTable};
///
/// let rows = [("created", vec!["running"]), ("running", vec!["done"]), ("done", vec![])];
/// let rows = rows.map(|(from, to)| (from.to_owned(), to.into_iter().map(str::to_owned)));
/// let table = StateTable::from_transitions("created".to_owned(), rows)?;
/// let mut state = StateManager::table_builder(table.clone()).build();
/// state.transition_to("running".into())?;
///
/// let stored = serde_json::to_string(&state.snapshot())?;
/// let snapshot: StateSnapshot<String> = serde_json::from_str(&stored)?;
/// let restored = StateManager::table_builder(table.clone()).restore(snapshot)?;
/// assert_eq!(restored.state(), "running");
///
/// // A history that the table does not allow is refused.
/// let forged = stored.replace("\"to\":\"running\"", "\"to\":\"done\"");
/// let snapshot: StateSnapshot<String> = serde_json::from_str(&forged)?;
/// let error = StateManager::table_builder(table).restore(snapshot).unwrap_err();
/// assert_eq!(error.to_string(), "transition 1 of the snapshot, from \"created\" to \"done\", is not in the table");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateSnapshot<S, C = ()> {
    state: S,
    entered: DateTime<Utc>,
    transitions: u64,
    capacity: usize,
    history: Vec<Transition<S>>,
    context: C,
}

impl<S: Clone, C: Clone> StateSnapshot<S, C> {
    pub(super) fn of(walk: &Walk<S, C>) -> Self {
        Self {
            state: walk.state.clone(),
            entered: walk.entered.time,
            transitions: walk.made,
            capacity: walk.capacity,
            history: walk.history.iter().cloned().collect(),
            context: walk.context.clone(),
        }
    }
}

impl<S, C> StateSnapshot<S, C> {
    /// The state the machine was in.
    pub fn state(&self) -> &S {
        &self.state
    }

    /// Since when, by the wall clock.
    pub fn entered_at(&self) -> DateTime<Utc> {
        self.entered
    }

    /// How many transitions were made since the machine began, forgotten ones included.
    pub fn transitions(&self) -> u64 {
        self.transitions
    }

    /// The transitions that are remembered, oldest first.
    pub fn history(&self) -> &[Transition<S>] {
        &self.history
    }

    /// What the machine remembers beside its state.
    pub fn context(&self) -> &C {
        &self.context
    }
}

impl<S: Clone + Eq, C> StateSnapshot<S, C> {
    pub(super) fn into_walk(self, definition: Definition<S, C>, now: Moment) -> Result<Walk<S, C>, RestoreError<S>> {
        self.check(&definition)?;
        let asleep = (now.time - self.entered).to_std().unwrap_or(Duration::ZERO);
        let entered = Moment { time: self.entered, elapsed: now.elapsed.saturating_sub(asleep) };
        let mut walk = Walk {
            definition,
            state: self.state,
            entered,
            made: self.transitions,
            history: VecDeque::from(self.history),
            capacity: self.capacity,
            context: self.context,
        };
        walk.remember(self.capacity);
        Ok(walk)
    }

    /// The history is a way through the table, from the initial state if nothing of it is forgotten, to the present one.
    fn check(&self, definition: &Definition<S, C>) -> Result<(), RestoreError<S>> {
        let remembered = self.history.len();
        let Some(forgotten) = self.transitions.checked_sub(remembered as u64) else {
            return Err(RestoreError::TooMany { remembered, made: self.transitions });
        };
        if !definition.states().contains(&self.state) {
            return Err(RestoreError::UnknownState { state: self.state.clone() });
        }
        let initial = definition.initial();
        let mut reached = (forgotten == 0).then_some(&initial);
        for (transition, number) in self.history.iter().zip(forgotten..) {
            let Transition { from, to, trigger, .. } = transition;
            follows(reached, from, number)?;
            if !definition.edges().iter().any(|edge| explains(edge, from, to, trigger.as_ref())) {
                return Err(RestoreError::NotAllowed { number: number + 1, from: from.clone(), to: to.clone() });
            }
            reached = Some(to);
        }
        follows(reached, &self.state, self.transitions)
    }
}

/// Whether a transition can have been this one: what the program made itself can have been any.
fn explains<S: Eq>(edge: &Edge<S>, from: &S, to: &S, trigger: Option<&Trigger>) -> bool {
    let same = edge.from == *from && edge.to == *to;
    same && match trigger {
        Some(Trigger::Driven { event_type, .. }) => edge.on.as_ref() == Some(event_type),
        Some(Trigger::Timeout(after)) => edge.after == Some(*after),
        Some(Trigger::Reason(_)) | None => true,
    }
}

/// What goes on is where the history led.
fn follows<S: Clone + Eq>(reached: Option<&S>, found: &S, number: u64) -> Result<(), RestoreError<S>> {
    match reached {
        Some(expected) if expected != found => {
            Err(RestoreError::Broken { number, expected: expected.clone(), found: found.clone() })
        }
        _ => Ok(()),
    }
}
