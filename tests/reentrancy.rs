//! Observers that use the bus they are called from.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use events_core::{AnyEnvelope, EmitError, Envelope, EventBus, ObserverResult, Subscription};

use crate::domain::{Log, QuickTestStep, ServiceEmitter, ServiceReady, delivered, quick_test};

/// An observer that answers each step below `last` with the next two steps of a tree.
fn growing(bus: &EventBus, last: u32) -> Subscription {
    let inner = bus.clone();
    bus.subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
        for n in [event.n * 2, event.n * 2 + 1] {
            if n <= last {
                assert!(quick_test(&inner).emit_step(n)?.is_queued());
            }
        }
        Ok(())
    })
}

fn logging(bus: &EventBus, log: &Log<u32>) -> Subscription {
    let log = log.clone();
    bus.subscribe(move |event: &Envelope<QuickTestStep>| log.push(event.n))
}

#[test]
fn a_nested_event_waits_and_every_observer_sees_one_order() {
    let bus = EventBus::new();
    let logs = [Log::new(), Log::new(), Log::new()];
    let _subscriptions = [
        logging(&bus, &logs[0]),
        growing(&bus, 7),
        logging(&bus, &logs[1]),
        bus.subscription().priority(9).subscribe({
            let log = logs[2].clone();
            move |event: &Envelope<QuickTestStep>| log.push(event.n)
        }),
    ];
    assert!(quick_test(&bus).emit_step(1).unwrap().is_delivered());
    for log in &logs {
        assert_eq!(log.take(), [1, 2, 3, 4, 5, 6, 7]);
    }
    assert_eq!(bus.stats().delivered, 7);
}

#[test]
fn a_nested_event_names_its_cause_and_keeps_the_flow() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscriptions = [
        growing(&bus, 4),
        bus.subscribe(move |event: &Envelope<QuickTestStep>| {
            let flow = event.correlation_id().map(ToString::to_string);
            seen.push((event.n, event.id(), event.causation_id(), flow));
        }),
    ];
    let first = Envelope::builder(QuickTestStep { n: 1 }, "test-001").correlation_id("run-7").build().unwrap();
    delivered(bus.emit(&first));
    let told = log.take();
    assert_eq!(told.iter().map(|(n, ..)| *n).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let cause = |at: usize| Some(told[at].1);
    assert_eq!(told.iter().map(|(_, _, cause, _)| *cause).collect::<Vec<_>>(), [None, cause(0), cause(0), cause(1)]);
    assert!(told.iter().all(|(.., flow)| flow.as_deref() == Some("run-7")));
    delivered(quick_test(&bus).emit_step(9));
    assert_eq!(log.take()[0].2, None, "the flow ends with its first event");
}

#[test]
fn a_chain_without_end_is_stopped() {
    for limit in [0, 1, 5] {
        let bus = EventBus::builder().max_depth(limit).build();
        let (inner, log, refused) = (bus.clone(), Log::new(), Log::new());
        let (seen, errors) = (log.clone(), refused.clone());
        let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
            seen.push(event.n);
            match quick_test(&inner).emit_step(event.n + 1) {
                Ok(receipt) => assert!(receipt.is_queued()),
                Err(error) => errors.push(error),
            }
        });
        assert!(quick_test(&bus).emit_step(0).unwrap().is_delivered());
        assert_eq!(log.take(), (0..=limit).collect::<Vec<_>>());
        let [error] = &refused.take()[..] else { panic!("one event was refused") };
        assert!(
            matches!(error, EmitError::TooDeep { limit: told, depth, .. } if *told == limit && *depth == limit + 1)
        );
        let told = format!("event `quick_test.step` is number {} in a chain of events", limit + 1);
        assert!(error.to_string().starts_with(&told), "{error}");
        assert_eq!((bus.stats().refused, bus.stats().delivered), (1, u64::from(limit) + 1));
    }
}

#[test]
fn siblings_do_not_make_a_chain_longer() {
    let bus = EventBus::builder().max_depth(1).build();
    let (inner, log) = (bus.clone(), Log::new());
    let _subscriptions = [
        bus.subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
            if event.n == 0 {
                (1..=100)
                    .try_for_each(|n| quick_test(&inner).emit_step(n).map(|receipt| assert!(receipt.is_queued())))?;
            }
            Ok(())
        }),
        logging(&bus, &log),
    ];
    delivered(quick_test(&bus).emit_step(0));
    assert_eq!(log.take(), (0..=100).collect::<Vec<_>>());
}

#[test]
fn a_full_queue_refuses_more_and_keeps_what_it_has() {
    let bus = EventBus::builder().max_queue(3).build();
    let (inner, log, refused) = (bus.clone(), Log::new(), Log::new());
    let errors = refused.clone();
    let _subscriptions = [
        bus.subscribe(move |event: &Envelope<QuickTestStep>| {
            if event.n.is_multiple_of(10) {
                for n in 1..=5 {
                    match quick_test(&inner).emit_step(event.n + n) {
                        Ok(receipt) => assert!(receipt.is_queued()),
                        Err(error) => errors.push(error),
                    }
                }
            }
        }),
        logging(&bus, &log),
    ];
    delivered(quick_test(&bus).emit_step(0));
    assert_eq!(log.take(), [0, 1, 2, 3]);
    let errors = refused.take();
    assert!(errors.iter().all(|error| matches!(error, EmitError::QueueFull { limit: 3, .. })));
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["event `quick_test.step` was emitted by an observer while 3 events waited, as many as the bus allows"; 2]
    );
    assert_eq!((bus.stats().refused, bus.stats().delivered), (2, 4));
    delivered(quick_test(&bus).emit_step(10));
    assert_eq!(log.take(), [10, 11, 12, 13], "there is room again");
}

#[test]
fn a_refused_nested_event_leaves_the_queue_alone() {
    let (bus, log) = (EventBus::new(), Log::new());
    let inner = bus.clone();
    let _subscriptions = [
        bus.subscribe(move |event: &Envelope<QuickTestStep>| {
            if event.n == 0 {
                let tests = quick_test(&inner);
                assert!(tests.emit_step(1).unwrap().is_queued());
                assert!(matches!(tests.emit_completed(2.0), Err(EmitError::Invalid { .. })));
                assert!(tests.emit_step(2).unwrap().is_queued());
            }
        }),
        logging(&bus, &log),
    ];
    delivered(quick_test(&bus).emit_step(0));
    assert_eq!(log.take(), [0, 1, 2]);
}

#[test]
fn an_observer_subscribed_inside_an_observer_is_told_from_the_next_event_on() {
    let (bus, log, held) = (EventBus::new(), Log::new(), Arc::new(Mutex::new(Vec::new())));
    let (inner, seen, keep) = (bus.clone(), log.clone(), Arc::clone(&held));
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        if event.n == 0 {
            keep.lock().unwrap().push(logging(&inner, &seen));
            assert!(quick_test(&inner).emit_step(1).unwrap().is_queued());
        }
    });
    delivered(quick_test(&bus).emit_step(0));
    assert_eq!(log.take(), [1]);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(log.take(), [2]);
    held.lock().unwrap().clear();
    delivered(quick_test(&bus).emit_step(3));
    assert!(log.take().is_empty());
}

#[test]
fn an_observer_removed_inside_an_observer_is_not_told_of_the_present_event() {
    let (bus, log) = (EventBus::new(), Log::new());
    let victim = Arc::new(Mutex::new(None));
    let removed = Arc::clone(&victim);
    let _first = bus.subscribe(move |_: &AnyEnvelope| drop(removed.lock().unwrap().take()));
    *victim.lock().unwrap() = Some(logging(&bus, &log));
    let _last = logging(&bus, &log);
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(matches!(receipt, events_core::Receipt::Delivered { observers: 2, .. }));
    assert_eq!(log.take(), [1]);
}

#[test]
fn an_observer_may_drop_its_own_subscription() {
    let (bus, told) = (EventBus::new(), Arc::new(AtomicUsize::new(0)));
    let own: Arc<Mutex<Option<Subscription>>> = Arc::default();
    let (mine, count) = (Arc::clone(&own), Arc::clone(&told));
    *own.lock().unwrap() = Some(bus.subscribe(move |_: &AnyEnvelope| {
        count.fetch_add(1, SeqCst);
        drop(mine.lock().unwrap().take());
    }));
    for n in 0..3 {
        delivered(quick_test(&bus).emit_step(n));
    }
    assert_eq!(told.load(SeqCst), 1);
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn an_event_on_another_bus_is_delivered_at_once() {
    let (one, two, log) = (EventBus::new(), EventBus::new(), Log::new());
    let (inner, first, second) = (two.clone(), log.clone(), log.clone());
    let _subscriptions = [
        one.subscribe(move |event: &Envelope<QuickTestStep>| {
            first.push(("before", event.id(), event.causation_id()));
            assert!(ServiceEmitter::new(&inner, 1).emit_ready(80).unwrap().is_delivered());
            first.push(("after", event.id(), None));
        }),
        two.subscribe(move |event: &Envelope<ServiceReady>| second.push(("two", event.id(), event.causation_id()))),
    ];
    let step = quick_test(&one).emit_step(1).unwrap().id();
    let told = log.take();
    assert_eq!(told.iter().map(|(what, ..)| *what).collect::<Vec<_>>(), ["before", "two", "after"]);
    assert_eq!(told[1].2, Some(step));
}

#[test]
fn two_buses_that_answer_each_other_end_in_an_error() {
    let (one, two) = (EventBus::builder().max_depth(3).build(), EventBus::new());
    let (log, refused) = (Log::new(), Log::new());
    let (there, seen) = (two.clone(), log.clone());
    let (back, errors) = (one.clone(), refused.clone());
    let _subscriptions = [
        one.subscribe(move |event: &Envelope<QuickTestStep>| {
            seen.push(("one", event.n));
            assert!(quick_test(&there).emit_step(event.n).unwrap().is_delivered());
            seen.push(("back in one", event.n));
        }),
        two.subscribe(move |event: &Envelope<QuickTestStep>| match quick_test(&back).emit_step(event.n + 1) {
            Ok(receipt) => assert!(receipt.is_queued(), "the first bus has not ended its own event"),
            Err(error) => errors.push(error),
        }),
    ];
    assert!(quick_test(&one).emit_step(0).unwrap().failures().is_empty());
    let expected: Vec<_> = (0..=3).flat_map(|n| [("one", n), ("back in one", n)]).collect();
    assert_eq!(log.take(), expected);
    assert!(matches!(&refused.take()[..], [EmitError::TooDeep { limit: 3, .. }]));
}

/// When dropped, emits a step and subscribes.
struct Restless(EventBus, u32, Log<u32>);

impl Drop for Restless {
    fn drop(&mut self) {
        quick_test(&self.0).emit_step(self.1).unwrap().into_result().unwrap();
        logging(&self.0, &self.2).detach();
    }
}

#[test]
fn an_observer_may_emit_and_subscribe_when_it_is_dropped() {
    let (bus, log, late) = (EventBus::new(), Log::new(), Log::new());
    let subscribe = |n| {
        let restless = Restless(bus.clone(), n, late.clone());
        bus.subscribe(move |_: &AnyEnvelope| {
            let _kept = &restless;
        })
    };
    let _logging = logging(&bus, &log);
    let outside = subscribe(10);
    let inside = Mutex::new(Some(subscribe(20)));
    drop(outside);
    assert_eq!(log.take(), [10]);
    let _dropper = bus.subscribe(move |_: &AnyEnvelope| drop(inside.lock().unwrap().take()));
    delivered(quick_test(&bus).emit_step(1));
    // The route of step 1 holds the observer until its delivery ends; its drop emits then, or at once.
    assert_eq!(log.take(), [1, 20]);
    assert_eq!(bus.stats().subscriptions, 4);
    late.take();
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(late.take(), [2, 2]);
}

#[test]
fn a_failure_of_a_nested_event_is_told_to_the_hook() {
    let log = Log::new();
    let seen = log.clone();
    let bus = EventBus::builder()
        .on_failure(move |event, failure| seen.push((event.payload::<QuickTestStep>().unwrap().n, failure.to_string())))
        .build();
    let _subscriptions = [
        growing(&bus, 3),
        bus.subscribe(|event: &Envelope<QuickTestStep>| if event.n == 3 { Err("three") } else { Ok(()) }),
        bus.subscribe(|event: &Envelope<QuickTestStep>| assert_ne!(event.n, 2, "two")),
    ];
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(receipt.failures().is_empty(), "the receipt is of the first event alone");
    let told = log.take();
    assert_eq!(told.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3]);
    assert!(told[0].1.contains("panicked") && told[1].1.ends_with("failed: three"));
    assert_eq!(bus.stats().failures, 2);
}

#[test]
fn the_hook_may_emit() {
    let log = Log::new();
    let late: Arc<Mutex<Option<EventBus>>> = Arc::default();
    let inner = Arc::clone(&late);
    let bus = EventBus::builder()
        .on_failure(move |_, _| {
            let bus = inner.lock().unwrap().clone().unwrap();
            assert!(quick_test(&bus).emit_failed("an observer failed").unwrap().is_queued());
        })
        .build();
    *late.lock().unwrap() = Some(bus.clone());
    let seen = log.clone();
    let _subscriptions = [
        bus.subscribe(|_: &Envelope<QuickTestStep>| Err::<(), _>("no")),
        bus.subscribe(move |event: &AnyEnvelope| seen.push(event.event_type().name())),
    ];
    assert_eq!(quick_test(&bus).emit_step(1).unwrap().failures().len(), 1);
    assert_eq!(log.take(), ["step", "failed"]);
    late.lock().unwrap().take();
}
