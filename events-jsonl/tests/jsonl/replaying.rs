//! Recorded events, emitted again.

use std::{
    error::Error,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use events_core::{
    AnyEnvelope, DedupWindow, Envelope, EventBus,
    wire::{EventRegistry, RegisteredType},
};
use events_jsonl::{Follower, JsonlReader, OnProblem, ReplayError, ReplayProblem, Timer};

use crate::domain::{Recording, StepDone, step};

static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<StepDone>()]);
static NONE: EventRegistry = EventRegistry::new(&[]);

/// A recording of steps that were done at these seconds.
fn recording(seconds: &[i64]) -> Recording {
    let recording = Recording::new(|builder| builder);
    for (number, seconds) in (0..).zip(seconds) {
        recording.bus.emit(at(number, *seconds)).unwrap().into_result().unwrap();
    }
    recording
}

fn at(number: u64, seconds: i64) -> Envelope<StepDone> {
    let time: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
    let step = StepDone { number, note: String::new() };
    Envelope::builder(step, "test-1").time(time).correlation_id("run-7").build().unwrap()
}

/// A bus and what it was told.
fn listener() -> (EventBus, Arc<Mutex<Vec<AnyEnvelope>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (bus, told) = (EventBus::new(), Arc::clone(&heard));
    bus.subscribe(move |event: &AnyEnvelope| told.lock().unwrap().push(event.clone())).detach();
    (bus, heard)
}

#[test]
fn events_come_with_what_they_had() {
    let recording = recording(&[10, 20]);
    let (bus, heard) = listener();
    let report = JsonlReader::open(&recording.path).unwrap().replay(&EVENTS).run(&bus).unwrap();
    assert_eq!((report.records, report.delivered), (2, 2));
    let heard = heard.lock().unwrap();
    for (number, seconds) in [(0, 10), (1, 20)] {
        let (event, original) = (&heard[usize::try_from(number).unwrap()], at(number, seconds).erase());
        assert_eq!((event.id(), event.time()), (original.id(), original.time()));
        assert_eq!((event.entity_id(), event.correlation_id()), (original.entity_id(), original.correlation_id()));
        assert_eq!(event.payload::<StepDone>(), original.payload::<StepDone>());
    }
}

#[test]
fn each_record_is_counted_once() {
    let recording = recording(&[1, 2, 3]);
    let raw = r#"{"specversion":"1.0","id":"1","source":"/lamp/1","type":"lamp.lit"}"#;
    let forged = step(50).to_json().unwrap().replace("\"number\":50", "\"number\":51");
    let text = std::fs::read_to_string(&recording.path).unwrap();
    std::fs::write(&recording.path, format!("{text}{raw}\n{forged}\nnot json\n{text}")).unwrap();
    let bus = EventBus::builder().dedup(DedupWindow::new(100, Duration::from_secs(60))).build();
    bus.subscribe(|event: &Envelope<StepDone>| if event.number == 1 { Err("no") } else { Ok(()) }).detach();
    let (mut problems, mut others) = (Vec::new(), Vec::new());
    let report = JsonlReader::open(&recording.path)
        .unwrap()
        .replay(&EVENTS)
        .on(OnProblem::Continue)
        .on_problem(|problem| problems.push(problem.to_string()))
        .on_raw(|record| others.push(record.into_event().event_type().to_owned()))
        .run(&bus)
        .unwrap();
    // The step that failed is told again, and fails again.
    assert_eq!((report.records, report.delivered, report.duplicates, report.failed), (9, 2, 2, 2));
    assert_eq!((report.unknown, report.undecodable, report.unreadable), (1, 1, 1));
    assert_eq!(others, ["lamp.lit"]);
    assert_eq!(problems.len(), 4);
    let place = |line| format!("{}:{line}: ", recording.path.display());
    assert!(problems[0].starts_with(&place(2)) && problems[0].contains("failed in 1 observer"), "{problems:?}");
    assert!(problems[1].starts_with(&place(5)) && problems[1].contains("the id is"), "{problems:?}");
    assert!(problems[2].starts_with(&place(6)), "{problems:?}");
}

#[test]
fn a_problem_stops_it_unless_something_else_is_said() {
    let recording = recording(&[1, 2, 3]);
    let (bus, heard) = listener();
    bus.subscribe(|event: &Envelope<StepDone>| if event.number == 1 { Err("no") } else { Ok(()) }).detach();
    let error = JsonlReader::open(&recording.path).unwrap().replay(&EVENTS).run(&bus).unwrap_err();
    assert!(error.to_string().starts_with("the replay stopped after 2 records: "), "{error}");
    assert!(error.source().unwrap().is::<ReplayProblem>(), "the problem, and not the box around it");
    let ReplayError::Stopped { problem, report, .. } = error else { panic!("{error}") };
    assert!(matches!(*problem, ReplayProblem::Failed { .. }));
    assert_eq!((report.records, report.delivered, report.failed), (2, 1, 1));
    assert_eq!(heard.lock().unwrap().len(), 2);
}

#[test]
fn a_bus_that_is_shut_down_or_off_is_told() {
    let recording = recording(&[1, 2]);
    let bus = EventBus::new();
    bus.set_enabled(false);
    let run = |bus: &EventBus| JsonlReader::open(&recording.path).unwrap().replay(&EVENTS).run(bus);
    assert_eq!(run(&bus).unwrap().suppressed, 2);
    bus.shutdown(Duration::ZERO).unwrap();
    let Err(ReplayError::Stopped { problem, report, .. }) = run(&bus) else { panic!("it was shut down") };
    assert!(matches!(*problem, ReplayProblem::Refused { .. }));
    assert_eq!((report.records, report.refused), (1, 1));
}

#[test]
fn types_that_are_not_registered_are_handed_over_and_not_emitted() {
    let recording = recording(&[1, 2]);
    let (bus, heard) = listener();
    let mut lines = Vec::new();
    let replay =
        JsonlReader::open(&recording.path).unwrap().replay(&NONE).on_raw(|record| lines.push(record.place().line()));
    assert_eq!(replay.run(&bus).unwrap().unknown, 2);
    assert_eq!((lines, heard.lock().unwrap().len()), (vec![1, 2], 0));
}

/// Time that passes only by waiting, and by `work` at each look at it.
#[derive(Clone, Default)]
struct Patience {
    now: Duration,
    work: Duration,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Timer for Patience {
    fn elapsed(&mut self) -> Duration {
        self.now += self.work;
        self.now
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        self.waits.lock().unwrap().push(time);
    }
}

fn waits(seconds: &[i64], speed: f64, longest: Option<Duration>, work: Duration) -> Vec<f64> {
    let recording = recording(seconds);
    let timer = Patience { work, ..Patience::default() };
    let waits = Arc::clone(&timer.waits);
    // As one whose timer is chosen at run time.
    let timer: Box<dyn Timer + Send> = Box::new(timer);
    let mut replay = JsonlReader::open(&recording.path).unwrap().replay(&EVENTS).speed(speed).timer(timer);
    if let Some(longest) = longest {
        replay = replay.max_wait(longest);
    }
    let (bus, heard) = listener();
    assert_eq!(replay.run(&bus).unwrap().delivered, seconds.len() as u64);
    assert_eq!(heard.lock().unwrap().len(), seconds.len());
    let waits = waits.lock().unwrap();
    waits.iter().map(Duration::as_secs_f64).collect()
}

#[test]
fn the_original_pace_is_kept_or_changed_by_a_factor() {
    let none = Duration::ZERO;
    assert_eq!(waits(&[100, 101, 101, 104], 1.0, None, none), [1.0, 3.0]);
    assert_eq!(waits(&[100, 101, 101, 104], 2.0, None, none), [0.5, 1.5]);
    assert_eq!(waits(&[100, 101, 104], 0.5, None, none), [2.0, 6.0]);
    assert_eq!(waits(&[100, 101, 104], f64::INFINITY, None, none), [0.0; 0]);
    assert_eq!(waits(&[100, 105, 102, 106], 1.0, None, none), [5.0, 1.0], "one that is late is not waited for");
    assert_eq!(waits(&[0, 100_000, 100_002], 1.0, Some(Duration::from_secs(10)), none), [10.0, 2.0]);
}

#[test]
fn what_emitting_takes_is_made_up_for() {
    // A quarter of a second each.
    assert_eq!(waits(&[0, 1, 2, 3], 1.0, None, Duration::from_millis(250)), [0.75, 0.75, 0.75]);
    // More than there is: no waits, and no arrears that would grow.
    assert_eq!(waits(&[0, 1, 2, 60], 1.0, None, Duration::from_secs(2)).len(), 1);
}

#[test]
fn a_speed_must_be_a_positive_number() {
    for speed in [0.0, -1.0, f64::NAN] {
        let recording = recording(&[1]);
        let (bus, heard) = listener();
        let error = JsonlReader::open(&recording.path).unwrap().replay(&EVENTS).speed(speed).run(&bus).unwrap_err();
        assert!(matches!(error, ReplayError::Speed { .. }), "{error}");
        assert_eq!(heard.lock().unwrap().len(), 0);
    }
}

#[test]
fn a_recording_is_replayed_while_it_grows() {
    let recording = recording(&[1, 2]);
    let follower = Follower::builder(&recording.path).poll_interval(Duration::from_millis(2)).open().unwrap();
    let stop = follower.stop_handle();
    let (bus, heard) = listener();
    let replay = std::thread::spawn(move || follower.replay(&EVENTS).run(&bus).unwrap());
    recording.bus.emit(at(2, 3)).unwrap().into_result().unwrap();
    stop.stop();
    assert_eq!(replay.join().unwrap().delivered, 3);
    assert_eq!(heard.lock().unwrap().len(), 3);
}
