//! Changes of state and refusals as events.

use alloc::{borrow::Cow, collections::BTreeMap, string::String, vec::Vec};
use core::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{InvalidTransition, StateMachine, Transition, Trigger, names};
use crate::{Event, EventDescriptor, EventType, FieldDescriptor, text::ConstText};

/// A machine changed its state: a [`Transition`] as an event, of type `<entity type>.state_changed`.
///
/// The [`StateCoordinator`](crate::StateCoordinator) emits one for each transition it makes. The content id tells one change from
/// the next, since `number` counts them, and from that of a machine that the same entity had before, by the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "S: StateMachine")]
#[non_exhaustive]
pub struct StateChanged<S> {
    /// The state before.
    #[serde(with = "names")]
    pub from: S,
    /// The state after.
    #[serde(with = "names")]
    pub to: S,
    /// Which transition of this machine it was, from 1.
    pub number: u64,
    /// When it was made: the time of the envelope.
    pub time: DateTime<Utc>,
    /// What made it, where that is known.
    pub trigger: Option<Trigger>,
    /// What else is to be remembered of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// A machine refused an event or a transition, as an event of type `<entity type>.transition_refused`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "S: StateMachine")]
#[non_exhaustive]
pub struct TransitionRefused<S> {
    /// The state the machine was in, and is still.
    #[serde(with = "names")]
    pub state: S,
    /// How many transitions the machine had made.
    pub number: u64,
    /// The event that was refused.
    pub trigger: Trigger,
    /// The names of the states that could have followed.
    pub allowed: Vec<Cow<'static, str>>,
    /// The types of the events that the state takes.
    pub expected: Vec<EventType>,
    /// The guards that did not hold.
    pub guards: Vec<Cow<'static, str>>,
}

impl<S: StateMachine> StateChanged<S> {
    pub(super) fn new(transition: Transition<S>, number: u64) -> Self {
        let Transition { from, to, time, trigger, metadata } = transition;
        Self { from, to, number, time, trigger, metadata }
    }
}

impl<S: StateMachine> TransitionRefused<S> {
    pub(super) fn new(refused: InvalidTransition<S>, number: u64, trigger: Trigger) -> Self {
        let (expected, guards) = refused.event.map(|event| (event.expected, event.guards)).unwrap_or_default();
        Self {
            state: refused.from,
            number,
            trigger,
            allowed: refused.allowed.iter().map(|state| Cow::Borrowed(state.name())).collect(),
            expected,
            guards: guards.into_iter().map(Cow::Borrowed).collect(),
        }
    }
}

/// The names of a machine's events, put together while compiling.
struct Named<S>(PhantomData<S>);

impl<S: StateMachine> Named<S> {
    const ENTITY_TYPE: &'static str = if S::ENTITY_TYPE.is_empty() { "state_machine" } else { S::ENTITY_TYPE };
    const CHANGED: &'static ConstText = &ConstText::new().with(Self::ENTITY_TYPE).with(".state_changed");
    const REFUSED: &'static ConstText = &ConstText::new().with(Self::ENTITY_TYPE).with(".transition_refused");
}

#[diagnostic::do_not_recommend]
impl<S: StateMachine> Event for StateChanged<S> {
    const TYPE: EventType = EventType::from_static(Named::<S>::CHANGED.whole());

    const DESCRIPTOR: &'static EventDescriptor =
        &EventDescriptor::new(Self::TYPE).with_docs("A machine changed its state.").with_fields(&[
            FieldDescriptor::new("from", "S").with_docs("The state before."),
            FieldDescriptor::new("to", "S").with_docs("The state after."),
            FieldDescriptor::new("number", "u64").with_docs("Which transition of this machine it was, from 1."),
            FieldDescriptor::new("time", "DateTime<Utc>").with_docs("When it was made: the time of the envelope."),
            FieldDescriptor::new("trigger", "Option<Trigger>").with_docs("What made it, where that is known."),
            FieldDescriptor::new("metadata", "BTreeMap<String, String>")
                .with_docs("What else is to be remembered of it."),
        ]);
}

#[diagnostic::do_not_recommend]
impl<S: StateMachine> Event for TransitionRefused<S> {
    const TYPE: EventType = EventType::from_static(Named::<S>::REFUSED.whole());

    const DESCRIPTOR: &'static EventDescriptor =
        &EventDescriptor::new(Self::TYPE).with_docs("A machine refused an event or a transition.").with_fields(&[
            FieldDescriptor::new("state", "S").with_docs("The state the machine was in, and is still."),
            FieldDescriptor::new("number", "u64").with_docs("How many transitions the machine had made."),
            FieldDescriptor::new("trigger", "Trigger").with_docs("The event that was refused."),
            FieldDescriptor::new("allowed", "Vec<Cow<'static, str>>").with_docs("The states that could have followed."),
            FieldDescriptor::new("expected", "Vec<EventType>")
                .with_docs("The types of the events that the state takes."),
            FieldDescriptor::new("guards", "Vec<Cow<'static, str>>").with_docs("The guards that did not hold."),
        ]);
}
