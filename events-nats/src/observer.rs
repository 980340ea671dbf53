//! The events of a local bus, published: an observer that hands them to a task.

use std::{
    collections::VecDeque,
    error::Error,
    fmt, future, mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use events_core::{AnyEnvelope, Observer, ObserverResult};
use tokio::{runtime::Handle, select, sync::mpsc};

use crate::{
    error::PublishError,
    publisher::NatsPublisher,
    receipt::{PendingReceipt, PublishReceipt},
    room::Room,
};

/// An observer that publishes what it is told; made by [`NatsPublisher::observer`].
///
/// An observer answers before anything can be stored. So the receipt of the local bus says that the event was **handed over**, and the
/// [`Outbound`] says what became of it. Of the events that were handed over, only so many may be unconfirmed: while there is no room,
/// the observer fails with [`HandoverError::Full`], which is in the receipt, and the event may be emitted again. To wait instead:
/// [`Outbound::ready`] before emitting, in a task; [`ObserverSettings::patience`], in a thread.
#[derive(Clone)]
pub struct NatsObserver {
    shared: Arc<Shared>,
    sender: mpsc::WeakUnboundedSender<AnyEnvelope>,
    patience: Duration,
}

/// How a [`NatsObserver`] hands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObserverSettings {
    capacity: usize,
    patience: Duration,
}

/// What becomes of the events that a [`NatsObserver`] handed over. Dropped, it takes no more of them; those it has are published.
#[derive(Debug)]
#[must_use = "it ends the observer when it is dropped, and is told what fails"]
pub struct Outbound {
    shared: Arc<Shared>,
    sender: mpsc::UnboundedSender<AnyEnvelope>,
}

struct Shared {
    room: Room,
    failed: Mutex<Vec<FailedEvent>>,
    confirmed: AtomicU64,
    duplicates: AtomicU64,
}

/// An event that was handed over, and not published.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedEvent {
    /// The event: to be published again, or stored elsewhere.
    pub event: AnyEnvelope,
    /// Why.
    pub error: PublishError,
}

/// Events that were handed over, and not published.
#[derive(Debug)]
#[non_exhaustive]
pub struct OutboundError {
    /// They, at least one.
    pub failed: Vec<FailedEvent>,
}

/// How many events an [`Outbound`] has, and had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboundStats {
    /// Stored, duplicates included.
    pub confirmed: u64,
    /// Of these, those that the stream had already.
    pub duplicates: u64,
    /// Handed over and not stored: under way, or failed and not [taken back](Outbound::take_failed).
    pub unconfirmed: usize,
    /// Failed, and not taken back.
    pub failed: usize,
}

/// Why an observer did not take an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandoverError {
    /// As many events as there is room for are not confirmed.
    #[error("{capacity} events are not confirmed yet, as many as there is room for")]
    #[non_exhaustive]
    Full {
        /// How many there is room for.
        capacity: usize,
    },
    /// The [`Outbound`] was dropped or closed.
    #[error("the publisher takes no more events")]
    Closed,
}

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failed.len();
        write!(f, "{failed} event{} not published", if failed == 1 { " was" } else { "s were" })?;
        self.failed.first().map_or(Ok(()), |first| write!(f, "; the first: {}", first.error))
    }
}

impl Error for OutboundError {
    /// Why the first was not published, which the text says.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.failed.first()?.error)
    }
}

/// Room for 4096 events, and no patience.
impl Default for ObserverSettings {
    fn default() -> Self {
        Self { capacity: 4096, patience: Duration::ZERO }
    }
}

impl ObserverSettings {
    /// How many events may be handed over and not confirmed, from 1. They are in memory.
    #[must_use]
    pub fn capacity(mut self, events: usize) -> Self {
        self.capacity = events.max(1);
        self
    }

    /// For so long a thread that emits waits for room. In a thread of a Tokio runtime it does not wait: what makes room could be waiting
    /// for that thread.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }
}

impl NatsPublisher {
    /// An observer for a local bus, and what becomes of the events that it is told.
    ///
    /// ```no_run
    /// use events_core::EventBus;
    /// use events_nats::{NatsPublisher, ObserverSettings};
    ///
    /// # async fn example(bus: EventBus, publisher: NatsPublisher) -> Result<(), Box<dyn std::error::Error>> {
    /// let (observer, outbound) = publisher.observer(ObserverSettings::default());
    /// let _publishing = bus.observe(observer);
    /// // … emit …
    /// outbound.flush().await?; // all of it is stored, or here is what is not
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn observer(&self, settings: ObserverSettings) -> (NatsObserver, Outbound) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            room: Room::new(settings.capacity),
            failed: Mutex::default(),
            confirmed: AtomicU64::new(0),
            duplicates: AtomicU64::new(0),
        });
        tokio::spawn(publish(self.clone(), receiver, Arc::clone(&shared)));
        let observer =
            NatsObserver { shared: Arc::clone(&shared), sender: sender.downgrade(), patience: settings.patience };
        (observer, Outbound { shared, sender })
    }
}

impl Observer for NatsObserver {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let Some(sender) = self.sender.upgrade() else { return Err(HandoverError::Closed.into()) };
        let patience = if Handle::try_current().is_ok() { Duration::ZERO } else { self.patience };
        let room = &self.shared.room;
        if !room.take(patience) {
            return Err(HandoverError::Full { capacity: room.places() }.into());
        }
        if sender.send(event.clone()).is_err() {
            room.give_back(1);
            return Err(HandoverError::Closed.into());
        }
        Ok(())
    }
}

impl Outbound {
    /// Waits until there is room: an event that is emitted then is taken, unless others come first.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it changes nothing.
    pub async fn ready(&self) {
        self.shared.room.until(|taken| taken < self.shared.room.places()).await;
    }

    /// Waits until every event that was handed over is stored or has failed, and takes back those that failed.
    ///
    /// # Errors
    ///
    /// [`OutboundError`], with the events.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it has taken nothing back.
    pub async fn flush(&self) -> Result<(), OutboundError> {
        self.shared.room.until(|taken| taken <= self.shared.failed().len()).await;
        let failed = self.take_failed();
        if failed.is_empty() { Ok(()) } else { Err(OutboundError { failed }) }
    }

    /// Takes no more events, and then as [`flush`](Self::flush).
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush).
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, what was handed over is published, and nobody is told what fails.
    pub async fn close(self) -> Result<(), OutboundError> {
        let Self { shared, sender } = self;
        let (ended, _) = mpsc::unbounded_channel();
        let outbound = Self { shared, sender: ended };
        drop(sender);
        outbound.flush().await
    }

    /// The events that failed so far. Until they are taken back, they take up room.
    pub fn take_failed(&self) -> Vec<FailedEvent> {
        let failed = mem::take(&mut *self.shared.failed());
        self.shared.room.give_back(failed.len());
        failed
    }

    /// How many events it has, and had.
    pub fn stats(&self) -> OutboundStats {
        OutboundStats {
            confirmed: self.shared.confirmed.load(Ordering::Relaxed),
            duplicates: self.shared.duplicates.load(Ordering::Relaxed),
            unconfirmed: self.shared.room.taken(),
            failed: self.shared.failed().len(),
        }
    }
}

impl Shared {
    fn failed(&self) -> MutexGuard<'_, Vec<FailedEvent>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self, event: AnyEnvelope, result: Result<PublishReceipt, PublishError>) {
        match result {
            Ok(receipt) => {
                self.confirmed.fetch_add(1, Ordering::Relaxed);
                self.duplicates.fetch_add(receipt.is_duplicate().into(), Ordering::Relaxed);
                self.room.give_back(1);
            }
            Err(error) => {
                self.failed().push(FailedEvent { event, error });
                // Its place stays taken; who waits for the end is told that it has come.
                self.room.give_back(0);
            }
        }
    }
}

/// Publishes what is handed over, in its order, until the [`Outbound`] is dropped and nothing is left.
async fn publish(publisher: NatsPublisher, mut events: mpsc::UnboundedReceiver<AnyEnvelope>, shared: Arc<Shared>) {
    let mut sent: VecDeque<(AnyEnvelope, PendingReceipt)> = VecDeque::new();
    let mut is_open = true;
    while is_open || !sent.is_empty() {
        let oldest = sent.front_mut().map(|(_, pending)| pending);
        select! {
            result = ended(oldest) => {
                if let Some((event, _)) = sent.pop_front() {
                    shared.ended(event, result);
                }
            }
            event = events.recv(), if is_open => match event {
                Some(event) => match publisher.publish(&event).await {
                    Ok(pending) => sent.push_back((event, pending)),
                    Err(error) => shared.ended(event, Err(error)),
                },
                None => is_open = false,
            },
        }
    }
}

/// What became of the oldest event; never, if there is none.
async fn ended(pending: Option<&mut PendingReceipt>) -> Result<PublishReceipt, PublishError> {
    match pending {
        Some(pending) => pending.await,
        None => future::pending().await,
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("room", &self.room).finish_non_exhaustive()
    }
}

impl fmt::Debug for NatsObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsObserver").field("room", &self.shared.room).finish_non_exhaustive()
    }
}
