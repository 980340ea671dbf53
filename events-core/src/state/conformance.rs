//! Whether recorded events follow a machine, and where they first depart from it.

use alloc::{collections::BTreeMap, sync::Arc, vec, vec::Vec};
use core::{
    fmt::{self, Display},
    mem,
};

use chrono::{DateTime, Utc};

use super::{
    InvalidTransition, StateTable,
    definition::Definition,
    walk::{Moment, Walk},
};
use crate::{AnyEnvelope, EntityId, EventId, IntoEnvelope};

/// What recorded events say of a machine: made by [`StateMachine::conformance`](crate::StateMachine::conformance) and
/// [`StateTable::conformance`].
///
/// # How events are judged
///
/// There is one machine for each entity id, in its initial state until the first event that the machine knows. Events are taken
/// in the order given, and the time is that of the events: a time-out that was due by then has been made. Where times go back,
/// none passes. Types of events that the machine does not know are ignored, and counted.
///
/// Direct transitions (`to = …`), which the program makes itself, leave no event, so that a record without them proves nothing
/// against them: an event is followed where it is allowed after any number of them, made right behind the event before or right
/// before this one. A departure is told only where no such way exists, and [`direct`](Self::direct) says how many had to be
/// taken for granted; where the machine has none, it is judged to the letter. A transition that is declared with an event needs
/// the event.
///
/// Guards and hooks run, on a context of each way's own; of several ways to one state that with the fewest direct transitions is
/// followed. A hook that does more than change the context does so here as well.
///
/// The first departure of an entity is the last thing that is said of it; what comes behind is not judged.
///
/// A record tells one life of each entity, from its beginning: an entity that begins again behind its end, as a
/// [coordinator](crate::StateCoordinator) lets it, departs, and so does one whose first events are missing, in a history that forgot
/// them, say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a record that departs from its machine is told by the report alone"]
pub struct Conformance<S> {
    entities: BTreeMap<EntityId, End<S>>,
    departures: Vec<Departure<S>>,
    followed: usize,
    ignored: usize,
    unjudged: usize,
}

/// Where the events of an entity led.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End<S> {
    state: S,
    terminal: bool,
    direct: usize,
}

/// The first event of an entity that its machine could not have taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Departure<S> {
    /// Which event of the record, counted from 1, ignored ones included.
    pub number: usize,
    /// The event's id.
    pub id: EventId,
    /// The event's time.
    pub time: DateTime<Utc>,
    /// The entity.
    pub entity_id: EntityId,
    /// The state the machine was in, the event's type, and what would have been allowed.
    pub refusal: InvalidTransition<S>,
}

impl<S: Display> Display for Departure<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} ({}) of `{}`: {}", self.number, self.id, self.entity_id, self.refusal)
    }
}

/// Recorded events that depart from their machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{report}")]
#[non_exhaustive]
pub struct NonConformance<S> {
    /// All that is to be said of them.
    pub report: Conformance<S>,
}

impl<S> Conformance<S> {
    /// Whether all events could have been taken.
    pub fn is_ok(&self) -> bool {
        self.departures.is_empty()
    }

    /// The first departure of each entity that has one, in the order of the record.
    pub fn departures(&self) -> &[Departure<S>] {
        &self.departures
    }

    /// The entities, each with the state that its last event led to; or that in which it met the event that departs.
    pub fn states(&self) -> impl Iterator<Item = (&EntityId, &S)> {
        self.entities.iter().map(|(entity, end)| (entity, &end.state))
    }

    /// Those of [`states`](Self::states) that something leads out of. A direct transition behind the last event is not seen.
    pub fn unfinished(&self) -> impl Iterator<Item = (&EntityId, &S)> {
        self.entities.iter().filter(|(_, end)| !end.terminal).map(|(entity, end)| (entity, &end.state))
    }

    /// How many events the machines took.
    pub fn followed(&self) -> usize {
        self.followed
    }

    /// How many events the machine does not know.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    /// How many events came behind the departure of their entity.
    pub fn unjudged(&self) -> usize {
        self.unjudged
    }

    /// How many direct transitions, which leave no event, the record takes for granted.
    pub fn direct(&self) -> usize {
        self.entities.values().map(|end| end.direct).sum()
    }

    /// The report, if no event departs.
    ///
    /// # Errors
    ///
    /// [`NonConformance`], with the same report, when one does.
    pub fn into_result(self) -> Result<Self, NonConformance<S>> {
        if self.is_ok() { Ok(self) } else { Err(NonConformance { report: self }) }
    }
}

impl<S: Display> Display for Conformance<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entities, departures, followed, ignored, unjudged } = self;
        let (departed, entities) = (departures.len(), entities.len());
        write!(f, "departures: {departed} of {entities} entities; ")?;
        write!(f, "events: {followed} followed, {ignored} ignored, {unjudged} not judged")?;
        departures.iter().try_for_each(|departure| write!(f, "\n{departure}"))
    }
}

impl<S: Clone + Eq + 'static> StateTable<S> {
    /// Whether recorded events follow this machine, and where they first depart from it.
    ///
    /// ```
    /// use events_core::{Edge, Event, EventType, StateTable};
    /// # #[derive(serde::Serialize)]
    /// # struct Started;
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    ///
    /// let table = StateTable::new("created", ["created", "running"], [Edge::on("created", Started::TYPE, "running")])?;
    /// let report = table.conformance([Started.for_entity("test-001")?, Started.for_entity("test-001")?]);
    /// assert_eq!(report.departures()[0].refusal.from, "running");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn conformance(&self, events: impl IntoIterator<Item = impl IntoEnvelope>) -> Conformance<S> {
        judge::<S, ()>(&Definition::Table(Arc::new(self.clone())), events)
    }
}

/// Follows each event with the machine of its entity.
pub(super) fn judge<S: Clone + Eq, C: Clone + Default>(
    definition: &Definition<S, C>,
    events: impl IntoIterator<Item = impl IntoEnvelope>,
) -> Conformance<S> {
    let mut courses: BTreeMap<EntityId, Course<S, C>> = BTreeMap::new();
    let (mut departures, mut followed, mut ignored, mut unjudged) = (Vec::new(), 0, 0, 0);
    for (event, number) in events.into_iter().map(IntoEnvelope::into_envelope).zip(1..) {
        if !definition.knows(event.event_type()) {
            ignored += 1;
            continue;
        }
        let course =
            courses.entry(event.entity_id().clone()).or_insert_with(|| Course::begin(definition, Moment::of(&event)));
        if course.departed {
            unjudged += 1;
        } else if let Err(refusal) = course.follow(&event) {
            let (id, time, entity_id) = (event.id(), event.time(), event.entity_id().clone());
            departures.push(Departure { number, id, time, entity_id, refusal });
        } else {
            followed += 1;
        }
    }
    let entities = courses.into_iter().filter_map(|(entity, course)| Some((entity, course.end()?))).collect();
    Conformance { entities, departures, followed, ignored, unjudged }
}

/// The ways that one machine may have gone.
struct Course<S: 'static, C: 'static> {
    /// Never empty; the one with the fewest direct transitions first.
    ways: Vec<Way<S, C>>,
    now: Moment,
    departed: bool,
}

#[derive(Clone)]
struct Way<S: 'static, C: 'static> {
    walk: Walk<S, C>,
    /// How many direct transitions it took.
    direct: usize,
}

impl<S: Clone + Eq, C: Clone + Default> Course<S, C> {
    fn begin(definition: &Definition<S, C>, now: Moment) -> Self {
        let mut walk = Walk::begin(definition.clone(), C::default(), now);
        walk.remember(0);
        Self { ways: vec![Way { walk, direct: 0 }], now, departed: false }
    }

    fn follow(&mut self, event: &AnyEnvelope) -> Result<(), InvalidTransition<S>> {
        spread(&mut self.ways, self.now);
        let now = Moment::of(event);
        if now.elapsed > self.now.elapsed {
            self.now = now;
        }
        for way in &mut self.ways {
            way.walk.expire(self.now);
        }
        spread(&mut self.ways, self.now);
        let (mut taken, mut refused) = (Vec::new(), None);
        for mut way in mem::take(&mut self.ways) {
            match way.walk.apply(event, self.now) {
                Ok(_) => taken.push(way),
                Err(refusal) => refused = refused.or(Some((way, refusal))),
            }
        }
        match refused {
            Some((way, refusal)) if taken.is_empty() => {
                (self.ways, self.departed) = (vec![way], true);
                Err(refusal)
            }
            _ => {
                self.ways = taken;
                Ok(())
            }
        }
    }

    fn end(self) -> Option<End<S>> {
        let Way { walk, direct } = self.ways.into_iter().next()?;
        Some(End { terminal: walk.definition.is_terminal(&walk.state), state: walk.state, direct })
    }
}

/// Adds the states to which direct transitions lead, and leaves one way to each state: that with the fewest of them.
fn spread<S: Clone + Eq, C: Clone>(ways: &mut Vec<Way<S, C>>, now: Moment) {
    let mut open = mem::take(ways);
    while let Some(nearest) = (0..open.len()).min_by_key(|&at| open[at].direct) {
        let way = open.remove(nearest);
        if ways.iter().any(|known| known.walk.state == way.walk.state) {
            continue;
        }
        for to in way.walk.definition.direct(&way.walk.state) {
            let mut next = Way { walk: way.walk.clone(), direct: way.direct + 1 };
            if next.walk.transition_to(to, now, None, BTreeMap::new()).is_ok() {
                open.push(next);
            }
        }
        ways.push(way);
    }
}
