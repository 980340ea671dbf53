//! Counters that add up, and events that nobody is told of.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use events_core::{AnyEnvelope, DedupWindow, EmitError, Envelope, EventBus, Overflow, Receipt};

use crate::domain::{Log, QuickTestEmitter, QuickTestStep, ServiceEmitter, delivered, quick_test};

/// What became of events, by their receipts.
#[derive(Default)]
struct Tally {
    delivered: AtomicU64,
    unobserved: AtomicU64,
    duplicates: AtomicU64,
    suppressed: AtomicU64,
    refused: AtomicU64,
    failures: AtomicU64,
}

impl Tally {
    fn count(&self, result: Result<Receipt, EmitError>) {
        let counter = match result {
            Ok(Receipt::Delivered { observers, failures, .. }) => {
                self.failures.fetch_add(failures.len() as u64, SeqCst);
                if observers == 0 {
                    self.unobserved.fetch_add(1, SeqCst);
                }
                &self.delivered
            }
            Ok(Receipt::Duplicate { .. }) => &self.duplicates,
            Ok(Receipt::Suppressed { .. }) => &self.suppressed,
            Ok(other) => panic!("{other:?}"),
            Err(_) => &self.refused,
        };
        counter.fetch_add(1, SeqCst);
    }
}

#[test]
fn the_counters_are_the_sum_of_all_receipts() {
    const THREADS: u32 = 4;
    const ROUNDS: u32 = 500;
    let bus = EventBus::builder().dedup(DedupWindow::new(10_000, Duration::from_secs(600))).build();
    let _failing =
        bus.subscribe(|event: &Envelope<QuickTestStep>| if event.n.is_multiple_of(7) { Err("no") } else { Ok(()) });
    let _other = bus.subscription().pattern(events_core::pattern!("*.step")).subscribe(|_: &AnyEnvelope| ());
    let stream = bus.stream::<QuickTestStep>(10, Overflow::DropNewest);
    let (tally, start) = (Tally::default(), Barrier::new(THREADS as usize + 1));
    let mut emitted = 0;
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (bus, tally, start) = (&bus, &tally, &start);
            scope.spawn(move || {
                let (own, shared) = (QuickTestEmitter::new(bus, thread), QuickTestEmitter::new(bus, "shared"));
                start.wait();
                for n in 0..ROUNDS {
                    tally.count(own.emit_step(n));
                    tally.count(shared.emit_step(n));
                    tally.count(own.emit_completed(f64::from(n)));
                    tally.count(ServiceEmitter::new(bus, thread).emit_ready(80));
                }
            });
            emitted += 4 * u64::from(ROUNDS);
        }
        start.wait();
        for round in 0..50 {
            bus.set_enabled(round % 2 == 1);
            thread::yield_now();
        }
        bus.set_enabled(true);
    });
    bus.shutdown(Duration::ZERO).unwrap();
    tally.count(quick_test(&bus).emit_step(1));
    let (stats, read) = (bus.stats(), |counter: &AtomicU64| counter.load(SeqCst));
    assert_eq!(
        (stats.delivered, stats.unobserved, stats.duplicates, stats.suppressed, stats.refused, stats.failures),
        (
            read(&tally.delivered),
            read(&tally.unobserved),
            read(&tally.duplicates),
            read(&tally.suppressed),
            read(&tally.refused),
            read(&tally.failures),
        )
    );
    assert_eq!(stats.delivered + stats.duplicates + stats.suppressed + stats.refused, emitted + 1);
    assert_eq!(stats.lost, stream.lost());
    assert_eq!(stats.lost + stream.len() as u64, stats.delivered - stats.unobserved);
}

#[test]
fn a_bus_that_is_switched_off_tells_nobody_and_says_so() {
    let (log, unobserved) = (Log::new(), Log::new());
    let unseen = unobserved.clone();
    let bus = EventBus::builder()
        .dedup(DedupWindow::new(10, Duration::from_secs(60)))
        .on_unobserved(move |event| unseen.push(event.id()))
        .build();
    let seen = log.clone();
    let subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    bus.set_enabled(false);
    assert!(!bus.is_enabled());
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(receipt.is_suppressed() && !receipt.is_delivered());
    assert!(receipt.into_result().is_ok());
    assert!(subscription.is_active());
    bus.set_enabled(true);
    assert!(log.take().is_empty() && unobserved.take().is_empty());
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), [1], "a suppressed event is not remembered as a delivered one");
    assert_eq!((bus.stats().suppressed, bus.stats().delivered), (1, 1));
}

#[test]
fn events_queued_before_the_bus_is_switched_off_are_delivered() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (inner, seen) = (bus.clone(), log.clone());
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        seen.push(event.n);
        if event.n == 1 {
            assert!(quick_test(&inner).emit_step(2).unwrap().is_queued());
            inner.set_enabled(false);
            assert!(quick_test(&inner).emit_step(3).unwrap().is_suppressed());
        }
    });
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), [1, 2]);
}

#[test]
fn a_subscription_that_is_switched_off_is_passed_by() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (first, second) = (log.clone(), log.clone());
    let subscription = bus.subscribe(move |_: &AnyEnvelope| first.push("first"));
    let _other = bus.subscribe(move |_: &AnyEnvelope| second.push("second"));
    subscription.set_enabled(false);
    assert!(subscription.is_active() && !subscription.is_enabled());
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(matches!(receipt, Receipt::Delivered { observers: 1, .. }));
    assert_eq!(log.take(), ["second"]);
    subscription.set_enabled(true);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(log.take(), ["first", "second"], "it keeps its place");
}

#[test]
fn a_subscription_switched_off_inside_an_observer_is_passed_by_at_once() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let last = std::sync::Arc::new(bus.subscription().priority(-1).subscribe(move |_: &AnyEnvelope| seen.push(())));
    let switched = std::sync::Arc::clone(&last);
    let _switch = bus.subscribe(move |event: &Envelope<QuickTestStep>| switched.set_enabled(event.n == 1));
    for (n, told) in [(0, 0), (0, 0), (1, 0), (1, 1)] {
        delivered(quick_test(&bus).emit_step(n));
        assert_eq!(log.take().len(), told);
    }
}

#[test]
fn the_unobserved_hook_is_told_of_events_that_nobody_takes() {
    let log = Log::new();
    let seen = log.clone();
    let bus = EventBus::builder()
        .on_unobserved(move |event| {
            seen.push((event.event_type().to_string(), event.entity_id().to_string()));
            panic!("in the hook");
        })
        .build();
    let tests = quick_test(&bus);
    let told = |name: &str| vec![(format!("quick_test.{name}"), "test-001".to_owned())];
    assert!(matches!(tests.emit_step(1).unwrap(), Receipt::Delivered { observers: 0, .. }));
    assert_eq!(log.take(), told("step"), "nobody is subscribed");
    let _typed = bus.subscribe(|_: &Envelope<QuickTestStep>| ());
    delivered(tests.emit_step(2));
    assert!(log.take().is_empty());
    delivered(tests.emit_failed("no"));
    assert_eq!(log.take(), told("failed"), "nobody takes this type");
    let _of_another = bus.subscription().entity("another").subscribe(|_: &AnyEnvelope| ());
    delivered(tests.emit_failed("no"));
    assert_eq!(log.take(), told("failed"), "nobody takes this entity");
    assert_eq!((bus.stats().unobserved, bus.stats().delivered), (3, 4));
}
