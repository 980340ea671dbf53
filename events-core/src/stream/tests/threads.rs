//! Many threads: nothing twice, nothing out of turn, and what does not come is counted.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
};

use crate::stream::{EventStream, Overflow, Sent, StreamItem, channel};

const EVENTS: u64 = 20_000;

/// Lets `producers` threads send, and reads with `read` meanwhile; what came, and how many the senders were told were lost.
fn run<R>(
    producers: u64,
    capacity: usize,
    overflow: Overflow,
    read: impl FnOnce(EventStream<(u64, u64)>) -> R,
) -> (R, u64) {
    let (sender, stream) = channel(capacity, overflow);
    let (start, lost) = (Barrier::new(usize::try_from(producers).unwrap()), AtomicU64::new(0));
    let read = thread::scope(|scope| {
        for producer in 0..producers {
            let (sender, start, lost) = (sender.clone(), &start, &lost);
            scope.spawn(move || {
                start.wait();
                for number in 0..EVENTS {
                    match sender.send((producer, number)) {
                        Ok(Sent::Taken) => {}
                        Ok(Sent::Lost(count)) => drop(lost.fetch_add(count, SeqCst)),
                        Err(closed) => panic!("{closed:?}"),
                    }
                }
            });
        }
        drop(sender);
        read(stream)
    });
    (read, lost.into_inner())
}

/// Counts events, and checks that those of each thread are in order.
#[derive(Default)]
struct InTurn {
    last: [Option<u64>; 4],
    count: u64,
}

impl InTurn {
    fn saw(&mut self, (producer, number): (u64, u64)) {
        let last = &mut self.last[usize::try_from(producer).unwrap()];
        assert!(last.is_none_or(|last| last < number), "{number} after {last:?}");
        *last = Some(number);
        self.count += 1;
    }
}

#[test]
fn a_stream_that_blocks_loses_nothing() {
    for (producers, capacity) in [(1, 64), (2, 1), (3, 7), (4, 1024)] {
        let (seen, lost) = run(producers, capacity, Overflow::Block, |stream| {
            let mut seen = InTurn::default();
            stream.iter().for_each(|event| seen.saw(event));
            assert_eq!(stream.lost(), 0);
            seen.count
        });
        assert_eq!((seen, lost), (producers * EVENTS, 0));
    }
}

#[test]
fn received_and_lost_are_what_was_sent() {
    for overflow in [Overflow::DropOldest, Overflow::DropNewest] {
        for (producers, capacity) in [(2, 1), (3, 16), (4, 1024)] {
            let ((seen, gaps), lost) = run(producers, capacity, overflow, |stream| {
                let (stream, mut seen, mut gaps) = (stream.with_losses(), InTurn::default(), 0);
                for item in &stream {
                    match item {
                        StreamItem::Received(event) => seen.saw(event),
                        StreamItem::Lost(count) => gaps += count,
                    }
                }
                assert_eq!(stream.get_ref().lost(), gaps);
                (seen.count, gaps)
            });
            assert_eq!(gaps, lost);
            assert_eq!(seen + lost, producers * EVENTS);
        }
    }
}

#[test]
fn several_readers_share_the_work() {
    let (counts, _) = run(2, 16, Overflow::Block, |stream| {
        thread::scope(|scope| {
            let readers = [(); 3].map(|()| {
                scope.spawn(|| {
                    let mut seen = InTurn::default();
                    stream.iter().for_each(|event| seen.saw(event));
                    seen.count
                })
            });
            readers.map(|reader| reader.join().unwrap())
        })
    });
    assert_eq!(counts.iter().sum::<u64>(), 2 * EVENTS);
}

#[test]
fn no_more_than_the_capacity_waits() {
    let (most, _) = run(3, 5, Overflow::Block, |stream| stream.iter().map(|_| stream.len()).max());
    assert!(most.unwrap() <= 5);
}

#[test]
fn readers_that_go_release_every_sender() {
    for round in 0..200 {
        let (sender, stream) = channel(1 + round % 3, Overflow::Block);
        thread::scope(|scope| {
            for _ in 0..3 {
                let sender = sender.clone();
                scope.spawn(move || while sender.send(()).is_ok() {});
            }
            assert_eq!(stream.iter().take(round).count(), round);
            drop(stream);
        });
    }
}
