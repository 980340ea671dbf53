//! Chaos: what it does to events, and that it can be repeated.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

use events_core::{
    AnyEnvelope, Event, EventBus, EventType, Observer, ObserverResult,
    testing::{Chaos, ChaosAct, ChaosBuilder, ChaosError, ChaosLog, Recorder},
};
use proptest::prelude::*;

use crate::{
    domain::{QuickTestStep, quick_test},
    testing_assertions::printed_by,
};

fn step(n: u32) -> AnyEnvelope {
    QuickTestStep { n }.for_entity("test-001").unwrap().erase()
}

/// Tells steps 1 to `count`, and flushes. Failures and panics are what was asked for.
fn run(chaos: &Chaos<Recorder>, count: u32) -> Vec<u32> {
    for n in 1..=count {
        let _ = catch_unwind(AssertUnwindSafe(|| chaos.on_event(&step(n))));
    }
    chaos.flush().unwrap();
    told(chaos)
}

fn told(chaos: &Chaos<Recorder>) -> Vec<u32> {
    chaos.observer().of::<QuickTestStep>().iter().map(|event| event.n).collect()
}

fn chaos(seed: u64) -> ChaosBuilder<Recorder> {
    Chaos::builder(Recorder::new()).seed(seed)
}

fn acts(log: &ChaosLog) -> Vec<(usize, ChaosAct)> {
    log.steps.iter().map(|step| (step.number, step.act)).collect()
}

fn numbers(log: &ChaosLog, act: ChaosAct) -> Vec<usize> {
    log.steps.iter().filter(|step| step.act == act).map(|step| step.number).collect()
}

#[test]
fn without_settings_everything_passes() {
    let chaos = chaos(1).build();
    for n in 1..=3 {
        chaos.on_event(&step(n)).unwrap();
    }
    assert_eq!(told(&chaos), [1, 2, 3]);
    assert_eq!(acts(&chaos.log()), [(1, ChaosAct::Told), (2, ChaosAct::Told), (3, ChaosAct::Told)]);
}

#[test]
fn a_probability_of_one_is_certainty() {
    assert_eq!(run(&chaos(1).lose(1.0).fail(1.0).panic(1.0).build(), 3), [0; 0]);
    assert_eq!(run(&chaos(1).lose(f64::INFINITY).build(), 3), [0; 0]);
    assert_eq!(run(&chaos(1).lose(0.0).fail(-1.0).panic(f64::NAN).build(), 3), [1, 2, 3]);
    assert_eq!(run(&chaos(1).duplicate(1.0).build(), 3), [1, 1, 2, 2, 3, 3]);
    // Of a window of one: each is passed by the next one, which waits for the one behind it.
    assert_eq!(run(&chaos(1).reorder(1.0, 1).build(), 3), [1, 2, 3]);
    assert_eq!(run(&chaos(1).reorder(1.0, 0).delay(1.0, 0).build(), 3), [1, 2, 3]);
}

/// The decisions of a seed are part of what is promised: a seed that is noted in a bug report means the same later on.
#[test]
fn a_seed_means_the_same_in_every_release() {
    let settings =
        |seed| chaos(seed).lose(0.1).fail(0.1).panic(0.1).duplicate(0.2).reorder(0.3, 4).delay(0.1, 3).build();
    assert_eq!(run(&settings(42), 20), [1, 3, 5, 6, 7, 7, 8, 10, 12, 9, 14, 16, 14, 15]);
    assert_eq!(run(&settings(u64::MAX), 20), [1, 2, 3, 5, 7, 8, 9, 10, 10, 11, 13, 14, 15, 17, 18, 19, 18, 20, 16]);
}

#[test]
fn a_delay_holds_back_what_is_behind_it() {
    let chaos = chaos(5).delay(0.3, 4).build();
    let mut delayed = false;
    for n in 1..=50 {
        let before = told(&chaos).len();
        chaos.on_event(&step(n)).unwrap();
        let log = chaos.log();
        let stalled =
            log.steps.iter().any(|step| matches!(step.act, ChaosAct::Delayed { until, .. } if until > log.came));
        if stalled {
            assert_eq!(told(&chaos).len(), before);
            delayed = true;
        } else {
            assert_eq!((told(&chaos).len(), log.held), (n as usize, 0));
        }
    }
    assert!(delayed);
    chaos.flush().unwrap();
    assert_eq!(told(&chaos), (1..=50).collect::<Vec<_>>());
}

#[test]
fn failures_and_panics_are_in_the_receipt_with_the_seed() {
    let bus = EventBus::new();
    let failing = bus.observe(chaos(42).fail(1.0).build());
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    let [failure] = receipt.failures() else { panic!("{receipt:?}") };
    assert!(
        failure.to_string().ends_with(" failed: event #1 (`quick_test.step`) fell to chaos with seed 42"),
        "{failure}"
    );
    let source = std::error::Error::source(failure).unwrap();
    let ChaosError { seed, number, .. } = source.downcast_ref().unwrap();
    assert_eq!((*seed, *number), (42, 1));
    drop(failing);
    let _panicking = bus.observe(chaos(42).panic(1.0).build());
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    let [failure] = receipt.failures() else { panic!("{receipt:?}") };
    assert!(
        failure.to_string().ends_with(" panicked: event #1 (`quick_test.step`) fell to chaos with seed 42"),
        "{failure}"
    );
}

/// Fails or panics at every other event.
#[derive(Default)]
struct Moody {
    calls: AtomicUsize,
    seen: Recorder,
    panics: bool,
}

impl Observer for Moody {
    fn is_interested(&self, event_type: &EventType) -> bool {
        event_type.name() == "step"
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        self.seen.on_event(event)?;
        if self.calls.fetch_add(1, SeqCst).is_multiple_of(2) {
            return Ok(());
        }
        assert!(!self.panics, "moody");
        Err("moody".into())
    }
}

#[test]
fn what_the_inner_observer_does_is_passed_on_and_takes_nothing_along() {
    let chaos = Chaos::builder(Moody::default()).delay(1.0, 1).build();
    assert!(chaos.is_interested(&QuickTestStep::TYPE));
    assert!(!chaos.is_interested(&EventType::from_static("quick_test.failed")));
    for n in 0..4 {
        chaos.on_event(&step(n)).unwrap();
    }
    assert_eq!((chaos.observer().seen.len(), chaos.log().held), (0, 4));
    assert_eq!(chaos.flush().unwrap_err().to_string(), "the observer failed on #2, a `quick_test.step`: moody");
    assert_eq!((chaos.observer().seen.len(), chaos.log().held), (4, 0));

    let chaos = Chaos::builder(Moody { panics: true, ..Moody::default() }).delay(1.0, 1).build();
    for n in 0..4 {
        chaos.on_event(&step(n)).unwrap();
    }
    for held in [2, 0] {
        assert!(catch_unwind(AssertUnwindSafe(|| chaos.flush())).is_err());
        assert_eq!(chaos.log().held, held);
    }
    chaos.flush().unwrap();
    assert_eq!(
        chaos.observer().seen.of::<QuickTestStep>().iter().map(|event| event.n).collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
}

#[test]
fn threads_lose_nothing_in_chaos() {
    let bus = EventBus::new();
    let chaos = chaos(9).duplicate(0.3).reorder(0.3, 5).delay(0.1, 5).build();
    let _subscription = bus.observe(chaos.clone());
    thread::scope(|scope| {
        for thread in 0..4 {
            let tests = quick_test(&bus);
            scope.spawn(move || (0..100).for_each(|n| drop(tests.emit_step(thread * 100 + n).unwrap())));
        }
    });
    chaos.flush().unwrap();
    let mut told = told(&chaos);
    assert_eq!(told.len(), 400 + chaos.log().count(|act| act == ChaosAct::Duplicated));
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, (0..400).collect::<Vec<_>>());
}

#[test]
fn a_log_tells_what_was_done() {
    let chaos = chaos(3).lose(0.3).duplicate(0.3).reorder(0.5, 2).delay(0.2, 2).build();
    for n in 1..=6 {
        chaos.on_event(&step(n)).unwrap();
    }
    let expected = [
        "chaos with seed 3: 6 events came, 1 lost, 0 failed, 2 duplicated, 5 told, 2 held back",
        "  #1 quick_test.step of test-001: told",
        "  #2 quick_test.step of test-001: duplicated",
        "  #2 quick_test.step of test-001: told",
        "  #2 quick_test.step of test-001: told",
        "  #3 quick_test.step of test-001: told",
        "  #4 quick_test.step of test-001: lost",
        "  #5 quick_test.step of test-001: duplicated",
        "  #5 quick_test.step of test-001: held back behind #6",
        "  #5 quick_test.step of test-001: told",
        "  #6 quick_test.step of test-001: all held back until #7",
    ];
    assert_eq!(chaos.log().to_string(), expected.join("\n"));
    run(&chaos, 100);
    let log = chaos.log().to_string();
    assert_eq!(log.lines().count(), 82);
    assert!(log.lines().nth(21).unwrap().ends_with(" more"), "{log}");
}

#[test]
#[should_panic(expected = "the test fails")]
fn a_test_that_fails_in_chaos() {
    let bus = EventBus::new();
    let chaos = chaos(42).build();
    let _subscription = bus.observe(chaos.clone());
    drop(quick_test(&bus).emit_step(1).unwrap());
    panic!("the test fails");
}

#[test]
fn a_test_that_fails_prints_the_log() {
    let printed = printed_by("testing_chaos::a_test_that_fails_in_chaos");
    let log = "chaos with seed 42: 1 event came, 0 lost, 0 failed, 0 duplicated, 1 told, 0 held back\n  \
                 #1 quick_test.step of test-001: told\n";
    assert_eq!(printed.matches(log).count(), 1, "{printed}");
}

/// Every setting, at every strength.
fn any_chaos() -> impl Strategy<Value = (ChaosBuilder<Recorder>, u32)> {
    let chance = || prop_oneof![Just(0.0), 0.0..1.0_f64, Just(1.0)];
    let limited = move || (chance(), 0_usize..8);
    (any::<u64>(), chance(), chance(), chance(), chance(), limited(), limited(), 0_u32..60).prop_map(
        |(seed, lose, fail, panic, duplicate, reorder, delay, count)| {
            let builder = chaos(seed).lose(lose * 0.5).fail(fail * 0.5).panic(panic * 0.1).duplicate(duplicate);
            (builder.reorder(reorder.0, reorder.1).delay(delay.0, delay.1), count)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn what_is_not_lost_arrives_and_the_counts_add_up((builder, count) in any_chaos()) {
        let chaos = builder.build();
        let arrived = run(&chaos, count);
        let log = chaos.log();
        let of = |act| numbers(&log, act);
        let gone = [of(ChaosAct::Lost), of(ChaosAct::Failed), of(ChaosAct::Panicked)].concat();
        let twice = of(ChaosAct::Duplicated);
        prop_assert_eq!((log.came, log.held), (count as usize, 0));
        prop_assert_eq!(arrived.len(), count as usize - gone.len() + twice.len());
        prop_assert_eq!(of(ChaosAct::Told), arrived.iter().map(|n| *n as usize).collect::<Vec<_>>());
        for n in 1..=count {
            let number = n as usize;
            let expected = usize::from(!gone.contains(&number)) + usize::from(twice.contains(&number));
            prop_assert_eq!(arrived.iter().filter(|arrived| **arrived == n).count(), expected, "{}", log);
        }
    }

    #[test]
    fn the_same_seed_is_the_same_run((seed, count) in (any::<u64>(), 0_u32..60)) {
        let run = |seed| {
            let chaos = chaos(seed).lose(0.1).fail(0.1).duplicate(0.2).reorder(0.3, 4).delay(0.1, 3).build();
            run(&chaos, count);
            (acts(&chaos.log()), chaos.log().to_string())
        };
        prop_assert_eq!(run(seed), run(seed));
    }

    /// No setting changes what another one decides.
    #[test]
    fn settings_do_not_meddle((seed, lose) in (any::<u64>(), 0.0..1.0_f64)) {
        let (with, without) = (chaos(seed).lose(lose).duplicate(0.3).build(), chaos(seed).duplicate(0.3).build());
        run(&with, 40);
        run(&without, 40);
        let lost = numbers(&with.log(), ChaosAct::Lost);
        let mut expected = numbers(&without.log(), ChaosAct::Duplicated);
        expected.retain(|number| !lost.contains(number));
        prop_assert_eq!(numbers(&with.log(), ChaosAct::Duplicated), expected);
    }

    /// At most `window` events pass one, whatever is held back with it.
    #[test]
    fn nothing_is_passed_by_more_than_the_window((seed, window) in (any::<u64>(), 1_usize..8)) {
        let arrived = run(&chaos(seed).reorder(0.7, window).duplicate(0.3).build(), 60);
        for (at, n) in arrived.iter().enumerate() {
            let passing = arrived[..at].iter().filter(|earlier| *earlier > n).max().copied().unwrap_or_default();
            prop_assert!(passing as usize <= *n as usize + window, "{arrived:?}");
        }
    }

    #[test]
    fn a_delay_changes_no_order((seed, events) in (any::<u64>(), 0_usize..8)) {
        prop_assert_eq!(run(&chaos(seed).delay(0.3, events).build(), 60), (1..=60).collect::<Vec<_>>());
    }
}

/// Half of the throws hit one half, and they do not depend on one another.
#[test]
fn probabilities_are_what_they_say() {
    let chaos = chaos(1).lose(0.5).duplicate(0.5).build();
    run(&chaos, 4000);
    let (lost, twice) =
        (numbers(&chaos.log(), ChaosAct::Lost).len(), numbers(&chaos.log(), ChaosAct::Duplicated).len());
    assert!((1850..2150).contains(&lost), "{lost}");
    assert!((850..1150).contains(&twice), "{twice}");
}
