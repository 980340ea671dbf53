//! The bus: events in, observers told, in order, each exactly as promised.

mod builder;
mod dedup;
mod dispatch;
mod registry;
mod stats;
mod subscription;

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};

pub use self::{
    builder::EventBusBuilder,
    dedup::DedupWindow,
    stats::BusStats,
    subscription::{Subscription, SubscriptionBuilder},
};
use self::{dedup::Window, dispatch::FailureHook, registry::Registry, stats::Counters};
use crate::{
    Clock, EmitError, Emittable, EntityId, IdSource, IntoEnvelope, Observer, Receipt, envelope::EnvelopeParts,
    observer::Subscriber,
};

/// Delivers events to observers. Cheap to clone; all clones are one bus. No global is needed.
///
/// What it promises:
///
/// - Observers are called by priority, higher first; those of one priority in the order in which they subscribed.
/// - An observer's error or panic is counted and put into the receipt; the others are told all the same.
/// - An event emitted inside an observer is delivered after the present one reached all its observers. So every observer
///   sees the events of one thread in one order. Emitted through an emitter, it belongs to the present event's flow: its
///   causation id names it. The bus limits the length of such chains and the number of events that wait.
/// - No lock is held while an observer runs: subscribing, unsubscribing and emitting inside one work.
/// - With a [`DedupWindow`], an event with the id of one that was delivered without failure is reported as a duplicate, and
///   nobody is told again.
///
/// Observers run on the emitting thread, before `emit` returns. Events of different threads are delivered independently of
/// one another. An observer that holds a bus is kept alive by it until it is unsubscribed.
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
    window: Option<Window>,
    clock: Box<dyn Clock>,
    ids: Box<dyn IdSource>,
    max_depth: u32,
    max_queue: usize,
    on_failure: Option<FailureHook>,
    counters: Counters,
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

    /// Emits an envelope made elsewhere, as it is.
    ///
    /// # Errors
    ///
    /// [`EmitError::TooDeep`] and [`EmitError::QueueFull`] when observers emit events about events without end,
    /// [`EmitError::ThreadEnding`] from the destructor of a thread-local.
    pub fn emit(&self, envelope: impl IntoEnvelope) -> Result<Receipt, EmitError> {
        dispatch::emit(&self.shared, envelope.into_envelope())
    }

    /// Seals a payload for an entity and emits it.
    pub(crate) fn emit_for<T: Emittable>(
        &self,
        event: T,
        entity_id: EntityId,
        time: DateTime<Utc>,
    ) -> Result<Receipt, EmitError> {
        let parts = EnvelopeParts::emitted(entity_id, time, dispatch::flow(), &*self.shared.ids);
        match event.seal(parts) {
            Ok(envelope) => dispatch::emit(&self.shared, envelope),
            Err(error) => {
                self.shared.counters.refused();
                Err(error.into())
            }
        }
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
