//! One machine for each entity, driven by a bus.

mod hooks;
mod news;
mod storing;
mod timing;

use std::{collections::BTreeMap, error::Error as _, sync::Arc, thread};

use chrono::{DateTime, TimeDelta, Utc};
use events_core::{
    Envelope, Event, EventBus, FollowError, StateChanged, StateCoordinator, StateMachine, TransitionRefused,
};

use crate::domain::{Log, QuickTestCompleted, QuickTestFailed, QuickTestState, QuickTestStep, ServiceReady, started};

use QuickTestState::{Completed, Created, Running};

/// A service that comes and goes, and must answer within a minute.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(serde)]
enum Service {
    #[state(initial, on(ServiceReady => Ready), to = Gone)]
    Starting,
    #[state(on(ServiceReady => Ready), on(QuickTestFailed => Starting), timeout("60s" => Lost))]
    Ready,
    #[state(to = Starting, timeout("60s" => Gone))]
    Lost,
    #[state(terminal)]
    Gone,
}

fn ready(entity: &str, port: u16) -> Envelope<ServiceReady> {
    ServiceReady { port }.for_entity(entity).unwrap()
}

fn completed(entity: &str) -> Envelope<QuickTestCompleted> {
    QuickTestCompleted { success_rate: 1.0, note: None }.for_entity(entity).unwrap()
}

fn emit(bus: &EventBus, event: &Envelope<impl Event>) {
    let receipt = bus.emit(event).unwrap();
    assert!(receipt.failures().is_empty(), "{receipt:?}");
}

/// Writes down every change and every refusal.
fn news(bus: &EventBus) -> Log<String> {
    let log = Log::new();
    let changed = log.clone();
    bus.subscribe(move |event: &Envelope<StateChanged<QuickTestState>>| {
        changed.push(format!("{} {}: {} to {}", event.entity_id(), event.number, event.from, event.to));
    })
    .detach();
    let refused = log.clone();
    bus.subscribe(move |event: &Envelope<TransitionRefused<QuickTestState>>| {
        let trigger = event.trigger.event_type().unwrap().name().to_owned();
        refused.push(format!("{} {}: {trigger} refused, allowed {:?}", event.entity_id(), event.state, event.allowed));
    })
    .detach();
    log
}

fn clock_time(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

#[test]
fn an_entity_has_a_machine_from_its_first_event() {
    let bus = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::on(&bus);
    assert!(tests.is_empty());
    emit(&bus, &started("x").for_entity("a").unwrap());
    emit(&bus, &started("x").for_entity("b").unwrap());
    emit(&bus, &QuickTestFailed { error: "no".into() }.for_entity("b").unwrap());
    assert_eq!((tests.state("a"), tests.state("b"), tests.len()), (Some(Running), None, 1), "`b` came to its end");
    assert_eq!(tests.states(), BTreeMap::from([("a".into(), Running)]));
    // And a new life, where that is how it goes on.
    emit(&bus, &started("again").for_entity("b").unwrap());
    assert_eq!(tests.state("b"), Some(Running));
}

#[test]
fn machines_at_their_end_may_be_kept() {
    let bus = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::builder().announce(&bus).keep_terminal().build();
    let _follows = bus.observe(tests.clone());
    let log = news(&bus);
    emit(&bus, &started("x").for_entity("a").unwrap());
    emit(&bus, &completed("a"));
    emit(&bus, &started("late").for_entity("a").unwrap());
    assert_eq!(tests.state("a"), Some(Completed));
    assert_eq!(
        log.take(),
        ["a 1: created to running", "a 2: running to well done", "a well done: started refused, allowed []"]
    );
    assert_eq!((tests.forget("a"), tests.forget("a"), tests.len()), (Some(Completed), None, 0));
}

#[test]
fn without_a_bus_a_refusal_is_a_failure_of_the_event() {
    let bus = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::builder().build();
    let _follows = bus.observe(tests.clone());
    let receipt = bus.emit(completed("a")).unwrap();
    let failure = receipt.failures()[0].source().unwrap().to_string();
    assert_eq!(
        failure,
        "no transition from `created` on `quick_test.completed`; allowed: `running`; expected: `quick_test.started`"
    );
    let error = tests.follow(completed("a")).unwrap_err();
    assert!(matches!(error, FollowError::Refused(refused) if refused.from == Created));
}

#[test]
fn an_event_that_the_machine_does_not_know_is_none_of_its_business() {
    let bus = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::on(&bus);
    emit(&bus, &QuickTestStep { n: 1 }.for_entity("a").unwrap());
    assert!(tests.is_empty());
    assert_eq!(tests.follow(ready("a", 1)).unwrap(), None);
    assert_eq!(bus.plan::<QuickTestStep>().told().count(), 0);
}

#[test]
fn the_user_may_say_whose_machine_an_event_drives() {
    let bus = EventBus::new();
    let services = StateCoordinator::<Service>::builder()
        .announce(&bus)
        .entity_of(|event| {
            event.payload::<ServiceReady>().filter(|ready| ready.port > 0).map(|ready| ready.port.into())
        })
        .build();
    let _follows = bus.observe(services.clone());
    emit(&bus, &ready("a", 80));
    emit(&bus, &ready("b", 80));
    emit(&bus, &ready("c", 0));
    assert_eq!(services.states(), BTreeMap::from([("80".into(), Service::Ready)]));
    assert_eq!(services.snapshot("80").unwrap().transitions(), 2);
}

#[test]
fn the_last_clone_ends_the_subscription() {
    let bus = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::on(&bus);
    let clone = tests.clone();
    drop(tests);
    emit(&bus, &started("x").for_entity("a").unwrap());
    assert_eq!(clone.state("a"), Some(Running));
    drop(clone);
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn events_of_one_entity_are_applied_one_after_the_other() {
    const THREADS: u16 = 4;
    const EVENTS: u16 = 200;
    let bus = EventBus::new();
    let services = StateCoordinator::<Service>::builder().announce(&bus).history(2000).build();
    let _follows = bus.observe(services.clone());
    let numbers = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&numbers);
    let _changes = bus.subscribe(move |event: &Envelope<StateChanged<Service>>| {
        seen.lock().unwrap().push(event.number);
    });
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let bus = &bus;
            scope.spawn(move || (0..EVENTS).for_each(|n| emit(bus, &ready("one", thread * EVENTS + n))));
        }
    });
    let all = u64::from(THREADS * EVENTS);
    let snapshot = services.snapshot("one").unwrap();
    assert_eq!((snapshot.transitions(), snapshot.history().len() as u64), (all, all));
    assert!(snapshot.history().windows(2).all(|pair| pair[0].to == pair[1].from));
    let mut numbers = numbers.lock().unwrap().clone();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=all), "each change was told once");
}
