//! Who is told of what, in which order, and for how long.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use events_core::{
    AnyEnvelope, Emitter, Envelope, Event, EventBus, EventType, Observer, ObserverResult, Pattern, Receipt, pattern,
};

use crate::domain::{
    Config, Log, QuickTestEmitter, QuickTestEvent, QuickTestFailed, QuickTestStarted, QuickTestStep, ServiceEmitter,
    ServiceReady, delivered, quick_test, started,
};

#[test]
fn a_typed_closure_is_told_of_its_type_alone() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push((event.n, event.id())));
    let tests = quick_test(&bus);
    let id = tests.emit_step(1).unwrap().id();
    delivered(tests.emit_failed("no"));
    delivered(ServiceEmitter::new(&bus, 1).emit_ready(80));
    assert_eq!(log.take(), [(1, id)]);
}

#[test]
fn a_closure_over_any_envelope_is_told_of_everything() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription =
        bus.subscribe(move |event: &AnyEnvelope| seen.push(format!("{} {}", event.event_type(), event.entity_id())));
    delivered(quick_test(&bus).emit_step(1));
    delivered(ServiceEmitter::new(&bus, 7).emit_ready(80));
    delivered(bus.emit(started("x").for_entity("y").unwrap()));
    assert_eq!(log.take(), ["quick_test.step test-001", "service.ready 7", "quick_test.started y"]);
}

#[test]
fn a_closure_over_an_enum_is_told_of_its_variants() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription = bus.subscribe(move |event: &QuickTestEvent| seen.push(event.clone()));
    let tests = quick_test(&bus);
    delivered(tests.emit_step(1));
    delivered(tests.emit(started("x")));
    delivered(tests.emit_failed("no"));
    assert_eq!(log.take(), [started("x").into(), QuickTestEvent::Failed(QuickTestFailed { error: "no".into() })]);
}

#[test]
fn an_emitted_envelope_arrives_as_it_is() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.clone()));
    let event = Envelope::builder(QuickTestStep { n: 1 }, "e").correlation_id("run-7").sequence(3).build().unwrap();
    delivered(bus.emit(&event));
    delivered(bus.emit(event.erase()));
    for told in log.take() {
        assert!(std::ptr::eq(told.payload(), event.payload()));
        assert_eq!(told.metadata(), event.metadata());
    }
    assert_eq!(bus.stats().delivered, 2);
}

/// Wants the events of quick tests; counts how often it is asked, and told.
struct Counting {
    asked: Log<String>,
    told: Log<String>,
}

impl Observer for Counting {
    fn is_interested(&self, event_type: &EventType) -> bool {
        self.asked.push(event_type.to_string());
        event_type.entity_type() == "quick_test"
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        self.told.push(event.event_type().to_string());
        Ok(())
    }
}

#[test]
fn an_observer_is_asked_once_for_each_type_and_remembered() {
    let (bus, asked, told) = (EventBus::new(), Log::new(), Log::new());
    let _subscription = bus.observe(Counting { asked: asked.clone(), told: told.clone() });
    let (tests, service) = (quick_test(&bus), ServiceEmitter::new(&bus, 1));
    for round in 0..3 {
        delivered(tests.emit_step(round));
        delivered(service.emit_ready(80));
        // Every change of the subscriptions makes the bus look for its observers anew.
        let _other = bus.subscribe(|_: &AnyEnvelope| ());
        delivered(tests.emit_step(round));
        delivered(service.emit_ready(80));
    }
    delivered(tests.emit_failed("no"));
    assert_eq!(asked.take(), ["quick_test.step", "service.ready", "quick_test.failed"]);
    assert_eq!(told.take().len(), 7);
}

#[test]
fn an_uninterested_observer_is_not_counted() {
    let bus = EventBus::new();
    let _subscription = bus.observe(Counting { asked: Log::new(), told: Log::new() });
    let receipt = ServiceEmitter::new(&bus, 1).emit_ready(80).unwrap();
    assert!(matches!(receipt, Receipt::Delivered { observers: 0, .. }));
    assert_eq!(bus.stats().unobserved, 1);
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(matches!(receipt, Receipt::Delivered { observers: 1, .. }));
    assert_eq!(bus.stats().unobserved, 1);
}

#[test]
fn boxed_and_shared_observers_are_observers() {
    let (bus, told) = (EventBus::new(), Log::new());
    let counting = || Counting { asked: Log::new(), told: told.clone() };
    let shared: Arc<dyn Observer> = Arc::new(counting());
    let boxed: Box<dyn Observer> = Box::new(counting());
    let _subscriptions = [bus.observe(Arc::clone(&shared)), bus.observe(shared), bus.observe(boxed)];
    delivered(quick_test(&bus).emit_step(1));
    delivered(ServiceEmitter::new(&bus, 1).emit_ready(80));
    assert_eq!(told.take(), ["quick_test.step"; 3]);
}

#[test]
fn higher_priorities_come_first_and_ties_in_order_of_subscription() {
    let (bus, log) = (EventBus::new(), Log::new());
    let _subscriptions: Vec<_> =
        [(0, "a"), (-5, "b"), (10, "c"), (0, "d"), (i32::MIN, "e"), (i32::MAX, "f"), (10, "g")]
            .into_iter()
            .map(|(priority, name)| {
                let log = log.clone();
                bus.subscription().priority(priority).subscribe(move |_: &AnyEnvelope| log.push(name))
            })
            .collect();
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), ["f", "c", "g", "a", "d", "b", "e"]);
}

#[test]
fn a_subscription_that_is_made_again_goes_to_the_end_of_its_priority() {
    let (bus, log) = (EventBus::new(), Log::new());
    let subscribe = |name| {
        let log = log.clone();
        bus.subscribe(move |_: &AnyEnvelope| log.push(name))
    };
    let first = subscribe("a");
    let _second = subscribe("b");
    first.unsubscribe();
    let _third = subscribe("a");
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), ["b", "a"]);
}

#[test]
fn filters_must_all_hold() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = |name: &'static str| {
        let log = log.clone();
        move |event: &AnyEnvelope| log.push((name, event.event_type().name(), event.entity_id().to_string()))
    };
    let _subscriptions = [
        bus.subscription().pattern(pattern!("*.ready")).subscribe(seen("pattern")),
        bus.subscription().entity("a").subscribe(seen("entity")),
        bus.subscription().entity("a").pattern(Pattern::new("quick_test.>").unwrap()).subscribe(seen("both")),
    ];
    delivered(QuickTestEmitter::new(&bus, "a").emit_step(1));
    delivered(QuickTestEmitter::new(&bus, "b").emit_step(1));
    delivered(ServiceEmitter::new(&bus, "a").emit_ready(80));
    let (a, b) = (|| "a".to_owned(), ServiceEmitter::new(&bus, "b"));
    assert_eq!(
        log.take(),
        [("entity", "step", a()), ("both", "step", a()), ("pattern", "ready", a()), ("entity", "ready", a()),]
    );
    delivered(b.emit_ready(80));
    assert_eq!(log.take(), [("pattern", "ready", "b".to_owned())]);
}

#[test]
fn a_filter_narrows_a_typed_closure_too() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription =
        bus.subscription().entity(2_u8).subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    delivered(QuickTestEmitter::new(&bus, 1_u8).emit_step(1));
    delivered(QuickTestEmitter::new(&bus, 2_u8).emit_step(2));
    delivered(QuickTestEmitter::new(&bus, 2_u8).emit_failed("no"));
    assert_eq!(log.take(), [2]);
}

#[test]
fn an_observer_outside_its_pattern_is_not_asked() {
    let (bus, asked) = (EventBus::new(), Log::new());
    let _subscription =
        bus.subscription().pattern(pattern!("service.*")).observe(Counting { asked: asked.clone(), told: Log::new() });
    delivered(quick_test(&bus).emit_step(1));
    assert!(asked.take().is_empty());
}

/// Counts itself out.
struct Departing(Arc<AtomicUsize>);

impl Drop for Departing {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn a_dropped_subscription_takes_its_observer_with_it() {
    let (bus, dropped, told) = (EventBus::new(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let subscribe = || {
        let (departing, told) = (Departing(Arc::clone(&dropped)), Arc::clone(&told));
        bus.subscribe(move |_: &AnyEnvelope| {
            let _kept = &departing;
            told.fetch_add(1, SeqCst);
        })
    };
    let dropping = subscribe();
    let unsubscribing = subscribe();
    subscribe().detach();
    assert_eq!(bus.stats().subscriptions, 3);
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!((told.load(SeqCst), dropped.load(SeqCst)), (3, 0));
    drop(dropping);
    unsubscribing.unsubscribe();
    assert_eq!(dropped.load(SeqCst), 2);
    assert_eq!(bus.stats().subscriptions, 1);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(told.load(SeqCst), 4);
    drop(bus);
    assert_eq!(dropped.load(SeqCst), 3);
}

#[test]
fn a_subscription_may_outlive_its_bus() {
    let bus = EventBus::new();
    let subscription = bus.subscribe(|_: &AnyEnvelope| ());
    drop(bus);
    drop(subscription);
}

#[test]
fn clones_are_one_bus() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let _subscription = bus.clone().subscribe(move |event: &Envelope<ServiceReady>| seen.push(event.port));
    delivered(ServiceEmitter::new(&bus, 1).emit_ready(80));
    delivered(ServiceEmitter::new(&bus.clone(), 1).emit_ready(81));
    assert_eq!(log.take(), [80, 81]);
    assert_eq!(bus.clone().stats(), bus.stats());
    delivered(ServiceEmitter::new(&EventBus::new(), 1).emit_ready(82));
    assert!(log.take().is_empty());
}

#[test]
fn a_receipt_counts_the_observers_it_reached() {
    let bus = EventBus::new();
    let _subscriptions = [
        bus.subscribe(|_: &AnyEnvelope| ()),
        bus.subscribe(|_: &Envelope<QuickTestStarted>| ()),
        bus.subscription().entity("other").subscribe(|_: &AnyEnvelope| ()),
        bus.subscribe(|_: &QuickTestEvent| ()),
    ];
    let receipt = quick_test(&bus).emit_started("x", Config::new()).unwrap();
    assert!(matches!(receipt, Receipt::Delivered { observers: 3, .. }));
    assert!(receipt.is_delivered() && !receipt.is_duplicate() && !receipt.is_queued());
    assert!(receipt.failures().is_empty());
    let id = receipt.id();
    assert_eq!(receipt.into_result().unwrap(), id);
    let stats = bus.stats();
    assert_eq!((stats.subscriptions, stats.delivered, stats.unobserved, stats.failures), (4, 1, 0, 0));
}

#[test]
fn an_observer_that_holds_its_bus_weakly_does_not_keep_it() {
    let bus = EventBus::builder().history(10).build();
    let (own, alive) = (bus.downgrade(), Arc::new(()));
    let held = Arc::clone(&alive);
    bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        let _ = Arc::strong_count(&held);
        if let Some(bus) = own.upgrade() {
            assert!(event.n > 0 || quick_test(&bus).emit_step(1).unwrap().is_queued());
        }
    })
    .detach();
    delivered(quick_test(&bus).emit_step(0));
    assert_eq!(bus.history().of::<QuickTestStep>().len(), 2);

    let weak = bus.downgrade();
    let strong = weak.upgrade().unwrap();
    drop(bus);
    assert!(weak.upgrade().is_some(), "another handle holds the bus");
    drop(strong);
    assert!(weak.upgrade().is_none());
    assert_eq!(Arc::strong_count(&alive), 1, "its observer went with it");
}
