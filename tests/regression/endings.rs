//! Bugs in how subscriptions, streams and histories end.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use events_core::{AnyEnvelope, Envelope, Event, EventBus, Overflow, Receipt, StateManager, Subscription, SystemClock};
use serde::{Serialize, Serializer};

use crate::domain::{Log, QuickTestState, QuickTestStep, delivered, quick_test, started};

fn step(n: u32) -> Envelope<QuickTestStep> {
    QuickTestStep { n }.for_entity("e").unwrap()
}

/// Uses the bus when it is dropped.
struct LastWord(EventBus);

impl Drop for LastWord {
    fn drop(&mut self) {
        let _ = self.0.stats();
        assert!(std::thread::panicking(), "dropped");
    }
}

/// The observer was dropped under the registry's lock.
#[test]
fn an_observer_that_comes_too_late_may_use_the_bus_when_it_is_dropped() {
    let bus = EventBus::new();
    bus.shutdown(Duration::ZERO).unwrap();
    let last_word = LastWord(bus.clone());
    let late: Subscription = bus.subscribe(move |_: &AnyEnvelope| {
        let _ = &last_word;
    });
    assert!(!late.is_active());
}

/// An event for a closed stream was told of as delivered, and counted nowhere.
#[test]
fn a_closed_stream_is_no_observer() {
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestStep>(2, Overflow::Block);
    delivered(bus.emit(step(1)));
    stream.close();
    assert!(matches!(bus.emit(step(2)).unwrap(), Receipt::Delivered { observers: 0, .. }));
    assert_eq!((bus.stats().subscriptions, bus.stats().unobserved), (0, 1));
    assert_eq!(stream.iter().map(|event| event.n).collect::<Vec<_>>(), [1]);
}

/// What waited for one bus was searched for what waits for another.
#[test]
fn a_bus_delivers_what_waits_for_it_and_not_for_another() {
    let (outer, inner, log) = (EventBus::new(), EventBus::new(), Log::new());
    let _subscriptions = [
        inner.subscribe({
            let (inner, log) = (inner.clone(), log.clone());
            move |event: &Envelope<QuickTestStep>| {
                log.push(event.n);
                if event.n == 100 {
                    assert!(inner.emit(step(101)).unwrap().is_queued());
                }
            }
        }),
        outer.subscribe({
            let (outer, log) = (outer.clone(), log.clone());
            move |event: &Envelope<QuickTestStep>| {
                log.push(event.n);
                if event.n == 1 {
                    assert!(outer.emit(step(2)).unwrap().is_queued());
                    assert!(inner.emit(step(100)).unwrap().is_delivered());
                    assert!(outer.emit(step(3)).unwrap().is_queued());
                }
            }
        }),
    ];
    delivered(outer.emit(step(1)));
    assert_eq!(log.take(), [1, 100, 101, 2, 3]);
}

/// A member that does something when the event is dropped.
struct Ending(Option<Box<dyn Fn() + Send + Sync>>);

impl Serialize for Ending {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(end) = &self.0 {
            end();
        }
    }
}

#[derive(Event, Serialize)]
#[event_type("regression.ending")]
#[event(identity = unique)]
struct Ended {
    ending: Ending,
}

fn ending(end: impl Fn() + Send + Sync + 'static) -> Envelope<Ended> {
    Ended { ending: Ending(Some(Box::new(end))) }.for_entity("e").unwrap()
}

/// Two events of a history that panicked when they were dropped ended the process.
#[test]
fn events_of_a_history_go_one_by_one() {
    let bus = EventBus::builder().history(2).build();
    for _ in 0..2 {
        delivered(bus.emit(ending(|| panic!("dropped"))));
    }
    drop(bus);
}

/// The README told of it, and it did not compile.
#[test]
fn a_state_manager_is_subscribed_to_its_entity() {
    let bus = EventBus::new();
    let machine = Arc::new(Mutex::new(StateManager::<QuickTestState>::builder().clock(SystemClock).build()));
    let _driven = bus.subscription().entity("test-001").name("machine").observe(Arc::clone(&machine));
    let tests = quick_test(&bus);
    delivered(bus.emit(started("of another").for_entity("test-002").unwrap()));
    assert_eq!(machine.lock().unwrap().state(), &QuickTestState::Created);
    delivered(events_core::Emitter::emit(&tests, started("its own")));
    assert_eq!(machine.lock().unwrap().state(), &QuickTestState::Running);
    let again = bus.emit(started("once more").for_entity("test-001").unwrap()).unwrap();
    assert!(again.failures()[0].to_string().starts_with("observer `machine` failed: no transition from"));
}

/// A stream was called by the path of a function of this library.
#[test]
fn a_stream_is_called_by_what_it_gives() {
    let bus = EventBus::new();
    let _stream = bus.stream::<QuickTestStep>(1, Overflow::DropOldest);
    let plan = bus.plan::<QuickTestStep>();
    assert!(plan.steps()[0].observer().starts_with("stream of "), "{plan}");
    assert!(plan.steps()[0].observer().ends_with("QuickTestStep"), "{plan}");
}
