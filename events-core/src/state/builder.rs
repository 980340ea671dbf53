//! What is said of a machine before it begins.

use alloc::{boxed::Box, sync::Arc};
use core::fmt::Debug;

use super::{
    RestoreError, StateMachine, StateManager, StateSnapshot, StateTable,
    definition::Definition,
    walk::{Moment, Walk},
};
use crate::Clock;

/// Makes a [`StateManager`]; from [`StateManager::builder`] or [`StateManager::table_builder`].
///
/// ```
/// use events_core::{StateManager, StateTable, SystemClock};
///
/// let table = StateTable::from_transitions("created", [("created", vec!["running"]), ("running", vec![])])?;
/// let mut state = StateManager::table_builder(table.clone()).clock(SystemClock).history(8).build();
/// state.transition_to("running")?;
///
/// let restored = StateManager::table_builder(table).restore(state.snapshot())?;
/// assert_eq!(restored.state(), &"running");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `K` is the clock. Without the feature `std` one has to be given, for there is none of the system.
#[derive(Debug)]
#[must_use = "a machine is made by `build` or `restore`"]
pub struct StateManagerBuilder<S: 'static, C: 'static = (), K = DefaultClock> {
    definition: Definition<S, C>,
    clock: K,
    history: Option<usize>,
    context: Option<C>,
}

impl<S: StateMachine> StateManager<S, S::Context> {
    /// A machine to be set up.
    pub fn builder() -> StateManagerBuilder<S, S::Context> {
        StateManagerBuilder::new(Definition::of_machine())
    }
}

impl<S: Clone + Eq> StateManager<S> {
    /// A machine to be set up, whose table is known only at run time. Several share one as an `Arc`.
    pub fn table_builder(table: impl Into<Arc<StateTable<S>>>) -> StateManagerBuilder<S> {
        StateManagerBuilder::new(Definition::Table(table.into()))
    }
}

impl<S, C> StateManagerBuilder<S, C> {
    fn new(definition: Definition<S, C>) -> Self {
        Self { definition, clock: DefaultClock(()), history: None, context: None }
    }
}

impl<S: Clone + Eq, C, K> StateManagerBuilder<S, C, K> {
    /// Measures time-outs and the time in states. Default: the system's clock.
    pub fn clock<T: Clock>(self, clock: T) -> StateManagerBuilder<S, C, T> {
        let Self { definition, history, context, .. } = self;
        StateManagerBuilder { definition, clock, history, context }
    }

    /// Remembers at most so many transitions, the newest. Default: 1024, or as many as the machine of the snapshot did.
    pub fn history(mut self, transitions: usize) -> Self {
        self.history = Some(transitions);
        self
    }

    /// What the machine remembers beside its state at first. Default: that of the snapshot, or the context's own default.
    pub fn context(mut self, context: C) -> Self {
        self.context = Some(context);
        self
    }
}

impl<S: Clone + Eq, C, K: Clock> StateManagerBuilder<S, C, K> {
    /// The machine in its initial state.
    #[must_use]
    pub fn build(self) -> StateManager<S, C>
    where
        C: Default,
    {
        let walk = Walk::begin(self.definition, self.context.unwrap_or_default(), Moment::now(&self.clock));
        StateManager::begun(walk, self.history, self.clock)
    }

    /// The machine where a snapshot of it was made.
    ///
    /// The time in the present state goes on by the wall clock: a machine that is restored after its time-out has one due.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] when the machine cannot have come to the state by the history of the snapshot.
    pub fn restore(self, snapshot: StateSnapshot<S, C>) -> Result<StateManager<S, C>, RestoreError<S>> {
        let mut walk = snapshot.into_walk(self.definition, Moment::now(&self.clock))?;
        if let Some(context) = self.context {
            walk.context = context;
        }
        Ok(StateManager::begun(walk, self.history, self.clock))
    }
}

impl<S: Clone + Eq, C> StateManager<S, C> {
    fn begun(mut walk: Walk<S, C>, history: Option<usize>, clock: impl Clock) -> Self {
        if let Some(transitions) = history {
            walk.remember(transitions);
        }
        Self { walk, clock: Box::new(clock) }
    }
}

/// The clock of a [`StateManagerBuilder`] that was given none: the system's, with the feature `std`.
#[derive(Clone, Copy, Debug)]
pub struct DefaultClock(());

#[cfg(feature = "std")]
impl Clock for DefaultClock {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        crate::SystemClock.now()
    }

    fn elapsed(&self) -> core::time::Duration {
        crate::SystemClock.elapsed()
    }
}
