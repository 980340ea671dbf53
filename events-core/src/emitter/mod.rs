//! Emitters: the events of one entity, sent to one bus.

mod panics;

use chrono::{DateTime, Utc};

pub use self::panics::PanicGuard;
use crate::{
    BatchReceipt, EmitError, Emittable, EmittedBy, EntityId, ErrorInfo, EventBus, Receipt, receipt::drop_contained,
};

/// One entity and the bus its events go to: the field that makes a struct an emitter.
///
/// ```
/// use events_core::{Emitter, EntityEmitter, EventBus};
///
/// struct QuickTestEmitter {
///     emitter: EntityEmitter,
/// }
///
/// impl Emitter for QuickTestEmitter {
///     const ENTITY_TYPE: &'static str = "quick_test";
///
///     fn entity_emitter(&self) -> &EntityEmitter {
///         &self.emitter
///     }
/// }
///
/// let tests = QuickTestEmitter { emitter: EntityEmitter::new(&EventBus::new(), "test-001") };
/// assert_eq!(tests.entity_id(), "test-001");
/// ```
#[derive(Clone, Debug)]
pub struct EntityEmitter {
    bus: EventBus,
    entity_id: EntityId,
}

impl EntityEmitter {
    /// An emitter for one entity. An empty id is reported by every emit ([`EmitError::EntityId`]).
    pub fn new(bus: &EventBus, entity_id: impl Into<EntityId>) -> Self {
        Self { bus: bus.clone(), entity_id: entity_id.into() }
    }

    /// The bus the events go to.
    pub fn bus(&self) -> &EventBus {
        &self.bus
    }

    /// The entity the events are about.
    pub fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }

    /// The present time, by the bus's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.bus.now()
    }

    /// Emits an event of any entity type that happened at the given time.
    pub(crate) fn emit_at<T: Emittable>(&self, event: T, time: DateTime<Utc>) -> Result<Receipt, EmitError> {
        self.bus.emit_for(event, self.entity_id.clone(), time)
    }
}

/// Emits the events of one entity. Implemented by `#[derive(Emitter)]`.
///
/// The derive of each event adds a method to its emitter (`emit_started`); [`emit`](Self::emit) takes the payload itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an emitter",
    label = "not an emitter",
    note = "add `#[derive(Emitter)]` and `#[emitter(entity_type = \"…\")]` to `{Self}`, and a field of type `EntityEmitter`"
)]
pub trait Emitter {
    /// The type of the entities whose events it emits.
    const ENTITY_TYPE: &'static str;

    /// The entity and the bus.
    fn entity_emitter(&self) -> &EntityEmitter;

    /// Emits one of this emitter's events, now. No field is filled in: the payload goes out as it is.
    ///
    /// An event of another emitter does not compile.
    ///
    /// # Errors
    ///
    /// [`EmitError`]: the event is invalid, its entity id is empty, or it cannot be encoded. Nobody was told.
    fn emit<T: EmittedBy<Self>>(&self, event: T) -> Result<Receipt, EmitError> {
        let emitter = self.entity_emitter();
        emitter.emit_at(event, emitter.now())
    }

    /// Emits one of this emitter's events as of another time: something that is noticed, or read from a log, after it happened.
    ///
    /// Like [`emit`](Self::emit) otherwise: the event belongs to the flow of the code that emits it, so inside an observer its
    /// correlation is that of the event being told, and that event is its cause.
    ///
    #[cfg_attr(feature = "derive", doc = "```")]
    #[cfg_attr(not(feature = "derive"), doc = "```ignore")]
    /// use chrono::{DateTime, TimeDelta};
    /// use events_core::{Emitter, EntityEmitter, Envelope, Event, EventBus};
    /// use serde::Serialize;
    ///
    /// #[derive(Event, Serialize)]
    /// #[event_type("probe.answered")]
    /// struct ProbeAnswered {
    ///     seconds_ago: u32,
    /// }
    ///
    /// #[derive(Event, Serialize)]
    /// #[event_type("service.ready")]
    /// #[event(emitter = ServiceEmitter)]
    /// struct ServiceReady;
    ///
    /// #[derive(Emitter)]
    /// #[emitter(entity_type = "service")]
    /// struct ServiceEmitter {
    ///     emitter: EntityEmitter,
    /// }
    ///
    /// let bus = EventBus::builder().history(10).build();
    /// let service = ServiceEmitter::new(&bus, "web");
    /// bus.subscribe(move |answer: &Envelope<ProbeAnswered>| {
    ///     let ready = answer.time() - TimeDelta::seconds(answer.seconds_ago.into());
    ///     service.emit_at(ServiceReady, ready).map(drop)
    /// })
    /// .detach();
    ///
    /// let answer = Envelope::builder(ProbeAnswered { seconds_ago: 10 }, "probe-7")
    ///     .time(DateTime::UNIX_EPOCH)
    ///     .correlation_id("run-7")
    ///     .build()?;
    /// bus.emit(&answer)?.into_result()?;
    /// let ready = &bus.history().of::<ServiceReady>()[0];
    /// assert_eq!(ready.time().timestamp(), -10);
    /// assert_eq!(ready.causation_id(), Some(answer.id()));
    /// assert_eq!(ready.correlation_id(), answer.correlation_id());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`emit`](Self::emit).
    fn emit_at<T: EmittedBy<Self>>(&self, event: T, time: DateTime<Utc>) -> Result<Receipt, EmitError> {
        self.entity_emitter().emit_at(event, time)
    }

    /// Emits an event if the result is an error, and hands the result back as it is.
    ///
    #[cfg_attr(feature = "derive", doc = "```")]
    #[cfg_attr(not(feature = "derive"), doc = "```ignore")]
    /// use events_core::{Emitter, EntityEmitter, ErrorInfo, Event, EventBus};
    /// use serde::Serialize;
    ///
    /// #[derive(Event, Serialize)]
    /// #[event_type("service.failed")]
    /// #[event(emitter = ServiceEmitter)]
    /// struct ServiceFailed {
    ///     error: ErrorInfo,
    /// }
    ///
    /// #[derive(Emitter)]
    /// #[emitter(entity_type = "service")]
    /// struct ServiceEmitter {
    ///     emitter: EntityEmitter,
    /// }
    ///
    /// fn port(service: &ServiceEmitter, text: &str) -> Result<u16, std::num::ParseIntError> {
    ///     let port = service.observe_result(text.parse(), |error| ServiceFailed { error: ErrorInfo::new(error) })?;
    ///     Ok(port)
    /// }
    ///
    /// let bus = EventBus::builder().history(10).build();
    /// let service = ServiceEmitter::new(&bus, "web");
    /// assert_eq!(port(&service, "80"), Ok(80));
    /// assert!(port(&service, "none").is_err());
    /// assert_eq!(bus.history().of::<ServiceFailed>()[0].error.message(), "invalid digit found in string");
    /// ```
    ///
    /// # What became of the event
    ///
    /// The result has no room for it, and the caller has an error to deal with already: two errors at once help nobody. So it is
    /// the bus that is told: a refused event reaches [`on_refused`](crate::EventBusBuilder::on_refused), an observer's failure
    /// [`on_failure`](crate::EventBusBuilder::on_failure), and both are counted ([`BusStats`](crate::BusStats)). Who wants the
    /// receipt calls [`emit`](Self::emit) where the result is an error.
    ///
    /// # Errors
    ///
    /// The one it was given.
    fn observe_result<R, E, T: EmittedBy<Self>>(
        &self,
        result: Result<R, E>,
        failed: impl FnOnce(&E) -> T,
    ) -> Result<R, E> {
        result.inspect_err(|error| tell(self, failed(error)))
    }

    /// Runs a closure; if it panics, emits an event with the panic's message, and lets the panic go on.
    ///
    /// What became of the event is told to the bus, as by [`observe_result`](Self::observe_result). A panic of `failed` itself is
    /// contained, so that the first one goes on. In a program that aborts at panics (`panic = "abort"`) nothing is emitted.
    ///
    #[cfg_attr(feature = "derive", doc = "```")]
    #[cfg_attr(not(feature = "derive"), doc = "```ignore")]
    /// use std::panic;
    /// use events_core::{Emitter, EntityEmitter, ErrorInfo, Event, EventBus};
    /// # use serde::Serialize;
    /// # #[derive(Event, Serialize)]
    /// # #[event_type("service.failed")]
    /// # #[event(emitter = ServiceEmitter)]
    /// # struct ServiceFailed { error: ErrorInfo }
    /// # #[derive(Emitter)]
    /// # #[emitter(entity_type = "service")]
    /// # struct ServiceEmitter { emitter: EntityEmitter }
    /// # panic::set_hook(Box::new(|_| {}));
    ///
    /// let bus = EventBus::builder().history(10).build();
    /// let service = ServiceEmitter::new(&bus, "web");
    /// let run = || service.observe_panic(|| panic!("out of ink"), |error| ServiceFailed { error });
    /// assert!(panic::catch_unwind(run).is_err());
    /// assert_eq!(bus.history().of::<ServiceFailed>()[0].error.message(), "out of ink");
    /// ```
    fn observe_panic<R, T: EmittedBy<Self>>(&self, run: impl FnOnce() -> R, failed: impl FnOnce(ErrorInfo) -> T) -> R {
        panics::observe(self, run, failed)
    }

    /// A guard that emits an event if a panic ends its scope; dropped otherwise, or [disarmed](PanicGuard::disarm), it does
    /// nothing.
    ///
    /// While a thread unwinds, the panic's message is out of reach: the [`ErrorInfo`] says only that the thread panicked
    /// ([`observe_panic`](Self::observe_panic) has the message, and needs a closure). What became of the event is told to the
    /// bus, as by [`observe_result`](Self::observe_result). A panic of `failed` itself is contained.
    ///
    #[cfg_attr(feature = "derive", doc = "```")]
    #[cfg_attr(not(feature = "derive"), doc = "```ignore")]
    /// use std::thread;
    /// use events_core::{Emitter, EntityEmitter, ErrorInfo, Event, EventBus};
    /// # use serde::Serialize;
    /// # #[derive(Event, Serialize)]
    /// # #[event_type("service.failed")]
    /// # #[event(emitter = ServiceEmitter)]
    /// # struct ServiceFailed { error: ErrorInfo }
    /// # #[derive(Emitter)]
    /// # #[emitter(entity_type = "service")]
    /// # struct ServiceEmitter { emitter: EntityEmitter }
    /// # std::panic::set_hook(Box::new(|_| {}));
    ///
    /// let bus = EventBus::builder().history(10).build();
    /// let service = ServiceEmitter::new(&bus, "web");
    /// let thread = thread::spawn(move || {
    ///     let _guard = service.fail_on_panic(|error| ServiceFailed { error });
    ///     panic!("out of ink");
    /// });
    /// assert!(thread.join().is_err());
    /// assert_eq!(bus.history().of::<ServiceFailed>()[0].error.message(), "the thread panicked");
    /// ```
    fn fail_on_panic<T: EmittedBy<Self>, F: FnOnce(ErrorInfo) -> T>(&self, failed: F) -> PanicGuard<'_, Self, T, F> {
        PanicGuard::new(self, failed)
    }

    /// Emits many of this emitter's events as a batch, all of them now: with one look at the clock, and told to observers that take
    /// batches together. See [`EventBus::emit_batch`].
    ///
    /// An event that is invalid is refused, and stops no other: each has a receipt of its own.
    fn emit_batch<T: EmittedBy<Self>>(&self, events: impl IntoIterator<Item = T>) -> BatchReceipt {
        let emitter = self.entity_emitter();
        emitter.bus.emit_batch_for(events, &emitter.entity_id, emitter.now())
    }

    /// The entity the events are about.
    fn entity_id(&self) -> &EntityId {
        self.entity_emitter().entity_id()
    }
}

/// Emits where nobody takes the receipt: the bus's hooks are told what it would say.
fn tell<Em: Emitter + ?Sized, T: EmittedBy<Em>>(emitter: &Em, event: T) {
    drop_contained(emitter.emit(event));
}
