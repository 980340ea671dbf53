//! What the bus calls: observers and closures of every kind, in two forms, over an event of any type and over one type.

use std::{
    any::{Any, TypeId, type_name},
    marker::PhantomData,
    panic::resume_unwind,
    slice,
    sync::Arc,
};

use super::{
    entry::Entry,
    passing::Passing,
    route::{AnySlots, Slots, TypedSlots},
};
use crate::{AnyEnvelope, Envelope, Event, EventEnum, EventType, Observer, ObserverError, ObserverResult, Outcome};

/// What [`EventBus::subscribe`](crate::EventBus::subscribe) takes: a closure over `&Envelope<E>` for one event type, over
/// `&AnyEnvelope` for every event, over `&[AnyEnvelope]` for every event and those of a batch together, or over a `&T` where `T` is
/// an event enum.
///
/// The closure's parameter must carry its type: `|event: &Envelope<QuickTestStarted>| …`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be subscribed",
    label = "expected a closure over `&Envelope<E>`, `&AnyEnvelope`, `&[AnyEnvelope]` or an event enum",
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
pub struct Handler(Kind);

enum Kind {
    Any(Arc<dyn CallAny>),
    Typed(Arc<dyn Typed>),
}

/// Can be called with events of any type.
pub(super) trait CallAny: Share + Send + Sync {
    /// Whether events of this type are wanted.
    fn accepts(&self, event_type: &EventType, payload: TypeId) -> bool;
    fn call(&self, event: &AnyEnvelope) -> ObserverResult;
    fn name(&self) -> &'static str;

    /// Whether it is told the events of a batch together.
    fn takes_batches(&self) -> bool {
        false
    }

    fn call_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        events.iter().try_for_each(|event| self.call(event))
    }
}

/// An observer of events of any type, in the form in which it is called.
pub(super) trait Untyped: Send + Sync {
    fn call(&self, event: &AnyEnvelope) -> ObserverResult;
}

/// Makes one more pointer to an observer: a box of its `Arc`, as where an `Arc<dyn …>` keeps the value is found out at each call.
pub(super) trait Share {
    fn share<'s>(self: Arc<Self>) -> Box<dyn Untyped + 's>
    where
        Self: 's;
}

impl<C: CallAny> Share for C {
    fn share<'s>(self: Arc<Self>) -> Box<dyn Untyped + 's>
    where
        Self: 's,
    {
        Box::new(self)
    }
}

impl<C: CallAny> Untyped for Arc<C> {
    fn call(&self, event: &AnyEnvelope) -> ObserverResult {
        (**self).call(event)
    }
}

/// Can be called with events of one type.
pub(super) trait CallTyped<E>: Send + Sync {
    fn call(&self, event: &Envelope<E>, passing: &Passing<'_>) -> ObserverResult;
}

/// A handler over one type, which only the implementor knows.
trait Typed: Any + Send + Sync {
    fn payload(&self) -> TypeId;
    fn name(&self) -> &'static str;
    /// The stops of an event of this type.
    fn slots(&self, stops: &[Stop]) -> Box<dyn Slots>;
}

/// A stop of an event under construction: a subscription, and the message if it panicked when asked whether it is interested.
pub(super) struct Stop {
    pub(super) entry: Arc<Entry>,
    pub(super) undecided: Option<String>,
}

impl Handler {
    pub(super) fn any(call: impl CallAny + 'static) -> Self {
        Self(Kind::Any(Arc::new(call)))
    }

    pub(super) fn observer(observer: impl Observer) -> Self {
        let takes_batches = observer.takes_batches();
        Self::any(Observing { observer, takes_batches })
    }

    /// Whether events of this type are wanted. May be user code.
    pub(super) fn accepts(&self, event_type: &EventType, payload: TypeId) -> bool {
        match &self.0 {
            Kind::Any(call) => call.accepts(event_type, payload),
            Kind::Typed(typed) => typed.payload() == payload,
        }
    }

    /// The name of the observer's Rust type.
    pub(super) fn name(&self) -> &'static str {
        match &self.0 {
            Kind::Any(call) => call.name(),
            Kind::Typed(typed) => typed.name(),
        }
    }

    /// Whether it is told the events of a batch together.
    pub(super) fn takes_batches(&self) -> bool {
        match &self.0 {
            Kind::Any(call) => call.takes_batches(),
            Kind::Typed(_) => false,
        }
    }

    /// The form in which it is called with events of any type; a typed one has none.
    pub(super) fn as_any(&self) -> Option<&Arc<dyn CallAny>> {
        match &self.0 {
            Kind::Any(call) => Some(call),
            Kind::Typed(_) => None,
        }
    }

    /// The form in which it is called with events of type `E`.
    pub(super) fn as_typed<E: Event>(&self) -> Option<Box<dyn CallTyped<E>>> {
        match &self.0 {
            Kind::Any(call) => Some(Box::new(Arc::clone(call).share())),
            Kind::Typed(typed) => {
                let typed: &dyn Any = &**typed;
                typed.downcast_ref::<OfType<E>>().map(|typed| (typed.share)())
            }
        }
    }
}

/// The stops of an event, in the form that fits them all: typed as soon as one of them is.
pub(super) fn slots(stops: &[Stop]) -> Box<dyn Slots> {
    let typed = stops.iter().find_map(|stop| match &stop.entry.handler().0 {
        Kind::Typed(typed) => Some(typed),
        Kind::Any(_) => None,
    });
    match typed {
        Some(typed) => typed.slots(stops),
        None => Box::new(AnySlots::new(stops)),
    }
}

struct OfType<E> {
    share: ShareTyped<E>,
    name: &'static str,
}

/// What [`Share`] does, over one type.
type ShareTyped<E> = Box<dyn Fn() -> Box<dyn CallTyped<E>> + Send + Sync>;

impl<E: Event> Typed for OfType<E> {
    fn payload(&self) -> TypeId {
        TypeId::of::<E>()
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn slots(&self, stops: &[Stop]) -> Box<dyn Slots> {
        Box::new(TypedSlots::<E>::new(stops))
    }
}

/// An observer of events of any type among observers of one.
impl<E> CallTyped<E> for Box<dyn Untyped> {
    fn call(&self, _: &Envelope<E>, passing: &Passing<'_>) -> ObserverResult {
        (**self).call(passing.any())
    }
}

/// An observer that panicked when asked whether it is interested: the delivery reports that panic.
pub(super) struct Undecided(pub(super) String);

impl CallAny for Undecided {
    fn accepts(&self, _: &EventType, _: TypeId) -> bool {
        true
    }

    fn call(&self, _: &AnyEnvelope) -> ObserverResult {
        resume_unwind(Box::new(self.0.clone()))
    }

    fn name(&self) -> &'static str {
        type_name::<Self>()
    }
}

impl<E> CallTyped<E> for Undecided {
    fn call(&self, _: &Envelope<E>, _: &Passing<'_>) -> ObserverResult {
        resume_unwind(Box::new(self.0.clone()))
    }
}

struct Observing<O> {
    observer: O,
    /// What it answered when it was subscribed.
    takes_batches: bool,
}

impl<O: Observer> CallAny for Observing<O> {
    fn accepts(&self, event_type: &EventType, _: TypeId) -> bool {
        self.observer.is_interested(event_type)
    }

    fn call(&self, event: &AnyEnvelope) -> ObserverResult {
        self.observer.on_event(event)
    }

    fn name(&self) -> &'static str {
        type_name::<O>()
    }

    fn takes_batches(&self) -> bool {
        self.takes_batches
    }

    fn call_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        self.observer.on_batch(events)
    }
}

/// A closure, and in `M` what it is a closure over.
struct Calling<F, M> {
    call: F,
    over: PhantomData<fn(M)>,
}

impl<F, M> Calling<F, M> {
    fn new(call: F) -> Arc<Self> {
        Arc::new(Self { call, over: PhantomData })
    }
}

/// Marks closures over one event type.
#[doc(hidden)]
#[derive(Debug)]
pub struct OverEvent<E>(PhantomData<E>);

/// Marks closures over every event.
#[doc(hidden)]
#[derive(Debug)]
pub struct OverAny;

/// Marks closures over slices of events.
#[doc(hidden)]
#[derive(Debug)]
pub struct OverBatch;

/// Marks closures over an event enum.
#[doc(hidden)]
#[derive(Debug)]
pub struct OverEnum<T>(PhantomData<T>);

impl<F, E, R> CallTyped<E> for Calling<F, R>
where
    F: Fn(&Envelope<E>) -> R + Send + Sync,
    R: Outcome,
{
    fn call(&self, event: &Envelope<E>, _: &Passing<'_>) -> ObserverResult {
        (self.call)(event).into_result()
    }
}

impl<C: CallTyped<E>, E> CallTyped<E> for Arc<C> {
    fn call(&self, event: &Envelope<E>, passing: &Passing<'_>) -> ObserverResult {
        (**self).call(event, passing)
    }
}

impl<F, R> CallAny for Calling<F, (OverAny, R)>
where
    F: Fn(&AnyEnvelope) -> R + Send + Sync,
    R: Outcome,
{
    fn accepts(&self, _: &EventType, _: TypeId) -> bool {
        true
    }

    fn call(&self, event: &AnyEnvelope) -> ObserverResult {
        (self.call)(event).into_result()
    }

    fn name(&self) -> &'static str {
        type_name::<F>()
    }
}

impl<F, R> CallAny for Calling<F, (OverBatch, R)>
where
    F: Fn(&[AnyEnvelope]) -> R + Send + Sync,
    R: Outcome,
{
    fn accepts(&self, _: &EventType, _: TypeId) -> bool {
        true
    }

    fn call(&self, event: &AnyEnvelope) -> ObserverResult {
        self.call_batch(slice::from_ref(event))
    }

    fn name(&self) -> &'static str {
        type_name::<F>()
    }

    fn takes_batches(&self) -> bool {
        true
    }

    fn call_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        (self.call)(events).into_result()
    }
}

impl<F, T, R> CallAny for Calling<F, (OverEnum<T>, R)>
where
    F: Fn(&T) -> R + Send + Sync,
    T: EventEnum,
    R: Outcome,
{
    fn accepts(&self, _: &EventType, payload: TypeId) -> bool {
        T::holds(payload)
    }

    fn call(&self, event: &AnyEnvelope) -> ObserverResult {
        let event = T::try_from(event).map_err(ObserverError::from)?;
        (self.call)(&event).into_result()
    }

    fn name(&self) -> &'static str {
        type_name::<F>()
    }
}

impl<F, E, R> Subscriber<(OverEvent<E>, R)> for F
where
    F: Fn(&Envelope<E>) -> R + Send + Sync + 'static,
    E: Event,
    R: Outcome + 'static,
{
    fn into_handler(self) -> Handler {
        let call = Calling::<F, R>::new(self);
        let share = Box::new(move || Box::new(Arc::clone(&call)) as _);
        Handler(Kind::Typed(Arc::new(OfType::<E> { share, name: type_name::<F>() })))
    }
}

impl<F, R> Subscriber<(OverAny, R)> for F
where
    F: Fn(&AnyEnvelope) -> R + Send + Sync + 'static,
    R: Outcome + 'static,
{
    fn into_handler(self) -> Handler {
        Handler(Kind::Any(Calling::<F, (OverAny, R)>::new(self)))
    }
}

impl<F, R> Subscriber<(OverBatch, R)> for F
where
    F: Fn(&[AnyEnvelope]) -> R + Send + Sync + 'static,
    R: Outcome + 'static,
{
    fn into_handler(self) -> Handler {
        Handler(Kind::Any(Calling::<F, (OverBatch, R)>::new(self)))
    }
}

impl<F, T, R> Subscriber<(OverEnum<T>, R)> for F
where
    F: Fn(&T) -> R + Send + Sync + 'static,
    T: EventEnum,
    R: Outcome + 'static,
{
    fn into_handler(self) -> Handler {
        Handler(Kind::Any(Calling::<F, (OverEnum<T>, R)>::new(self)))
    }
}
