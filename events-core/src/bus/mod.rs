//! The bus: events in, observers told, in order, each exactly as promised.

mod batch;
mod builder;
mod dispatch;
mod entry;
mod handler;
mod history;
mod hooks;
mod lease;
#[cfg(all(test, shuttle))]
mod models;
mod passing;
mod plan;
mod quiet;
mod registry;
mod route;
mod routes;
mod scope;
mod stats;
mod streaming;
mod subscription;
mod thread;
mod weak;
pub(crate) mod window;

use std::{fmt, mem::needs_drop, panic::RefUnwindSafe, ptr, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

pub use self::{
    builder::EventBusBuilder,
    handler::{Handler, Subscriber},
    history::History,
    plan::{Plan, PlanStep, PlanVerdict},
    scope::Scope,
    stats::BusStats,
    streaming::{Streamed, handler_of_enum},
    subscription::{DuplicateSubscription, Subscription, SubscriptionBuilder},
    weak::WeakEventBus,
};
use self::{
    history::Ring, hooks::Hooks, passing::Passing, registry::Registry, stats::Counters, thread::CorrelationGuard,
};
use crate::{
    AnyEnvelope, BatchReceipt, Clock, CorrelationId, EmitError, Emittable, EntityId, Event, EventStream, IdSource,
    IntoEnvelope, Metadata, Observer, Overflow, Receipt, TraceContextSource,
    envelope::{EnvelopeParts, EnvelopeView},
    receipt::drop_contained,
};

/// The number of the calling thread, from 1; no other has it.
pub(crate) fn this_thread() -> usize {
    thread::number()
}

/// Delivers events to observers. Cheap to clone; all clones are one bus. No global is needed.
///
/// What it promises, in short ([`delivery`](crate::delivery) has all of it, with the test of each promise):
///
/// - Observers are called by priority, higher first; those of one priority in the order in which they subscribed.
/// - An observer's error or panic is counted and put into the receipt; the others are told all the same.
/// - An event emitted inside an observer is delivered after the present one reached all its observers. So every observer
///   sees the events of one thread in one order. Emitted through an emitter, it belongs to the present event's flow: its
///   causation id names it. The bus limits the length of such chains and the number of events that wait.
/// - No lock is held while an observer runs: subscribing, unsubscribing and emitting inside one work.
/// - With a [`DedupWindow`](crate::DedupWindow), an event with the id of one that was delivered without failure is reported
///   as a duplicate, and nobody is told again.
///
/// Observers run on the emitting thread, before `emit` returns. Events of different threads are delivered independently of
/// one another: in no order between them, and one observer may be called by several threads at once. An observer that holds its
/// bus keeps both alive until it is unsubscribed: one that emits holds a [`WeakEventBus`] instead.
///
/// ```
/// use events_core::{Envelope, Event, EventBus, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let bus = EventBus::new();
/// let _printer = bus.subscribe(|event: &Envelope<Started>| println!("{} started", event.test_name));
/// let receipt = bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?;
/// assert!(receipt.is_delivered());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EventBus {
    shared: Arc<Shared>,
}

/// What all clones of a bus share.
struct Shared {
    registry: Registry,
    clock: Box<dyn Clock>,
    ids: Box<dyn IdSource>,
    trace_context: Option<Box<dyn TraceContextSource>>,
    max_depth: u32,
    max_queue: usize,
    history: Option<Ring>,
    hooks: Hooks,
    /// Whether there is something to do at each event beside telling observers and counting.
    is_watched: bool,
    counters: Counters,
}

/// User code runs without a lock, and its panics are contained: none leaves a bus half changed.
impl RefUnwindSafe for Shared {}

impl Shared {
    /// An event reached all its observers.
    #[cold]
    fn watch(&self, event: &Passing<'_>, observers: usize) {
        if observers == 0 {
            self.hooks.unobserved(event);
        }
        if let Some(ring) = &self.history {
            ring.push(event.any().clone());
        }
    }

    /// An event was refused.
    #[cold]
    fn refused(&self, error: EmitError) -> EmitError {
        self.counters.refused();
        self.hooks.refused(&error);
        error
    }
}

impl EventBus {
    /// A bus with the system's clock and without deduplication.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A bus to be set up.
    pub fn builder() -> EventBusBuilder {
        EventBusBuilder::default()
    }

    /// Subscribes a closure over `&Envelope<E>`, `&AnyEnvelope` or an event enum, until the subscription is dropped.
    ///
    /// ```
    /// use events_core::{AnyEnvelope, EventBus};
    ///
    /// let bus = EventBus::new();
    /// let everything = bus.subscribe(|event: &AnyEnvelope| println!("{} {}", event.event_type(), event.id()));
    /// drop(everything);
    /// ```
    pub fn subscribe<M>(&self, subscriber: impl Subscriber<M>) -> Subscription {
        self.subscription().subscribe(subscriber)
    }

    /// Subscribes an [`Observer`], until the subscription is dropped.
    pub fn observe(&self, observer: impl Observer) -> Subscription {
        self.subscription().observe(observer)
    }

    /// A subscription with a filter or a priority.
    ///
    /// ```
    /// use events_core::{AnyEnvelope, EventBus, pattern};
    ///
    /// let bus = EventBus::new();
    /// let _failures = bus
    ///     .subscription()
    ///     .pattern(pattern!("*.failed"))
    ///     .priority(10)
    ///     .subscribe(|event: &AnyEnvelope| eprintln!("{} failed", event.entity_id()));
    /// ```
    pub fn subscription(&self) -> SubscriptionBuilder<'_> {
        SubscriptionBuilder::new(self)
    }

    /// A stream of the events of one type (or of an event enum, or with [`AnyEnvelope`](crate::AnyEnvelope) of any type), until
    /// it is dropped: for async tasks on any executor, and for threads that read at their own pace. At most `capacity` events
    /// wait in it (at least 1); [`Overflow`] says what happens when more come.
    ///
    /// ```
    /// use events_core::{Event, EventBus, EventType, Overflow};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    ///
    /// let bus = EventBus::new();
    /// let started = bus.stream::<Started>(100, Overflow::Block);
    /// let reader = std::thread::spawn(move || started.iter().map(|event| event.test_name.clone()).collect::<Vec<_>>());
    /// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
    /// bus.shutdown(std::time::Duration::from_secs(5))?;
    /// assert_eq!(reader.join().unwrap(), ["Connection Test"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stream<T: Streamed>(&self, capacity: usize, overflow: Overflow) -> EventStream<T::Item> {
        self.subscription().stream::<T>(capacity, overflow)
    }

    /// Emits an envelope made elsewhere, as it is.
    ///
    /// # Errors
    ///
    /// [`EmitError::TooDeep`] and [`EmitError::QueueFull`] when observers emit events about events without end,
    /// [`EmitError::ShutDown`] after [`shutdown`](Self::shutdown), [`EmitError::ThreadEnding`] from the destructor of a
    /// thread-local.
    pub fn emit<T: IntoEnvelope>(&self, envelope: T) -> Result<Receipt, EmitError> {
        let emit = |envelope| dispatch::emit(&self.shared, &Passing::new(T::head(envelope), T::view(envelope)));
        if !needs_drop::<T>() {
            return emit(&envelope);
        }
        let result = emit(&envelope);
        drop_contained(envelope);
        result
    }

    /// Emits envelopes made elsewhere, one after the other, as one delivery: the registry is looked at once, what observers emit
    /// meanwhile waits until the last event was told, and observers that take batches
    /// ([`Observer::takes_batches`], closures over `&[AnyEnvelope]`) are told theirs together, after all others.
    ///
    /// It is no transaction: each event has a receipt of its own, and one that is refused stops no other. Inside an observer,
    /// each event is queued by itself.
    ///
    /// ```
    /// # use events_core::{AnyEnvelope, Event, EventBus, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Measured { value: u32 }
    /// # impl Event for Measured { const TYPE: EventType = EventType::from_static("quick_test.measured"); }
    /// let bus = EventBus::new();
    /// let _stored = bus.subscribe(|events: &[AnyEnvelope]| println!("{} events in one write", events.len()));
    /// let events = (0..1000).map(|value| Measured { value }.for_entity("test-001")).collect::<Result<Vec<_>, _>>()?;
    /// let receipt = bus.emit_batch(events);
    /// assert_eq!(receipt.into_result()?.len(), 1000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn emit_batch<T: IntoEnvelope>(&self, envelopes: impl IntoIterator<Item = T>) -> BatchReceipt {
        let envelopes: Vec<T> = envelopes.into_iter().collect();
        let event = |at: usize| Ok((envelopes[at].head(), envelopes[at].view()));
        let receipt = BatchReceipt::new(batch::emit(&self.shared, envelopes.len(), event));
        envelopes.into_iter().for_each(drop_contained);
        receipt
    }

    /// Seals payloads for an entity and emits them as a batch.
    pub(crate) fn emit_batch_for<T: Emittable>(
        &self,
        events: impl IntoIterator<Item = T>,
        entity_id: &EntityId,
        time: DateTime<Utc>,
    ) -> BatchReceipt {
        let flow = self.flow();
        let seal =
            |event: T| event.seal(EnvelopeParts::emitted(entity_id.clone(), time, flow.clone(), &*self.shared.ids));
        let sealed: Vec<Result<AnyEnvelope, EmitError>> =
            events.into_iter().map(|event| seal(event).map_err(|error| self.shared.refused(error.into()))).collect();
        let event = |at: usize| sealed[at].as_ref().map(|event| (event.head(), EnvelopeView::Any(event)));
        let receipt = BatchReceipt::new(batch::emit(&self.shared, sealed.len(), event));
        sealed.into_iter().for_each(drop_contained);
        receipt
    }

    /// Seals a payload for an entity and emits it.
    pub(crate) fn emit_for<T: Emittable>(
        &self,
        event: T,
        entity_id: EntityId,
        time: DateTime<Utc>,
    ) -> Result<Receipt, EmitError> {
        let parts = EnvelopeParts::emitted(entity_id, time, self.flow(), &*self.shared.ids);
        match event.seal(parts) {
            Ok(envelope) => self.emit(envelope),
            Err(error) => Err(self.shared.refused(error.into())),
        }
    }

    /// The flow that an event emitted here and now belongs to.
    fn flow(&self) -> Metadata {
        let mut flow = thread::flow(ptr::from_ref(&*self.shared));
        if let Some(source) = &self.shared.trace_context
            && let Some(parent) = hooks::contained(|| source.current()).flatten()
        {
            flow.trace_parent = Some(parent);
        }
        flow
    }

    /// Correlates the events that are emitted meanwhile on this thread, through emitters of this bus, and those that follow
    /// from them.
    ///
    /// Scopes nest: the innermost counts. Inside an observer, an event belongs to the flow of the event being told, unless a
    /// scope was opened since.
    ///
    /// ```
    /// use events_core::{Emitter, EntityEmitter, Envelope, Event, EventBus, EventType};
    /// # use events_core::EmittedBy;
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # struct TestEmitter { emitter: EntityEmitter }
    /// # impl Emitter for TestEmitter {
    /// #     const ENTITY_TYPE: &'static str = "quick_test";
    /// #     fn entity_emitter(&self) -> &EntityEmitter { &self.emitter }
    /// # }
    /// # impl EmittedBy<TestEmitter> for Started {}
    ///
    /// let bus = EventBus::builder().history(10).build();
    /// let tests = TestEmitter { emitter: EntityEmitter::new(&bus, "test-001") };
    /// bus.with_correlation("run-7", || tests.emit(Started { test_name: "Connection Test".into() }))?.into_result()?;
    /// assert_eq!(bus.history().of::<Started>()[0].correlation_id().unwrap().as_str(), "run-7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_correlation<T>(&self, id: impl Into<CorrelationId>, run: impl FnOnce() -> T) -> T {
        let _scope = CorrelationGuard::open(ptr::from_ref(&*self.shared), id.into());
        run()
    }

    /// Who would be told of an event of this type, in which order, and why.
    ///
    /// Asks observers whether they are interested, as the first event would.
    pub fn plan<E: Event>(&self) -> Plan {
        Plan::new::<E>(&self.shared.registry.entries())
    }

    /// The last events that were delivered, failures included, if [`EventBusBuilder::history`] asked for it; else none.
    pub fn history(&self) -> History {
        History::new(self.shared.history.as_ref())
    }

    /// Switches the bus off and on. While it is off, events reach nobody: [`Receipt::Suppressed`]. A bus that was shut down stays so.
    pub fn set_enabled(&self, enabled: bool) {
        self.shared.registry.open(enabled);
    }

    /// Whether the bus takes events: neither switched off nor shut down.
    pub fn is_enabled(&self) -> bool {
        self.shared.registry.is_open()
    }

    /// Takes no more events, waits until those under way reached their observers, and ends all subscriptions and streams.
    ///
    /// What waits in a queue is still delivered, as is what streams hold already. Called inside an observer, it cannot wait
    /// for that very delivery: the bus is closed all the same, and [`ShutdownError::InsideObserver`] says so. Nor should an observer
    /// call it when it is dropped: the emit that lets go of it last may be what is waited for.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events_core::{EmitError, Event, EventBus, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    ///
    /// let bus = EventBus::new();
    /// bus.shutdown(Duration::from_secs(5))?;
    /// let late = bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?);
    /// assert!(matches!(late, Err(EmitError::ShutDown { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ShutdownError`]: the bus takes no more events, but some are still under way, and subscriptions stand. It may be
    /// called again.
    pub fn shutdown(&self, deadline: Duration) -> Result<(), ShutdownError> {
        self.shared.registry.close();
        let bus = ptr::from_ref(&*self.shared);
        if matches!(thread::delivering(bus), Ok(Some(_))) {
            return Err(ShutdownError::InsideObserver);
        }
        if !self.shared.registry.wait_until_quiet(deadline) {
            return Err(ShutdownError::TimedOut { deadline });
        }
        self.shared.registry.remove_all();
        Ok(())
    }

    /// The bus's clock.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }

    /// The present time, by the bus's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.clock.now()
    }

    /// What happened on this bus so far, in numbers.
    pub fn stats(&self) -> BusStats {
        self.shared.counters.read(self.shared.registry.len())
    }
}

/// A bus was closed, but its deliveries have not all ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShutdownError {
    /// Observers still ran when the time was over.
    #[error("the bus is closed, but after {deadline:?} events were still on their way to observers")]
    #[non_exhaustive]
    TimedOut {
        /// The time that was given.
        deadline: Duration,
    },
    /// It was called by an observer, whose own delivery goes on.
    #[error("the bus is closed, but an observer that it is calling cannot wait for its own delivery to end")]
    InsideObserver,
}

impl Default for EventBus {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus")
            .field("clock", &self.shared.clock)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
