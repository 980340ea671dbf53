//! Many events at once.

use std::{
    error::Error as _,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use events_core::{
    AnyEnvelope, BatchFailure, DedupWindow, EmitError, Emitter, Envelope, Event, EventBus, EventType, Observer,
    ObserverResult, Receipt,
};
use serde::Serialize;

use crate::domain::{
    Log, QuickTestCompleted, QuickTestEmitter, QuickTestStep, ServiceReady, Ticking, quick_test, started,
};

fn step(n: u32) -> QuickTestStep {
    QuickTestStep { n }
}

fn steps(range: std::ops::Range<u32>) -> Vec<Envelope<QuickTestStep>> {
    range.map(|n| step(n).for_entity("e").unwrap()).collect()
}

fn numbers(events: &[AnyEnvelope]) -> Vec<u32> {
    events.iter().map(|event| event.payload::<QuickTestStep>().map_or(0, |step| step.n)).collect()
}

#[test]
fn each_event_of_a_batch_has_a_receipt() {
    let bus = EventBus::new();
    let seen = Log::new();
    let log = seen.clone();
    let _steps = bus.subscribe(move |event: &Envelope<QuickTestStep>| log.push(event.n));
    let receipt = bus.emit_batch(steps(0..5));
    assert_eq!((receipt.len(), receipt.delivered(), receipt.duplicates(), receipt.is_empty()), (5, 5, 0, false));
    assert!(receipt.iter().flatten().all(|receipt| matches!(receipt, Receipt::Delivered { observers: 1, .. })));
    let ids = receipt.into_result().unwrap();
    assert_eq!(ids, steps(0..5).iter().map(Envelope::id).collect::<Vec<_>>());
    assert_eq!(seen.take(), [0, 1, 2, 3, 4]);
    assert_eq!((bus.stats().delivered, bus.stats().unobserved), (5, 0));
    assert!(bus.emit_batch(Vec::<AnyEnvelope>::new()).is_empty());
}

#[test]
fn an_emitter_takes_the_time_once_for_a_batch() {
    let bus = EventBus::builder().clock(Ticking::default()).build();
    let seen = Log::new();
    let log = seen.clone();
    let _all = bus.subscribe(move |event: &AnyEnvelope| log.push((event.entity_id().to_string(), event.time())));
    assert_eq!(quick_test(&bus).emit_batch((0..100).map(step)).delivered(), 100);
    let seen = seen.take();
    assert!(seen.iter().all(|event| *event == seen[0]) && seen.len() == 100);
}

#[test]
fn an_event_that_is_refused_stops_no_other() {
    let bus = EventBus::new();
    let completed = |success_rate| QuickTestCompleted { success_rate, note: None };
    let receipt = quick_test(&bus).emit_batch([completed(0.5), completed(7.0), completed(1.0)]);
    assert_eq!((receipt.len(), receipt.delivered()), (3, 2));
    assert!(matches!(receipt.iter().nth(1), Some(Err(EmitError::Invalid { .. }))));
    let error = receipt.into_result().unwrap_err();
    assert_eq!((error.events, error.failures.len(), error.failures[0].0), (3, 1, 1));
    assert_eq!(
        error.to_string(),
        "1 of 3 events went wrong: number 1: event `quick_test.completed` is invalid: `success_rate` is 7: must lie between 0 and 1"
    );
    assert!(matches!(error.failures[0].1, BatchFailure::Refused(EmitError::Invalid { .. })));
    assert_eq!(bus.stats().refused, 1);
}

#[test]
fn a_repeat_inside_a_batch_is_a_duplicate() {
    let bus = EventBus::builder().dedup(DedupWindow::new(1000, Duration::from_secs(60))).build();
    let receipt = bus.emit_batch([steps(0..3), steps(1..2)].concat());
    let kinds: Vec<bool> = receipt.iter().flatten().map(Receipt::is_duplicate).collect();
    assert_eq!(kinds, [false, false, false, true]);
    let receipt = bus.emit_batch(steps(0..4));
    assert_eq!((receipt.duplicates(), receipt.delivered()), (3, 1));
    // What waits for the end of the batch is still under way.
    let _batches = bus.observe(Batches::default());
    let receipt = bus.emit_batch([steps(7..8), steps(7..8)].concat());
    assert!(matches!(receipt.iter().nth(1), Some(Ok(Receipt::Duplicate { pending: true, .. }))));
}

/// Takes batches; fails where one has the number 13, panics at 14.
#[derive(Clone, Default)]
struct Batches(Arc<Mutex<Vec<Vec<u32>>>>);

impl Observer for Batches {
    fn is_interested(&self, event_type: &EventType) -> bool {
        event_type.name() == "step"
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        self.on_batch(std::slice::from_ref(event))
    }

    fn takes_batches(&self) -> bool {
        true
    }

    fn on_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        let numbers = numbers(events);
        assert!(!numbers.contains(&14), "fourteen");
        if numbers.contains(&13) {
            return Err("thirteen".into());
        }
        self.0.lock().unwrap().push(numbers);
        Ok(())
    }
}

#[test]
fn observers_that_take_batches_are_told_at_the_end() {
    let bus = EventBus::new();
    let order = Log::new();
    let logs = [order.clone(), order.clone(), order.clone()];
    let [first, second, third] = logs;
    let _late = bus.subscribe(move |events: &[AnyEnvelope]| first.push(format!("late {:?}", numbers(events))));
    let _early = bus
        .subscription()
        .priority(5)
        .subscribe(move |events: &[AnyEnvelope]| second.push(format!("early {:?}", numbers(events))));
    let _each = bus.subscribe(move |event: &Envelope<QuickTestStep>| third.push(format!("each {}", event.n)));
    let receipt = bus.emit_batch(steps(1..3));
    assert_eq!(order.take(), ["each 1", "each 2", "early [1, 2]", "late [1, 2]"]);
    assert!(receipt.iter().flatten().all(|receipt| matches!(receipt, Receipt::Delivered { observers: 3, .. })));
    let _ = bus.emit(step(7).for_entity("e").unwrap()).unwrap();
    assert_eq!(order.take(), ["early [7]", "late [7]", "each 7"], "by itself it comes in its turn, alone");
}

#[test]
fn a_batch_is_told_by_what_the_observer_wants() {
    let bus = EventBus::new();
    let batches = Batches::default();
    let _batches = bus.observe(batches.clone());
    let of_one = Batches::default();
    let _of_one = bus.subscription().entity("f").observe(of_one.clone());
    let limited = Batches::default();
    let _limited = bus.subscription().take(2).observe(limited.clone());
    let mixed: Vec<AnyEnvelope> = vec![
        step(1).for_entity("e").unwrap().into(),
        ServiceReady { port: 80 }.for_entity("e").unwrap().into(),
        step(2).for_entity("f").unwrap().into(),
        started("x").for_entity("f").unwrap().into(),
        step(3).for_entity("e").unwrap().into(),
    ];
    let observers: Vec<usize> = bus
        .emit_batch(&mixed)
        .iter()
        .flatten()
        .map(|receipt| if let Receipt::Delivered { observers, .. } = receipt { *observers } else { 0 })
        .collect();
    assert_eq!(observers, [2, 0, 3, 0, 1]);
    assert_eq!(*batches.0.lock().unwrap(), [[1, 2, 3]]);
    assert_eq!(*of_one.0.lock().unwrap(), [[2]]);
    assert_eq!(*limited.0.lock().unwrap(), [[1, 2]]);
    assert_eq!(bus.stats().subscriptions, 2, "what took its last event has ended");
}

#[test]
fn what_goes_wrong_with_a_batch_is_a_failure_of_each_of_its_events() {
    let bus = EventBus::builder().dedup(DedupWindow::new(1000, Duration::from_secs(60))).build();
    let batches = Batches::default();
    let _batches = bus.subscription().name("store").observe(batches.clone());
    for (range, message) in
        [(12..14, "observer `store` failed: thirteen"), (14..16, "observer `store` panicked: fourteen")]
    {
        let receipt = bus.emit_batch(steps(range.clone()));
        assert!(receipt.iter().flatten().all(|receipt| receipt.failures()[0].to_string() == message), "{receipt:?}");
        let error = receipt.into_result().unwrap_err();
        assert_eq!(error.to_string(), format!("2 of 2 events went wrong: numbers 0, 1: {message}"));
        assert!(error.source().unwrap().to_string().ends_with(message));
        // Not final: they may be emitted again.
        assert_eq!(bus.emit_batch(steps(range)).duplicates(), 0);
    }
    assert_eq!(bus.stats().failures, 8);
    let error = bus.emit_batch(steps(5..14)).into_result().unwrap_err();
    let expected = "9 of 9 events went wrong: numbers 0, 1, 2 and 6 more: observer `store` failed: thirteen";
    assert_eq!(error.to_string(), expected);
    assert_eq!(bus.emit_batch(steps(12..13)).delivered(), 1);
    assert_eq!(*batches.0.lock().unwrap(), [[12]]);
}

#[test]
fn what_observers_emit_meanwhile_waits_for_the_whole_batch() {
    let bus = EventBus::new();
    let order = Log::new();
    let (log, inner) = (order.clone(), bus.clone());
    let _chain = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        log.push(format!("step {}", event.n));
        let receipts = inner.emit_batch([ServiceReady { port: 80 }.for_entity(event.n).unwrap()]);
        assert!(receipts.iter().flatten().all(Receipt::is_queued));
    });
    let log = order.clone();
    let _batch = bus.subscription().pattern("*.step".parse().unwrap()).subscribe(move |events: &[AnyEnvelope]| {
        log.push(format!("batch of {}", events.len()));
    });
    let (log, causes) = (order.clone(), Log::new());
    let seen = causes.clone();
    let _ready = bus.subscribe(move |event: &Envelope<ServiceReady>| {
        log.push(format!("ready {}", event.entity_id()));
        seen.push(event.causation_id());
    });
    let batch = steps(1..3);
    assert_eq!(bus.emit_batch(&batch).delivered(), 2);
    assert_eq!(order.take(), ["step 1", "step 2", "batch of 2", "ready 1", "ready 2"]);
    drop(causes);
}

#[test]
fn the_cause_is_the_event_being_told() {
    let bus = EventBus::new();
    let tests = quick_test(&bus);
    let causes = Log::new();
    let seen = causes.clone();
    let _ready = bus.subscribe(move |event: &AnyEnvelope| {
        if event.event_type().name() == "failed" {
            seen.push(event.causation_id());
        }
    });
    let inner = Mutex::new(bus.clone());
    let _chain = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        let bus = inner.lock().unwrap().clone();
        assert!(quick_test(&bus).emit_failed(event.n.to_string()).unwrap().is_queued());
    });
    let ids: Vec<_> = tests.emit_batch((1..4).map(step)).into_result().unwrap();
    assert_eq!(causes.take(), ids.into_iter().map(Some).collect::<Vec<_>>());
}

#[test]
fn the_cause_is_the_last_event_that_an_observer_of_batches_was_told() {
    let bus = EventBus::new();
    let causes = Log::new();
    let seen = causes.clone();
    let _caused = bus.subscription().entity("caused").subscribe(move |event: &AnyEnvelope| {
        seen.push(event.causation_id());
    });
    let inner = bus.clone();
    let _steps = bus.subscription().pattern("*.step".parse().unwrap()).subscribe(move |_: &[AnyEnvelope]| {
        assert!(QuickTestEmitter::new(&inner, "caused").emit_failed("no").unwrap().is_queued());
    });
    let mut batch: Vec<AnyEnvelope> = steps(0..2).into_iter().map(Into::into).collect();
    batch.push(ServiceReady { port: 80 }.for_entity("e").unwrap().into());
    let ids = bus.emit_batch(&batch).into_result().unwrap();
    assert_eq!(causes.take(), [Some(ids[1])]);
}

#[test]
fn history_streams_and_hooks_see_each_event_of_a_batch() {
    let unobserved = Log::new();
    let log = unobserved.clone();
    let bus = EventBus::builder().history(10).on_unobserved(move |event| log.push(event.id())).build();
    let steps = steps(0..3);
    assert_eq!(bus.emit_batch(&steps).delivered(), 3);
    assert_eq!(unobserved.take(), steps.iter().map(Envelope::id).collect::<Vec<_>>());
    assert_eq!(bus.history().events().len(), 3);
}

#[test]
fn a_bus_that_is_closed_or_switched_off_takes_no_batch() {
    let bus = EventBus::new();
    bus.set_enabled(false);
    assert!(bus.emit_batch(steps(0..2)).iter().flatten().all(Receipt::is_suppressed));
    bus.set_enabled(true);
    bus.shutdown(Duration::ZERO).unwrap();
    let receipt = bus.emit_batch(steps(0..2));
    assert!(receipt.iter().all(|receipt| matches!(receipt, Err(EmitError::ShutDown { .. }))));
}

#[test]
fn an_observer_may_end_another_in_the_middle_of_a_batch() {
    let bus = EventBus::new();
    let seen = Log::new();
    let log = seen.clone();
    let victim = Arc::new(Mutex::new(None));
    let killer = Arc::clone(&victim);
    let _killer = bus.subscription().priority(1).subscribe(move |event: &Envelope<QuickTestStep>| {
        if event.n == 1 {
            drop(killer.lock().unwrap().take());
        }
    });
    *victim.lock().unwrap() = Some(bus.subscribe(move |event: &Envelope<QuickTestStep>| log.push(event.n)));
    assert_eq!(bus.emit_batch(steps(0..3)).delivered(), 3);
    assert_eq!(seen.take(), [0]);
}

#[test]
fn a_receipt_counts_no_observer_that_was_ended_before_the_batch_was() {
    let bus = EventBus::new();
    let batches = Batches::default();
    let victim = Arc::new(Mutex::new(Some(bus.observe(batches.clone()))));
    let _killer = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        if event.n == 1 {
            drop(victim.lock().unwrap().take());
        }
    });
    let receipt = bus.emit_batch(steps(0..3));
    assert!(batches.0.lock().unwrap().is_empty());
    for receipt in receipt.iter().flatten() {
        assert!(matches!(receipt, Receipt::Delivered { observers: 1, .. }), "{receipt:?}");
    }
    assert_eq!(bus.stats().delivered, 3);
}

#[test]
fn an_observer_is_told_what_it_took_whoever_ends_another_meanwhile() {
    let bus = EventBus::new();
    let batches = Batches::default();
    let _limited = bus.subscription().priority(1).take(2).observe(batches.clone());
    let _once = bus.subscription().once().subscribe(|_: &Envelope<ServiceReady>| {});
    let other = bus.clone();
    let _elsewhere = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        if event.n == 2 {
            let ready = ServiceReady { port: 80 }.for_entity("e").unwrap();
            thread::scope(|scope| scope.spawn(|| other.emit(ready).unwrap()).join().unwrap()).into_result().unwrap();
        }
    });
    let receipt = bus.emit_batch(steps(0..4));
    assert_eq!(receipt.delivered(), 4);
    assert_eq!(*batches.0.lock().unwrap(), [[0, 1]]);
    assert_eq!(bus.stats().subscriptions, 1, "both took their last event");
}

#[test]
fn batches_of_threads_lose_nothing() {
    const THREADS: u32 = 4;
    let bus = EventBus::builder().dedup(DedupWindow::new(10_000, Duration::from_secs(60))).build();
    let batches = Batches::default();
    let _batches = bus.observe(batches.clone());
    let delivered: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let bus = &bus;
                // Each batch has a half in common with the next thread's.
                scope.spawn(move || bus.emit_batch(steps(100 + thread * 50..200 + thread * 50)).delivered())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let mut told = batches.0.lock().unwrap().concat();
    told.sort_unstable();
    assert!(told.iter().copied().eq(100..350), "each once");
    assert_eq!(delivered, told.len());
}

/// Thousands of points in one event.
#[derive(Event, Debug, PartialEq, Serialize)]
#[event_type("quick_test.sampled")]
struct Sampled {
    points: Vec<(u64, f64)>,
}

#[test]
fn an_event_may_have_thousands_of_data_points() {
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    let sampled = |last: f64| Sampled { points: (0..5000).map(|n| (n, 0.5)).chain([(5000, last)]).collect() };
    let first = bus.emit(sampled(1.0).for_entity("e").unwrap()).unwrap();
    assert!(bus.emit(sampled(1.0).for_entity("e").unwrap()).unwrap().is_duplicate());
    let other = bus.emit(sampled(2.0).for_entity("e").unwrap()).unwrap();
    assert_ne!(first.id(), other.id());
}
