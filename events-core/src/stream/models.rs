//! The stream under the model checker, which tries many orders of the same steps and finds those in which threads wait for ever.
//!
//! `RUSTFLAGS="--cfg shuttle" cargo test -p events-core --lib models --target-dir target/shuttle`

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use futures_core::Stream;
use shuttle::{future, thread};

use super::{Closed, EventStream, Overflow, Sent, StreamItem, StreamSender, channel};
use crate::sync::check;

/// A thread that sends so many numbers, or until the stream is closed; how many were taken or lost, and how many of them lost.
fn producer(sender: &StreamSender<u64>, first: u64, count: u64) -> thread::JoinHandle<(u64, u64)> {
    let sender = sender.clone();
    thread::spawn(move || {
        let (mut sent, mut lost) = (0, 0);
        for number in first..first + count {
            match sender.send(number) {
                Ok(Sent::Taken) => sent += 1,
                Ok(Sent::Lost(count)) => (sent, lost) = (sent + 1, lost + count),
                Err(Closed) => break,
            }
        }
        (sent, lost)
    })
}

/// A stream, and threads that send 0 1 2 …, 100 101 102 …, and so on.
fn produced(
    producers: u64,
    count: u64,
    capacity: usize,
    overflow: Overflow,
) -> (Vec<thread::JoinHandle<(u64, u64)>>, EventStream<u64>) {
    let (sender, stream) = channel(capacity, overflow);
    ((0..producers).map(|n| producer(&sender, n * 100, count)).collect(), stream)
}

#[track_caller]
fn assert_in_turn(seen: &[u64], producers: u64) {
    for producer in 0..producers {
        let own = seen.iter().filter(|number| **number / 100 == producer);
        assert!(own.is_sorted_by(|one, next| one < next), "{seen:?}");
    }
}

#[test]
fn two_producers_and_room_for_one_event() {
    check(|| {
        let (_, stream) = produced(2, 3, 1, Overflow::Block);
        let seen: Vec<u64> = stream.iter().collect();
        assert_eq!(seen.len(), 6);
        assert_in_turn(&seen, 2);
    });
}

#[test]
fn the_reader_goes_while_senders_wait() {
    check(|| {
        let (producers, stream) = produced(2, 3, 1, Overflow::Block);
        let seen: Vec<u64> = stream.iter().take(2).collect();
        assert_in_turn(&seen, 2);
        drop(stream);
        for producer in producers {
            producer.join().unwrap();
        }
    });
}

#[test]
fn close_releases_senders_and_keeps_what_waits() {
    check(|| {
        let (producers, stream) = produced(2, 2, 1, Overflow::Block);
        let first = stream.recv();
        stream.close();
        let seen: Vec<u64> = first.into_iter().chain(&stream).collect();
        assert_in_turn(&seen, 2);
        let sent: u64 = producers.into_iter().map(|producer| producer.join().unwrap().0).sum();
        assert_eq!(sent, seen.len() as u64);
    });
}

#[test]
fn another_thread_closes_the_stream_of_a_waiting_reader() {
    check(|| {
        let (sender, stream) = channel::<u64>(1, Overflow::Block);
        let stream = std::sync::Arc::new(stream);
        let reader = {
            let stream = std::sync::Arc::clone(&stream);
            thread::spawn(move || stream.iter().count())
        };
        stream.close();
        assert_eq!(reader.join().unwrap(), 0);
        drop(sender);
    });
}

#[test]
fn two_readers_share_the_work() {
    check(|| {
        let (_, stream) = produced(2, 2, 2, Overflow::Block);
        let stream = std::sync::Arc::new(stream);
        let other = {
            let stream = std::sync::Arc::clone(&stream);
            thread::spawn(move || stream.iter().count())
        };
        let own = stream.iter().count();
        assert_eq!(own + other.join().unwrap(), 4);
    });
}

fn accounts(overflow: Overflow) {
    let (producers, stream) = produced(2, 3, 2, overflow);
    let (stream, mut seen, mut gaps) = (stream.with_losses(), Vec::new(), 0);
    for item in &stream {
        match item {
            StreamItem::Received(number) => seen.push(number),
            StreamItem::Lost(count) => gaps += count,
        }
    }
    assert_in_turn(&seen, 2);
    let lost: u64 = producers.into_iter().map(|producer| producer.join().unwrap().1).sum();
    assert_eq!((gaps, stream.get_ref().lost()), (lost, lost));
    assert_eq!(seen.len() as u64 + lost, 6);
}

#[test]
fn what_is_displaced_is_counted_where_it_was() {
    check(|| accounts(Overflow::DropOldest));
}

#[test]
fn what_is_not_taken_is_counted_where_it_would_be() {
    check(|| accounts(Overflow::DropNewest));
}

#[test]
fn a_task_loses_no_wake_up() {
    check(|| {
        let (_, mut stream) = produced(2, 2, 1, Overflow::Block);
        let seen = future::block_on(async {
            let mut seen = Vec::new();
            while let Some(number) = stream.next().await {
                seen.push(number);
            }
            seen
        });
        assert_eq!(seen.len(), 4);
        assert_in_turn(&seen, 2);
    });
}

#[test]
fn a_task_that_took_over_is_woken() {
    check(|| {
        let (_, mut stream) = produced(1, 2, 1, Overflow::Block);
        let mut seen = 0;
        // Another task's waker stands there first, and nobody listens to it.
        if let Poll::Ready(Some(_)) = Pin::new(&mut stream).poll_next(&mut Context::from_waker(Waker::noop())) {
            seen += 1;
        }
        future::block_on(async {
            while stream.next().await.is_some() {
                seen += 1;
            }
        });
        assert_eq!(seen, 2);
    });
}

#[test]
fn a_task_is_told_of_close() {
    check(|| {
        let (sender, mut stream) = channel::<u64>(1, Overflow::Block);
        let queue = std::sync::Arc::clone(&stream.queue);
        let closer = thread::spawn(move || queue.close());
        assert_eq!(future::block_on(stream.next()), None);
        closer.join().unwrap();
        drop(sender);
    });
}
