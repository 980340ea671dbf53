//! Who is told: the [`Observer`] trait and the closures that can stand in for it.

use std::{error::Error, marker::PhantomData, sync::Arc};

use crate::{AnyEnvelope, Envelope, Event, EventEnum, EventType};

/// What an observer says of an event it was told: an error is counted, put into the receipt and stops nobody else.
pub type ObserverResult = Result<(), ObserverError>;

/// Any error of an observer; `?` turns every error type into it.
pub type ObserverError = Box<dyn Error + Send + Sync>;

/// Something that is told of events.
///
/// A closure is enough for most uses ([`EventBus::subscribe`](crate::EventBus::subscribe)); the trait is for observers
/// with state of their own. They are called from whichever threads emit, possibly from several at once.
///
/// ```
/// use events_core::{AnyEnvelope, Event, EventBus, EventType, Observer, ObserverResult};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// struct Tutorial;
///
/// impl Observer for Tutorial {
///     fn is_interested(&self, event_type: &EventType) -> bool {
///         event_type.entity_type() == "quick_test"
///     }
///
///     fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
///         println!("Observed: {} for {}", event.event_type(), event.entity_id());
///         Ok(())
///     }
/// }
///
/// let bus = EventBus::new();
/// let _tutorial = bus.observe(Tutorial);
/// let receipt = bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?;
/// assert!(receipt.is_delivered());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an observer",
    label = "not an observer",
    note = "implement `events_core::Observer` for it, or pass a closure to `EventBus::subscribe`"
)]
pub trait Observer: Send + Sync + 'static {
    /// Whether events of this type are wanted. Asked once for each type, and remembered.
    fn is_interested(&self, event_type: &EventType) -> bool {
        let _ = event_type;
        true
    }

    /// Is told of one event.
    ///
    /// # Errors
    ///
    /// Whatever the observer wants reported: it is put into the receipt.
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult;
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn is_interested(&self, event_type: &EventType) -> bool {
        (**self).is_interested(event_type)
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        (**self).on_event(event)
    }
}

impl<O: Observer + ?Sized> Observer for Box<O> {
    fn is_interested(&self, event_type: &EventType) -> bool {
        (**self).is_interested(event_type)
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        (**self).on_event(event)
    }
}

/// What a closure may return: nothing, or a `Result` with any error.
#[diagnostic::on_unimplemented(
    message = "an observer cannot return `{Self}`",
    label = "expected `()` or `Result<(), E>`",
    note = "end the closure with `;`, or return a `Result<(), E>` whose error converts into a boxed error"
)]
pub trait Outcome {
    /// The same as a [`ObserverResult`].
    ///
    /// # Errors
    ///
    /// The error that the closure returned.
    fn into_result(self) -> ObserverResult;
}

impl Outcome for () {
    fn into_result(self) -> ObserverResult {
        Ok(())
    }
}

impl<E: Into<ObserverError>> Outcome for Result<(), E> {
    fn into_result(self) -> ObserverResult {
        self.map_err(Into::into)
    }
}

/// What [`EventBus::subscribe`](crate::EventBus::subscribe) takes: a closure over `&Envelope<E>` for one event type, over
/// `&AnyEnvelope` for every event, or over a `&T` where `T` is an event enum.
///
/// The closure's parameter must carry its type: `|event: &Envelope<QuickTestStarted>| …`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be subscribed",
    label = "expected a closure over `&Envelope<E>`, `&AnyEnvelope` or an event enum",
    note = "write the parameter's type: `|event: &Envelope<MyEvent>| …`, an envelope and not the event by itself",
    note = "the closure returns nothing, or a `Result<(), E>`: end it with `;`, or with `.map(drop)`",
    note = "to subscribe an `Observer` use `observe`"
)]
pub trait Subscriber<Marker> {
    #[doc(hidden)]
    fn into_handler(self) -> Handler;
}

/// An observer of any kind, as the bus keeps it.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "hidden; it holds user closures")]
pub struct Handler(pub(crate) Box<dyn Handle>);

pub(crate) trait Handle: Send + Sync {
    /// Whether events like this one are wanted; depends on the event's Rust type alone.
    fn accepts(&self, event: &AnyEnvelope) -> bool;
    fn handle(&self, event: &AnyEnvelope) -> ObserverResult;
    fn name(&self) -> &'static str;
}

struct Observing<O>(O);

impl<O: Observer> Handle for Observing<O> {
    fn accepts(&self, event: &AnyEnvelope) -> bool {
        self.0.is_interested(event.event_type())
    }

    fn handle(&self, event: &AnyEnvelope) -> ObserverResult {
        self.0.on_event(event)
    }

    fn name(&self) -> &'static str {
        std::any::type_name::<O>()
    }
}

pub(crate) fn observer_handler(observer: impl Observer) -> Handler {
    Handler(Box::new(Observing(observer)))
}

/// A closure, and in `M` what it is a closure over.
struct Calling<F, M> {
    call: F,
    over: PhantomData<fn(M)>,
}

fn calling<F, M>(call: F) -> Handler
where
    Calling<F, M>: Handle + 'static,
{
    Handler(Box::new(Calling { call, over: PhantomData }))
}

/// Marks closures over one event type.
#[doc(hidden)]
#[derive(Debug)]
pub struct OverEvent<E>(PhantomData<E>);

/// Marks closures over every event.
#[doc(hidden)]
#[derive(Debug)]
pub struct OverAny;

/// Marks closures over an event enum.
#[doc(hidden)]
#[derive(Debug)]
pub struct OverEnum<T>(PhantomData<T>);

impl<F, E, R> Handle for Calling<F, (OverEvent<E>, R)>
where
    F: Fn(&Envelope<E>) -> R + Send + Sync,
    E: Event,
    R: Outcome,
{
    fn accepts(&self, event: &AnyEnvelope) -> bool {
        event.payload::<E>().is_some()
    }

    fn handle(&self, event: &AnyEnvelope) -> ObserverResult {
        match event.downcast() {
            Some(event) => (self.call)(&event).into_result(),
            None => Ok(()),
        }
    }

    fn name(&self) -> &'static str {
        std::any::type_name::<F>()
    }
}

impl<F, R> Handle for Calling<F, (OverAny, R)>
where
    F: Fn(&AnyEnvelope) -> R + Send + Sync,
    R: Outcome,
{
    fn accepts(&self, _: &AnyEnvelope) -> bool {
        true
    }

    fn handle(&self, event: &AnyEnvelope) -> ObserverResult {
        (self.call)(event).into_result()
    }

    fn name(&self) -> &'static str {
        std::any::type_name::<F>()
    }
}

impl<F, T, R> Handle for Calling<F, (OverEnum<T>, R)>
where
    F: Fn(&T) -> R + Send + Sync,
    T: EventEnum,
    R: Outcome,
{
    fn accepts(&self, event: &AnyEnvelope) -> bool {
        T::holds(event)
    }

    fn handle(&self, event: &AnyEnvelope) -> ObserverResult {
        let event = T::try_from(event).map_err(ObserverError::from)?;
        (self.call)(&event).into_result()
    }

    fn name(&self) -> &'static str {
        std::any::type_name::<F>()
    }
}

impl<F, E, R> Subscriber<(OverEvent<E>, R)> for F
where
    F: Fn(&Envelope<E>) -> R + Send + Sync + 'static,
    E: Event,
    R: Outcome + 'static,
{
    fn into_handler(self) -> Handler {
        calling::<F, (OverEvent<E>, R)>(self)
    }
}

impl<F, R> Subscriber<(OverAny, R)> for F
where
    F: Fn(&AnyEnvelope) -> R + Send + Sync + 'static,
    R: Outcome + 'static,
{
    fn into_handler(self) -> Handler {
        calling::<F, (OverAny, R)>(self)
    }
}

impl<F, T, R> Subscriber<(OverEnum<T>, R)> for F
where
    F: Fn(&T) -> R + Send + Sync + 'static,
    T: EventEnum,
    R: Outcome + 'static,
{
    fn into_handler(self) -> Handler {
        calling::<F, (OverEnum<T>, R)>(self)
    }
}
