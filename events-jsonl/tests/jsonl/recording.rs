//! What is recorded, and when it is in the file.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use events_core::{
    AnyEnvelope, DedupWindow, Event, EventBus,
    wire::{EventRegistry, RegisteredType},
};
use events_jsonl::{Flush, Fsync, JsonlReader, JsonlRecorder, OpenError, RecordError};
use serde::Serialize;

use crate::domain::{Recording, StepDone, noted, numbers, step};

#[test]
fn each_event_is_a_cloud_event_in_its_line_when_the_emit_returns() {
    let recording = Recording::new(|builder| builder);
    let events: Vec<AnyEnvelope> = (0..3).map(step).collect();
    for (n, event) in events.iter().enumerate() {
        recording.bus.emit(event.clone()).unwrap().into_result().unwrap();
        let text = std::fs::read_to_string(&recording.path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), n + 1);
        assert_eq!(lines[n], event.to_json().unwrap());
    }
    let stats = recording.recorder.stats();
    assert_eq!((stats.recorded, stats.written, stats.waiting, stats.flushes), (3, 3, 0, 3));
    assert_eq!(stats.bytes, std::fs::metadata(&recording.path).unwrap().len());
}

#[test]
fn an_event_is_recorded_without_a_bus() {
    let recording = Recording::new(|builder| builder);
    let event = step(1);
    recording.recorder.record(&event).unwrap();
    recording.recorder.record(step(2)).unwrap();
    assert_eq!(recording.numbers(), [1, 2]);
    recording.recorder.close().unwrap();
    assert!(matches!(recording.recorder.record(event), Err(RecordError::Closed { .. })));
    let stats = recording.recorder.stats();
    assert_eq!((stats.recorded, stats.refused), (2, 1));
}

#[test]
fn a_recording_goes_on_where_it_ended() {
    let recording = Recording::new(|builder| builder);
    recording.emit(1).into_result().unwrap();
    recording.recorder.close().unwrap();
    let again = JsonlRecorder::open(&recording.path).unwrap();
    assert_eq!(again.tail_repair(), None);
    let bus = EventBus::new();
    bus.observe(again).detach();
    bus.emit(step(2)).unwrap().into_result().unwrap();
    assert_eq!(recording.numbers(), [1, 2]);
}

#[test]
fn a_batch_is_written_at_once() {
    let recording = Recording::new(|builder| builder);
    let receipt = recording.bus.emit_batch((0..100).map(step).collect::<Vec<_>>());
    assert_eq!(receipt.into_result().unwrap().len(), 100);
    assert_eq!(recording.numbers(), (0..100).collect::<Vec<_>>());
    assert_eq!(recording.recorder.stats().flushes, 1);
}

#[test]
fn bytes_wait_until_there_are_enough_of_them() {
    let line = step(1).to_json().unwrap().len() + 1;
    let recording = Recording::new(|builder| builder.flush(Flush::EveryBytes(3 * line)));
    recording.emit(1).into_result().unwrap();
    recording.emit(2).into_result().unwrap();
    assert_eq!((recording.numbers().len(), recording.recorder.stats().waiting), (0, 2));
    recording.emit(3).into_result().unwrap();
    assert_eq!((recording.numbers(), recording.recorder.stats().waiting), (vec![1, 2, 3], 0));
    recording.emit(4).into_result().unwrap();
    recording.recorder.flush().unwrap();
    assert_eq!(recording.numbers(), [1, 2, 3, 4]);
    recording.emit(5).into_result().unwrap();
    recording.recorder.sync().unwrap();
    assert_eq!(recording.numbers(), [1, 2, 3, 4, 5]);
}

#[test]
fn what_waits_is_written_in_time_by_itself() {
    let recording = Recording::new(|builder| builder.flush(Flush::Every(Duration::from_millis(20))));
    for number in 0..3 {
        recording.emit(number).into_result().unwrap();
        let start = Instant::now();
        while recording.numbers().len() as u64 <= number {
            assert!(start.elapsed() < Duration::from_secs(20), "not written");
            thread::sleep(Duration::from_millis(2));
        }
    }
    assert_eq!(recording.numbers(), [0, 1, 2]);
    assert_eq!(recording.recorder.stats().waiting, 0);
}

#[test]
fn what_waits_is_written_when_the_recorder_is_dropped() {
    for flush in [Flush::EveryBytes(1 << 20), Flush::Every(Duration::from_secs(3600))] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.jsonl");
        let bus = EventBus::new();
        let subscription = bus.observe(JsonlRecorder::builder(&path).flush(flush).open().unwrap());
        bus.emit(step(7)).unwrap().into_result().unwrap();
        assert_eq!(numbers(&path), [0; 0]);
        drop((subscription, bus));
        assert_eq!(numbers(&path), [7]);
    }
}

#[test]
fn a_closed_recorder_refuses_and_says_so() {
    let recording = Recording::new(|builder| builder);
    recording.recorder.close().unwrap();
    recording.recorder.close().unwrap();
    let failure = recording.failure(1);
    assert!(failure.contains("is closed"), "{failure}");
    assert!(recording.recorder.flush().is_err());
    assert_eq!(recording.recorder.stats().refused, 1);
    assert_eq!(recording.numbers(), [0; 0]);
}

#[test]
fn every_way_to_be_certain_writes_the_same() {
    for fsync in [Fsync::Never, Fsync::OnRotation, Fsync::OnFlush] {
        let recording = Recording::new(|builder| builder.fsync(fsync));
        recording.emit(1).into_result().unwrap();
        recording.recorder.close().unwrap();
        assert_eq!(recording.numbers(), [1]);
    }
}

#[test]
fn one_recorder_writes_a_file_whichever_path_leads_there() {
    let recording = Recording::new(|builder| builder);
    let around = recording.directory.path().join(".").join("events.jsonl");
    let link = recording.directory.path().join("link.jsonl");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&recording.path, &link).unwrap();
    for path in [
        &recording.path,
        &around,
        #[cfg(unix)]
        &link,
    ] {
        let error = JsonlRecorder::open(path).unwrap_err();
        assert!(matches!(&error, OpenError::Locked { .. }), "{error}");
        assert!(error.to_string().contains("events.jsonl.lock"), "{error}");
    }
    recording.recorder.close().unwrap();
    assert!(JsonlRecorder::open(&recording.path).is_ok());
}

#[test]
fn only_a_regular_file_is_written() {
    let directory = tempfile::tempdir().unwrap();
    assert!(matches!(JsonlRecorder::open(directory.path()).unwrap_err(), OpenError::NotAFile { .. }));
    let missing = directory.path().join("missing").join("events.jsonl");
    let error = JsonlRecorder::open(missing).unwrap_err();
    assert!(matches!(&error, OpenError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound), "{error}");
}

#[derive(Event, Serialize)]
#[event_type("reading.taken")]
struct ReadingTaken {
    raw: Box<serde_json::value::RawValue>,
}

#[test]
fn line_breaks_in_raw_json_do_not_break_the_line() {
    let recording = Recording::new(|builder| builder);
    let raw = serde_json::value::RawValue::from_string("{\n  \"text\": \"a\\nb\"\r\n}".into()).unwrap();
    recording.bus.emit(ReadingTaken { raw }.for_entity("meter-1").unwrap()).unwrap().into_result().unwrap();
    let text = std::fs::read_to_string(&recording.path).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    let event: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(event["data"]["raw"]["text"], "a\nb");
}

#[derive(Event, Serialize)]
#[event_type("reading.failed")]
#[event(identity = unique)]
struct ReadingFailed {
    value: f64,
}

#[test]
fn an_event_that_has_no_json_is_refused_and_its_batch_with_it() {
    let recording = Recording::new(|builder| builder);
    let nan = ReadingFailed { value: f64::NAN }.for_entity("meter-1").unwrap().erase();
    let receipt = recording.bus.emit_batch(vec![step(1), nan, step(2)]);
    assert_eq!(receipt.into_result().unwrap_err().failures.len(), 3);
    assert_eq!((recording.numbers(), recording.recorder.stats().refused), (vec![], 3));
}

#[test]
fn threads_record_whole_lines_and_each_its_own_in_order() {
    for flush in [Flush::EveryEvent, Flush::EveryBytes(700), Flush::Every(Duration::from_millis(1))] {
        let recording = Recording::new(|builder| builder.flush(flush));
        thread::scope(|scope| {
            for thread in 0..4 {
                let recording = &recording;
                scope.spawn(move || {
                    for (number, len) in (0..200).zip(0..) {
                        let event = noted(thread * 1000 + number, &"x".repeat(len));
                        recording.bus.emit(event).unwrap().into_result().unwrap();
                    }
                });
            }
        });
        recording.recorder.close().unwrap();
        let numbers = recording.numbers();
        assert_eq!(numbers.len(), 800);
        for thread in 0..4 {
            let own: Vec<_> = numbers.iter().filter(|number| **number / 1000 == thread).copied().collect();
            assert_eq!(own, (thread * 1000..thread * 1000 + 200).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_duplicate_is_recorded_once() {
    let recording = Recording::new(|builder| builder);
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    bus.observe(Arc::clone(&recording.recorder)).detach();
    assert!(bus.emit(step(1)).unwrap().is_delivered());
    assert!(bus.emit(step(1)).unwrap().is_duplicate());
    assert_eq!(recording.numbers(), [1]);
}

/// A process that is started has, for a moment, all that this one has open.
#[test]
#[cfg(unix)]
fn a_recording_is_free_when_it_is_closed_whatever_is_started_meanwhile() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    let done = AtomicBool::new(false);
    let opened = thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::process::Command::new("true").status().unwrap();
                }
            });
        }
        // It panics only when the others have ended.
        let opened: Result<Vec<_>, _> =
            (0..300).map(|_| JsonlRecorder::open(&path).map(|recorder| recorder.close().unwrap())).collect();
        done.store(true, Ordering::Relaxed);
        opened
    });
    opened.unwrap();
}

#[test]
fn events_of_any_type_are_recorded_as_they_were_written() {
    let from = Recording::new(|builder| builder);
    let foreign = r#"{ "type":"com.example.pushed", "id":"\u0037", "source":"https://example.com/r", "specversion":"1.0","data":[1.0] }"#;
    from.emit(1).into_result().unwrap();
    from.recorder.record_raw(&foreign.parse().unwrap()).unwrap();
    from.emit(2).into_result().unwrap();
    let text = std::fs::read_to_string(&from.path).unwrap();
    assert_eq!(text.lines().nth(1), Some(foreign));

    // From recording to recording, past a bus: what it cannot tell is handed over beside it.
    let to = Recording::new(|builder| builder.flush(Flush::EveryBytes(1 << 20)));
    let report = JsonlReader::open(&from.path)
        .unwrap()
        .replay(&STEPS)
        .on_raw(|record| to.recorder.record_raw(record.event()).unwrap())
        .run(&to.bus)
        .unwrap();
    assert_eq!((report.delivered, report.unknown), (2, 1));
    to.recorder.close().unwrap();
    assert_eq!(std::fs::read_to_string(&to.path).unwrap(), text);

    let error = to.recorder.record_raw(&foreign.parse().unwrap()).unwrap_err();
    assert!(matches!(error, RecordError::Closed { .. }), "{error}");
    let stats = to.recorder.stats();
    assert_eq!((stats.recorded, stats.written, stats.refused), (3, 3, 1));
}

static STEPS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<StepDone>()]);
