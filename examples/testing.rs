//! Next steps: test what emits events, and what observes them.
//!
//! Run it with `cargo run --example testing`. In a crate of your own these functions are `#[test]`s.

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use chrono::TimeDelta;
use events_core::{
    AnyEnvelope, Emitter, EventBus, Observer, ObserverResult,
    testing::{
        Chaos, ManualClock, Recorder, assert_emitted, assert_emitted_exactly, assert_emitted_in_order,
        assert_emitted_once, assert_not_emitted, check_idempotent,
    },
};
use events_examples::quick_test::{
    Config, QuickTestCompleted, QuickTestCreated, QuickTestEmitter, QuickTestFailed, QuickTestStarted, Results,
};

/// What is tested: something that emits events …
fn connection_test(test: &QuickTestEmitter, received: u32) -> Result<(), Box<dyn Error>> {
    test.emit_created("Connection Test", Config::new())?.into_result()?;
    test.start("Connection Test", Config::new())?.into_result()?;
    if received < 90 {
        test.emit_failed("Connection Test", "too many packets were lost", "packet_loss")?.into_result()?;
    } else {
        test.complete("Connection Test", Results::new(100, received))?.into_result()?;
    }
    Ok(())
}

/// … and an observer: how each test ended.
#[derive(Default)]
struct Endings(Mutex<BTreeMap<String, &'static str>>);

impl Observer for Endings {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let ending = match event.event_type().name() {
            "completed" => "well",
            "failed" => "badly",
            _ => return Ok(()),
        };
        self.0.lock().map_err(|_| "another observer panicked")?.insert(event.entity_id().to_string(), ending);
        Ok(())
    }
}

fn a_good_connection_completes() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    connection_test(&QuickTestEmitter::new(&bus, "test-001"), 98)?;

    let completed = assert_emitted!(seen, QuickTestCompleted { results, .. } if results.success_rate > 0.9);
    assert_eq!(completed.results.packets_received, 98);
    assert_emitted_in_order!(
        seen,
        [QuickTestCreated, QuickTestStarted { test_name, .. } if test_name.starts_with("Conn")]
    );
    assert_not_emitted!(seen, QuickTestFailed);
    Ok(())
}

fn a_bad_connection_fails() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    connection_test(&QuickTestEmitter::new(&bus, "test-001"), 100)?;
    connection_test(&QuickTestEmitter::new(&bus, "test-002"), 12)?;

    let failed = assert_emitted_once!(seen, QuickTestFailed { error_type, .. } if error_type == "packet_loss");
    assert_eq!(failed.entity_id(), "test-002");
    assert_emitted_exactly!(seen.entity("test-002"), [QuickTestCreated, QuickTestStarted, QuickTestFailed]);
    Ok(())
}

fn an_assertion_that_fails_tells_the_nearest_miss() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::builder().clock(ManualClock::default()).build();
    let seen = Recorder::on(&bus);
    QuickTestEmitter::new(&bus, "test-001")
        .emit_failed("Connection Test", "no answer", "timeout_error")?
        .into_result()?;

    // In a thread of its own, since the assertion panics.
    let failing = thread::spawn(move || {
        assert_emitted!(seen, QuickTestFailed { error_type, .. } if error_type == "packet_loss");
    });
    let panic = failing.join().err().ok_or("the assertion should fail")?;
    let message = panic.downcast::<String>().map_err(|_| "a panic without a message")?;
    assert_eq!(
        *message,
        r#"no event matches `QuickTestFailed { error_type, .. } if error_type == "packet_loss"`
nearest: #1
  `error_type == "packet_loss"` does not hold: `error_type` is "timeout_error"
1 event came:
  #1  quick_test.failed  test-001  {"test_name": "Connection Test", "error_message": "no answer", "error_type": "timeout_error", "failure_time": "1970-01-01T00:00:00Z"}"#
    );
    Ok(())
}

fn time_is_moved_by_hand() -> Result<(), Box<dyn Error>> {
    let clock = ManualClock::at("2026-01-01T00:00:00Z".parse()?);
    let bus = EventBus::builder().clock(clock.clone()).build();
    let seen = Recorder::on(&bus);
    let test = QuickTestEmitter::new(&bus, "test-001");
    test.start("Connection Test", Config::new())?.into_result()?;
    clock.advance(Duration::from_secs(90));
    test.complete("Connection Test", Results::new(100, 100))?.into_result()?;

    let [started, completed] = &seen.events()[..] else { return Err("expected two events".into()) };
    assert_eq!(completed.time() - started.time(), TimeDelta::seconds(90));
    Ok(())
}

fn what_another_thread_emits_is_waited_for() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    let running = thread::spawn(move || {
        connection_test(&QuickTestEmitter::new(&bus, "test-001"), 98).map_err(|error| error.to_string())
    });
    let completed = seen.wait_for::<QuickTestCompleted>(Duration::from_secs(5))?;
    assert_eq!(completed.results.packets_received, 98);
    running.join().map_err(|_| "the test panicked")??;
    Ok(())
}

/// Nothing gets lost that the emitter repeats until somebody took it, however often and in whatever order it comes.
fn endings_are_right_in_chaos() -> Result<(), Box<dyn Error>> {
    for seed in 0..20 {
        let bus = EventBus::new();
        let chaos = Chaos::builder(Endings::default()).seed(seed).duplicate(0.3).reorder(0.3, 5).fail(0.2).build();
        let _subscription = bus.observe(chaos.clone());
        for n in 0..50 {
            let test = QuickTestEmitter::new(&bus, n);
            let failed = QuickTestFailed {
                test_name: "Connection Test".into(),
                error_message: "no answer".into(),
                error_type: "timeout_error".into(),
                failure_time: bus.now(),
            };
            while test.emit(failed.clone())?.into_result().is_err() {}
        }
        chaos.flush()?;
        let endings = chaos.observer().0.lock().map_err(|_| "an observer panicked")?;
        assert_eq!(endings.len(), 50);
    }
    Ok(())
}

fn to_be_told_twice_makes_no_difference() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    connection_test(&QuickTestEmitter::new(&bus, "test-001"), 98)?;
    connection_test(&QuickTestEmitter::new(&bus, "test-002"), 12)?;

    check_idempotent(seen.events(), |bus| {
        let endings = Arc::new(Endings::default());
        bus.observe(Arc::clone(&endings)).detach();
        move || endings.0.lock().map(|endings| endings.clone()).ok()
    })?;

    // A count is not idempotent, and the check says where.
    let error = check_idempotent(seen.events(), |bus| {
        let count = Recorder::new();
        bus.observe(count.clone()).detach();
        move || count.len()
    });
    println!("{}", error.err().ok_or("a count should differ")?);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    a_good_connection_completes()?;
    a_bad_connection_fails()?;
    an_assertion_that_fails_tells_the_nearest_miss()?;
    time_is_moved_by_hand()?;
    what_another_thread_emits_is_waited_for()?;
    endings_are_right_in_chaos()?;
    to_be_told_twice_makes_no_difference()?;
    println!("✓ All hold");
    Ok(())
}
