//! The envelope without its static type: what observers of everything get.

#[cfg(feature = "json")]
use alloc::string::String;
use alloc::sync::Arc;
use core::{
    any::{Any, TypeId},
    fmt,
};

use chrono::{DateTime, Utc};

use super::{Envelope, Header, Inner};
use crate::{CorrelationId, EntityId, Event, EventDescriptor, EventId, EventType, Metadata};

/// An event of any type. Cheap to clone; immutable like [`Envelope`].
///
/// ```
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001")?;
/// let any = event.erase();
/// assert_eq!(any.id(), event.id());
/// assert_eq!(any.payload::<Started>().unwrap().test_name, "Connection Test");
/// assert!(any.downcast::<Started>().is_some());
/// # Ok::<(), events_core::EnvelopeError>(())
/// ```
#[derive(Clone)]
pub struct AnyEnvelope {
    inner: Arc<dyn Erased>,
}

/// What can be done with an envelope whose type is not known.
pub(super) trait Erased: Any + Send + Sync {
    fn header(&self) -> &Header;
    fn descriptor(&self) -> &'static EventDescriptor;
    fn payload(&self) -> &dyn Any;
    #[cfg(feature = "json")]
    fn json(&self, part: super::json::Part) -> Result<String, super::JsonError>;
}

impl<E: Event> Erased for Inner<E> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn descriptor(&self) -> &'static EventDescriptor {
        E::DESCRIPTOR
    }

    fn payload(&self) -> &dyn Any {
        &self.payload
    }

    #[cfg(feature = "json")]
    fn json(&self, part: super::json::Part) -> Result<String, super::JsonError> {
        super::json::write(&self.header, &self.payload, part)
    }
}

impl<E: Event> From<Envelope<E>> for AnyEnvelope {
    fn from(envelope: Envelope<E>) -> Self {
        Self { inner: envelope.inner }
    }
}

/// What [`EventBus::emit`](crate::EventBus::emit) takes: an envelope, typed or not, by value or by reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an envelope",
    label = "not an envelope",
    note = "put the payload into one with `.for_entity(\"…\")?`, or emit it through its emitter"
)]
pub trait IntoEnvelope {
    /// The envelope without its static type. Nothing is copied.
    fn into_envelope(self) -> AnyEnvelope;
}

impl IntoEnvelope for AnyEnvelope {
    fn into_envelope(self) -> AnyEnvelope {
        self
    }
}

impl IntoEnvelope for &AnyEnvelope {
    fn into_envelope(self) -> AnyEnvelope {
        self.clone()
    }
}

impl<E: Event> IntoEnvelope for Envelope<E> {
    fn into_envelope(self) -> AnyEnvelope {
        self.into()
    }
}

impl<E: Event> IntoEnvelope for &Envelope<E> {
    fn into_envelope(self) -> AnyEnvelope {
        self.erase()
    }
}

impl AnyEnvelope {
    /// The id.
    pub fn id(&self) -> EventId {
        self.inner.header().id
    }

    /// The event's type.
    pub fn event_type(&self) -> &'static EventType {
        self.descriptor().event_type()
    }

    /// The type of the entity the event is about.
    pub fn entity_type(&self) -> &'static str {
        self.event_type().entity_type()
    }

    /// The id of the entity the event is about.
    pub fn entity_id(&self) -> &EntityId {
        &self.inner.header().entity_id
    }

    /// When it happened, in UTC.
    pub fn time(&self) -> DateTime<Utc> {
        self.inner.header().time
    }

    /// Correlation, causation, order and trace.
    pub fn metadata(&self) -> &Metadata {
        &self.inner.header().metadata
    }

    /// The id shared by all events of one flow.
    pub fn correlation_id(&self) -> Option<&CorrelationId> {
        self.metadata().correlation_id()
    }

    /// The id of the event that led to this one.
    pub fn causation_id(&self) -> Option<EventId> {
        self.metadata().causation_id()
    }

    /// What is known of the event's type at compile time.
    pub fn descriptor(&self) -> &'static EventDescriptor {
        self.inner.descriptor()
    }

    /// The payload, if it is an `E`.
    pub fn payload<E: Event>(&self) -> Option<&E> {
        self.inner.payload().downcast_ref()
    }

    /// The typed envelope, if the payload is an `E`. Shares the event: nothing is copied.
    pub fn downcast<E: Event>(&self) -> Option<Envelope<E>> {
        let inner: Arc<dyn Any + Send + Sync> = Arc::clone(&self.inner) as _;
        inner.downcast().ok().map(|inner| Envelope { inner })
    }

    /// The Rust type of the payload.
    pub fn payload_type_id(&self) -> TypeId {
        self.inner.payload().type_id()
    }

    #[cfg(feature = "json")]
    pub(super) fn erased(&self) -> &dyn Erased {
        &*self.inner
    }
}

impl fmt::Debug for AnyEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyEnvelope")
            .field("id", &self.id())
            .field("event_type", self.event_type())
            .field("entity_id", self.entity_id())
            .field("time", &self.time())
            .field("metadata", self.metadata())
            .finish_non_exhaustive()
    }
}
