//! How an envelope comes to be: every check happens here, once.

use alloc::sync::Arc;

use chrono::{DateTime, Utc};

use super::{AnyEnvelope, Envelope, Header, Inner};
use crate::{
    CorrelationId, EntityId, Event, EventId, EventType, IdSource, IdentityError, IdentityPolicy, InvalidEntityId,
    Metadata, TraceParent, ValidationError,
};

/// An envelope under construction.
///
/// ```
/// use chrono::DateTime;
/// use events_core::{Envelope, EventType, Event};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let event = Envelope::builder(Started { test_name: "Connection Test".into() }, "test-001")
///     .time(DateTime::UNIX_EPOCH)
///     .correlation_id("run-7")
///     .build()?;
/// assert_eq!(event.correlation_id().unwrap().as_str(), "run-7");
/// # Ok::<(), events_core::EnvelopeError>(())
/// ```
#[derive(Debug)]
#[must_use = "an envelope is made by `build`"]
pub struct EnvelopeBuilder<E> {
    payload: E,
    parts: EnvelopeParts<'static>,
}

/// All of an envelope but the payload and its id, before it is sealed.
#[doc(hidden)]
#[derive(Debug)]
pub struct EnvelopeParts<'a> {
    entity_id: EntityId,
    id: Option<EventId>,
    ids: Option<&'a dyn IdSource>,
    time: Option<DateTime<Utc>>,
    metadata: Metadata,
}

impl EnvelopeParts<'static> {
    fn new(entity_id: EntityId) -> Self {
        Self { entity_id, id: None, ids: None, time: None, metadata: Metadata::default() }
    }
}

#[cfg(feature = "std")]
impl<'a> EnvelopeParts<'a> {
    /// What an emitter knows: its entity, the time, the flow it is part of, and where ids come from.
    pub(crate) fn emitted(entity_id: EntityId, time: DateTime<Utc>, metadata: Metadata, ids: &'a dyn IdSource) -> Self {
        Self { entity_id, id: None, ids: Some(ids), time: Some(time), metadata }
    }
}

impl EnvelopeParts<'_> {
    /// Checks the payload, makes the id, and seals both.
    pub(crate) fn seal<E: Event>(self, payload: E) -> Result<Envelope<E>, EnvelopeError> {
        let Self { entity_id, id, ids, time, metadata } = self;
        let event_type = E::DESCRIPTOR.event_type();
        entity_id.validate().map_err(|source| EnvelopeError::EntityId { event_type, source })?;
        payload.validate().map_err(|source| EnvelopeError::Invalid { event_type, source })?;
        let time = time.or_else(system::time).ok_or(EnvelopeError::MissingTime { event_type })?;
        let id = match E::IDENTITY {
            IdentityPolicy::Unique if id.is_some_and(|id| id.is_content()) => {
                return Err(EnvelopeError::NotUnique { event_type });
            }
            IdentityPolicy::Unique => id
                .or_else(|| ids.map(|ids| ids.unique(time)))
                .or_else(|| system::id(time))
                .ok_or(EnvelopeError::MissingId { event_type })?,
            IdentityPolicy::Content => {
                EventId::of(&payload, &entity_id).map_err(|source| EnvelopeError::Identity { event_type, source })?
            }
        };
        let header = Header { id, entity_id, time, metadata };
        Ok(Envelope {
            inner: Arc::new(Inner {
                header,
                payload,
                #[cfg(feature = "json")]
                text: None,
            }),
        })
    }
}

impl<E: Event> EnvelopeBuilder<E> {
    pub(super) fn new(payload: E, entity_id: EntityId) -> Self {
        Self { payload, parts: EnvelopeParts::new(entity_id) }
    }

    /// When it happened. Without it: the system's present time.
    pub fn time(mut self, time: DateTime<Utc>) -> Self {
        self.parts.time = Some(time);
        self
    }

    /// The id of this occurrence, for types with [`IdentityPolicy::Unique`]. Without it: a fresh one.
    ///
    /// A type with content identity ignores it: its id follows from the content alone.
    pub fn unique_id(mut self, id: EventId) -> Self {
        self.parts.id = Some(id);
        self
    }

    /// The id shared by all events of one flow.
    pub fn correlation_id(mut self, id: impl Into<CorrelationId>) -> Self {
        self.parts.metadata.correlation_id = Some(id.into());
        self
    }

    /// The id of the event that led to this one.
    pub fn causation_id(mut self, id: EventId) -> Self {
        self.parts.metadata.causation_id = Some(id);
        self
    }

    /// The position in a sequence of the producer's choice.
    pub fn sequence(mut self, sequence: u64) -> Self {
        self.parts.metadata.sequence = Some(sequence);
        self
    }

    /// The W3C trace context.
    pub fn trace_parent(mut self, parent: TraceParent) -> Self {
        self.parts.metadata.trace_parent = Some(parent);
        self
    }

    /// Checks the payload, makes the id, and seals both.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError`]: the entity id is empty, the payload breaks its rules, or it cannot be encoded. Without the
    /// feature `std` also when a time, or the id of a type with unique ids, was not given.
    pub fn build(self) -> Result<Envelope<E>, EnvelopeError> {
        self.parts.seal(self.payload)
    }
}

/// What can be sealed into an envelope: every event, and every event enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be emitted",
    label = "neither an event nor an event enum",
    note = "add `#[derive(Event)]` and `#[event_type(\"entity.happened\")]` to `{Self}`, or `#[derive(EventEnum)]` if it is an enum of events"
)]
pub trait Emittable: Sized {
    /// Seals the payload.
    #[doc(hidden)]
    fn seal(self, parts: EnvelopeParts<'_>) -> Result<AnyEnvelope, EnvelopeError>;
}

#[diagnostic::do_not_recommend]
impl<E: Event> Emittable for E {
    fn seal(self, parts: EnvelopeParts<'_>) -> Result<AnyEnvelope, EnvelopeError> {
        parts.seal(self).map(AnyEnvelope::from)
    }
}

/// Marks an event as one of an emitter's. Implemented by `#[event(emitter = Path)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event of `{Em}`",
    label = "not an event of this emitter",
    note = "an event names its emitter: `#[derive(Event)]` and `#[event(emitter = {Em})]` on `{Self}`",
    note = "an event of another emitter is emitted through that one"
)]
pub trait EmittedBy<Em: ?Sized>: Emittable {}

/// Seals an event enum's payload for one entity at the present time.
pub(crate) fn seal_for<T: Emittable>(event: T, entity_id: EntityId) -> Result<AnyEnvelope, EnvelopeError> {
    event.seal(EnvelopeParts::new(entity_id))
}

/// What the system supplies where the builder was told nothing: both need `std`.
#[cfg_attr(feature = "std", expect(clippy::unnecessary_wraps, reason = "without `std` there is nothing to supply"))]
mod system {
    use chrono::{DateTime, Utc};

    use crate::EventId;

    pub(super) fn time() -> Option<DateTime<Utc>> {
        #[cfg(feature = "std")]
        return Some(crate::Clock::now(&crate::SystemClock));
        #[cfg(not(feature = "std"))]
        None
    }

    pub(super) fn id(time: DateTime<Utc>) -> Option<EventId> {
        #[cfg(feature = "std")]
        return Some(crate::IdSource::unique(&crate::RandomIds, time));
        #[cfg(not(feature = "std"))]
        {
            let _ = time;
            None
        }
    }
}

/// No envelope could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The entity id is empty.
    #[error("event `{event_type}` has no entity: {source}")]
    #[non_exhaustive]
    EntityId {
        /// The event's type.
        event_type: &'static EventType,
        /// The id and the rule.
        source: InvalidEntityId,
    },
    /// The payload breaks a rule of its type.
    #[error("event `{event_type}` is invalid: {source}")]
    #[non_exhaustive]
    Invalid {
        /// The event's type.
        event_type: &'static EventType,
        /// The field, the value and the rule.
        source: ValidationError,
    },
    /// The payload has no canonical form.
    #[error("event `{event_type}` has no content id: {source}")]
    #[non_exhaustive]
    Identity {
        /// The event's type.
        event_type: &'static EventType,
        /// What cannot be encoded.
        source: IdentityError,
    },
    /// No time was given, and there is no system clock.
    #[error("event `{event_type}` has no time, and without the feature `std` there is no clock")]
    #[non_exhaustive]
    MissingTime {
        /// The event's type.
        event_type: &'static EventType,
    },
    /// A content id (version 8) was given for a type with unique ids: nobody could recompute it.
    #[error("event `{event_type}` has unique ids, but was given a content id (UUID version 8)")]
    #[non_exhaustive]
    NotUnique {
        /// The event's type.
        event_type: &'static EventType,
    },
    /// No id was given for a type with unique ids, and there is no source of random ids.
    #[error("event `{event_type}` has no id, and without the feature `std` there is no source of ids")]
    #[non_exhaustive]
    MissingId {
        /// The event's type.
        event_type: &'static EventType,
    },
}

impl EnvelopeError {
    /// The type of the event that there is no envelope of.
    pub fn event_type(&self) -> &'static EventType {
        match self {
            Self::EntityId { event_type, .. }
            | Self::Invalid { event_type, .. }
            | Self::Identity { event_type, .. }
            | Self::MissingTime { event_type }
            | Self::NotUnique { event_type }
            | Self::MissingId { event_type } => event_type,
        }
    }
}
