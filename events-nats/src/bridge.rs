//! Joins a local bus to a stream, in both directions, without an echo.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::Utc;
use events_core::{
    AnyEnvelope, EventBus, EventId, EventType, IdSource as _, Observer, ObserverError, ObserverResult, RandomIds,
    wire::Decoded,
};

use crate::{
    delivered::Delivered,
    observer::{NatsObserver, ObserverSettings, Outbound},
    publisher::NatsPublisher,
    subscriber::NatsSubscriber,
    trouble::SubscribeError,
};

/// Joins a local bus to a stream: what is emitted here is told there, and the other way round.
///
/// No event goes round. What this bridge published it knows by the message's `Events-Origin`, and does not emit a second time; what it
/// emits for the stream it knows by its id as long as that lasts, and does not publish. What observers emit because of it are new events,
/// and are published. So any number of processes may each have a bridge to one stream.
///
/// An event is acknowledged to the stream when every observer of the local bus has succeeded; else it comes again, and with a
/// deduplication window on the bus is told again only to a bus that failed.
///
/// ```no_run
/// use std::future;
///
/// use events_core::{EventBus, wire::EventRegistry};
/// use events_nats::{Bridge, NatsPublisher, NatsSubscriber, ObserverSettings, Start, async_nats::Client};
///
/// # async fn example(client: Client, types: EventRegistry) -> Result<(), Box<dyn std::error::Error>> {
/// let bus = EventBus::new();
/// let bridge = Bridge::new();
/// let (observer, outbound) = bridge.outward(&NatsPublisher::new(client.clone()), ObserverSettings::default());
/// let _outward = bus.observe(observer); // or `bus.subscription().pattern(…).observe(observer)`
///
/// let mut subscriber = NatsSubscriber::builder(client, "EVENTS", "harness-1").types(types).start(Start::New).open().await?;
/// bridge.inward(&bus, &mut subscriber, future::pending()).await?;
/// # drop(outbound);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Bridge {
    origin: Arc<str>,
    arriving: Arc<Arriving>,
}

/// An observer that publishes what did not come from the stream; made by [`Bridge::outward`].
#[derive(Clone, Debug)]
pub struct BridgeObserver {
    observer: NatsObserver,
    arriving: Arc<Arriving>,
}

/// The events that are being emitted for the stream: as many as there are subscribers on this bridge.
#[derive(Debug, Default)]
struct Arriving(Mutex<Vec<EventId>>);

/// What a bridge has brought in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BridgeStats {
    /// Events that were emitted here.
    pub emitted: u64,
    /// Events that this bridge had published, and passed over.
    pub own: u64,
    /// Events of types that are not registered, which no local bus can tell; passed over.
    pub unknown: u64,
}

impl Bridge {
    /// One with an origin of its own, at random.
    pub fn new() -> Self {
        Self::with_origin(&RandomIds.unique(Utc::now()).to_string())
    }

    /// One with a name that no other bridge has. With the name that a process had before, what that one published is passed over.
    pub fn with_origin(origin: &str) -> Self {
        Self { origin: origin.into(), arriving: Arc::default() }
    }

    /// By what it knows its own events.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// An observer for the local bus, as [`NatsPublisher::observer`]; what this bridge emits is not published.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn outward(&self, publisher: &NatsPublisher, settings: ObserverSettings) -> (BridgeObserver, Outbound) {
        let (observer, outbound) = publisher.with_origin(&self.origin).observer(settings);
        (BridgeObserver { observer, arriving: Arc::clone(&self.arriving) }, outbound)
    }

    /// Emits on the local bus what the subscriber is told, until something happens.
    ///
    /// Observers run in this task: give it a runtime of several threads, or a thread, if they take their time.
    ///
    /// # Errors
    ///
    /// As [`NatsSubscriber::run`].
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// As [`NatsSubscriber::run_until`]. What was brought in until then is not told.
    pub async fn inward(
        &self,
        bus: &EventBus,
        subscriber: &mut NatsSubscriber,
        stop: impl Future<Output = ()>,
    ) -> Result<BridgeStats, SubscribeError> {
        let mut stats = BridgeStats::default();
        subscriber
            .run_until(stop, |event| {
                let result = self.emit(bus, event, &mut stats);
                async { result }
            })
            .await?;
        Ok(stats)
    }

    fn emit(&self, bus: &EventBus, event: Delivered, stats: &mut BridgeStats) -> Result<(), ObserverError> {
        if event.origin() == Some(&*self.origin) {
            stats.own += 1;
            return Ok(());
        }
        let Decoded::Event(event) = event.into_event() else {
            stats.unknown += 1;
            return Ok(());
        };
        let _arriving = self.arriving.enter(event.id());
        let receipt = bus.emit(event)?;
        if receipt.is_suppressed() {
            return Err(SwitchedOff.into());
        }
        receipt.into_result()?;
        stats.emitted += 1;
        Ok(())
    }
}

/// Acknowledged now, the event would have been told to nobody.
#[derive(Debug, thiserror::Error)]
#[error("the bus is switched off")]
struct SwitchedOff;

impl Default for Bridge {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for BridgeObserver {
    fn is_interested(&self, event_type: &EventType) -> bool {
        self.observer.is_interested(event_type)
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        if self.arriving.lock().contains(&event.id()) {
            return Ok(());
        }
        self.observer.on_event(event)
    }
}

impl Arriving {
    fn enter(&self, id: EventId) -> Arrival<'_> {
        self.lock().push(id);
        Arrival { arriving: self, id }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<EventId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As long as it is there, the event comes from the stream.
struct Arrival<'a> {
    arriving: &'a Arriving,
    id: EventId,
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        let mut arriving = self.arriving.lock();
        if let Some(place) = arriving.iter().position(|id| *id == self.id) {
            arriving.swap_remove(place);
        }
    }
}
