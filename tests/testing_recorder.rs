//! The recorder of the test kit: what it keeps, and waiting for it.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use events_core::{
    AnyEnvelope, Envelope, EventBus, Observer, pattern,
    testing::{Recorder, WaitError},
};

use crate::domain::{QuickTestCompleted, QuickTestEmitter, QuickTestStep, ServiceReady, delivered, quick_test};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(1);

fn steps(seen: &Recorder) -> Vec<u32> {
    seen.of::<QuickTestStep>().iter().map(|event| event.n).collect()
}

#[test]
fn a_recorder_keeps_what_it_is_told_in_order() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    assert!(seen.is_empty());
    for n in 0..3 {
        delivered(quick_test(&bus).emit_step(n));
    }
    delivered(QuickTestEmitter::new(&bus, "test-002").emit_step(3));
    assert_eq!((seen.len(), steps(&seen)), (4, vec![0, 1, 2, 3]));
    assert_eq!(steps(&seen.entity("test-002")), [3]);
    assert_eq!(seen.entity("test-001").len(), 3);
    assert_eq!(seen.entity("test-001").events().len(), 3);
    assert!(seen.entity("test-003").is_empty());
    assert!(seen.of::<ServiceReady>().is_empty());
    seen.entity("test-001").clear();
    assert!(seen.is_empty());
    delivered(quick_test(&bus).emit_step(4));
    assert_eq!(steps(&seen), [4]);
}

#[test]
fn a_recorder_observes_until_its_last_clone_is_dropped() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    let clone = seen.clone();
    drop(seen);
    delivered(quick_test(&bus).emit_step(1));
    let of_one = clone.entity("test-001");
    drop(clone);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(steps(&of_one), [1, 2]);
    drop(of_one);
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn a_recorder_with_a_subscription_of_its_own_sees_what_that_lets_through() {
    let bus = EventBus::new();
    let (seen, of_one) = (Recorder::new(), Recorder::new().entity("test-001"));
    let subscription = bus.subscription().pattern(pattern!("*.failed")).observe(seen.clone());
    let _everything = bus.observe(of_one.clone());
    delivered(quick_test(&bus).emit_step(1));
    delivered(quick_test(&bus).emit_failed("timeout"));
    delivered(QuickTestEmitter::new(&bus, "test-002").emit_failed("timeout"));
    drop(subscription);
    delivered(quick_test(&bus).emit_failed("late"));
    assert_eq!(seen.len(), 2);
    assert_eq!(of_one.len(), 3);
}

#[test]
fn what_came_already_is_not_waited_for() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    for n in 0..3 {
        delivered(quick_test(&bus).emit_step(n));
    }
    assert_eq!(seen.wait_for::<QuickTestStep>(Duration::ZERO).unwrap().n, 0);
    assert_eq!(seen.wait_until(Duration::ZERO, |event: &Envelope<QuickTestStep>| event.n > 1).unwrap().n, 2);
    assert_eq!(seen.wait_for_len(Duration::ZERO, 3).unwrap().len(), 3);
    assert_eq!(Recorder::new().wait_for_len(Duration::ZERO, 0).unwrap().len(), 0);
}

#[test]
fn waiting_ends_with_the_event_that_another_thread_emits() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    let (looked, looks) = mpsc::channel();
    let emitting = thread::spawn(move || {
        let tests = quick_test(&bus);
        delivered(tests.emit_step(0));
        // The waiting thread has looked at everything so far before more comes.
        looks.recv().unwrap();
        delivered(tests.emit_step(1));
        looks.recv().unwrap();
        delivered(tests.emit_step(2));
        delivered(QuickTestEmitter::new(&bus, "test-002").emit_completed(1.0));
    });
    let found = seen.wait_until(LONG, |event: &Envelope<QuickTestStep>| {
        // After the last one nobody asks.
        let _ = looked.send(event.n);
        event.n == 2
    });
    assert_eq!(found.unwrap().n, 2);
    assert_eq!(seen.entity("test-002").wait_for::<QuickTestCompleted>(LONG).unwrap().entity_id(), "test-002");
    assert_eq!(seen.wait_for_len(LONG, 4).unwrap().len(), 4);
    assert_eq!(seen.wait_for::<QuickTestStep>(Duration::MAX).unwrap().n, 0);
    emitting.join().unwrap();
}

#[test]
fn many_threads_wait_and_none_is_forgotten() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    let waiting: Vec<_> = (0..8)
        .map(|n| {
            let seen = seen.clone();
            thread::spawn(move || seen.wait_until(LONG, |event: &Envelope<QuickTestStep>| event.n == n).unwrap().n)
        })
        .collect();
    for n in 0..8 {
        delivered(quick_test(&bus).emit_step(n));
    }
    assert_eq!(waiting.into_iter().map(|thread| thread.join().unwrap()).sum::<u32>(), 28);
}

#[test]
fn a_condition_may_use_the_recorder() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    delivered(quick_test(&bus).emit_step(0));
    let found = seen.wait_until(LONG, |event: &Envelope<QuickTestStep>| {
        if event.n == 0 {
            seen.clear();
            delivered(quick_test(&bus).emit_step(1));
        }
        event.n == 1 && seen.len() == 1
    });
    assert_eq!(found.unwrap().n, 1);
}

#[test]
fn waiting_ends_with_the_time() {
    let start = Instant::now();
    let error = Recorder::new().wait_for::<QuickTestStep>(Duration::from_millis(30)).unwrap_err();
    assert!(start.elapsed() >= Duration::from_millis(30));
    assert_eq!(error.to_string(), "no `quick_test.step` came within 30ms\nno event came");
    assert_eq!((error.timeout(), error.events().len()), (Duration::from_millis(30), 0));
}

#[test]
fn what_came_in_time_is_found_however_long_a_condition_takes() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    delivered(quick_test(&bus).emit_step(0));
    let found = seen.wait_until(SHORT, |event: &Envelope<QuickTestStep>| {
        if event.n == 0 {
            delivered(quick_test(&bus).emit_step(1));
            thread::sleep(2 * SHORT);
        }
        event.n == 1
    });
    assert_eq!(found.unwrap().n, 1);
}

#[test]
fn a_timeout_says_only_what_was_looked_at() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    delivered(quick_test(&bus).emit_step(0));
    // The last look is at an event that brings one more.
    let error = seen
        .wait_until(Duration::ZERO, |event: &Envelope<QuickTestStep>| {
            delivered(quick_test(&bus).emit_step(event.n + 1));
            event.n == 1
        })
        .unwrap_err();
    assert_eq!(error.events().len(), 1);
    assert!(error.to_string().ends_with("1 event came:\n  #1  quick_test.step  test-001  {\"n\": 0}"), "{error}");
}

#[test]
fn no_event_is_there_at_once() {
    let start = Instant::now();
    assert!(Recorder::new().wait_for_len(LONG, 0).unwrap().is_empty());
    assert!(start.elapsed() < LONG);
}

#[test]
fn waiting_ends_with_the_time_also_while_events_keep_coming() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    delivered(quick_test(&bus).emit_step(0));
    let waited = seen.wait_until(Duration::from_millis(20), |event: &Envelope<QuickTestStep>| {
        seen.clear();
        delivered(quick_test(&bus).emit_step(event.n + 1));
        false
    });
    assert!(
        waited.unwrap_err().to_string().starts_with("no `quick_test.step` that meets the condition came within 20ms")
    );
}

#[test]
fn a_timeout_says_what_came() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    delivered(quick_test(&bus).emit_step(0));
    delivered(QuickTestEmitter::new(&bus, "test-002").emit_completed(0.5));
    let came = "2 events came:\n  \
                  #1  quick_test.step       test-001  {\"n\": 0}\n  \
                  #2  quick_test.completed  test-002  {\"success_rate\": 0.5, \"note\": null}";
    let of_one = seen.entity("test-001").wait_for::<QuickTestCompleted>(SHORT).unwrap_err();
    assert_eq!(
        of_one.to_string(),
        format!(
            "no `quick_test.completed` of entity `test-001` came within 1ms\n\
             nearest: #2\n  the entity is `test-002`, expected `test-001`\n{came}"
        )
    );
    // What a test prints that ends with an error.
    assert_eq!(format!("{of_one:?}"), of_one.to_string());
    assert_eq!(of_one.events().len(), 2);
    let conditional =
        seen.wait_until(SHORT, |event: &Envelope<QuickTestCompleted>| event.success_rate > 0.9).unwrap_err();
    assert_eq!(
        conditional.to_string(),
        format!(
            "no `quick_test.completed` that meets the condition came within 1ms\n\
             nearest: #2\n  the condition does not hold\n{came}"
        )
    );
    let many = seen.entity("test-001").wait_for_len(SHORT, 2).unwrap_err();
    assert_eq!(many.to_string(), format!("fewer than 2 events of entity `test-001` came within 1ms\n{came}"));
}

#[test]
fn the_kit_goes_between_threads() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug>() {}
    fn observer<T: Observer>() {}
    shared::<Recorder>();
    shared::<WaitError>();
    shared::<Vec<AnyEnvelope>>();
    observer::<Recorder>();
    assert!(
        format!("{:?}", Recorder::new().entity("test-001"))
            .starts_with("Recorder { events: [], entity: Some(\"test-001\")")
    );
}
