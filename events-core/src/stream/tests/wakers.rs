//! Wakers: who is woken, when, how often, and with no lock held.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use futures_core::Stream;

use crate::stream::{EventStream, Overflow, Sent, StreamItem, channel, queue::Queue};

/// Counts how often it is woken. Looks at its queue when it is woken and dropped, which would hang under one of the locks.
struct Counting {
    woken: AtomicUsize,
    queue: Arc<Queue<u32>>,
}

impl Counting {
    fn of(stream: &EventStream<u32>) -> (Arc<Self>, Waker) {
        let counting = Arc::new(Self { woken: AtomicUsize::new(0), queue: Arc::clone(&stream.queue) });
        (Arc::clone(&counting), Waker::from(counting))
    }

    fn woken(&self) -> usize {
        self.woken.load(SeqCst)
    }
}

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        assert!(self.queue.len() <= self.queue.capacity);
        self.woken.fetch_add(1, SeqCst);
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        assert!(self.queue.len() <= self.queue.capacity);
    }
}

fn poll<S: Stream + Unpin>(stream: &mut S, waker: &Waker) -> Poll<Option<S::Item>> {
    Pin::new(stream).poll_next(&mut Context::from_waker(waker))
}

#[test]
fn who_waits_is_woken_once() {
    let (sender, mut stream) = channel(4, Overflow::Block);
    let (counting, waker) = Counting::of(&stream);
    sender.send(1).unwrap();
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(Some(1)));
    assert_eq!(poll(&mut stream, &waker), Poll::Pending);
    assert_eq!(counting.woken(), 0);
    sender.send(2).unwrap();
    sender.send(3).unwrap();
    assert_eq!(counting.woken(), 1, "who was woken and did not come yet is not woken again");
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(Some(2)));
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(Some(3)));
    sender.send(4).unwrap();
    assert_eq!(counting.woken(), 1, "nobody waited");
}

#[test]
fn polls_for_no_reason_change_nothing() {
    let (sender, mut stream) = channel(4, Overflow::Block);
    let (counting, waker) = Counting::of(&stream);
    let known = Arc::strong_count(&counting);
    for _ in 0..5 {
        assert_eq!(poll(&mut stream, &waker), Poll::Pending);
        assert_eq!(Arc::strong_count(&counting), known + 1, "one clone of the waker is kept");
    }
    sender.send(1).unwrap();
    assert_eq!((counting.woken(), Arc::strong_count(&counting)), (1, known));
}

#[test]
fn the_last_waker_counts() {
    let (sender, mut stream) = channel(4, Overflow::Block);
    let (first, first_waker) = Counting::of(&stream);
    let (second, second_waker) = Counting::of(&stream);
    assert_eq!(poll(&mut stream, &first_waker), Poll::Pending);
    drop(first_waker);
    assert_eq!(poll(&mut stream, &second_waker), Poll::Pending);
    sender.send(1).unwrap();
    assert_eq!((first.woken(), second.woken()), (0, 1));
    // The stream's clone was the last of some waker.
    assert_eq!(poll(&mut stream, &Counting::of(&channel(1, Overflow::Block).1).1), Poll::Ready(Some(1)));
    let last = Counting::of(&stream).1;
    assert_eq!(poll(&mut stream, &last), Poll::Pending);
    drop(last);
    assert_eq!(poll(&mut stream, &second_waker), Poll::Pending);
}

#[test]
fn the_end_wakes() {
    let (sender, mut stream) = channel(4, Overflow::Block);
    let (counting, waker) = Counting::of(&stream);
    let other = sender.clone();
    assert_eq!(poll(&mut stream, &waker), Poll::Pending);
    drop(sender);
    assert_eq!(counting.woken(), 0);
    drop(other);
    assert_eq!(counting.woken(), 1);
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(None));
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(None));
}

#[test]
fn close_wakes() {
    let (_sender, mut stream) = channel(4, Overflow::Block);
    let (counting, waker) = Counting::of(&stream);
    assert_eq!(poll(&mut stream, &waker), Poll::Pending);
    stream.close();
    assert_eq!(counting.woken(), 1);
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(None));
}

#[test]
fn a_dropped_stream_keeps_no_waker() {
    let (_sender, mut stream) = channel(4, Overflow::Block);
    let (counting, waker) = Counting::of(&stream);
    assert_eq!(poll(&mut stream, &waker), Poll::Pending);
    drop((stream, waker));
    assert_eq!(Arc::strong_count(&counting), 1);
}

#[test]
fn a_future_that_is_dropped_took_no_event() {
    let (sender, mut stream) = channel(4, Overflow::Block);
    let (counting, waker) = Counting::of(&stream);
    {
        let mut next = pin!(stream.next());
        assert!(next.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        sender.send(1).unwrap();
    }
    assert_eq!(counting.woken(), 1);
    assert_eq!(stream.recv(), Some(1));
}

#[test]
fn a_gap_comes_before_the_stream_is_pending() {
    let (sender, stream) = channel(1, Overflow::DropNewest);
    let (_, waker) = Counting::of(&stream);
    assert_eq!((sender.send(1), sender.send(2)), (Ok(Sent::Taken), Ok(Sent::Lost(1))));
    let mut stream = stream.with_losses();
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(Some(StreamItem::Received(1))));
    assert_eq!(poll(&mut stream, &waker), Poll::Ready(Some(StreamItem::Lost(1))));
    assert_eq!(poll(&mut stream, &waker), Poll::Pending);
}

/// The smallest executor there is.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn a_task_reads_what_threads_send() {
    for capacity in [1, 2, 64] {
        let (sender, mut stream) = channel(capacity, Overflow::Block);
        let total: u64 = thread::scope(|scope| {
            for _ in 0..3 {
                let sender = sender.clone();
                scope.spawn(move || (1..=5_000).for_each(|number| assert_eq!(sender.send(number), Ok(Sent::Taken))));
            }
            drop(sender);
            block_on(async {
                let mut total = 0;
                while let Some(number) = stream.next().await {
                    total += number;
                }
                total
            })
        });
        assert_eq!(total, 3 * 5_000 * 5_001 / 2);
    }
}
