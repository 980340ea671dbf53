//! [`StateManager`]: one machine, in one state, with its history.

use alloc::{borrow::Cow, boxed::Box, collections::BTreeMap, string::String, vec::Vec};
use core::time::Duration;

use super::{
    InvalidTransition, StateMachine, StateSnapshot, Transition,
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
    pub(super) clock: Box<dyn Clock>,
}

impl<S: StateMachine> StateManager<S, S::Context> {
    /// A machine in its initial state, with the system's clock. [`builder`](Self::builder) takes more.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Goes on where a snapshot was made, with the system's clock.
    ///
    /// The time in the present state goes on by the wall clock: a machine that is restored after its time-out has one due.
    ///
    /// # Errors
    ///
    /// [`RestoreError`](crate::RestoreError) when the machine cannot have come to the state by the history of the snapshot.
    #[cfg(feature = "std")]
    pub fn restore(snapshot: StateSnapshot<S, S::Context>) -> Result<Self, crate::RestoreError<S>> {
        Self::builder().restore(snapshot)
    }
}

#[cfg(feature = "std")]
impl<S: StateMachine> Default for StateManager<S, S::Context> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "std")]
impl<S: Clone + Eq> StateManager<S> {
    /// A machine of direct transitions that are known only at run time: for each state the states that can follow it. A
    /// [`StateTable`](crate::StateTable) has more, and [`table_builder`](Self::table_builder) takes it.
    ///
    /// # Errors
    ///
    /// [`TableError`](crate::TableError): the initial state or a target is not among the states, a state stands twice, or one cannot be
    /// reached.
    pub fn with_transitions<T>(
        initial: S,
        transitions: impl IntoIterator<Item = (S, T)>,
    ) -> Result<Self, crate::TableError<S>>
    where
        T: IntoIterator<Item = S>,
    {
        crate::StateTable::from_transitions(initial, transitions).map(|table| Self::table_builder(table).build())
    }
}

impl<S: Clone + Eq, C> StateManager<S, C> {
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
