//! What is said of a coordinator before it is made.

use std::{fmt, marker::PhantomData};

use super::StateCoordinator;
use crate::{AnyEnvelope, Clock, EntityId, EventBus, StateMachine, SystemClock, state::walk::Moment};

/// How many transitions each machine remembers, unless it is said otherwise.
const HISTORY: usize = 64;

/// Makes a [`StateCoordinator`].
///
/// ```
/// use events_core::{EventBus, StateCoordinator};
/// # use events_core::{Edge, Event, EventType, StateMachine};
/// # #[derive(serde::Serialize)]
/// # struct Started;
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// # enum Test { Created, Done }
/// # impl StateMachine for Test {
/// #     type Context = ();
/// #     const INITIAL: Self = Self::Created;
/// #     const STATES: &'static [Self] = &[Self::Created, Self::Done];
/// #     const EDGES: &'static [Edge<Self>] = &[Edge::on(Self::Created, Started::TYPE, Self::Done)];
/// #     fn name(self) -> &'static str { match self { Self::Created => "created", Self::Done => "done" } }
/// # }
/// # impl std::fmt::Display for Test { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.name()) } }
///
/// let bus = EventBus::new();
/// let tests = StateCoordinator::<Test>::builder().announce(&bus).keep_terminal().history(8).build();
/// let _first = bus.subscription().priority(100).observe(tests.clone());
/// bus.emit(Started.for_entity("test-001")?)?.into_result()?;
/// assert_eq!(tests.state("test-001"), Some(Test::Done));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a coordinator is made by `build`"]
pub struct StateCoordinatorBuilder<S> {
    settings: Settings,
    machine: PhantomData<fn() -> S>,
}

/// The entity of an event, as the user says.
type EntityOf = Box<dyn Fn(&AnyEnvelope) -> Option<EntityId> + Send + Sync>;

pub(super) struct Settings {
    pub(super) bus: Option<EventBus>,
    clock: Option<Box<dyn Clock>>,
    entity_of: Option<EntityOf>,
    by_event_time: bool,
    pub(super) keep_terminal: bool,
    pub(super) history: usize,
}

impl<S: StateMachine> StateCoordinatorBuilder<S> {
    pub(super) fn new() -> Self {
        let settings = Settings {
            bus: None,
            clock: None,
            entity_of: None,
            by_event_time: false,
            keep_terminal: false,
            history: HISTORY,
        };
        Self { settings, machine: PhantomData }
    }

    /// Emits each transition and each refusal on this bus. Default: nothing is emitted, and a refusal is an error.
    pub fn announce(mut self, bus: &EventBus) -> Self {
        self.settings.bus = Some(bus.clone());
        self
    }

    /// Keeps machines in terminal states, for `state` and `snapshot` to tell. Default: they are dropped, and a later event of the
    /// same entity begins a new machine.
    pub fn keep_terminal(mut self) -> Self {
        self.settings.keep_terminal = true;
        self
    }

    /// Remembers at most so many transitions of each machine, the newest. Default: 64.
    pub fn history(mut self, transitions: usize) -> Self {
        self.settings.history = transitions;
        self
    }

    /// Measures time-outs and the time in states. Default: the clock of the bus it announces to, else the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Some(Box::new(clock));
        self
    }

    /// Measures the time in states by the times of the events, and by the wall clock where there is no event. Default: by the moment
    /// at which the coordinator is told of them, with the clock that never goes back.
    ///
    /// For events of the past: a replay finds the time-outs that were due then.
    pub fn by_event_time(mut self) -> Self {
        self.settings.by_event_time = true;
        self
    }

    /// Says whose machine an event drives, where that is not the entity it is about: the test that a step is part of, say. An event
    /// of no entity drives nothing.
    pub fn entity_of(mut self, of: impl Fn(&AnyEnvelope) -> Option<EntityId> + Send + Sync + 'static) -> Self {
        self.settings.entity_of = Some(Box::new(of));
        self
    }

    /// The coordinator. It follows what it is told: [`observe`](EventBus::observe) a clone, or call
    /// [`follow`](StateCoordinator::follow).
    #[must_use]
    pub fn build(self) -> StateCoordinator<S> {
        StateCoordinator::with_settings(self.settings)
    }
}

impl Settings {
    /// The moment at which an event counts.
    pub(super) fn moment_of(&self, event: &AnyEnvelope) -> Moment {
        if self.by_event_time { Moment::of(event) } else { self.now() }
    }

    pub(super) fn now(&self) -> Moment {
        let clock: &dyn Clock = match (&self.clock, &self.bus) {
            (Some(clock), _) => &**clock,
            (None, Some(bus)) => bus.clock(),
            (None, None) => &SystemClock,
        };
        if self.by_event_time { Moment::at(clock.now()) } else { Moment::now(clock) }
    }

    pub(super) fn entity_of(&self, event: &AnyEnvelope) -> Option<EntityId> {
        match &self.entity_of {
            Some(of) => of(event),
            None => Some(event.entity_id().clone()),
        }
    }
}

impl<S> fmt::Debug for StateCoordinatorBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateCoordinatorBuilder")
            .field("announce", &self.settings.bus.is_some())
            .field("keep_terminal", &self.settings.keep_terminal)
            .field("history", &self.settings.history)
            .finish_non_exhaustive()
    }
}
