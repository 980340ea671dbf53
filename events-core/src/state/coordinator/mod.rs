//! [`StateCoordinator`]: one machine for each entity, driven by the events of a bus.

mod builder;
mod error;
mod machines;
#[cfg(all(test, shuttle))]
mod models;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use self::{builder::Settings, machines::Machines};
pub use self::{builder::StateCoordinatorBuilder, error::FollowError};
use super::{
    InvalidTransition, RestoreError, StateChanged, StateMachine, StateSnapshot, Transition, TransitionRefused,
    definition::Definition,
    walk::{Moment, Walk},
};
use crate::{
    AnyEnvelope, EmitError, EntityId, Envelope, Event, EventBus, EventType, IntoEnvelope, Observer, ObserverResult,
    Subscription,
};

/// One machine for each entity: made by the entity's first event, driven by its events, and dropped when it is terminal.
///
/// ```
/// use events_core::{AnyEnvelope, Envelope, Event, EventBus, StateChanged, StateCoordinator};
/// # use events_core::{Edge, EventType, StateMachine};
/// # #[derive(serde::Serialize)]
/// # struct Started;
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// # enum Test { Created, Running, Done }
/// # impl StateMachine for Test {
/// #     type Context = ();
/// #     const INITIAL: Self = Self::Created;
/// #     const STATES: &'static [Self] = &[Self::Created, Self::Running, Self::Done];
/// #     const EDGES: &'static [Edge<Self>] =
/// #         &[Edge::on(Self::Created, Started::TYPE, Self::Running), Edge::direct(Self::Running, Self::Done)];
/// #     fn name(self) -> &'static str { match self { Self::Created => "created", Self::Running => "running", Self::Done => "done" } }
/// # }
/// # impl std::fmt::Display for Test { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.name()) } }
///
/// let bus = EventBus::new();
/// let tests = StateCoordinator::<Test>::on(&bus);
/// let _changes = bus.subscribe(|change: &Envelope<StateChanged<Test>>| {
///     println!("{}: {} to {}", change.entity_id(), change.from, change.to);
/// });
///
/// bus.emit(Started.for_entity("test-001")?)?.into_result()?;
/// assert_eq!(tests.state("test-001"), Some(Test::Running));
/// assert_eq!(tests.state("test-002"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Events of one entity are applied one after the other, whichever threads emit them; those of different entities do not wait
/// for one another.
///
/// # What it tells
///
/// A coordinator that [announces](StateCoordinatorBuilder::announce) emits a [`StateChanged`] for each transition and a
/// [`TransitionRefused`] for each refused event, about the same entity and caused by the event. One that does not returns the
/// refusal, which is a failure in the event's receipt. Changes that threads make at once may come in another order: their numbers
/// tell theirs. An event that the machine has no transition for in any state is none of
/// its business.
///
/// # Time-outs
///
/// A machine's time-outs are made when an event of its entity comes, and for all machines by [`tick`](Self::tick):
/// [`timeout_in`](Self::timeout_in) says when that is worth it. There is no thread behind it.
///
/// # With deduplication
///
/// A refused event was delivered: on a bus with a window, the same event again is a duplicate, and does not reach the coordinator a
/// second time. Where events may come too early and be sent again, let their type be told each time
/// (`#[event(dedup(none))]`), or let the coordinator not announce: a refusal is then a failure of the event, which may be emitted
/// again.
///
/// # Guards and hooks
///
/// run while the machine of their entity is locked. What they emit on a bus that is delivering comes after the delivery, so it may
/// drive the same machine. In a step that no bus delivers ([`follow`](Self::follow), [`transition_to`](Self::transition_to),
/// [`tick`](Self::tick)) it comes at once: driving the same machine is then refused with [`FollowError::Reentered`], which is a
/// failure in the receipt of the event, and asked for its state, the coordinator has none to tell. Two hooks on two threads that
/// each drive the entity of the other wait for ever.
///
/// A transition whose entry hook panics is made, and not announced.
///
/// A clone shares the machines. The subscription that [`on`](Self::on) makes ends with the last clone; where the observer is
/// to have a priority or a filter, subscribe a coordinator from the [`builder`](Self::builder): it is an [`Observer`].
pub struct StateCoordinator<S: StateMachine> {
    shared: Arc<Shared<S>>,
    /// Of the handles, not of the observer, which would keep itself alive.
    subscription: Option<Arc<Subscription>>,
}

struct Shared<S: StateMachine> {
    machines: Machines<S>,
    settings: Settings,
}

impl<S: StateMachine> StateCoordinator<S> {
    /// A coordinator that follows the events of a bus and announces to it.
    #[must_use]
    pub fn on(bus: &EventBus) -> Self {
        let mut this = Self::builder().announce(bus).build();
        this.subscription = Some(Arc::new(bus.observe(this.clone())));
        this
    }

    /// What can be said of a coordinator before it is made.
    pub fn builder() -> StateCoordinatorBuilder<S> {
        StateCoordinatorBuilder::new()
    }

    fn with_settings(settings: Settings) -> Self {
        Self { shared: Arc::new(Shared { machines: Machines::default(), settings }), subscription: None }
    }

    /// Applies an event to the machine of its entity, as if the bus had told it: for a replay, say, with a coordinator
    /// [by event time](StateCoordinatorBuilder::by_event_time).
    ///
    /// Returns the transition, or nothing where the machine has no transition for this type of event, or the event is of no entity.
    ///
    /// # Errors
    ///
    /// [`FollowError::Refused`] where the coordinator does not announce refusals; [`FollowError::Emit`] when what it announces
    /// could not be emitted, the transition being made all the same; [`FollowError::Reentered`] in a hook of the same machine.
    pub fn follow(&self, event: impl IntoEnvelope) -> Result<Option<Transition<S>>, FollowError<S>> {
        self.apply(&event.into_envelope())
    }

    fn apply(&self, event: &AnyEnvelope) -> Result<Option<Transition<S>>, FollowError<S>> {
        if !drives::<S>(event.event_type()) {
            return Ok(None);
        }
        let Some(entity) = self.shared.settings.entity_of(event) else { return Ok(None) };
        let Step { expired, result, made } =
            self.step(&entity, self.shared.settings.moment_of(event), |walk, now| walk.apply(event, now))?;
        // What cannot be announced keeps nothing else from being announced.
        let announced = self.announce_all(&entity, expired);
        let (made, last) = match result {
            Ok(Some(transition)) => {
                let change = StateChanged::new(transition.clone(), made);
                let last = self.announce(&entity, change, transition.time, Some(event));
                (Some(transition), last)
            }
            Ok(None) => (None, Ok(())),
            Err(refused) if self.shared.settings.bus.is_some() => {
                let refused = TransitionRefused::new(refused, made, event.into());
                (None, self.announce(&entity, refused, event.time(), Some(event)))
            }
            Err(refused) => return Err(FollowError::Refused(refused)),
        };
        announced.and(last)?;
        Ok(made)
    }

    /// Makes a transition of an entity's machine that no event drives. The machine begins here if there is none.
    ///
    /// # Errors
    ///
    /// [`FollowError::Refused`] when the table has no such transition: it is returned, and not announced. [`FollowError::Emit`]
    /// when what the coordinator announces could not be emitted, the transition being made all the same.
    /// [`FollowError::Reentered`] in a hook of the same machine.
    pub fn transition_to(&self, entity: impl Into<EntityId>, to: S) -> Result<Transition<S>, FollowError<S>> {
        let entity = entity.into();
        let Step { expired, result, made } = self.step(&entity, self.shared.settings.now(), |walk, now| {
            walk.transition_to(to, now, None, BTreeMap::new())
        })?;
        let announced = self.announce_all(&entity, expired);
        let transition = result.map_err(FollowError::Refused)?;
        let last = self.announce(&entity, StateChanged::new(transition.clone(), made), transition.time, None);
        announced.and(last)?;
        Ok(transition)
    }

    /// Makes the transitions of all time-outs that are due, and says how many there were. Looks at each machine.
    ///
    /// # Errors
    ///
    /// The first error of emitting what the coordinator announces; the transitions are made all the same.
    pub fn tick(&self) -> Result<usize, EmitError> {
        let now = self.shared.settings.now();
        let mut count = 0;
        let mut result = Ok(());
        for entity in self.shared.machines.entities() {
            let expired = self.shared.machines.change_known(&entity, self.shared.settings.keep_terminal, |walk| {
                let made = walk.expire(now);
                numbered(made, walk.made)
            });
            let expired = expired.unwrap_or_default();
            count += expired.len();
            result = result.and(self.announce_all(&entity, expired));
        }
        result.map(|()| count)
    }

    /// How long until the first time-out of any machine is due; nothing, where none is in a state with one. Looks at each machine.
    pub fn timeout_in(&self) -> Option<Duration> {
        let now = self.shared.settings.now().elapsed;
        self.shared.machines.read_all(|_, walk| walk.timeout_in(now)).into_iter().flatten().min()
    }

    /// The state of an entity's machine; nothing, where there is none, and in its own guards and hooks. A time-out that is due and
    /// was not made yet is not seen.
    pub fn state(&self, entity: impl Into<EntityId>) -> Option<S> {
        self.shared.machines.read(&entity.into(), |walk| walk.state)
    }

    /// The states of all machines, by entity.
    pub fn states(&self) -> BTreeMap<EntityId, S> {
        self.shared.machines.read_all(|entity, walk| (entity.clone(), walk.state)).into_iter().collect()
    }

    /// How many machines there are.
    pub fn len(&self) -> usize {
        self.shared.machines.len()
    }

    /// Whether there is no machine.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The machine of an entity as it could be stored: state, history and context.
    pub fn snapshot(&self, entity: impl Into<EntityId>) -> Option<StateSnapshot<S, S::Context>>
    where
        S::Context: Clone,
    {
        self.shared.machines.read(&entity.into(), StateSnapshot::of)
    }

    /// Gives an entity the machine of a snapshot, in place of the one it had. Nothing is announced.
    ///
    /// The coordinator's rules hold for it: it remembers as many transitions as the others, and is dropped if it is terminal.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] when the machine cannot have come to the state by the history of the snapshot.
    pub fn restore(
        &self,
        entity: impl Into<EntityId>,
        snapshot: StateSnapshot<S, S::Context>,
    ) -> Result<(), RestoreError<S>> {
        let Settings { keep_terminal, history, .. } = self.shared.settings;
        let mut walk = snapshot.into_walk(Definition::of_machine(), self.shared.settings.now())?;
        walk.remember(history);
        let entity = entity.into();
        if keep_terminal || !walk.is_terminal() {
            self.shared.machines.put(entity, walk);
        } else {
            drop(self.shared.machines.take(&entity));
        }
        Ok(())
    }

    /// Drops the machine of an entity, and says in which state it was.
    pub fn forget(&self, entity: impl Into<EntityId>) -> Option<S> {
        self.shared.machines.take(&entity.into()).map(|walk| walk.state)
    }

    /// Runs one step of an entity's machine, the time-outs that are due before it.
    fn step<T>(
        &self,
        entity: &EntityId,
        now: Moment,
        run: impl FnOnce(&mut Walk<S, S::Context>, Moment) -> Result<T, InvalidTransition<S>>,
    ) -> Result<Step<S, T>, FollowError<S>> {
        let Settings { keep_terminal, history, .. } = self.shared.settings;
        let begin = || {
            let mut walk = Walk::begin(Definition::of_machine(), S::Context::default(), now);
            walk.remember(history);
            walk
        };
        let step = self.shared.machines.change(entity, begin, keep_terminal, |walk| {
            let expired = walk.expire(now);
            let expired = numbered(expired, walk.made);
            let result = run(walk, now);
            Step { expired, result, made: walk.made }
        });
        step.ok_or_else(|| FollowError::Reentered { entity: entity.clone() })
    }

    /// Announces each, and tells the first error.
    fn announce_all(&self, entity: &EntityId, transitions: Vec<(Transition<S>, u64)>) -> Result<(), EmitError> {
        let mut announced = Ok(());
        for (transition, number) in transitions {
            let time = transition.time;
            announced = announced.and(self.announce(entity, StateChanged::new(transition, number), time, None));
        }
        announced
    }

    /// Emits what became of a step, caused by an event.
    fn announce<E: Event>(
        &self,
        entity: &EntityId,
        news: E,
        time: DateTime<Utc>,
        cause: Option<&AnyEnvelope>,
    ) -> Result<(), EmitError> {
        let Some(bus) = &self.shared.settings.bus else { return Ok(()) };
        let Some(cause) = cause else { return bus.emit_for(news, entity.clone(), time).map(drop) };
        let mut envelope = Envelope::builder(news, entity.clone()).time(time).causation_id(cause.id());
        if let Some(flow) = cause.correlation_id() {
            envelope = envelope.correlation_id(flow.clone());
        }
        bus.emit(envelope.build()?).map(drop)
    }
}

/// What became of one step.
struct Step<S, T> {
    /// The time-outs before it, with their numbers.
    expired: Vec<(Transition<S>, u64)>,
    result: Result<T, InvalidTransition<S>>,
    /// How many transitions were made, with it.
    made: u64,
}

/// The last transitions of a machine, with their numbers.
fn numbered<S>(transitions: Vec<Transition<S>>, made: u64) -> Vec<(Transition<S>, u64)> {
    let before = made.saturating_sub(transitions.len() as u64);
    transitions.into_iter().zip(1..).map(|(transition, number)| (transition, before + number)).collect()
}

/// Whether the machine has a transition for this type of event.
fn drives<S: StateMachine>(event_type: &EventType) -> bool {
    S::EDGES.iter().any(|edge| edge.on.as_ref() == Some(event_type))
}

impl<S: StateMachine> Observer for StateCoordinator<S> {
    fn is_interested(&self, event_type: &EventType) -> bool {
        drives::<S>(event_type)
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        Ok(self.apply(event).map(drop)?)
    }
}

impl<S: StateMachine> Clone for StateCoordinator<S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), subscription: self.subscription.clone() }
    }
}

impl<S: StateMachine> fmt::Debug for StateCoordinator<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateCoordinator").field("machines", &self.len()).finish_non_exhaustive()
    }
}
