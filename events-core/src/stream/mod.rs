//! Events as a stream: what observers are told, read when the reader has the time for it.

mod ends;
mod error;
mod iter;
mod losses;
mod queue;

#[cfg(all(test, shuttle))]
mod models;
#[cfg(all(test, not(shuttle)))]
mod tests;

use std::{
    any::Any,
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_core::Stream;

pub(crate) use self::queue::{Closed, Sent};
use self::{ends::Items, queue::Queue};
pub use self::{
    error::{RecvTimeoutError, TryRecvError},
    iter::{StreamIntoIter, StreamIter},
    losses::{StreamItem, WithLosses},
};
use crate::sync::{Mutex, lock};

/// What happens when an event comes and the stream is full, because the reader is slower than those who emit.
///
/// Whatever is lost is counted ([`EventStream::lost`]), and [`EventStream::with_losses`] says where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overflow {
    /// Nothing is lost: the emitter waits until the reader has taken an event, or the stream is closed.
    ///
    /// Ending the subscription alone (its scope, a shutdown) does not wake an emitter that waits already; closing or dropping the
    /// stream does. The emitting thread sleeps inside `emit`, and the observers that come after the stream wait with it. A thread that both
    /// reads and emits can wait for itself, for ever; so can a task that emits on the only thread of the reader's executor.
    Block,
    /// The emitter never waits: the oldest event that the reader has not taken is lost, and the new one taken.
    ///
    /// The reader sees the newest events, and a gap before the next one it takes.
    DropOldest,
    /// The emitter never waits: the new event is lost.
    ///
    /// The reader sees the oldest events, and a gap after those that were waiting when the event was lost.
    DropNewest,
}

/// A bounded queue: where the events go in, and where they come out.
pub(crate) fn channel<T>(capacity: usize, overflow: Overflow) -> (StreamSender<T>, EventStream<T>) {
    let queue = Arc::new(Queue::new(capacity, overflow));
    (StreamSender { queue: Arc::clone(&queue) }, EventStream { queue, ending: Mutex::new(None) })
}

/// Where events go in. When the last clone is dropped, the stream ends behind what it still holds.
pub(crate) struct StreamSender<T> {
    queue: Arc<Queue<T>>,
}

impl<T> StreamSender<T> {
    /// Hands an event to the reader; when the stream is full, does what its [`Overflow`] says.
    ///
    /// The event is dropped here if it is lost or refused; a panic of that drop is contained. What the executor's waker
    /// panics with comes through, after the event was taken.
    pub(crate) fn send(&self, event: T) -> Result<Sent, Closed> {
        self.queue.send(event)
    }
}

impl<T> Clone for StreamSender<T> {
    fn clone(&self) -> Self {
        self.queue.add_sender();
        Self { queue: Arc::clone(&self.queue) }
    }
}

impl<T> Drop for StreamSender<T> {
    fn drop(&mut self) {
        self.queue.remove_sender();
    }
}

/// Events in the order in which they were emitted, to be read when there is time: by a loop that blocks, or by an async task on
/// any executor.
///
/// - Blocking: `for event in &stream { … }`, [`recv`](Self::recv), [`recv_timeout`](Self::recv_timeout).
/// - Async: `while let Some(event) = stream.next().await { … }`, or as a [`Stream`] with the combinators of any crate.
/// - Without waiting: [`try_recv`](Self::try_recv).
///
/// What it promises:
///
/// - The events of one thread come in the order in which that thread emitted them, each once.
/// - At most [`capacity`](Self::capacity) events wait in it. When it is full, its [`Overflow`] decides; an event that is lost is
///   counted, never passed over in silence.
/// - When there can be no more events, the reader gets those that wait, and then the end.
/// - Dropping the stream drops the events that wait, and releases emitters that wait for room.
/// - No event is dropped and no waker woken under a lock.
///
/// Reading takes a shared reference, so several threads can share the work of one stream; each event goes to one of them.
/// Only one task at a time reads it as a [`Stream`], and dropping its future loses no event.
#[must_use = "dropping a stream closes it"]
pub struct EventStream<T> {
    queue: Arc<Queue<T>>,
    /// Dropped when the stream is closed or dropped.
    ending: Mutex<Option<Box<dyn Any + Send + Sync>>>,
}

impl<T> EventStream<T> {
    /// Drops something else when the stream is closed or dropped.
    pub(crate) fn ending(self, with: impl Send + Sync + 'static) -> Self {
        *lock(&self.ending) = Some(Box::new(with));
        self
    }

    /// Waits for the next event; none, when there can be no more.
    pub fn recv(&self) -> Option<T> {
        self.queue.recv::<Items>(None).ok()
    }

    /// Waits for the next event, but no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// [`RecvTimeoutError::Timeout`] when none came in time, [`RecvTimeoutError::Closed`] when there can be no more.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.queue.recv::<Items>(Instant::now().checked_add(timeout))
    }

    /// Takes the next event if one is waiting.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] when none is waiting, [`TryRecvError::Closed`] when there can be no more.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.queue.try_recv::<Items>()
    }

    /// Waits for the next event, without blocking the thread; none, when there can be no more.
    ///
    /// The future can be dropped at any time: it has then taken no event.
    pub async fn next(&mut self) -> Option<T> {
        poll_fn(|context| self.queue.poll::<Items>(context.waker())).await
    }

    /// The events as they come: blocks between them, and ends when there can be no more.
    pub fn iter(&self) -> StreamIter<'_, Self> {
        StreamIter(self)
    }

    /// The same stream, which also says where events were lost, and how many.
    pub fn with_losses(self) -> WithLosses<T> {
        WithLosses(self)
    }

    /// Takes no more events: emitters go on without this stream. Those that wait can still be read; then the stream ends.
    pub fn close(&self) {
        self.queue.close();
        let ending = lock(&self.ending).take();
        drop(ending);
    }

    /// How many events were lost so far because the stream was full.
    pub fn lost(&self) -> u64 {
        self.queue.lost()
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether no event waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many events can wait: what was asked for, and at least 1.
    pub fn capacity(&self) -> usize {
        self.queue.capacity
    }

    /// What happens when the stream is full.
    pub fn overflow(&self) -> Overflow {
        self.queue.overflow
    }
}

impl<T> Drop for EventStream<T> {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl<T> Stream for EventStream<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.queue.poll::<Items>(context.waker())
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .field("overflow", &self.overflow())
            .field("lost", &self.lost())
            .field("closed", &self.queue.is_closed())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for StreamSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamSender").finish_non_exhaustive()
    }
}
