//! What a stream promises: policies, closing, drops. Order under many threads and wakers have files of their own.

mod threads;
mod wakers;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use super::{Closed, EventStream, Overflow, RecvTimeoutError, Sent, StreamItem, StreamSender, TryRecvError, channel};
use crate::{receipt::panic_message, stream::queue::Queue};

/// A stream into which these numbers were sent.
fn holding(
    capacity: usize,
    overflow: Overflow,
    numbers: impl IntoIterator<Item = u32>,
) -> (StreamSender<u32>, EventStream<u32>) {
    let (sender, stream) = channel(capacity, overflow);
    for number in numbers {
        assert!(sender.send(number).is_ok());
    }
    (sender, stream)
}

fn rest<T>(stream: &EventStream<T>) -> Vec<T> {
    std::iter::from_fn(|| stream.try_recv().ok()).collect()
}

/// Waits until so many senders sleep.
fn wait_for_blocked<T>(queue: &Queue<T>, count: usize) {
    while queue.blocked() != count {
        thread::yield_now();
    }
}

#[test]
fn events_come_in_order_and_then_the_end() {
    let (sender, stream) = holding(8, Overflow::Block, 1..=3);
    assert_eq!((stream.len(), stream.is_empty(), stream.capacity()), (3, false, 8));
    assert_eq!(stream.recv(), Some(1));
    assert_eq!(sender.send(4), Ok(Sent::Taken));
    assert_eq!(stream.recv_timeout(Duration::ZERO), Ok(2));
    drop(sender);
    assert_eq!(stream.try_recv(), Ok(3));
    assert_eq!(stream.iter().collect::<Vec<_>>(), [4]);
    assert!(stream.is_empty());
    assert_eq!(stream.recv(), None);
    assert_eq!(stream.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(stream.recv_timeout(Duration::MAX), Err(RecvTimeoutError::Closed));
}

#[test]
fn an_empty_stream_is_not_an_ended_one() {
    let (_sender, stream) = channel::<u32>(1, Overflow::Block);
    assert_eq!(stream.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(stream.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
    assert_eq!(stream.recv_timeout(Duration::from_millis(5)), Err(RecvTimeoutError::Timeout));
}

#[test]
fn a_clone_of_the_sender_keeps_the_stream_open() {
    let (sender, stream) = holding(8, Overflow::Block, 1..=1);
    let other = sender.clone();
    drop(sender);
    assert_eq!(other.send(2), Ok(Sent::Taken));
    drop(other);
    assert_eq!(stream.into_iter().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn block_waits_for_room_for_one_event() {
    let (sender, stream) = holding(3, Overflow::Block, 1..=3);
    let queue = Arc::clone(&stream.queue);
    thread::scope(|scope| {
        scope.spawn(move || {
            assert_eq!(sender.send(4), Ok(Sent::Taken));
            assert_eq!(sender.send(5), Ok(Sent::Taken));
        });
        for next in 1..=2 {
            wait_for_blocked(&queue, 1);
            assert_eq!(stream.len(), 3, "what the reader took in one go still counts");
            assert_eq!(stream.recv(), Some(next));
        }
        assert_eq!(stream.iter().collect::<Vec<_>>(), [3, 4, 5]);
    });
    assert_eq!(stream.lost(), 0);
}

#[test]
fn drop_oldest_keeps_the_newest() {
    let (sender, stream) = holding(3, Overflow::DropOldest, 1..=3);
    assert_eq!(sender.send(4), Ok(Sent::Lost(1)));
    assert_eq!((stream.recv(), stream.len(), stream.lost()), (Some(2), 2, 1));
    assert_eq!(sender.send(5), Ok(Sent::Taken));
    assert_eq!(sender.send(6), Ok(Sent::Lost(1)), "3, which the reader had not taken for itself yet");
    assert_eq!((rest(&stream), stream.lost()), (vec![4, 5, 6], 2));
}

#[test]
fn drop_newest_keeps_the_oldest() {
    let (sender, stream) = holding(3, Overflow::DropNewest, 1..=3);
    assert_eq!(sender.send(4), Ok(Sent::Lost(1)));
    assert_eq!((stream.recv(), stream.len(), stream.lost()), (Some(1), 2, 1));
    assert_eq!(sender.send(5), Ok(Sent::Taken));
    assert_eq!(sender.send(6), Ok(Sent::Lost(1)));
    assert_eq!((rest(&stream), stream.lost()), (vec![2, 3, 5], 2));
}

#[test]
fn a_stream_holds_one_event_at_least() {
    let (sender, stream) = channel(0, Overflow::DropNewest);
    assert_eq!(stream.capacity(), 1);
    assert_eq!((sender.send(1), sender.send(2)), (Ok(Sent::Taken), Ok(Sent::Lost(1))));
    assert_eq!(rest(&stream), [1]);
}

#[test]
fn the_gap_of_drop_oldest_is_before_the_next_event() {
    let (sender, stream) = holding(2, Overflow::DropOldest, 1..=5);
    let stream = stream.with_losses();
    assert_eq!(stream.recv(), Some(StreamItem::Lost(3)));
    assert_eq!(stream.get_ref().len(), 2, "a gap takes no room");
    assert_eq!(stream.recv(), Some(StreamItem::Received(4)));
    assert_eq!((sender.send(6), sender.send(7)), (Ok(Sent::Taken), Ok(Sent::Lost(1))));
    drop(sender);
    let items: Vec<_> = stream.iter().collect();
    assert_eq!(items, [StreamItem::Lost(1), StreamItem::Received(6), StreamItem::Received(7)]);
    assert_eq!(stream.get_ref().lost(), 4);
}

#[test]
fn the_gap_of_drop_newest_is_behind_the_events_that_waited() {
    let (sender, stream) = holding(2, Overflow::DropNewest, 1..=4);
    let stream = stream.with_losses();
    assert_eq!(stream.recv(), Some(StreamItem::Received(1)));
    assert_eq!((sender.send(5), sender.send(6)), (Ok(Sent::Taken), Ok(Sent::Lost(1))));
    let next: Vec<_> = std::iter::from_fn(|| stream.try_recv().ok()).collect();
    assert_eq!(next, [StreamItem::Received(2), StreamItem::Lost(2), StreamItem::Received(5), StreamItem::Lost(1)]);
    assert_eq!(stream.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
    drop(sender);
    assert_eq!(stream.into_iter().filter_map(StreamItem::event).count(), 0);
}

#[test]
fn gaps_that_were_passed_over_are_not_told_later() {
    let (sender, stream) = holding(1, Overflow::DropNewest, 1..=2);
    assert_eq!((stream.recv(), stream.try_recv()), (Some(1), Err(TryRecvError::Empty)));
    let stream = stream.with_losses();
    assert_eq!(stream.recv(), Some(StreamItem::Lost(1)), "it is behind 1, and nothing behind it was read");
    assert_eq!(
        (sender.send(3), sender.send(4), sender.send(5)),
        (Ok(Sent::Taken), Ok(Sent::Lost(1)), Ok(Sent::Lost(1)))
    );
    let stream = stream.into_inner();
    assert_eq!((stream.recv(), sender.send(6), stream.recv()), (Some(3), Ok(Sent::Taken), Some(6)));
    assert_eq!(stream.lost(), 3);
    assert_eq!(stream.with_losses().try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn close_keeps_what_waits() {
    let (sender, stream) = holding(2, Overflow::DropNewest, 1..=3);
    stream.close();
    assert_eq!(sender.send(4), Err(Closed));
    assert_eq!(stream.lost(), 1, "refused is not lost");
    assert_eq!((&stream).into_iter().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_blocked_sender_is_released_by_the_drop_of_the_reader() {
    let (sender, stream) = holding(1, Overflow::Block, 1..=1);
    let queue = Arc::clone(&stream.queue);
    thread::scope(|scope| {
        let senders = [sender.clone(), sender].map(|sender| scope.spawn(move || sender.send(2)));
        wait_for_blocked(&queue, 2);
        drop(stream);
        for sender in senders {
            assert_eq!(sender.join().unwrap(), Err(Closed));
        }
    });
    assert_eq!(queue.len(), 0);
}

#[test]
fn a_blocked_sender_is_released_by_close() {
    let (sender, stream) = holding(1, Overflow::Block, 1..=1);
    let queue = Arc::clone(&stream.queue);
    thread::scope(|scope| {
        let sender = scope.spawn(move || sender.send(2));
        wait_for_blocked(&queue, 1);
        stream.close();
        assert_eq!(sender.join().unwrap(), Err(Closed));
    });
    assert_eq!(stream.iter().collect::<Vec<_>>(), [1]);
}

/// Says when it is dropped; then looks at its queue, which would hang under one of the locks, and panics if it is to.
struct Dropped {
    number: u32,
    panics: bool,
    queue: Arc<Queue<Dropped>>,
    told: mpsc::Sender<u32>,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.told.send(self.number).unwrap();
        assert!(self.queue.len() <= self.queue.capacity);
        assert!(!self.panics || thread::panicking(), "the drop of {} panics", self.number);
    }
}

/// Sends 1 to 4 into a queue of two, drops the stream, and sends 5; in which order they were dropped.
fn drop_order(overflow: Overflow, panics: bool) -> Vec<u32> {
    let (sender, stream) = channel(2, overflow);
    let (told, drops) = mpsc::channel();
    let item = |number| Dropped { number, panics, queue: Arc::clone(&stream.queue), told: told.clone() };
    let sent: Vec<_> = (1..=4).map(|number| sender.send(item(number))).collect();
    assert_eq!(sent, [Ok(Sent::Taken), Ok(Sent::Taken), Ok(Sent::Lost(1)), Ok(Sent::Lost(1))]);
    let last = item(5);
    drop(stream);
    assert_eq!(sender.send(last), Err(Closed));
    drops.try_iter().collect()
}

#[test]
fn events_are_dropped_in_order_and_under_no_lock() {
    assert_eq!(drop_order(Overflow::DropOldest, false), [1, 2, 3, 4, 5]);
    assert_eq!(drop_order(Overflow::DropNewest, false), [3, 4, 1, 2, 5]);
}

#[test]
fn a_panic_in_the_drop_of_an_event_stays_there() {
    assert_eq!(drop_order(Overflow::DropOldest, true), [1, 2, 3, 4, 5]);
    assert_eq!(drop_order(Overflow::DropNewest, true), [3, 4, 1, 2, 5]);
}

#[test]
fn the_reader_may_panic_with_an_event_in_hand() {
    let (sender, stream) = holding(4, Overflow::Block, 1..=3);
    let count = AtomicU32::new(0);
    let panic = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            for number in &stream {
                count.fetch_add(1, SeqCst);
                assert!(number != 2, "two");
            }
        });
        reader.join().unwrap_err()
    });
    assert_eq!((panic_message(panic).as_str(), count.load(SeqCst)), ("two", 2));
    assert_eq!((stream.recv(), sender.send(4)), (Some(3), Ok(Sent::Taken)));
}

#[test]
fn debug_shows_counts_and_no_event() {
    let (_sender, stream) = holding(2, Overflow::DropOldest, 1..=3);
    assert_eq!(
        format!("{stream:?}"),
        "EventStream { len: 2, capacity: 2, overflow: DropOldest, lost: 1, closed: false, .. }"
    );
}

#[test]
fn streams_can_be_shared_and_sent_where_their_events_can_be_sent() {
    fn check<T: Send + Sync + Unpin>() {}
    check::<EventStream<std::cell::Cell<u32>>>();
    check::<StreamSender<std::cell::Cell<u32>>>();
    check::<super::WithLosses<std::cell::Cell<u32>>>();
}
