//! Whether it makes a difference to be told twice, and what is said of it.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use events_core::{
    AnyEnvelope, Envelope, Event, EventBus, StateManager,
    testing::{IdempotencyError, check_idempotent},
};

use crate::domain::{QuickTestCompleted, QuickTestState, QuickTestStep, started};

fn steps(numbers: &[u32]) -> Vec<AnyEnvelope> {
    numbers.iter().map(|n| QuickTestStep { n: *n }.for_entity("test-001").unwrap().erase()).collect()
}

/// What is said of an observer that folds steps into a state.
fn checked<S: Debug + Clone + Default + PartialEq + Send + 'static>(
    numbers: &[u32],
    fold: impl Fn(&mut S, u32) + Clone + Send + Sync + 'static,
) -> Result<(), String> {
    let checked = check_idempotent(steps(numbers), |bus| {
        let state = Arc::new(Mutex::new(S::default()));
        let (folded, fold) = (Arc::clone(&state), fold.clone());
        bus.subscribe(move |event: &Envelope<QuickTestStep>| fold(&mut folded.lock().unwrap(), event.n)).detach();
        move || state.lock().unwrap().clone()
    });
    checked.map_err(|error| {
        assert_eq!(format!("{error:?}"), error.to_string());
        error.to_string()
    })
}

#[test]
fn what_ignores_repeats_is_idempotent() {
    checked(&[1, 2, 3], |set: &mut BTreeSet<u32>, n| *set = &*set | &BTreeSet::from([n])).unwrap();
    checked(&[3, 1, 2], |max: &mut u32, n| *max = n.max(*max)).unwrap();
    // It goes back and comes forth again.
    checked(&[3, 1, 2], |last: &mut u32, n| *last = n).unwrap();
}

#[test]
fn the_first_repeat_that_makes_a_difference_is_told() {
    let error = checked(&[0, 0, 4, 5], |sum: &mut u32, n| *sum += n).unwrap_err();
    assert_eq!(
        error,
        "not idempotent: being told of #3 twice made a difference\n  \
           #3 quick_test.step of test-001 {\"n\": 4}\n  \
           once:  4\n  \
           twice: 8"
    );
}

/// Only what is the same as the last one is left out.
#[test]
fn a_replay_that_makes_a_difference_is_told() {
    let error = checked(&[1, 2], |all: &mut Vec<u32>, n| {
        if all.last() != Some(&n) {
            all.push(n);
        }
    });
    assert_eq!(
        error.unwrap_err(),
        "not idempotent: being told of everything again made a difference, from #1 on\n  \
           #1 quick_test.step of test-001 {\"n\": 1}\n  \
           once:  [1, 2]\n  \
           twice: [1, 2, 1, 2]"
    );
}

/// The read state may hide the difference at first.
#[test]
fn a_difference_that_shows_later_is_told_where_it_shows() {
    let even = check_idempotent(steps(&[0, 1, 0]), |bus| {
        let sum = Arc::new(AtomicU32::new(0));
        let (zeros, sums) = (AtomicU32::new(0), Arc::clone(&sum));
        bus.subscribe(move |event: &Envelope<QuickTestStep>| {
            let zeros = zeros.fetch_add(u32::from(event.n == 0), SeqCst);
            sums.fetch_max(event.n * zeros, SeqCst);
        })
        .detach();
        move || sum.load(SeqCst)
    });
    assert!(
        matches!(even, Err(IdempotencyError::Repeat(difference)) if difference.number == 2 && difference.twice == "2")
    );
}

/// A machine refuses what it was told before, with an error; it stays where it is.
#[test]
fn repeats_may_be_refused() {
    let life = [
        started("a").for_entity("test-001").unwrap().erase(),
        QuickTestCompleted { success_rate: 1.0, note: None }.for_entity("test-001").unwrap().erase(),
    ];
    let machine = |bus: &EventBus| {
        let machine = Arc::new(Mutex::new(StateManager::<QuickTestState>::new()));
        let subscription = bus.observe(Arc::clone(&machine));
        move || {
            assert!(subscription.is_active());
            *machine.lock().unwrap().state()
        }
    };
    check_idempotent(&life, machine).unwrap();
    let [begin, end] = &life;
    let error = check_idempotent([end, begin], machine).unwrap_err();
    assert!(matches!(error, IdempotencyError::Failed { number: 1, .. }));
    let text = error.to_string();
    assert!(text.starts_with("#1 failed when it was told for the first time: event "), "{text}");
    assert!(text.contains("no transition from `created` on `quick_test.completed`; allowed: `running`"), "{text}");
}

#[test]
fn what_tests_nothing_is_no_success() {
    let untested = |events: &[AnyEnvelope]| {
        let forgotten = check_idempotent(events, |bus| {
            let _forgotten = bus.subscribe(|_: &AnyEnvelope| ());
            || ()
        });
        forgotten.unwrap_err().to_string()
    };
    assert_eq!(
        untested(&steps(&[1, 2])),
        "nothing was tested: no observer was told of any of the 2 events; does the subscription outlive the set-up?"
    );
    assert!(untested(&[]).contains("any of the 0 events"));
}

#[test]
fn a_set_up_that_differs_by_itself_is_told() {
    let runs = AtomicU32::new(0);
    let unsteady = check_idempotent(steps(&[1]), |bus| {
        bus.subscribe(|_: &AnyEnvelope| ()).detach();
        let run = runs.fetch_add(1, SeqCst);
        move || run
    });
    assert_eq!(
        unsteady.unwrap_err().to_string(),
        "two runs over the same events differ without any repeat\n  first:  0\n  second: 1"
    );
    let closed = check_idempotent(steps(&[1]), |bus| {
        bus.shutdown(Duration::from_secs(1)).unwrap();
        || ()
    });
    assert_eq!(
        closed.unwrap_err().to_string(),
        "an event could not be told: event `quick_test.step` was emitted after the bus was shut down"
    );
}
