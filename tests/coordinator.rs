//! One machine for each entity, driven by a bus.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    error::Error as _,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use chrono::{DateTime, TimeDelta};
use events_core::{
    AnyEnvelope, DedupWindow, EmitError, Envelope, Event, EventBus, FollowError, StateChanged, StateCoordinator,
    StateMachine, StateManager, Transition, TransitionRefused, Trigger,
};
use serde_json::json;

use crate::domain::{
    Log, ManualClock, QuickTestCompleted, QuickTestFailed, QuickTestStarted, QuickTestState, QuickTestStep,
    ServiceReady, started,
};

use QuickTestState::{Completed, Created, Failed, Running};

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

fn clock_time(seconds: i64) -> DateTime<chrono::Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
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
fn time_outs_are_made_by_a_tick_and_announced() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).build();
    let services = StateCoordinator::<Service>::on(&bus);
    let log = Log::new();
    let seen = log.clone();
    let _changes = bus.subscribe(move |event: &Envelope<StateChanged<Service>>| {
        let since = event.time() - DateTime::UNIX_EPOCH;
        seen.push(format!("{} {} to {} at {}", event.entity_id(), event.from, event.to, since.num_seconds()));
    });
    emit(&bus, &ready("a", 1));
    clock.advance(Duration::from_secs(30));
    emit(&bus, &ready("b", 1));
    log.take();
    assert_eq!((services.timeout_in(), services.tick()), (Some(Duration::from_secs(30)), Ok(0)));
    clock.advance(Duration::from_secs(65));
    assert_eq!(services.tick(), Ok(2));
    let mut seen = log.take();
    seen.sort();
    assert_eq!(seen, ["a ready to lost at 60", "b ready to lost at 90"]);
    clock.advance(Duration::from_secs(3600));
    assert_eq!((services.tick(), services.len(), services.timeout_in()), (Ok(2), 0, None), "and gone");
}

#[test]
fn an_event_makes_the_time_outs_of_its_entity_first() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).build();
    let services = StateCoordinator::<Service>::on(&bus);
    emit(&bus, &ready("a", 1));
    clock.advance(Duration::from_secs(61));
    let refused = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&refused);
    let _refused = bus.subscribe(move |event: &Envelope<TransitionRefused<Service>>| {
        assert_eq!((event.state, event.number), (Service::Lost, 2));
        count.fetch_add(1, SeqCst);
    });
    emit(&bus, &ready("a", 2));
    assert_eq!((refused.load(SeqCst), services.state("a")), (1, Some(Service::Lost)));
}

#[test]
fn a_replay_finds_the_time_outs_of_its_own_time() {
    let clock = ManualClock::at(clock_time(1_000_000));
    let services = StateCoordinator::<Service>::builder().clock(clock.clone()).by_event_time().build();
    let at = |seconds, port| Envelope::builder(ServiceReady { port }, "a").time(clock_time(seconds)).build().unwrap();
    services.follow(at(0, 1)).unwrap();
    assert_eq!(services.timeout_in(), Some(Duration::ZERO), "long ago");
    services.follow(at(59, 2)).unwrap();
    let refused = services.follow(at(120, 3)).unwrap_err();
    assert!(matches!(refused, FollowError::Refused(refused) if refused.from == Service::Lost));
    let snapshot = services.snapshot("a").unwrap();
    assert_eq!(snapshot.entered(), clock_time(119));
    assert_eq!(snapshot.history().iter().map(|made| made.time.timestamp()).collect::<Vec<_>>(), [0, 59, 119]);
    assert_eq!((services.tick(), services.is_empty()), (Ok(1), true));
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
fn machines_are_stored_and_come_back() {
    let tests = StateCoordinator::<QuickTestState>::builder().history(1).build();
    tests.follow(started("x").for_entity("a").unwrap()).unwrap();
    let snapshot = tests.snapshot("a").unwrap();
    assert_eq!((snapshot.state(), snapshot.history().len()), (&Running, 1));
    let again = StateCoordinator::<QuickTestState>::builder().build();
    again.restore("a", snapshot.clone()).unwrap();
    again.follow(completed("a")).unwrap();
    assert!(again.is_empty());
    assert!(tests.snapshot("b").is_none());
}

#[test]
fn what_is_restored_keeps_to_the_rules_of_its_coordinator() {
    let mut manager = StateManager::<Service>::new();
    for to in [Service::Ready, Service::Starting, Service::Ready, Service::Lost, Service::Starting] {
        manager.transition_to(to).unwrap();
    }
    let services = StateCoordinator::<Service>::builder().history(2).build();
    services.restore("s", manager.snapshot()).unwrap();
    assert_eq!(services.snapshot("s").unwrap().history().len(), 2);
    services.follow(ready("s", 1)).unwrap();
    assert_eq!(services.snapshot("s").unwrap().history().len(), 2);

    manager.transition_to(Service::Gone).unwrap();
    services.restore("s", manager.snapshot()).unwrap();
    assert!(services.is_empty(), "a machine at its end is dropped");
    let kept = StateCoordinator::<Service>::builder().keep_terminal().build();
    kept.restore("s", manager.snapshot()).unwrap();
    assert_eq!(kept.state("s"), Some(Service::Gone));
}

#[test]
fn the_count_of_a_machine_ends_where_numbers_do() {
    let bus = EventBus::builder().clock(ManualClock::default()).build();
    let services = StateCoordinator::<Service>::on(&bus);
    services.follow(ready("s", 1)).unwrap();
    let mut snapshot = serde_json::to_value(services.snapshot("s").unwrap()).unwrap();
    snapshot["transitions"] = json!(u64::MAX);
    services.restore("s", serde_json::from_value(snapshot).unwrap()).unwrap();
    assert!(services.follow(ready("s", 2)).unwrap().is_some());
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum Fragile {
    #[state(initial, on(QuickTestStep => Standing, if = stands), on(QuickTestFailed => Broken))]
    Standing,
    #[state(terminal, entry = shatter)]
    Broken,
}

fn stands(step: &QuickTestStep) -> bool {
    assert_ne!(step.n, 13, "thirteen");
    true
}

fn shatter(_: &Transition<Fragile>) {
    panic!("shattered");
}

#[test]
fn after_a_panic_no_machine_is_kept_that_would_not_be_otherwise() {
    let bus = EventBus::new();
    let vases = StateCoordinator::<Fragile>::on(&bus);
    let panicked = |event: AnyEnvelope| !bus.emit(event).unwrap().failures().is_empty();
    assert!(panicked(QuickTestStep { n: 13 }.for_entity("guard").unwrap().into()));
    assert!(vases.is_empty(), "it began and made no step");
    assert!(panicked(QuickTestFailed { error: "fell".into() }.for_entity("entry").unwrap().into()));
    assert!(vases.is_empty(), "it came to its end");
    assert!(!panicked(QuickTestStep { n: 1 }.for_entity("entry").unwrap().into()));
    assert_eq!(vases.state("entry"), Some(Fragile::Standing));
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

/// Emits, from a hook, on the bus that drives the machine.
#[derive(Debug, Default)]
struct Chain(Option<EventBus>);

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(context = Chain)]
enum Chained {
    #[state(initial, on(QuickTestStarted => Running))]
    Idle,
    #[state(on(QuickTestStep => Done), entry = step)]
    Running,
    #[state(terminal)]
    Done,
}

fn step(transition: &Transition<Chained>, chain: &mut Chain) {
    assert_eq!(transition.to, Chained::Running);
    if let Some(bus) = &chain.0 {
        assert!(bus.emit(QuickTestStep { n: 1 }.for_entity("a").unwrap()).unwrap().is_queued());
    }
}

#[test]
fn a_hook_may_emit_what_drives_its_own_machine() {
    let bus = EventBus::new();
    let machine = StateManager::<Chained, _>::new().with_context(Chain(Some(bus.clone())));
    let machine = Arc::new(std::sync::Mutex::new(machine));
    let _follows = bus.subscription().entity("a").observe(Arc::clone(&machine));
    emit(&bus, &started("x").for_entity("a").unwrap());
    assert_eq!(machine.lock().unwrap().state(), &Chained::Done);
}

thread_local! {
    /// What the hook below talks to, and what it was told.
    static PHONE: RefCell<Option<(EventBus, StateCoordinator<Phoning>)>> = const { RefCell::new(None) };
    static ANSWERS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Its hook comes back to the coordinator.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum Phoning {
    #[state(initial, on(QuickTestStarted => Ringing), timeout("1s" => Ringing))]
    Idle,
    #[state(on(QuickTestStarted => Ringing), to = Idle, entry = call)]
    Ringing,
}

fn call(_: &Transition<Phoning>) {
    let Some((bus, phones)) = PHONE.take() else { return };
    let receipt = bus.emit(started("again").for_entity("a").unwrap()).unwrap();
    let failures: Vec<String> = receipt.failures().iter().map(ToString::to_string).collect();
    let answers = [
        format!("emitted: {}", if receipt.is_queued() { "queued".to_owned() } else { failures.join(", ") }),
        format!("state: {:?}", phones.state("a")),
        format!("forgotten: {:?}", phones.forget("a")),
        format!("other: {}", phones.transition_to("b", Phoning::Ringing).is_ok()),
    ];
    ANSWERS.with_borrow_mut(|all| all.extend(answers));
}

#[test]
fn a_hook_that_comes_back_to_its_machine_is_told_so_and_does_not_wait_for_ever() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).build();
    let phones = StateCoordinator::<Phoning>::on(&bus);
    phones.transition_to("a", Phoning::Ringing).unwrap();
    phones.transition_to("a", Phoning::Idle).unwrap();
    clock.advance(Duration::from_secs(2));
    PHONE.set(Some((bus.clone(), phones.clone())));
    assert_eq!(phones.tick(), Ok(1));
    let answers = ANSWERS.take();
    assert!(
        answers[0].ends_with("the machine of `a` was asked for a step by its own guard or hook, in the middle of one"),
        "{answers:?}"
    );
    assert_eq!(answers[1..], ["state: None", "forgotten: None", "other: true"]);
    assert_eq!((phones.state("a"), phones.state("b")), (Some(Phoning::Ringing), Some(Phoning::Ringing)));
    // Inside a delivery it is queued, and drives the machine behind it.
    PHONE.set(Some((bus.clone(), phones.clone())));
    emit(&bus, &started("x").for_entity("a").unwrap());
    assert_eq!(ANSWERS.take()[0], "emitted: queued");
    assert_eq!(phones.snapshot("a").unwrap().transitions(), 5);
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
