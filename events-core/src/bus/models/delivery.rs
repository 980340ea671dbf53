//! One event on its way: equal ones, failures, and what waits.

use std::mem;
use std::sync::{Arc, Mutex};

use super::{HOUR, Log, Reply, Step, builder, emit, join, locked, pause, reply, thread, with_window};
use crate::{DedupWindow, Envelope, Receipt, bus::EventBus, sync::check};

#[test]
fn one_of_two_equal_events_is_delivered() {
    check(|| {
        let (bus, log) = (with_window(), Log::default());
        let _guest = log.guest(1, |witness| witness.subscribe(&bus));
        let other = thread(&bus, &log, |bus, _| emit(&bus, 1).unwrap());
        let receipts = [emit(&bus, 1).unwrap(), other.join().unwrap()];
        assert_eq!(receipts.iter().filter(|receipt| receipt.is_delivered()).count(), 1);
        assert_eq!(receipts.iter().filter(|receipt| receipt.is_duplicate()).count(), 1);
        assert_eq!(locked(&log.0).guests[&1].told, [1]);
        assert!(matches!(emit(&bus, 1), Ok(Receipt::Duplicate { pending: false, .. })));
        assert_eq!((bus.stats().delivered, bus.stats().duplicates), (1, 2));
    });
}

#[test]
fn after_a_failure_an_event_succeeds_once() {
    check(|| {
        let (bus, log, calls) = (with_window(), Log::default(), Arc::new(Mutex::new(0)));
        let count = Arc::clone(&calls);
        bus.subscribe(move |_: &Envelope<Step>| {
            pause();
            *locked(&count) += 1;
            if *locked(&count) == 1 { Err("the first one") } else { Ok(()) }
        })
        .detach();
        let emitters = [(); 2].map(|()| thread(&bus, &log, |bus, _| emit(&bus, 1).unwrap()));
        let mut receipts = vec![emit(&bus, 1).unwrap()];
        receipts.extend(join(emitters));
        receipts.extend([emit(&bus, 1).unwrap(), emit(&bus, 1).unwrap()]);
        let failed = receipts.iter().filter(|receipt| !receipt.failures().is_empty()).count();
        let delivered = receipts.iter().filter(|receipt| receipt.is_delivered()).count();
        let duplicates = receipts.iter().filter(|receipt| receipt.is_duplicate()).count();
        assert_eq!((failed, delivered, duplicates), (1, 2, 3));
        assert_eq!(*locked(&calls), 2);
        assert!(receipts.pop().is_some_and(|last| last.is_duplicate()));
    });
}

/// Emits an event twice, behind three others: by then the thread has a lease.
fn knowing_the_way(bus: &EventBus, others: u32) -> [Receipt; 2] {
    (others..others + 3).for_each(|n| assert!(emit(bus, n).unwrap().is_delivered()));
    [(); 2].map(|()| emit(bus, 1).unwrap())
}

#[test]
fn the_same_holds_for_threads_that_have_leases_and_lanes() {
    check(|| {
        let bus = builder().dedup(DedupWindow::new(100, HOUR)).build();
        let (log, calls, inside) = (Log::default(), Arc::new(Mutex::new(0)), Arc::new(Mutex::new((0, 0))));
        let (count, present) = (Arc::clone(&calls), Arc::clone(&inside));
        bus.subscribe(move |event: &Envelope<Step>| {
            if event.n != 1 {
                return Ok(());
            }
            let enter = |present: &mut (u32, u32)| *present = (present.0 + 1, present.1.max(present.0 + 1));
            enter(&mut locked(&present));
            pause();
            locked(&present).0 -= 1;
            *locked(&count) += 1;
            if *locked(&count) == 1 { Err("the first one") } else { Ok(()) }
        })
        .detach();
        let other = thread(&bus, &log, |bus, _| knowing_the_way(&bus, 20));
        let mut receipts = knowing_the_way(&bus, 10).to_vec();
        receipts.extend(other.join().unwrap());
        let failed = receipts.iter().filter(|receipt| !receipt.failures().is_empty()).count();
        let delivered = receipts.iter().filter(|receipt| receipt.is_delivered()).count();
        assert_eq!((failed, delivered), (1, 2));
        assert_eq!((*locked(&calls), *locked(&inside)), (2, (0, 1)));
        assert!(matches!(emit(&bus, 1), Ok(Receipt::Duplicate { pending: false, .. })));
    });
}

#[test]
fn a_queued_event_and_an_equal_one_of_another_thread() {
    check(|| {
        let (bus, log, told) = (with_window(), Log::default(), Arc::new(Mutex::new(0)));
        let (inner, queued) = (bus.clone(), Arc::new(Mutex::new(Vec::new())));
        let receipts = Arc::clone(&queued);
        let guest = bus.subscribe(move |_: &Envelope<Step>| {
            let receipt = reply(&inner, 1).unwrap();
            locked(&receipts).push(receipt);
        });
        let count = Arc::clone(&told);
        bus.subscribe(move |_: &Envelope<Reply>| {
            pause();
            *locked(&count) += 1;
        })
        .detach();
        let other = thread(&bus, &log, |bus, _| reply(&bus, 1).unwrap());
        emit(&bus, 1).unwrap().into_result().unwrap();
        let other = other.join().unwrap();
        let queued = mem::take(&mut *locked(&queued));
        assert!(matches!((&*queued, &other), ([own], other) if own.is_queued() != other.is_delivered()));
        assert!(queued[0].is_duplicate() != other.is_duplicate());
        assert_eq!(*locked(&told), 1);
        assert_eq!(bus.stats().delivered, 2);
        drop(guest);
    });
}

#[test]
fn nested_events_stay_with_their_thread() {
    check(|| {
        let (bus, log, told) = (EventBus::new(), Log::default(), Arc::new(Mutex::new(Vec::new())));
        let (inner, replies) = (bus.clone(), Arc::clone(&told));
        bus.subscribe(move |event: &Envelope<Step>| {
            pause();
            assert!(reply(&inner, event.n).unwrap().is_queued());
        })
        .detach();
        bus.subscribe(move |event: &Envelope<Reply>| {
            pause();
            locked(&replies).push((event.n, thread::current().id()));
        })
        .detach();
        let other = thread(&bus, &log, |bus, _| {
            emit(&bus, 1).unwrap().into_result().unwrap();
            thread::current().id()
        });
        emit(&bus, 2).unwrap().into_result().unwrap();
        let (own, other) = (thread::current().id(), other.join().unwrap());
        let mut told = mem::take(&mut *locked(&told));
        told.sort_by_key(|(n, _)| *n);
        assert_eq!(told, [(1, other), (2, own)]);
    });
}
