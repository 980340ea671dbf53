//! [`StateManager`]: one machine, in one state, with its history.

use alloc::{borrow::Cow, boxed::Box, collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use core::time::Duration;

use super::{
    InvalidTransition, RestoreError, StateMachine, StateSnapshot, StateTable, Transition,
    definition::Definition,
    walk::{Moment, Walk},
};
use crate::{Clock, IntoEnvelope, envelope::EnvelopeView};

/// One machine, for one entity: its present state, what may follow, and how it came there.
///
/// With a derived [`StateMachine`]:
///
/// ```
/// use events_core::{Edge, StateMachine, StateManager};
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// # enum Test { Created, Running, Completed }
/// # impl StateMachine for Test {
/// #     type Context = ();
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
///
/// # Guards, hooks and time-outs
///
/// A machine may have a context ([`StateMachine::Context`]), which its guards ask and its hooks change; its manager is a
/// `StateManager<S, Context>`. Where the type is not needed, `StateManager::<S, _>::new()` finds it.
///
/// A transition runs the exit hook of the state it leaves, changes the state and the history, and runs the entry hook of the
/// state it enters. The first state is not entered by a transition, so it has no entry hook. After a panic in an exit hook the
/// state is the old one, after one in an entry hook the new one.
///
/// No time-out fires by itself: those that are due are made, each as of its own moment, when the machine is told something
/// ([`apply`](Self::apply), [`transition_to`](Self::transition_to)) or asked to ([`tick`](Self::tick));
/// [`timeout_in`](Self::timeout_in) says when that is worth it.
#[derive(Debug)]
pub struct StateManager<S: 'static, C: 'static = ()> {
    pub(super) walk: Walk<S, C>,
    clock: Box<dyn Clock>,
}

impl<S: StateMachine> StateManager<S, S::Context> {
    /// A machine in its initial state, with the system's clock.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(crate::SystemClock)
    }

    /// A machine in its initial state.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        let walk = Walk::begin(Definition::of_machine(), S::Context::default(), Moment::now(&clock));
        Self { walk, clock: Box::new(clock) }
    }

    /// Goes on where a snapshot was made.
    ///
    /// The time in the present state goes on by the wall clock: a machine that is restored after its time-out has one due.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] when the machine cannot have come to the state by the history of the snapshot.
    #[cfg(feature = "std")]
    pub fn restore(snapshot: StateSnapshot<S, S::Context>) -> Result<Self, RestoreError<S>> {
        Self::restore_with_clock(snapshot, crate::SystemClock)
    }

    /// Goes on where a snapshot was made, with a clock of its own.
    ///
    /// # Errors
    ///
    /// As [`restore`](Self::restore).
    pub fn restore_with_clock(
        snapshot: StateSnapshot<S, S::Context>,
        clock: impl Clock,
    ) -> Result<Self, RestoreError<S>> {
        let walk = snapshot.into_walk(Definition::of_machine(), Moment::now(&clock))?;
        Ok(Self { walk, clock: Box::new(clock) })
    }
}

#[cfg(feature = "std")]
impl<S: StateMachine> Default for StateManager<S, S::Context> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Eq> StateManager<S> {
    /// A machine of direct transitions that are known only at run time: for each state the states that can follow it.
    ///
    /// # Errors
    ///
    /// [`TableError`](crate::TableError): the initial state or a target is not among the states, a state stands twice, or one cannot be
    /// reached.
    #[cfg(feature = "std")]
    pub fn with_transitions<T>(
        initial: S,
        transitions: impl IntoIterator<Item = (S, T)>,
    ) -> Result<Self, crate::TableError<S>>
    where
        T: IntoIterator<Item = S>,
    {
        StateTable::of_transitions(initial, transitions).map(Self::with_table)
    }

    /// A machine whose table is known only at run time. Several share one as an `Arc`.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn with_table(table: impl Into<Arc<StateTable<S>>>) -> Self {
        Self::with_table_and_clock(table, crate::SystemClock)
    }

    /// A machine whose table is known only at run time, with a clock of its own.
    #[must_use]
    pub fn with_table_and_clock(table: impl Into<Arc<StateTable<S>>>, clock: impl Clock) -> Self {
        let walk = Walk::begin(Definition::Table(table.into()), (), Moment::now(&clock));
        Self { walk, clock: Box::new(clock) }
    }

    /// Goes on where a snapshot of a machine with this table was made.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] when the machine cannot have come to the state by the history of the snapshot.
    pub fn restore_with_table(
        snapshot: StateSnapshot<S>,
        table: impl Into<Arc<StateTable<S>>>,
        clock: impl Clock,
    ) -> Result<Self, RestoreError<S>> {
        let walk = snapshot.into_walk(Definition::Table(table.into()), Moment::now(&clock))?;
        Ok(Self { walk, clock: Box::new(clock) })
    }
}

impl<S: Clone + Eq, C> StateManager<S, C> {
    /// Remembers at most so many transitions, the newest. Default: 1024.
    #[must_use]
    pub fn with_history(mut self, capacity: usize) -> Self {
        self.walk.remember(capacity);
        self
    }

    /// Begins with this context instead of the default one.
    #[must_use]
    pub fn with_context(mut self, context: C) -> Self {
        self.walk.context = context;
        self
    }

    /// The present state. A time-out that is due and was not made yet is not seen: see [`tick`](Self::tick).
    pub fn state(&self) -> &S {
        &self.walk.state
    }

    /// What the machine remembers beside its state.
    pub fn context(&self) -> &C {
        &self.walk.context
    }

    /// The same, to be changed.
    pub fn context_mut(&mut self) -> &mut C {
        &mut self.walk.context
    }

    /// Whether one transition leads from the present state to this one.
    pub fn can_transition_to(&self, to: &S) -> bool {
        self.walk.definition.allows(&self.walk.state, to)
    }

    /// The states that can follow the present one, each once.
    pub fn allowed(&self) -> Vec<S> {
        self.walk.definition.successors(&self.walk.state)
    }

    /// Whether the present state is one of these.
    ///
    /// ```
    /// # use events_core::StateManager;
    /// let state = StateManager::with_transitions("created", [("created", vec!["running"]), ("running", vec![])])?;
    /// assert!(state.is_in_any(&["created", "running"]));
    /// # Ok::<(), events_core::TableError<&str>>(())
    /// ```
    pub fn is_in_any(&self, states: &[S]) -> bool {
        states.contains(&self.walk.state)
    }

    /// Whether nothing leads out of the present state.
    pub fn is_terminal(&self) -> bool {
        self.walk.is_terminal()
    }

    /// Changes the state.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`], which lists what is allowed, when the table has no such transition. The state is unchanged.
    pub fn transition_to(&mut self, to: S) -> Result<Transition<S>, InvalidTransition<S>> {
        self.make(to, None, BTreeMap::new())
    }

    /// Changes the state, and remembers why, with whatever else is worth it.
    ///
    /// ```
    /// # use events_core::StateManager;
    /// # let mut state = StateManager::with_transitions("running", [("running", vec!["stopped"]), ("stopped", vec![])])?;
    /// state.transition_because("stopped", "asked by the operator", [("operator", "ann")])?;
    /// assert_eq!(state.history().next_back().unwrap().metadata["operator"], "ann");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`transition_to`](Self::transition_to).
    pub fn transition_because<K: Into<String>, V: Into<String>>(
        &mut self,
        to: S,
        reason: impl Into<Cow<'static, str>>,
        metadata: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Transition<S>, InvalidTransition<S>> {
        let metadata = metadata.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        self.make(to, Some(reason.into()), metadata)
    }

    fn make(
        &mut self,
        to: S,
        reason: Option<Cow<'static, str>>,
        metadata: BTreeMap<String, String>,
    ) -> Result<Transition<S>, InvalidTransition<S>> {
        let now = Moment::now(&*self.clock);
        self.walk.expire(now);
        self.walk.transition_to(to, now, reason, metadata)
    }

    /// Follows an event: makes the first transition that the table has for it in the present state and whose guard holds.
    ///
    /// Returns the transition, or nothing where the machine has no transition for this type of event in any state.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] when the machine knows the event, but does not take it in the present state.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an envelope is taken as `emit` takes it, by value or by reference"
    )]
    pub fn apply(&mut self, event: impl IntoEnvelope) -> Result<Option<Transition<S>>, InvalidTransition<S>> {
        let now = Moment::now(&*self.clock);
        self.walk.expire(now);
        match event.view() {
            EnvelopeView::Any(event) => self.walk.apply(event, now),
            EnvelopeView::Typed(event) => self.walk.apply(&event.to_any(), now),
        }
    }

    /// Makes the transitions of time-outs that are due. Most often there are none.
    pub fn tick(&mut self) -> Vec<Transition<S>> {
        self.walk.expire(Moment::now(&*self.clock))
    }

    /// How long until the time-out of the present state is due; nothing, where it has none.
    pub fn timeout_in(&self) -> Option<Duration> {
        self.walk.timeout_in(Moment::elapsed(&*self.clock))
    }

    /// The transitions made, oldest first, as far as they are remembered.
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Transition<S>> + ExactSizeIterator {
        self.walk.history.iter()
    }

    /// How many transitions were made since the machine began, forgotten ones included.
    pub fn transitions(&self) -> u64 {
        self.walk.made
    }

    /// How long the machine has been in the present state, by a clock that never goes back; as exactly as that tells it, which
    /// with [`SystemClock`](crate::SystemClock) is a few milliseconds.
    pub fn time_in_state(&self) -> Duration {
        self.walk.time_in_state(Moment::elapsed(&*self.clock))
    }

    /// Back to the initial state, without history, and with a fresh context.
    pub fn reset(&mut self)
    where
        C: Default,
    {
        self.walk.reset(Moment::now(&*self.clock));
    }

    /// Everything but the rules and the clock, to be stored.
    pub fn snapshot(&self) -> StateSnapshot<S, C>
    where
        C: Clone,
    {
        StateSnapshot::of(&self.walk)
    }
}
