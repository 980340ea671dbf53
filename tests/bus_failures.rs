//! Observers that fail or panic: contained, reported in the receipt, to the hook and in the counters, and stopping nobody.

use std::{
    error::Error,
    fmt,
    panic::panic_any,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
};

use events_core::{
    AnyEnvelope, Envelope, EventBus, EventType, FailureKind, Observer, ObserverError, ObserverResult, Receipt,
};

use crate::domain::{Log, QuickTestStep, quick_test};

#[derive(Debug, PartialEq)]
struct OutOfInk(u32);

impl fmt::Display for OutOfInk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "out of ink at {}", self.0)
    }
}

impl Error for OutOfInk {}

/// A bus whose hook logs, with the log.
fn logging_bus() -> (EventBus, Log<String>) {
    let log = Log::new();
    let seen = log.clone();
    let bus = EventBus::builder()
        .on_failure(move |event, failure| {
            let panicked = if failure.is_panic() { "panic" } else { "error" };
            seen.push(format!("{panicked} {} {failure}", event.event_type()));
        })
        .build();
    (bus, log)
}

#[test]
fn an_error_is_reported_and_stops_nobody() {
    let (bus, hook) = logging_bus();
    let log = Log::new();
    let (before, after) = (log.clone(), log.clone());
    let _subscriptions = [
        bus.subscribe(move |_: &AnyEnvelope| before.push("before")),
        bus.subscribe(|event: &Envelope<QuickTestStep>| Err(OutOfInk(event.n))),
        bus.subscribe(move |_: &AnyEnvelope| after.push("after")),
    ];
    let receipt = quick_test(&bus).emit_step(7).unwrap();
    assert_eq!(log.take(), ["before", "after"]);
    assert!(matches!(receipt, Receipt::Delivered { observers: 3, .. }));
    let [failure] = receipt.failures() else { panic!("one observer failed") };
    let FailureKind::Error(error) = failure.kind() else { panic!("with an error") };
    assert_eq!(error.downcast_ref(), Some(&OutOfInk(7)));
    assert!(failure.source().unwrap().is::<OutOfInk>());
    assert!(failure.observer().contains("an_error_is_reported_and_stops_nobody"), "{}", failure.observer());
    assert!(!failure.is_panic());
    let message = format!("observer `{}` failed: out of ink at 7", failure.observer());
    assert_eq!(failure.to_string(), message);
    assert_eq!(hook.take(), [format!("error quick_test.step {message}")]);
    assert_eq!((bus.stats().failures, bus.stats().delivered, bus.stats().refused), (1, 1, 0));
}

#[test]
fn a_panic_is_reported_and_stops_nobody() {
    let (bus, hook) = logging_bus();
    let log = Log::new();
    let after = log.clone();
    let _subscriptions = [
        bus.subscribe(|event: &Envelope<QuickTestStep>| assert_eq!(event.n, 0, "a text made at run time")),
        bus.subscribe(|_: &AnyEnvelope| -> ObserverResult { panic!("a literal") }),
        bus.subscribe(|_: &AnyEnvelope| -> ObserverResult { panic_any(1_u8) }),
        bus.subscribe(move |_: &AnyEnvelope| after.push("after")),
    ];
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert_eq!(log.take(), ["after"]);
    let messages: Vec<String> = receipt
        .failures()
        .iter()
        .map(|failure| match failure.kind() {
            FailureKind::Panic(message) if failure.is_panic() => message.clone(),
            other => panic!("not a panic: {other:?}"),
        })
        .collect();
    assert_eq!(messages.len(), 3);
    assert!(messages[0].contains("a text made at run time"));
    assert_eq!(messages[1..], ["a literal", "a value that is not text"]);
    assert!(receipt.failures().iter().all(|failure| failure.source().is_none()));
    assert!(receipt.failures()[1].to_string().ends_with("` panicked: a literal"));
    assert_eq!(hook.take().len(), 3);
    assert_eq!(bus.stats().failures, 3);
    // The bus goes on as if nothing had happened.
    assert_eq!(quick_test(&bus).emit_step(0).unwrap().failures().len(), 2);
}

#[test]
fn a_closure_that_never_returns_is_an_observer() {
    let (bus, _) = logging_bus();
    let _subscriptions = [
        bus.subscribe(|_: &AnyEnvelope| panic!("always")),
        bus.subscribe(|_: &Envelope<QuickTestStep>| {
            todo!();
        }),
    ];
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(matches!(receipt.failures(), [always, later] if always.is_panic() && later.is_panic()));
    assert!(receipt.failures()[0].to_string().ends_with("panicked: always"));
}

#[test]
fn a_failed_receipt_becomes_an_error_that_names_every_failure() {
    let (bus, _hook) = logging_bus();
    let _subscriptions = [
        bus.subscribe(|_: &AnyEnvelope| Err::<(), _>(OutOfInk(1))),
        bus.subscribe(|_: &AnyEnvelope| -> ObserverResult { Err("just text".into()) }),
    ];
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    let id = receipt.id();
    let error = receipt.into_result().unwrap_err();
    assert_eq!((error.id, error.failures.len()), (id, 2));
    let message = error.to_string();
    assert!(message.starts_with(&format!("event {id} failed in 2 observers: observer `")), "{message}");
    assert!(message.contains("` failed: out of ink at 1; observer `"), "{message}");
    assert!(message.ends_with("` failed: just text"), "{message}");
    assert!(error.source().is_some());
}

#[test]
fn a_panicking_hook_stops_nobody() {
    let bus = EventBus::builder().on_failure(|_, _| panic!("in the hook")).build();
    let log = Log::new();
    let after = log.clone();
    let _subscriptions = [
        bus.subscribe(|_: &AnyEnvelope| Err::<(), _>(OutOfInk(1))),
        bus.subscribe(move |_: &AnyEnvelope| after.push("after")),
    ];
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert_eq!(receipt.failures().len(), 1);
    assert_eq!(log.take(), ["after"]);
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in a drop");
    }
}

#[test]
fn a_panic_whose_payload_panics_when_dropped_is_contained() {
    let (bus, hook) = logging_bus();
    let log = Log::new();
    let after = log.clone();
    let _subscriptions = [
        bus.subscribe(|_: &AnyEnvelope| -> ObserverResult { panic_any(Bomb) }),
        bus.subscribe(move |_: &AnyEnvelope| after.push("after")),
    ];
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert_eq!(receipt.failures().len(), 1);
    assert_eq!(log.take(), ["after"]);
    assert_eq!(hook.take().len(), 1);
    assert!(quick_test(&bus).emit_step(2).unwrap().is_delivered());
}

/// Panics when first asked whether it is interested.
struct Undecided {
    once: AtomicBool,
    asked: Log<()>,
    told: Log<()>,
}

impl Observer for Undecided {
    fn is_interested(&self, _: &EventType) -> bool {
        self.asked.push(());
        assert!(self.once.swap(true, SeqCst), "cannot decide");
        true
    }

    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        self.told.push(());
        Ok(())
    }
}

#[test]
fn an_observer_that_panics_when_asked_is_reported_and_asked_again() {
    let (bus, hook) = logging_bus();
    let (asked, told, after) = (Log::new(), Log::new(), Log::new());
    let seen = after.clone();
    let _subscriptions = [
        bus.observe(Undecided { once: false.into(), asked: asked.clone(), told: told.clone() }),
        bus.subscribe(move |_: &AnyEnvelope| seen.push(())),
    ];
    let tests = quick_test(&bus);
    let receipt = tests.emit_step(1).unwrap();
    assert!(matches!(receipt, Receipt::Delivered { observers: 2, .. }));
    assert_eq!(receipt.failures().len(), 1);
    assert!(receipt.failures()[0].is_panic());
    assert!(receipt.failures()[0].to_string().contains("Undecided` panicked: cannot decide"));
    assert_eq!(hook.take().len(), 1);
    assert_eq!((asked.take().len(), told.take().len(), after.take().len()), (1, 0, 1));
    assert!(tests.emit_step(2).unwrap().failures().is_empty());
    assert_eq!((asked.take().len(), told.take().len(), after.take().len()), (1, 1, 1));
    assert!(tests.emit_step(3).unwrap().failures().is_empty());
    assert_eq!((asked.take().len(), told.take().len()), (0, 1));
}

#[test]
fn a_panic_in_a_filter_is_a_failure_of_its_observer() {
    let (bus, hook) = logging_bus();
    let (told, after) = (Log::new(), Log::new());
    let (seen, next) = (told.clone(), after.clone());
    let _subscriptions = [
        bus.subscription()
            .name("filtered")
            .once()
            .filter(|event| {
                let n = event.payload::<QuickTestStep>().unwrap().n;
                assert_ne!(n, 1, "cannot tell");
                n > 2
            })
            .subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n)),
        bus.subscribe(move |event: &Envelope<QuickTestStep>| next.push(event.n)),
    ];
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    let [failure] = receipt.failures() else { panic!("one observer failed: {receipt:?}") };
    assert!(failure.is_panic() && failure.observer() == "filtered" && failure.to_string().contains("cannot tell"));
    assert_eq!(hook.take().len(), 1);
    for n in 2..5 {
        assert!(quick_test(&bus).emit_step(n).unwrap().failures().is_empty());
    }
    assert_eq!((told.take(), after.take()), (vec![3], vec![1, 2, 3, 4]), "its one event is still to come");
}

/// An error that panics when it is dropped.
#[derive(Debug)]
struct ExplosiveError(ExplosiveDrop);

#[derive(Debug)]
struct ExplosiveDrop;

impl Drop for ExplosiveDrop {
    fn drop(&mut self) {
        panic!("in the drop of an error");
    }
}

impl fmt::Display for ExplosiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("explosive")
    }
}

impl Error for ExplosiveError {}

/// The failures of a queued event are in no receipt: the bus itself drops them.
#[test]
fn an_error_of_a_queued_event_that_panics_when_dropped_is_contained() {
    let (bus, hook) = logging_bus();
    let log = Log::new();
    let (inner, seen) = (bus.clone(), log.clone());
    let _subscriptions = [
        bus.subscribe(move |event: &Envelope<QuickTestStep>| -> ObserverResult {
            seen.push(event.n);
            if event.n == 0 {
                let tests = quick_test(&inner);
                let _ = (tests.emit_step(1)?, tests.emit_step(2)?);
            }
            Ok(())
        }),
        bus.subscribe(
            |event: &Envelope<QuickTestStep>| {
                if event.n == 1 { Err(ObserverError::from(ExplosiveError(ExplosiveDrop))) } else { Ok(()) }
            },
        ),
    ];
    assert!(quick_test(&bus).emit_step(0).unwrap().is_delivered());
    assert_eq!(log.take(), [0, 1, 2]);
    assert_eq!(hook.take().len(), 1);
}
