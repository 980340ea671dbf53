//! The envelope without its static type: what observers of everything get.

use alloc::sync::Arc;
#[cfg(feature = "json")]
use alloc::vec::Vec;
use core::{
    any::{Any, TypeId},
    fmt,
};

use chrono::{DateTime, Utc};

use super::{Envelope, Header, Inner};
#[cfg(any(feature = "console", feature = "tracing", feature = "testing"))]
use crate::content::{Content, ContentError};
use crate::{CorrelationId, EntityId, Event, EventDescriptor, EventId, EventType, Metadata, TraceParent};

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
    fn head(&self) -> Head<'_>;
    #[cfg(feature = "metrics")]
    fn measure(&self, told: &mut dyn FnMut(crate::metric::Reading<'_>));
    /// Runs with the typed envelope.
    #[cfg(feature = "std")]
    fn with_typed(self: Arc<Self>, run: &mut dyn FnMut(&dyn TypedEnvelope));
    #[cfg(feature = "json")]
    fn json(&self, part: super::json::Part, out: &mut Vec<u8>) -> Result<(), super::JsonError>;
    #[cfg(any(feature = "console", feature = "tracing", feature = "testing"))]
    fn content(&self, limit: usize) -> Result<Content, ContentError>;
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

    fn head(&self) -> Head<'_> {
        Head { header: &self.header, descriptor: E::DESCRIPTOR, payload: TypeId::of::<E>() }
    }

    #[cfg(feature = "metrics")]
    fn measure(&self, told: &mut dyn FnMut(crate::metric::Reading<'_>)) {
        self.payload.measure(told);
    }

    #[cfg(feature = "std")]
    fn with_typed(self: Arc<Self>, run: &mut dyn FnMut(&dyn TypedEnvelope)) {
        run(&Envelope { inner: self });
    }

    #[cfg(feature = "json")]
    fn json(&self, part: super::json::Part, out: &mut Vec<u8>) -> Result<(), super::JsonError> {
        super::json::write(self, part, out)
    }

    #[cfg(any(feature = "console", feature = "tracing", feature = "testing"))]
    fn content(&self, limit: usize) -> Result<Content, ContentError> {
        Content::of(&self.payload, limit)
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
    /// The envelope as it is. Nothing is copied.
    #[doc(hidden)]
    fn view(&self) -> EnvelopeView<'_>;

    #[doc(hidden)]
    fn head(&self) -> Head<'_>;

    /// The envelope without its static type. Nothing is copied.
    fn into_envelope(self) -> AnyEnvelope;
}

impl IntoEnvelope for AnyEnvelope {
    fn view(&self) -> EnvelopeView<'_> {
        EnvelopeView::Any(self)
    }

    fn head(&self) -> Head<'_> {
        self.inner.head()
    }

    fn into_envelope(self) -> AnyEnvelope {
        self
    }
}

impl<E: Event> IntoEnvelope for Envelope<E> {
    fn view(&self) -> EnvelopeView<'_> {
        EnvelopeView::Typed(self)
    }

    fn head(&self) -> Head<'_> {
        self.inner.head()
    }

    fn into_envelope(self) -> AnyEnvelope {
        self.into()
    }
}

impl<T: IntoEnvelope + Clone> IntoEnvelope for &T {
    fn view(&self) -> EnvelopeView<'_> {
        (**self).view()
    }

    fn head(&self) -> Head<'_> {
        (**self).head()
    }

    fn into_envelope(self) -> AnyEnvelope {
        self.clone().into_envelope()
    }
}

/// A borrowed envelope, with its static type where it is known.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "hidden")]
#[expect(clippy::exhaustive_enums, reason = "hidden")]
pub enum EnvelopeView<'e> {
    Typed(&'e dyn TypedEnvelope),
    Any(&'e AnyEnvelope),
}

/// An [`Envelope`] of a type that only the implementor knows: upcast to [`Any`], it can be downcast.
#[doc(hidden)]
pub trait TypedEnvelope: Any {
    fn to_any(&self) -> AnyEnvelope;
}

/// What is read of every event that passes a bus.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "hidden")]
#[cfg_attr(not(feature = "std"), expect(dead_code, reason = "the bus reads it"))]
pub struct Head<'e> {
    header: &'e Header,
    pub(crate) descriptor: &'static EventDescriptor,
    pub(crate) payload: TypeId,
}

#[cfg(feature = "std")]
impl<'e> Head<'e> {
    #[inline]
    pub(crate) fn id(&self) -> EventId {
        self.header.id
    }

    pub(crate) fn entity_id(&self) -> &'e EntityId {
        &self.header.entity_id
    }

    #[inline]
    pub(crate) fn metadata(&self) -> &'e Metadata {
        &self.header.metadata
    }
}

impl<E: Event> TypedEnvelope for Envelope<E> {
    fn to_any(&self) -> AnyEnvelope {
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

    /// Reads the metrics that the payload's fields declare.
    #[cfg(feature = "metrics")]
    pub(crate) fn measure(&self, told: &mut dyn FnMut(crate::metric::Reading<'_>)) {
        self.inner.measure(told);
    }

    /// The payload without its type.
    pub(crate) fn payload_any(&self) -> &dyn Any {
        self.inner.payload()
    }

    /// What is read of every event that passes a bus.
    #[cfg(feature = "std")]
    pub(crate) fn head(&self) -> Head<'_> {
        self.inner.head()
    }

    /// Runs with the typed envelope.
    #[cfg(feature = "std")]
    pub(crate) fn with_typed(&self, run: &mut dyn FnMut(&dyn TypedEnvelope)) {
        Arc::clone(&self.inner).with_typed(run);
    }

    /// The payload as its `Serialize` writes it; of each member, what a text of `limit` bytes can show.
    #[cfg(any(feature = "console", feature = "tracing", feature = "testing"))]
    pub(crate) fn content(&self, limit: usize) -> Result<Content, ContentError> {
        self.inner.content(limit)
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
