//! Which flow an event belongs to: what caused it, and what it is correlated with.

use std::{
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind},
};

use chrono::DateTime;
use events_core::{AnyEnvelope, CorrelationId, Emitter, Envelope, EventBus};

use crate::domain::{Log, QuickTestStep, ServiceEmitter, ServiceReady, delivered, quick_test};

/// A bus that logs each step and its correlation.
fn correlated() -> (EventBus, Log<(u32, String)>) {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        seen.push((event.n, event.correlation_id().map_or("none", CorrelationId::as_str).to_owned()));
    })
    .detach();
    (bus, log)
}

#[test]
fn a_correlation_scope_holds_for_the_events_emitted_meanwhile_on_its_thread() {
    let (bus, log) = correlated();
    let tests = quick_test(&bus);
    bus.with_correlation("outer", || {
        delivered(tests.emit_step(1));
        bus.with_correlation("inner", || delivered(tests.emit_step(2)));
        delivered(tests.emit_step(3));
        std::thread::scope(|scope| {
            scope.spawn(|| delivered(quick_test(&bus).emit_step(4)));
        });
    });
    delivered(tests.emit_step(5));
    assert_eq!(
        log.take(),
        [
            (1, "outer".to_owned()),
            (2, "inner".to_owned()),
            (3, "outer".to_owned()),
            (4, "none".to_owned()),
            (5, "none".to_owned())
        ]
    );
}

#[test]
fn a_correlation_scope_ends_with_a_panic() {
    let (bus, log) = correlated();
    let result = catch_unwind(AssertUnwindSafe(|| bus.with_correlation("run", || panic!("inside"))));
    assert!(result.is_err());
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), [(1, "none".to_owned())]);
}

#[test]
fn a_correlation_scope_is_of_its_bus_alone() {
    let ((one, first), (two, second)) = (correlated(), correlated());
    one.with_correlation("one", || {
        delivered(quick_test(&two).emit_step(1));
        two.with_correlation("two", || {
            delivered(quick_test(&one).emit_step(2));
            delivered(quick_test(&two).emit_step(3));
        });
    });
    assert_eq!(first.take(), [(2, "one".to_owned())]);
    assert_eq!(second.take(), [(1, "none".to_owned()), (3, "two".to_owned())]);
}

#[test]
fn an_event_that_follows_belongs_to_the_flow_of_its_cause() {
    let (bus, log) = correlated();
    let inner = bus.clone();
    let _following = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        if event.n < 10 {
            assert!(quick_test(&inner).emit_step(event.n + 10).unwrap().is_queued());
            inner.with_correlation("opened inside", || {
                assert!(quick_test(&inner).emit_step(event.n + 20).unwrap().is_queued());
            });
        }
    });
    bus.with_correlation("outside", || {
        delivered(quick_test(&bus).emit_step(1));
        let own = Envelope::builder(QuickTestStep { n: 2 }, "e").correlation_id("its own").build().unwrap();
        delivered(bus.emit(own));
    });
    assert_eq!(
        log.take(),
        [
            (1, "outside".to_owned()),
            (11, "outside".to_owned()),
            (21, "opened inside".to_owned()),
            (2, "its own".to_owned()),
            (12, "its own".to_owned()),
            (22, "opened inside".to_owned()),
        ]
    );
}

#[test]
fn causation_is_filled_in_and_ends_with_the_delivery() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (inner, seen) = (bus.clone(), log.clone());
    let _following = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        if event.n < 3 {
            assert!(quick_test(&inner).emit_step(event.n + 1).unwrap().is_queued());
        }
    });
    let _logging = bus.subscribe(move |event: &AnyEnvelope| seen.push((event.id(), event.causation_id())));
    delivered(quick_test(&bus).emit_step(1));
    delivered(ServiceEmitter::new(&bus, 1).emit_ready(80));
    let told = log.take();
    let causes: Vec<_> = told.iter().map(|(_, cause)| *cause).collect();
    assert_eq!(causes, [None, Some(told[0].0), Some(told[1].0), None]);
}

#[test]
fn an_envelope_made_elsewhere_keeps_its_metadata() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _logging = bus.subscribe(move |event: &AnyEnvelope| seen.push(event.metadata().clone()));
    let plain = Envelope::builder(QuickTestStep { n: 1 }, "e").build().unwrap();
    let marked = Envelope::builder(QuickTestStep { n: 2 }, "e").correlation_id("its own").sequence(7).build().unwrap();
    bus.with_correlation(CorrelationId::from("run"), || {
        delivered(bus.emit(&plain));
        delivered(bus.emit(&marked));
    });
    assert_eq!(log.take(), [plain.metadata().clone(), marked.metadata().clone()]);
}

#[test]
fn an_event_of_another_time_belongs_to_the_same_flow() {
    let bus = EventBus::builder().history(10).build();
    let service = ServiceEmitter::new(&bus, "web");
    bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        service.emit_at(ServiceReady { port: event.n.try_into()? }, DateTime::UNIX_EPOCH)?.into_result()?;
        Ok::<_, Box<dyn Error + Send + Sync>>(())
    })
    .detach();
    bus.with_correlation("run-7", || delivered(quick_test(&bus).emit_step(80)));
    let (step, ready) = (&bus.history().of::<QuickTestStep>()[0], &bus.history().of::<ServiceReady>()[0]);
    assert_eq!((ready.time(), ready.causation_id()), (DateTime::UNIX_EPOCH, Some(step.id())));
    assert_eq!(ready.correlation_id().map(CorrelationId::as_str), Some("run-7"));
}
