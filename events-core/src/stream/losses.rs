//! A stream that says where events were lost.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_core::Stream;

use super::{EventStream, RecvTimeoutError, StreamIter, TryRecvError, ends::ItemsAndGaps};

/// What comes out of a stream [with losses](EventStream::with_losses).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an event comes or is lost")]
pub enum StreamItem<T> {
    /// An event.
    Received(T),
    /// At this place so many events were lost, because the stream was full. Never 0.
    Lost(u64),
}

impl<T> StreamItem<T> {
    /// The event, if it is one.
    pub fn event(self) -> Option<T> {
        match self {
            Self::Received(event) => Some(event),
            Self::Lost(_) => None,
        }
    }
}

/// An [`EventStream`] that says where events were lost, and how many; made by [`EventStream::with_losses`].
///
/// A gap stands where the lost events would have been: under [`DropOldest`](super::Overflow::DropOldest) before the next event,
/// under [`DropNewest`](super::Overflow::DropNewest) behind the events that were waiting. It is one item whatever its length,
/// and takes none of the stream's room. The gaps add up to [`EventStream::lost`], less what was lost before events that were
/// read without them.
#[derive(Debug)]
#[must_use = "dropping a stream closes it"]
pub struct WithLosses<T>(pub(super) EventStream<T>);

impl<T> WithLosses<T> {
    /// Waits for the next event or gap; none, when there can be no more.
    pub fn recv(&self) -> Option<StreamItem<T>> {
        self.0.queue.recv::<ItemsAndGaps>(None).ok()
    }

    /// Waits for the next event or gap, but no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// [`RecvTimeoutError::Timeout`] when none came in time, [`RecvTimeoutError::Closed`] when there can be no more.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<StreamItem<T>, RecvTimeoutError> {
        self.0.queue.recv::<ItemsAndGaps>(Instant::now().checked_add(timeout))
    }

    /// Takes the next event or gap if one is waiting.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] when none is waiting, [`TryRecvError::Closed`] when there can be no more.
    pub fn try_recv(&self) -> Result<StreamItem<T>, TryRecvError> {
        self.0.queue.try_recv::<ItemsAndGaps>()
    }

    /// Waits for the next event or gap, without blocking the thread; none, when there can be no more.
    ///
    /// The future can be dropped at any time: it has then taken nothing.
    pub async fn next(&mut self) -> Option<StreamItem<T>> {
        poll_fn(|context| self.0.queue.poll::<ItemsAndGaps>(context.waker())).await
    }

    /// The events and gaps as they come: blocks between them, and ends when there can be no more.
    pub fn iter(&self) -> StreamIter<'_, Self> {
        StreamIter(self)
    }

    /// The stream itself: its counts, and [`close`](EventStream::close). An event read from it passes over the gap before.
    pub fn get_ref(&self) -> &EventStream<T> {
        &self.0
    }

    /// The stream without its gaps.
    pub fn into_inner(self) -> EventStream<T> {
        self.0
    }
}

impl<T> Stream for WithLosses<T> {
    type Item = StreamItem<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<StreamItem<T>>> {
        self.0.queue.poll::<ItemsAndGaps>(context.waker())
    }
}
