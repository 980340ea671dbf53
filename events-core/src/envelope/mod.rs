//! The envelope: the only place an event exists in, and it never changes.

mod any;
mod builder;
#[cfg(feature = "json")]
mod json;

#[cfg(feature = "json")]
use alloc::boxed::Box;
use alloc::sync::Arc;
use core::{fmt, ops::Deref};

use chrono::{DateTime, Utc};

pub(crate) use self::builder::seal_for;
#[cfg(feature = "json")]
pub use self::json::JsonError;
#[cfg(feature = "json")]
pub(crate) use self::json::has_rfc3339_form;
pub use self::{
    any::{AnyEnvelope, EnvelopeView, Head, IntoEnvelope, TypedEnvelope},
    builder::{Emittable, EmittedBy, EnvelopeBuilder, EnvelopeError, EnvelopeParts},
};
use crate::{CorrelationId, EntityId, Event, EventDescriptor, EventId, EventType, Metadata, TraceParent};

/// An event: a payload with its id, its entity and its time. It cannot be changed, and cloning it is cheap (an `Arc`).
///
/// It dereferences to the payload:
///
/// ```
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001")?;
/// assert_eq!(event.test_name, "Connection Test");
/// assert_eq!(event.event_type(), "quick_test.started");
/// assert_eq!(event.entity_type(), "quick_test");
/// assert_eq!(event.entity_id(), "test-001");
/// # Ok::<(), events_core::EnvelopeError>(())
/// ```
///
/// There is no way to change it (short of a payload with interior mutability, whose id would then no longer fit). Not a field
/// (E0594):
///
/// ```compile_fail,E0594
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// let mut event = Started { test_name: "Connection Test".into() }.for_entity("test-001").unwrap();
/// event.test_name = "another".into();
/// ```
///
/// nor through a mutable borrow (E0596):
///
/// ```compile_fail,E0596
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// let mut event = Started { test_name: "Connection Test".into() }.for_entity("test-001").unwrap();
/// event.test_name.clear();
/// ```
///
/// nor by taking the payload out (E0507), nor by a struct literal (E0451):
///
/// ```compile_fail,E0507
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001").unwrap();
/// let name = event.test_name;
/// ```
///
/// ```compile_fail,E0451
/// # use events_core::{Envelope, Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001").unwrap();
/// let forged = Envelope { inner: event.inner };
/// ```
pub struct Envelope<E> {
    inner: Arc<Inner<E>>,
}

/// All that an envelope says besides the payload.
#[derive(PartialEq, Eq)]
struct Header {
    id: EventId,
    entity_id: EntityId,
    time: DateTime<Utc>,
    metadata: Metadata,
}

struct Inner<E> {
    header: Header,
    payload: E,
    /// What was read, if the id follows from that and not from the payload as its type has it.
    #[cfg(feature = "json")]
    text: Option<Box<str>>,
}

impl<E: Event> Envelope<E> {
    /// Starts an envelope for one entity.
    ///
    /// [`Event::for_entity`] is the short form; an emitter fills in the rest from its bus.
    pub fn builder(payload: E, entity_id: impl Into<EntityId>) -> EnvelopeBuilder<E> {
        EnvelopeBuilder::new(payload, entity_id.into())
    }

    /// An envelope that was written, and read again; with its text, if only that has all that the id is made of.
    #[cfg(feature = "json")]
    pub(crate) fn restore(
        payload: E,
        (id, entity_id, time, metadata): (EventId, EntityId, DateTime<Utc>, Metadata),
        text: Option<Box<str>>,
    ) -> Self {
        Self { inner: Arc::new(Inner { header: Header { id, entity_id, time, metadata }, payload, text }) }
    }

    /// The id.
    pub fn id(&self) -> EventId {
        self.inner.header.id
    }

    /// The event's type.
    pub fn event_type(&self) -> &'static EventType {
        E::DESCRIPTOR.event_type()
    }

    /// The type of the entity the event is about.
    pub fn entity_type(&self) -> &'static str {
        self.event_type().entity_type()
    }

    /// The id of the entity the event is about.
    pub fn entity_id(&self) -> &EntityId {
        &self.inner.header.entity_id
    }

    /// When it happened, in UTC.
    pub fn time(&self) -> DateTime<Utc> {
        self.inner.header.time
    }

    /// The payload; the envelope dereferences to it as well.
    pub fn payload(&self) -> &E {
        &self.inner.payload
    }

    /// Correlation, causation, order and trace.
    pub fn metadata(&self) -> &Metadata {
        &self.inner.header.metadata
    }

    /// The id shared by all events of one flow.
    pub fn correlation_id(&self) -> Option<&CorrelationId> {
        self.metadata().correlation_id()
    }

    /// The id of the event that led to this one.
    pub fn causation_id(&self) -> Option<EventId> {
        self.metadata().causation_id()
    }

    /// The position in a sequence of the producer's choice.
    pub fn sequence(&self) -> Option<u64> {
        self.metadata().sequence()
    }

    /// The W3C trace context.
    pub fn trace_parent(&self) -> Option<&TraceParent> {
        self.metadata().trace_parent()
    }

    /// What is known of the event's type at compile time.
    pub fn descriptor(&self) -> &'static EventDescriptor {
        E::DESCRIPTOR
    }

    /// The same event without its static type.
    pub fn erase(&self) -> AnyEnvelope {
        self.clone().into()
    }
}

impl<E> Deref for Envelope<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.inner.payload
    }
}

impl<E> Clone for Envelope<E> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

/// Equal when everything is: id, entity, time, metadata and payload.
impl<E: PartialEq> PartialEq for Envelope<E> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
            || self.inner.header == other.inner.header && self.inner.payload == other.inner.payload
    }
}

impl<E: Eq> Eq for Envelope<E> {}

impl<E: Event + fmt::Debug> fmt::Debug for Envelope<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("id", &self.id())
            .field("event_type", self.event_type())
            .field("entity_id", self.entity_id())
            .field("time", &self.time())
            .field("metadata", self.metadata())
            .field("payload", self.payload())
            .finish()
    }
}
