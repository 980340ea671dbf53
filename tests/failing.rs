//! Failures told as events: errors that pass by, and panics, while they unwind.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use events_core::{AnyEnvelope, EmitError, Emitter, Envelope, ErrorInfo, Event, EventBus};
use serde::Serialize;

use crate::domain::{Log, QuickTestCompleted, QuickTestFailed, QuickTestStep, ServiceEmitter, quick_test};

#[derive(Event, Clone, Debug, PartialEq, Serialize)]
#[event_type("service.failed")]
#[event(emitter = ServiceEmitter)]
struct ServiceFailed {
    error: ErrorInfo,
}

/// A service whose failures are logged.
fn service() -> (EventBus, ServiceEmitter, Log<String>) {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    bus.subscribe(move |event: &Envelope<ServiceFailed>| seen.push(event.error.to_string())).detach();
    let service = ServiceEmitter::new(&bus, "web");
    (bus, service, log)
}

/// The message of a panic that is made of text.
fn message_of(panicked: thread::Result<()>) -> &'static str {
    panicked.unwrap_err().downcast_ref::<&str>().unwrap()
}

#[test]
fn an_error_is_emitted_and_handed_back() {
    let (bus, service, log) = service();
    let failed = |error: &std::num::ParseIntError| ServiceFailed { error: ErrorInfo::new(error) };
    assert_eq!(service.observe_result("80".parse::<u16>(), failed), Ok(80));
    assert_eq!(bus.stats().delivered, 0);
    let error = "x".parse::<u16>().unwrap_err();
    assert_eq!(service.observe_result(Err::<u16, _>(error.clone()), failed), Err(error));
    assert_eq!(log.take(), ["invalid digit found in string"]);
}

#[test]
fn an_event_that_is_refused_on_the_way_is_told_to_the_bus() {
    let refused = Log::new();
    let seen = refused.clone();
    let bus = EventBus::builder().on_refused(move |error| seen.push(error.clone())).build();
    let test = quick_test(&bus);
    let impossible = |(): &()| QuickTestCompleted { success_rate: 2.0, note: None };
    assert_eq!(test.observe_result(Err::<(), ()>(()), impossible), Err(()));
    let [EmitError::Invalid { event_type, .. }] = &refused.take()[..] else { panic!("one refusal") };
    assert_eq!(**event_type, "quick_test.completed");
    assert_eq!((bus.stats().refused, bus.stats().delivered), (1, 0));
    // It is told of every refusal, also where somebody takes the error.
    bus.shutdown(std::time::Duration::ZERO).unwrap();
    let error = test.emit_step(1).unwrap_err();
    assert_eq!(refused.take(), [error]);
}

#[test]
fn a_hook_that_emits_or_panics_at_a_refusal_is_not_called_again_for_that() {
    let bus = EventBus::new();
    bus.shutdown(std::time::Duration::ZERO).unwrap();
    let closed = bus;
    let refused = Log::new();
    let seen = refused.clone();
    // Two buses, each of whose hooks would emit to a bus that refuses.
    let bus = EventBus::builder()
        .on_refused(move |_| {
            let bus = EventBus::builder().on_refused(|_| panic!("called inside another")).build();
            bus.shutdown(std::time::Duration::ZERO).unwrap();
            seen.push(quick_test(&closed).emit_step(1).is_err() && quick_test(&bus).emit_step(1).is_err());
            panic!("in the hook");
        })
        .build();
    bus.shutdown(std::time::Duration::ZERO).unwrap();
    for n in 0..2 {
        assert!(quick_test(&bus).emit_step(n).is_err());
        assert_eq!(refused.take(), [true]);
    }
}

#[test]
fn a_failure_of_an_observer_of_the_failure_is_told_to_the_hook() {
    let failures = Log::new();
    let seen = failures.clone();
    let bus = EventBus::builder().on_failure(move |_, failure| seen.push(failure.is_panic())).build();
    let _subscriptions = [
        bus.subscribe(|_: &AnyEnvelope| -> Result<(), String> { panic!("inside") }),
        bus.subscribe(|_: &AnyEnvelope| Err::<(), _>("an error")),
    ];
    let failed = |error: &&str| QuickTestFailed { error: (*error).to_owned() };
    assert_eq!(quick_test(&bus).observe_result(Err::<(), _>("first"), failed), Err("first"));
    assert_eq!(failures.take(), [true, false]);
    assert_eq!(bus.stats().failures, 2);
}

#[test]
fn a_panic_is_told_with_its_message_and_goes_on() {
    let (_bus, service, log) = service();
    let run = || service.observe_panic(|| panic!("out of ink"), |error| ServiceFailed { error });
    assert_eq!(message_of(catch_unwind(AssertUnwindSafe(run))), "out of ink");
    assert_eq!(log.take(), ["out of ink"]);
    assert_eq!(service.observe_panic(|| 7, |error| ServiceFailed { error }), 7);
    assert!(log.take().is_empty());
}

#[test]
fn a_guard_tells_of_the_panic_that_ends_its_scope() {
    let (_bus, service, log) = service();
    let run = || {
        let _guard = service.fail_on_panic(|error| ServiceFailed { error });
        panic!("out of ink");
    };
    assert_eq!(message_of(catch_unwind(AssertUnwindSafe(run))), "out of ink");
    assert_eq!(log.take(), ["the thread panicked"]);
}

#[test]
fn a_guard_tells_nothing_of_a_scope_that_ends_well_nor_once_it_is_disarmed() {
    let (bus, service, log) = service();
    drop(service.fail_on_panic(|error| ServiceFailed { error }));
    let run = || {
        let guard = service.fail_on_panic(|error| ServiceFailed { error });
        assert_eq!(format!("{guard:?}"), r#"PanicGuard { entity_id: "web", armed: true }"#);
        guard.disarm();
        panic!("not its business");
    };
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    assert!(log.take().is_empty());
    assert_eq!(bus.stats().delivered, 0);
}

/// Opens and ends a guarded scope when it is dropped.
struct CleansUp<'s>(&'s ServiceEmitter);

impl Drop for CleansUp<'_> {
    fn drop(&mut self) {
        let _guard = self.0.fail_on_panic(|error| ServiceFailed { error });
    }
}

#[test]
fn a_guard_inside_a_destructor_does_not_take_an_older_panic_for_its_own() {
    let (bus, service, _log) = service();
    let run = || {
        let _cleanup = CleansUp(&service);
        panic!("out of ink");
    };
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    assert_eq!(bus.stats().delivered, 0);
}

#[test]
fn observers_that_panic_while_the_thread_unwinds_are_contained() {
    let (bus, service, log) = service();
    let _panics = [
        bus.subscription().priority(1).subscribe(|_: &AnyEnvelope| -> Result<(), String> { panic!("second") }),
        bus.subscription().priority(-1).subscribe(|_: &AnyEnvelope| -> Result<(), String> { panic!("third") }),
    ];
    let guarded = || {
        let _guard = service.fail_on_panic(|error| ServiceFailed { error });
        panic!("first");
    };
    assert_eq!(message_of(catch_unwind(AssertUnwindSafe(guarded))), "first");
    let run = || service.observe_panic(|| panic!("first"), |error| ServiceFailed { error });
    assert_eq!(message_of(catch_unwind(AssertUnwindSafe(run))), "first");
    assert_eq!(log.take(), ["the thread panicked", "first"]);
    assert_eq!((bus.stats().failures, bus.stats().delivered), (4, 2));
}

#[test]
fn a_closure_that_panics_while_the_thread_unwinds_is_contained() {
    let (bus, service, _log) = service();
    let failed = |_: ErrorInfo| -> ServiceFailed { panic!("second") };
    let guarded = || {
        let _guard = service.fail_on_panic(failed);
        panic!("first");
    };
    assert_eq!(message_of(catch_unwind(AssertUnwindSafe(guarded))), "first");
    let run = || service.observe_panic(|| panic!("first"), failed);
    assert_eq!(message_of(catch_unwind(AssertUnwindSafe(run))), "first");
    assert_eq!(bus.stats().delivered, 0);
}

#[test]
fn a_guard_inside_an_observer_tells_of_its_panic_after_the_present_event() {
    let (bus, service, log) = service();
    let inner = service.clone();
    let panicking = move |_: &Envelope<QuickTestStep>| {
        let _guard = inner.fail_on_panic(|error| ServiceFailed { error });
        panic!("inside");
    };
    let _panicking = bus.subscription().subscribe(move |event: &Envelope<QuickTestStep>| -> Result<(), String> {
        panicking(event);
        Ok(())
    });
    let seen = log.clone();
    let _after = bus.subscribe(move |_: &Envelope<QuickTestStep>| seen.push("the step".into()));
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(receipt.failures()[0].is_panic());
    assert_eq!(log.take(), ["the step", "the thread panicked"]);
}
