//! [`Query`]: which events are wanted.

use std::ops::{Bound, RangeBounds};

use chrono::{DateTime, Utc};
use events_core::{EntityId, Event, EventType, Pattern};

use crate::entry::micros;

/// Which events are wanted: all, or those that pass every restriction.
///
/// ```
/// use chrono::{TimeDelta, Utc};
/// use events_core::pattern;
/// use events_sqlite::Query;
///
/// let failures = Query::all().pattern(pattern!("*.failed")).since(Utc::now() - TimeDelta::hours(1));
/// let of_a_test = Query::all().entity("test-001").newest(10);
/// let first_hundred = Query::all().positions(..=100);
/// # let _ = (failures, of_a_test, first_hundred);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a query is there to be read"]
pub struct Query {
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// Any of these; all, where there are none.
    pub(crate) types: Vec<TypeFilter>,
    pub(crate) entity_type: Option<String>,
    pub(crate) entity_id: Option<EntityId>,
    /// In microseconds; the end is not included.
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) newest: Option<u64>,
    /// Only events whose source is their entity, as that of ours is.
    pub(crate) own: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum TypeFilter {
    Name(String),
    Pattern(Pattern),
}

impl Default for Query {
    fn default() -> Self {
        Self::all()
    }
}

impl Query {
    /// All events.
    pub fn all() -> Self {
        Self {
            first: 1,
            last: u64::MAX,
            types: Vec::new(),
            entity_type: None,
            entity_id: None,
            since: None,
            until: None,
            newest: None,
            own: false,
        }
    }

    /// Only events at these positions. Where they have no end, what was said before holds.
    pub fn positions(mut self, positions: impl RangeBounds<u64>) -> Self {
        self.first = match positions.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => self.first,
        };
        self.last = match positions.end_bound() {
            Bound::Included(last) => *last,
            Bound::Excluded(behind) => behind.saturating_sub(1),
            Bound::Unbounded => self.last,
        };
        self
    }

    /// Only events behind a position: those that came after it.
    pub fn after(mut self, position: u64) -> Self {
        self.first = position.saturating_add(1);
        self
    }

    /// Only events of this type, whatever grammar its name has; several times: of any of these types and patterns.
    pub fn event_type(mut self, name: impl Into<String>) -> Self {
        self.types.push(TypeFilter::Name(name.into()));
        self
    }

    /// Only events of the type `E`; as [`event_type`](Self::event_type).
    pub fn of<E: Event>(self) -> Self {
        self.event_type(E::DESCRIPTOR.event_type().as_str())
    }

    /// Only events of matching types; as [`event_type`](Self::event_type). Types that do not follow the grammar of [`EventType`],
    /// which events from elsewhere may have, match no pattern.
    pub fn pattern(mut self, pattern: Pattern) -> Self {
        self.types.push(TypeFilter::Pattern(pattern));
        self
    }

    /// Only events about the entity of this id, of whatever type. One entity alone: what is said last holds.
    pub fn entity(mut self, id: impl Into<EntityId>) -> Self {
        self.entity_id = Some(id.into());
        self
    }

    /// Only events about entities of this type.
    pub fn entity_type(mut self, entity_type: impl Into<String>) -> Self {
        self.entity_type = Some(entity_type.into());
        self
    }

    /// Only events that happened at that time or later; rounded down to microseconds.
    pub fn since(mut self, time: DateTime<Utc>) -> Self {
        self.since = Some(micros(time));
        self
    }

    /// Only events that happened before that time; rounded down to microseconds.
    pub fn until(mut self, time: DateTime<Utc>) -> Self {
        self.until = Some(micros(time));
        self
    }

    /// Of these events only the newest, by their positions; in the order of the log, as always.
    pub fn newest(mut self, events: u64) -> Self {
        self.newest = Some(events);
        self
    }

    pub(crate) fn wants_time(&self, time: Option<i64>) -> bool {
        self.since.is_none_or(|since| time.is_some_and(|time| time >= since))
            && self.until.is_none_or(|until| time.is_some_and(|time| time < until))
    }

    pub(crate) fn wants_type(&self, name: &str) -> bool {
        let wanted = |filter: &TypeFilter| match filter {
            TypeFilter::Name(wanted) => wanted == name,
            TypeFilter::Pattern(pattern) => EventType::new(name).is_ok_and(|name| pattern.matches(&name)),
        };
        self.types.is_empty() || self.types.iter().any(wanted)
    }
}
