//! Subscriptions that end together, and what frees their ids.

use events_core::{AnyEnvelope, Envelope, EventBus, Scope};

use crate::domain::{Log, QuickTestStep, delivered, quick_test};

/// Subscribes a logging observer in a scope.
fn logging(bus: &EventBus, scope: &Scope, log: &Log<&'static str>, name: &'static str) {
    let log = log.clone();
    bus.subscription().scope(scope).subscribe(move |_: &AnyEnvelope| log.push(name)).detach();
}

#[test]
fn a_dropped_scope_ends_its_subscriptions_and_those_of_its_children() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (test, other) = (Scope::new(), Scope::new());
    let step = test.child();
    let detail = step.child();
    logging(&bus, &test, &log, "test");
    logging(&bus, &other, &log, "other");
    logging(&bus, &step, &log, "step");
    logging(&bus, &detail, &log, "detail");
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), ["test", "other", "step", "detail"]);
    drop(step);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(log.take(), ["test", "other"]);
    assert!(detail.is_closed() && !test.is_closed());
    drop(test);
    delivered(quick_test(&bus).emit_step(3));
    assert_eq!(log.take(), ["other"]);
    assert_eq!(bus.stats().subscriptions, 1);
}

#[test]
fn a_subscription_in_a_closed_scope_ends_at_once() {
    let (bus, log) = (EventBus::new(), Log::new());
    let parent = Scope::new();
    let child = parent.child();
    drop(parent);
    assert!(child.child().is_closed());
    let subscription = bus.subscription().id("late").unwrap().scope(&child).subscribe(|_: &AnyEnvelope| ());
    assert!(!subscription.is_active());
    logging(&bus, &child, &log, "late");
    delivered(quick_test(&bus).emit_step(1));
    assert!(log.take().is_empty());
    assert!(bus.subscription().id("late").is_ok());
}

#[test]
fn a_scope_spans_buses_and_leaves_other_subscriptions_alone() {
    let (one, two, log) = (EventBus::new(), EventBus::new(), Log::new());
    let scope = Scope::new();
    logging(&one, &scope, &log, "one");
    logging(&two, &scope, &log, "two");
    let seen = log.clone();
    let _outside = one.subscribe(move |_: &AnyEnvelope| seen.push("outside"));
    delivered(quick_test(&one).emit_step(1));
    delivered(quick_test(&two).emit_step(1));
    assert_eq!(log.take(), ["one", "outside", "two"]);
    drop(scope);
    delivered(quick_test(&one).emit_step(2));
    delivered(quick_test(&two).emit_step(2));
    assert_eq!(log.take(), ["outside"]);
}

#[test]
fn a_subscription_may_end_before_its_scope() {
    let (bus, log) = (EventBus::new(), Log::new());
    let scope = Scope::new();
    let seen = log.clone();
    let early = bus.subscription().scope(&scope).subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    delivered(quick_test(&bus).emit_step(1));
    drop(early);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(log.take(), [1]);
    drop(scope);
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn a_scope_may_outlive_its_bus() {
    let (bus, scope) = (EventBus::new(), Scope::new());
    logging(&bus, &scope, &Log::new(), "gone");
    drop(bus);
    drop(scope);
}

#[test]
fn an_id_is_unique_on_its_bus_and_free_when_its_subscription_ends() {
    let bus = EventBus::new();
    let subscribe =
        || Ok::<_, events_core::DuplicateSubscription>(bus.subscription().id("audit")?.subscribe(|_: &AnyEnvelope| ()));
    let first = subscribe().unwrap();
    let error = subscribe().unwrap_err();
    assert_eq!(error.id, "audit");
    assert_eq!(
        error.to_string(),
        "there is a subscription with the id `audit` already; it is free again when that one ends"
    );
    assert!(EventBus::new().subscription().id("audit").is_ok(), "another bus has ids of its own");
    assert!(bus.subscription().id("other").is_ok());
    drop(first);
    drop(subscribe().unwrap());
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn whatever_ends_a_subscription_frees_its_id() {
    let bus = EventBus::new();
    let free = || bus.subscription().id("audit").is_ok();
    drop(bus.subscription().id("audit").unwrap());
    assert!(free(), "a builder that was not used");
    let scope = Scope::new();
    bus.subscription().id("audit").unwrap().scope(&scope).subscribe(|_: &AnyEnvelope| ()).detach();
    assert!(!free());
    drop(scope);
    assert!(free(), "its scope");
    bus.subscription().id("audit").unwrap().once().subscribe(|_: &AnyEnvelope| ()).detach();
    assert!(!free());
    delivered(quick_test(&bus).emit_step(1));
    assert!(free(), "the last event it wanted");
    let stream = bus.subscription().id("audit").unwrap().stream::<QuickTestStep>(1, events_core::Overflow::DropOldest);
    assert!(!free());
    drop(stream);
    assert!(free(), "the drop of a stream");
    bus.subscription().id("audit").unwrap().subscribe(|_: &AnyEnvelope| ()).detach();
    bus.shutdown(std::time::Duration::ZERO).unwrap();
    assert!(free(), "the shutdown");
    drop(bus.subscription().id("audit").unwrap().subscribe(|_: &AnyEnvelope| ()));
    assert!(free(), "a subscription to a closed bus");
}
