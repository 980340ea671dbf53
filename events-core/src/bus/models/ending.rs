//! Switching off, shutting down, and streams and history until then.

use std::mem;
use std::sync::{Arc, Mutex};

use super::{HOUR, Log, Reply, Step, builder, emit, join, locked, observers, pause, reply, thread};
use crate::{EmitError, Envelope, Overflow, bus::EventBus, sync::check};

#[test]
fn a_bus_is_switched_off_and_on() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let _guest = log.guest(1, |witness| witness.subscribe(&bus));
        let other = thread(&bus, &log, |bus, _| [10, 11].map(|n| (n, emit(&bus, n).unwrap())));
        let first = emit(&bus, 1).unwrap();
        bus.set_enabled(false);
        let second = emit(&bus, 2).unwrap();
        bus.set_enabled(true);
        let third = emit(&bus, 3).unwrap();
        assert!(first.is_delivered() && second.is_suppressed() && third.is_delivered());
        let receipts = other.join().unwrap().into_iter().chain([(1, first), (2, second), (3, third)]);
        let told = mem::take(&mut *locked(&log.0)).guests.remove(&1).unwrap().told;
        for (n, receipt) in receipts {
            assert_eq!(told.iter().filter(|told| **told == n).count(), observers(&receipt));
            assert!(receipt.is_suppressed() == (observers(&receipt) == 0));
        }
    });
}

/// Emits until it is refused: what was taken, and what was not.
fn emit_until_shut(bus: &EventBus, numbers: impl IntoIterator<Item = u32>) -> (Vec<u32>, Vec<u32>) {
    numbers.into_iter().partition(|n| match emit(bus, *n) {
        Ok(receipt) => receipt.is_delivered(),
        Err(error) => {
            assert!(matches!(error, EmitError::ShutDown { .. }));
            false
        }
    })
}

#[test]
fn shutdown_waits_for_what_was_taken_and_refuses_the_rest() {
    check(|| {
        let bus = builder().history(10).build();
        let (told, down) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(false)));
        let (seen, late) = (Arc::clone(&told), Arc::clone(&down));
        let inner = bus.clone();
        bus.subscribe(move |event: &Envelope<Step>| {
            pause();
            // Every event has a reply, or is one of the last.
            let replied = reply(&inner, event.n).is_ok();
            locked(&seen).push((event.n, replied, *locked(&late)));
        })
        .detach();
        let (replies, late) = (Arc::new(Mutex::new(Vec::new())), Arc::clone(&down));
        let seen = Arc::clone(&replies);
        bus.subscribe(move |event: &Envelope<Reply>| {
            pause();
            locked(&seen).push((event.n, *locked(&late)));
        })
        .detach();
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || emit_until_shut(&bus, [n, n + 1]))
        });
        let switch = bus.clone();
        let switch = thread::spawn(move || switch.set_enabled(true));
        bus.shutdown(HOUR).unwrap();
        *locked(&down) = true;
        assert!(matches!(emit(&bus, 1), Err(EmitError::ShutDown { .. })));
        let delivered = bus.stats().delivered;
        switch.join().unwrap();
        let taken: Vec<u32> = join(emitters).into_iter().flat_map(|(taken, _)| taken).collect();
        let mut told = mem::take(&mut *locked(&told));
        let mut replies = mem::take(&mut *locked(&replies));
        assert!(told.iter().all(|(.., late)| !late) && replies.iter().all(|(_, late)| !late));
        told.sort_unstable();
        replies.sort_unstable();
        assert_eq!(told.iter().map(|(n, ..)| *n).collect::<Vec<_>>(), taken);
        let answered: Vec<u32> = told.iter().filter(|(_, replied, _)| *replied).map(|(n, ..)| *n).collect();
        assert_eq!(replies.iter().map(|(n, _)| *n).collect::<Vec<_>>(), answered);
        assert_eq!(delivered, (told.len() + replies.len()) as u64);
        assert_eq!(bus.history().events().len(), told.len() + replies.len());
        assert_eq!((bus.stats().delivered, bus.stats().subscriptions), (delivered, 0));
    });
}

#[test]
fn shutdown_by_two_threads_while_others_switch_and_subscribe() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        log.guest(1, |witness| witness.subscribe(&bus)).detach();
        let down = thread(&bus, &log, |bus, log| {
            bus.shutdown(HOUR).unwrap();
            log.now()
        });
        let busy = thread(&bus, &log, |bus, log| {
            bus.set_enabled(false);
            log.guest(2, |witness| bus.observe(witness)).detach();
            bus.set_enabled(true);
            drop(emit(&bus, 10));
            0
        });
        bus.shutdown(HOUR).unwrap();
        assert!(!bus.is_enabled() && matches!(emit(&bus, 1), Err(EmitError::ShutDown { .. })));
        join([down, busy]);
        assert!(!bus.is_enabled() && matches!(emit(&bus, 2), Err(EmitError::ShutDown { .. })));
        assert_eq!((bus.stats().subscriptions, log.dropped(1), log.dropped(2)), (0, 1, 1));
    });
}

#[test]
fn a_stream_ends_with_what_was_emitted_before_the_shutdown() {
    check(|| {
        let bus = EventBus::new();
        let stream = bus.stream::<Step>(1, Overflow::Block);
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || emit_until_shut(&bus, [n, n + 1]).0)
        });
        let reader = thread::spawn(move || stream.iter().map(|event| event.n).collect::<Vec<_>>());
        bus.shutdown(HOUR).unwrap();
        let mut seen = reader.join().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, join(emitters).concat());
    });
}

#[test]
fn the_reader_of_a_stream_goes_while_others_emit() {
    check(|| {
        let bus = EventBus::new();
        let stream = bus.stream::<Step>(1, Overflow::Block);
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || [n, n + 1].map(|n| emit(&bus, n).unwrap().into_result().unwrap()))
        });
        let first = stream.recv().unwrap().n;
        assert!(first == 10 || first == 20);
        drop(stream);
        assert_eq!(bus.stats().subscriptions, 0);
        assert_eq!(observers(&emit(&bus, 1).unwrap()), 0);
        join(emitters);
        // One was read, and at most one waited in the stream; the others came too late, or were under way.
        let stats = bus.stats();
        assert_eq!(stats.delivered, 5);
        assert!((1..=2).contains(&(stats.delivered - stats.unobserved - stats.lost)), "{stats:?}");
    });
}

#[test]
fn what_a_stream_loses_is_counted() {
    check(|| {
        let bus = EventBus::new();
        let stream = bus.stream::<Step>(1, Overflow::DropOldest);
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || [n, n + 1].map(|n| emit(&bus, n).unwrap().into_result().unwrap()))
        });
        let mut seen: Vec<u32> = stream.try_recv().into_iter().map(|event| event.n).collect();
        join(emitters);
        bus.shutdown(HOUR).unwrap();
        seen.extend(stream.iter().map(|event| event.n));
        assert_eq!((seen.len() as u64 + stream.lost(), bus.stats().lost), (4, stream.lost()));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len() as u64 + stream.lost(), 4);
    });
}

#[test]
fn the_history_keeps_the_last_events() {
    check(|| {
        let numbers = |bus: &EventBus| bus.history().of::<Step>().iter().map(|event| event.n).collect::<Vec<_>>();
        let (bus, ring) = (builder().history(10).build(), builder().history(2).build());
        let emitters = [10, 20].map(|n| {
            let (bus, ring) = (bus.clone(), ring.clone());
            thread::spawn(move || {
                for n in [n, n + 1] {
                    emit(&bus, n).unwrap().into_result().unwrap();
                    emit(&ring, n).unwrap().into_result().unwrap();
                }
            })
        });
        let (early, late) = (numbers(&bus), numbers(&bus));
        let short = numbers(&ring);
        join(emitters);
        let all = numbers(&bus);
        assert!(late.starts_with(&early) && all.starts_with(&late) && short.len() <= 2, "{early:?} {late:?} {all:?}");
        for thread in [1, 2] {
            let own: Vec<u32> = all.iter().copied().filter(|n| n / 10 == thread).collect();
            assert_eq!(own, [thread * 10, thread * 10 + 1]);
        }
        let last = numbers(&ring);
        // The last one of some thread is the last of all.
        assert!(last.len() == 2 && matches!(last[1], 11 | 21), "{last:?}");
    });
}
