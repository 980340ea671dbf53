//! The last events that a bus delivered.

use std::collections::VecDeque;

use super::entry::Filter;
use crate::{
    AnyEnvelope, EntityId, Envelope, Event, Pattern,
    receipt::drop_contained,
    sync::{Mutex, lock},
};

/// The ring in which the events are kept.
pub(super) struct Ring {
    capacity: usize,
    events: Mutex<VecDeque<AnyEnvelope>>,
}

impl Ring {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, events: Mutex::default() }
    }

    pub(super) fn push(&self, event: AnyEnvelope) {
        let oldest = {
            let mut events = lock(&self.events);
            let oldest = if events.len() < self.capacity { None } else { events.pop_front() };
            if self.capacity > 0 {
                events.push_back(event);
            }
            oldest
        };
        drop_contained(oldest);
    }

    fn events(&self) -> Vec<AnyEnvelope> {
        lock(&self.events).iter().cloned().collect()
    }
}

/// Events are dropped one by one: a panic in the drop of one while another's unwinds would end the process.
impl Drop for Ring {
    fn drop(&mut self) {
        std::mem::take(&mut *lock(&self.events)).into_iter().for_each(drop_contained);
    }
}

/// The events that a bus delivered last, oldest first; made by [`EventBus::history`](crate::EventBus::history), kept if
/// [`EventBusBuilder::history`](crate::EventBusBuilder::history) asked for it. All filters must hold.
///
/// ```
/// use events_core::{Event, EventBus, EventType, pattern};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let bus = EventBus::builder().history(1000).build();
/// for test in ["test-001", "test-002", "test-001"] {
///     bus.emit(Started { test_name: "Connection Test".into() }.for_entity(test)?)?.into_result()?;
/// }
/// assert_eq!(bus.history().events().len(), 3);
/// assert_eq!(bus.history().pattern(pattern!("quick_test.*")).entity("test-001").events().len(), 2);
/// assert_eq!(bus.history().newest(1).of::<Started>()[0].entity_id(), "test-001");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "events are read by `events` or `of`"]
pub struct History {
    events: Vec<AnyEnvelope>,
    filter: Filter,
    newest: usize,
}

impl History {
    pub(super) fn new(ring: Option<&Ring>) -> Self {
        Self { events: ring.map(Ring::events).unwrap_or_default(), filter: Filter::default(), newest: usize::MAX }
    }

    /// Only events whose type matches; said again, those that match any of the patterns. A subscription takes the same events by
    /// the same patterns.
    pub fn pattern(mut self, pattern: Pattern) -> Self {
        self.filter.patterns.push(pattern);
        self
    }

    /// Only events of the entity with this id.
    pub fn entity(mut self, id: impl Into<EntityId>) -> Self {
        self.filter.entity_id = Some(id.into());
        self
    }

    /// Only the newest so many of those that the other filters leave.
    pub fn newest(mut self, events: usize) -> Self {
        self.newest = events;
        self
    }

    /// The events, oldest first.
    pub fn events(&self) -> Vec<AnyEnvelope> {
        self.select(|event| Some(event.clone()))
    }

    /// The events of one type, oldest first.
    pub fn of<E: Event>(&self) -> Vec<Envelope<E>> {
        self.select(AnyEnvelope::downcast)
    }

    fn select<T>(&self, select: impl Fn(&AnyEnvelope) -> Option<T>) -> Vec<T> {
        let wanted = |event: &&AnyEnvelope| {
            self.filter.takes_type(event.event_type()) && self.filter.takes_entity(event.entity_id())
        };
        let newest_first = self.events.iter().rev().filter(wanted).filter_map(select);
        let mut events: Vec<T> = newest_first.take(self.newest).collect();
        events.reverse();
        events
    }
}
