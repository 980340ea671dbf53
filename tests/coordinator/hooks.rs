//! Hooks and guards that panic, emit, or come back.

use std::{cell::RefCell, sync::Arc, time::Duration};

use events_core::{AnyEnvelope, Event as _, EventBus, StateCoordinator, StateMachine, StateManager, Transition};

use super::emit;
use crate::domain::{ManualClock, QuickTestFailed, QuickTestStarted, QuickTestStep, started};

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
    let machine = StateManager::<Chained, _>::builder().context(Chain(Some(bus.clone()))).build();
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
