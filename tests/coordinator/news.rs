//! What a coordinator tells: changes and refusals, as events.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use events_core::{
    AnyEnvelope, DedupWindow, EmitError, Envelope, Event as _, EventBus, FollowError, StateChanged, StateCoordinator,
    TransitionRefused, Trigger,
};
use serde_json::json;

use super::{Service, clock_time, completed, emit, news, ready};
use crate::domain::{
    Log, ManualClock,
    QuickTestState::{self, Created, Failed, Running},
    QuickTestStep, started,
};

#[test]
fn each_transition_is_an_event_that_names_its_cause() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).build();
    let _tests = StateCoordinator::<QuickTestState>::on(&bus);
    let changes = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&changes);
    let _changes = bus.subscribe(move |event: &Envelope<StateChanged<QuickTestState>>| {
        seen.lock().unwrap().push(event.clone());
    });
    let event = Envelope::builder(started("x"), "a").correlation_id("flow-1").time(clock_time(7)).build().unwrap();
    emit(&bus, &event);
    let change = changes.lock().unwrap().remove(0);
    assert_eq!((change.from, change.to, change.number), (Created, Running, 1));
    assert_eq!(change.trigger.as_ref().and_then(Trigger::event_id), Some(event.id()));
    assert_eq!((change.causation_id(), change.correlation_id().unwrap().as_str()), (Some(event.id()), "flow-1"));
    assert_eq!((change.event_type().as_str(), change.entity_id().as_str()), ("quick_test.state_changed", "a"));
    assert_eq!((change.entity_type(), change.time()), ("quick_test", event.time()));
}

#[test]
fn a_refused_event_is_an_event_and_no_failure() {
    let bus = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::on(&bus);
    let log = news(&bus);
    emit(&bus, &completed("a"));
    assert_eq!(log.take(), [r#"a created: completed refused, allowed ["running"]"#]);
    assert!(tests.is_empty(), "a machine that made no step is not kept");
    assert_eq!(TransitionRefused::<QuickTestState>::TYPE, "quick_test.transition_refused");
}

#[test]
fn the_same_change_again_is_another_event() {
    let bus = EventBus::builder().dedup(DedupWindow::new(1000, Duration::from_secs(60))).build();
    let services = StateCoordinator::<Service>::on(&bus);
    let changes = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&changes);
    let _changes = bus.subscribe(move |_: &Envelope<StateChanged<Service>>| {
        count.fetch_add(1, SeqCst);
    });
    services.transition_to("s", Service::Gone).unwrap();
    emit(&bus, &ready("s", 1));
    emit(&bus, &ready("s", 2));
    emit(&bus, &ready("s", 3));
    assert_eq!(changes.load(SeqCst), 4);
}

#[test]
fn the_same_change_of_a_later_machine_is_another_event() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).dedup(DedupWindow::new(1000, Duration::from_secs(3600))).build();
    let services = StateCoordinator::<Service>::on(&bus);
    for life in 1..=2 {
        services.transition_to("s", Service::Gone).unwrap();
        assert!(services.is_empty());
        assert_eq!((bus.stats().delivered, bus.stats().duplicates), (life, 0));
        clock.advance(Duration::from_secs(60));
    }
}

#[test]
fn transitions_that_no_event_drives_are_announced_too() {
    let bus = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::on(&bus);
    let log = news(&bus);
    let transition = tests.transition_to("a", Running).unwrap();
    assert_eq!((transition.from, transition.to), (Created, Running));
    let error = tests.transition_to("a", Created).unwrap_err();
    let expected = "no transition from `running` to `created`; allowed: `well done`, `failed`";
    assert_eq!(error.to_string(), expected);
    assert_eq!(log.take(), ["a 1: created to running"], "a refused call is an error, and not announced");
    assert_eq!(tests.state("a"), Some(Running));
}

#[test]
fn news_that_cannot_be_emitted_are_a_failure_of_the_event() {
    let bus = EventBus::builder().max_depth(1).build();
    let tests = StateCoordinator::<QuickTestState>::on(&bus);
    let _relay = {
        let bus = bus.clone();
        bus.clone().subscribe(move |_: &Envelope<QuickTestStep>| {
            let receipt = bus.emit(started("x").for_entity("a").unwrap());
            assert!(receipt.unwrap().is_queued());
        })
    };
    let failures = bus.stats().failures;
    emit(&bus, &QuickTestStep { n: 1 }.for_entity("a").unwrap());
    assert_eq!(bus.stats().failures, failures + 1);
    assert_eq!(tests.state("a"), Some(Running), "the transition was made all the same");
    let closed = EventBus::new();
    let tests = StateCoordinator::<QuickTestState>::builder().announce(&closed).build();
    closed.shutdown(Duration::ZERO).unwrap();
    let error = tests.follow(started("x").for_entity("a").unwrap()).unwrap_err();
    assert!(matches!(error, FollowError::Emit(EmitError::ShutDown { .. })));
    assert_eq!(
        error.to_string(),
        "a change of state could not be announced: event `quick_test.state_changed` was emitted after the bus was shut down"
    );
}

#[test]
fn a_refusal_is_told_although_the_time_out_before_it_could_not_be_announced() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).build();
    let services = StateCoordinator::<Service>::on(&bus);
    emit(&bus, &ready("s", 1));
    bus.shutdown(Duration::ZERO).unwrap();
    clock.advance(Duration::from_secs(61));
    let error = services.transition_to("s", Service::Ready).unwrap_err();
    assert!(matches!(error, FollowError::Refused(refused) if refused.from == Service::Lost));
}

#[test]
fn changes_have_a_form_of_their_own() {
    let bus = EventBus::builder().clock(ManualClock::default()).build();
    let tests = StateCoordinator::<QuickTestState>::on(&bus);
    let log = Log::new();
    let seen = log.clone();
    let _all = bus.subscribe(move |event: &AnyEnvelope| {
        if let Some(change) = event.payload::<StateChanged<QuickTestState>>() {
            seen.push(serde_json::to_string(change).unwrap());
        }
    });
    tests.transition_to("a", Running).unwrap();
    tests.transition_to("a", Failed).unwrap();
    let json = log.take();
    assert_eq!(json[0], r#"{"from":"created","to":"running","number":1,"time":"1970-01-01T00:00:00Z","trigger":null}"#);
    let read: StateChanged<QuickTestState> = serde_json::from_str(&json[1]).unwrap();
    assert_eq!((read.from, read.to, read.number), (Running, Failed, 2));
    let wrong = json!({"from": "created", "to": "nowhere", "number": 1, "trigger": null});
    let error = serde_json::from_value::<StateChanged<QuickTestState>>(wrong).unwrap_err().to_string();
    assert!(error.starts_with("unknown state `nowhere`"), "{error}");
}
