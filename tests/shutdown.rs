//! How a bus ends: what is under way arrives, and what comes later is refused.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use events_core::{AnyEnvelope, DedupWindow, EmitError, Envelope, Event, EventBus, ObserverResult, ShutdownError};

use crate::domain::{Log, QuickTestStep, delivered, quick_test};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

/// A bus with an observer that says when it was called and waits until it is told to go on; and what it saw.
fn slow_bus() -> (EventBus, mpsc::Receiver<u32>, mpsc::Sender<()>, Log<u32>) {
    let (bus, log) = (EventBus::new(), Log::new());
    let (entered, entries) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let (wait, seen) = (Mutex::new(wait), log.clone());
    bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        entered.send(event.n).unwrap();
        wait.lock().unwrap().recv().unwrap();
        seen.push(event.n);
    })
    .detach();
    (bus, entries, go, log)
}

#[test]
fn a_shutdown_waits_for_events_under_way() {
    let (bus, entries, go, log) = slow_bus();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let emitter = scope.spawn(|| delivered(quick_test(&bus).emit_step(1)));
        assert_eq!(entries.recv_timeout(LONG), Ok(1));
        let closing = scope.spawn(|| {
            bus.shutdown(LONG).unwrap();
            over.store(true, SeqCst);
            assert_eq!(log.take(), [1]);
        });
        thread::sleep(SHORT);
        assert!(!over.load(SeqCst));
        go.send(()).unwrap();
        closing.join().unwrap();
        emitter.join().unwrap();
    });
}

#[test]
fn a_shutdown_gives_up_at_its_deadline_and_may_be_called_again() {
    let (bus, entries, go, log) = slow_bus();
    thread::scope(|scope| {
        let emitter = scope.spawn(|| delivered(quick_test(&bus).emit_step(1)));
        assert_eq!(entries.recv_timeout(LONG), Ok(1));
        let began = Instant::now();
        let error = bus.shutdown(SHORT).unwrap_err();
        assert!(matches!(error, ShutdownError::TimedOut { deadline, .. } if deadline == SHORT));
        assert!(began.elapsed() >= SHORT);
        assert!(matches!(quick_test(&bus).emit_step(2), Err(EmitError::ShutDown { .. })), "it is closed all the same");
        assert_eq!(bus.stats().subscriptions, 1);
        go.send(()).unwrap();
        emitter.join().unwrap();
    });
    bus.shutdown(Duration::ZERO).unwrap();
    bus.shutdown(Duration::MAX).unwrap();
    assert_eq!(log.take(), [1]);
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn queued_events_are_delivered_before_a_shutdown_ends() {
    let (bus, entries, go, log) = slow_bus();
    let inner = bus.clone();
    let nested = bus.subscription().priority(1).subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
        if event.n == 1 {
            assert!(quick_test(&inner).emit_step(2)?.is_queued());
            assert!(quick_test(&inner).emit_step(3)?.is_queued());
        }
        Ok(())
    });
    thread::scope(|scope| {
        let emitter = scope.spawn(|| delivered(quick_test(&bus).emit_step(1)));
        assert_eq!(entries.recv_timeout(LONG), Ok(1));
        let closing = scope.spawn(|| bus.shutdown(LONG));
        while bus.is_enabled() {
            thread::yield_now();
        }
        (0..3).for_each(|_| go.send(()).unwrap());
        closing.join().unwrap().unwrap();
        assert_eq!(log.take(), [1, 2, 3]);
        emitter.join().unwrap();
    });
    assert!(!nested.is_active());
}

#[test]
fn a_shutdown_inside_an_observer_closes_the_bus_and_says_that_it_cannot_wait() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (inner, seen) = (bus.clone(), log.clone());
    let _closing = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        seen.push(format!("told {}", event.n));
        if event.n == 1 {
            assert!(quick_test(&inner).emit_step(2).unwrap().is_queued());
            let error = inner.shutdown(LONG).unwrap_err();
            assert_eq!(error, ShutdownError::InsideObserver);
        }
        seen.push(quick_test(&inner).emit_step(3).unwrap_err().to_string());
    });
    let seen = log.clone();
    let _after = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(format!("after {}", event.n)));
    delivered(quick_test(&bus).emit_step(1));
    let refused = "event `quick_test.step` was emitted after the bus was shut down";
    assert_eq!(log.take(), ["told 1", refused, "after 1", "told 2", refused, "after 2"]);
    assert_eq!(bus.stats().subscriptions, 2, "an observer cannot end its own call");
    bus.shutdown(Duration::ZERO).unwrap();
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn another_bus_may_be_shut_down_inside_an_observer() {
    let (bus, other) = (EventBus::new(), EventBus::new());
    let closed = other.clone();
    let _subscription = bus.subscribe(move |_: &AnyEnvelope| closed.shutdown(Duration::ZERO));
    delivered(quick_test(&bus).emit_step(1));
    assert!(quick_test(&other).emit_step(1).is_err());
    delivered(quick_test(&bus).emit_step(2));
}

#[test]
fn after_a_shutdown_events_are_refused_and_subscriptions_end() {
    let (log, unobserved) = (Log::new(), Log::new());
    let unseen = unobserved.clone();
    let bus = EventBus::builder()
        .dedup(DedupWindow::new(10, LONG))
        .history(10)
        .on_unobserved(move |event| unseen.push(event.id()))
        .build();
    let kept = Arc::new(());
    let (guest, seen) = (Arc::clone(&kept), log.clone());
    let subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        let _ = &guest;
        seen.push(event.n);
    });
    delivered(quick_test(&bus).emit_step(1));
    assert!(bus.is_enabled());
    bus.shutdown(Duration::ZERO).unwrap();
    assert!(!bus.is_enabled() && !subscription.is_active() && !subscription.is_enabled());
    assert_eq!(Arc::strong_count(&kept), 1, "its observers are dropped");
    let seen = log.clone();
    let late = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    assert!(!late.is_active());
    bus.set_enabled(true);
    assert!(!bus.is_enabled(), "what is shut down stays so");
    for n in [1, 2] {
        let errors = [quick_test(&bus).emit_step(n), bus.emit(QuickTestStep { n }.for_entity("e").unwrap())];
        assert!(errors.iter().all(|result| matches!(result, Err(EmitError::ShutDown { .. }))), "{errors:?}");
    }
    assert_eq!(log.take(), [1]);
    assert!(unobserved.take().is_empty());
    assert_eq!((bus.stats().refused, bus.stats().delivered, bus.stats().duplicates), (4, 1, 0));
    assert_eq!(bus.history().events().len(), 1);
}

#[test]
fn of_threads_that_emit_into_a_shutdown_each_event_is_told_or_refused() {
    for _ in 0..50 {
        let (bus, told) = (EventBus::new(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&told);
        let _subscription = bus.subscribe(move |_: &AnyEnvelope| {
            count.fetch_add(1, SeqCst);
        });
        let began = Barrier::new(3);
        thread::scope(|scope| {
            let emitters = [1, 2].map(|_| {
                scope.spawn(|| {
                    began.wait();
                    let mut told = 0;
                    while quick_test(&bus).emit_step(told).is_ok() {
                        told += 1;
                    }
                    told as usize
                })
            });
            began.wait();
            bus.shutdown(LONG).unwrap();
            let at_the_end = told.load(SeqCst);
            let receipts: usize = emitters.into_iter().map(|emitter| emitter.join().unwrap()).sum();
            assert_eq!((told.load(SeqCst), receipts), (at_the_end, at_the_end));
        });
    }
}
