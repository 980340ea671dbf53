//! [`StateManager`]: one machine, in one state, with its history.

use alloc::{boxed::Box, collections::VecDeque, vec::Vec};
use core::{fmt::Debug, time::Duration};

use chrono::{DateTime, Utc};

use super::{InvalidTransition, StateMachine, TableError, table::Table};
use crate::{AnyEnvelope, Clock, Envelope, Event, EventId, EventType};

/// How many transitions are remembered, unless the manager says otherwise.
const HISTORY: usize = 1024;

/// One machine, for one entity: its present state, what may follow, and how it came there.
///
/// With a derived [`StateMachine`]:
///
/// ```
/// use events_core::{Edge, StateMachine, StateManager};
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// # enum Test { Created, Running, Completed }
/// # impl StateMachine for Test {
/// #     const INITIAL: Self = Self::Created;
/// #     const STATES: &'static [Self] = &[Self::Created, Self::Running, Self::Completed];
/// #     const EDGES: &'static [Edge<Self>] = &[Edge::direct(Self::Created, Self::Running), Edge::direct(Self::Running, Self::Completed)];
/// #     fn name(self) -> &'static str { match self { Self::Created => "created", Self::Running => "running", Self::Completed => "completed" } }
/// # }
/// # impl std::fmt::Display for Test { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.name()) } }
///
/// let mut state = StateManager::<Test>::new();
/// assert!(state.can_transition_to(&Test::Running));
/// state.transition_to(Test::Running)?;
///
/// let error = state.transition_to(Test::Created).unwrap_err();
/// assert_eq!(error.to_string(), "no transition from `running` to `created`; allowed: `completed`");
/// assert_eq!(state.state(), &Test::Running);
/// # Ok::<(), events_core::InvalidTransition<Test>>(())
/// ```
///
/// With a table known only at run time:
///
/// ```
/// use std::collections::HashMap;
/// use events_core::StateManager;
///
/// let table = HashMap::from([("created", vec!["running"]), ("running", vec!["completed"]), ("completed", vec![])]);
/// let mut state = StateManager::with_transitions("created", table)?;
/// state.transition_to("running")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct StateManager<S: 'static> {
    table: Table<S>,
    initial: S,
    state: S,
    entered: Duration,
    history: VecDeque<Transition<S>>,
    capacity: usize,
    clock: Box<dyn Clock>,
}

/// One change of state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition<S> {
    /// The state before.
    pub from: S,
    /// The state after.
    pub to: S,
    /// When, by the manager's clock; for a change that an event drove, the event's time.
    pub time: DateTime<Utc>,
    /// The event that drove it, if one did.
    pub trigger: Option<Trigger>,
}

/// The event behind a change of state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trigger {
    /// The event's id.
    pub event_id: EventId,
    /// The event's type.
    pub event_type: EventType,
    /// When it happened.
    pub time: DateTime<Utc>,
}

impl<E: Event> From<&Envelope<E>> for Trigger {
    fn from(event: &Envelope<E>) -> Self {
        Self { event_id: event.id(), event_type: event.event_type().clone(), time: event.time() }
    }
}

impl From<&AnyEnvelope> for Trigger {
    fn from(event: &AnyEnvelope) -> Self {
        Self { event_id: event.id(), event_type: event.event_type().clone(), time: event.time() }
    }
}

impl<S: StateMachine> StateManager<S> {
    /// A machine in its initial state, with the system's clock.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(crate::SystemClock)
    }

    /// A machine in its initial state.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        Self::start(Table::of_machine(), S::INITIAL, Box::new(clock))
    }

    /// Follows an event: makes the transition that the table has for it in the present state.
    ///
    /// Returns the transition, or nothing where the machine has no transition for this type of event in any state.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] when the machine knows the event, but not in the present state.
    pub fn apply(&mut self, event: impl Into<Trigger>) -> Result<Option<Transition<S>>, InvalidTransition<S>> {
        let trigger = event.into();
        let mut edges =
            self.table.driven().iter().filter(|edge| edge.on.as_ref() == Some(&trigger.event_type)).peekable();
        if edges.peek().is_none() {
            return Ok(None);
        }
        match edges.find(|edge| edge.from == self.state) {
            Some(edge) => {
                let time = trigger.time;
                Ok(Some(self.enter(edge.to, time, Some(trigger))))
            }
            None => Err(InvalidTransition {
                from: self.state,
                to: None,
                event: Some(trigger.event_type),
                allowed: self.allowed(),
            }),
        }
    }
}

#[cfg(feature = "std")]
impl<S: StateMachine> Default for StateManager<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Eq + Debug> StateManager<S> {
    /// A machine whose table is known only at run time: for each state the states that can follow it.
    ///
    /// # Errors
    ///
    /// [`TableError`]: the initial state or a target is not among the states, a state stands twice, or one cannot be
    /// reached.
    #[cfg(feature = "std")]
    pub fn with_transitions<T>(initial: S, transitions: impl IntoIterator<Item = (S, T)>) -> Result<Self, TableError<S>>
    where
        T: IntoIterator<Item = S>,
    {
        Self::with_transitions_and_clock(initial, transitions, crate::SystemClock)
    }

    /// A machine whose table is known only at run time, with a clock of its own.
    ///
    /// # Errors
    ///
    /// [`TableError`]: the initial state or a target is not among the states, a state stands twice, or one cannot be
    /// reached.
    pub fn with_transitions_and_clock<T>(
        initial: S,
        transitions: impl IntoIterator<Item = (S, T)>,
        clock: impl Clock,
    ) -> Result<Self, TableError<S>>
    where
        T: IntoIterator<Item = S>,
    {
        Ok(Self::start(Table::new(&initial, transitions)?, initial, Box::new(clock)))
    }

    fn start(table: Table<S>, initial: S, clock: Box<dyn Clock>) -> Self {
        let entered = clock.elapsed();
        Self { table, state: initial.clone(), initial, entered, history: VecDeque::new(), capacity: HISTORY, clock }
    }

    /// Remembers at most so many transitions, the newest. Default: 1024.
    #[must_use]
    pub fn with_history(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self.trim();
        self
    }

    /// The present state.
    pub fn state(&self) -> &S {
        &self.state
    }

    /// Whether one transition leads from the present state to this one.
    pub fn can_transition_to(&self, to: &S) -> bool {
        self.table.allows(&self.state, to)
    }

    /// The states that can follow the present one, each once.
    pub fn allowed(&self) -> Vec<S> {
        self.table.successors(&self.state)
    }

    /// Whether nothing leads out of the present state.
    pub fn is_terminal(&self) -> bool {
        self.allowed().is_empty()
    }

    /// Changes the state.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`], which lists what is allowed, when the table has no such transition. The state is unchanged.
    pub fn transition_to(&mut self, to: S) -> Result<Transition<S>, InvalidTransition<S>> {
        if self.can_transition_to(&to) {
            let now = self.clock.now();
            Ok(self.enter(to, now, None))
        } else {
            Err(InvalidTransition { from: self.state.clone(), to: Some(to), event: None, allowed: self.allowed() })
        }
    }

    /// The transitions made, oldest first, as far as they are remembered.
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Transition<S>> + ExactSizeIterator {
        self.history.iter()
    }

    /// How long the machine has been in the present state, by a clock that never goes back; as exactly as that tells it, which
    /// with [`SystemClock`](crate::SystemClock) is a few milliseconds.
    pub fn time_in_state(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.entered)
    }

    /// Back to the initial state, without history.
    pub fn reset(&mut self) {
        self.state = self.initial.clone();
        self.entered = self.clock.elapsed();
        self.history.clear();
    }

    fn enter(&mut self, to: S, time: DateTime<Utc>, trigger: Option<Trigger>) -> Transition<S> {
        let from = core::mem::replace(&mut self.state, to.clone());
        self.entered = self.clock.elapsed();
        let transition = Transition { from, to, time, trigger };
        self.history.push_back(transition.clone());
        self.trim();
        transition
    }

    fn trim(&mut self) {
        self.history.drain(..self.history.len().saturating_sub(self.capacity));
    }
}
