//! Files that somebody else removes, renames, replaces or shortens while they are written.

use std::{
    fs,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use events_core::{DedupWindow, EventBus};
use events_jsonl::{Flush, RecordError, RecorderStats};

use crate::domain::{Recording, numbers, step};

#[test]
fn a_file_that_was_removed_is_told_once_and_made_anew() {
    let recording = Recording::new(|builder| builder);
    recording.emit(1).into_result().unwrap();
    fs::remove_file(&recording.path).unwrap();
    let failure = recording.failure(2);
    assert!(failure.contains("was removed or replaced by somebody else"), "{failure}");
    assert_eq!(recording.numbers(), [0; 0], "the event that met it is not there, nor half of it");
    recording.emit(3).into_result().unwrap();
    assert_eq!(recording.numbers(), [3]);
}

#[test]
fn the_event_that_met_it_can_be_emitted_again_in_spite_of_deduplication() {
    let recording = Recording::new(|builder| builder);
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    bus.observe(Arc::clone(&recording.recorder)).detach();
    bus.emit(step(1)).unwrap().into_result().unwrap();
    fs::remove_file(&recording.path).unwrap();
    assert_eq!(bus.emit(step(2)).unwrap().failures().len(), 1);
    bus.emit(step(2)).unwrap().into_result().unwrap();
    assert!(bus.emit(step(2)).unwrap().is_duplicate());
    assert_eq!(recording.numbers(), [2], "once");
}

#[test]
fn a_file_that_was_renamed_keeps_its_lines_and_gets_no_more() {
    let recording = Recording::new(|builder| builder);
    recording.emit(1).into_result().unwrap();
    let aside = recording.directory.path().join("aside.jsonl");
    fs::rename(&recording.path, &aside).unwrap();
    assert_eq!(recording.emit(2).failures().len(), 1);
    recording.emit(3).into_result().unwrap();
    assert_eq!((numbers(&aside), recording.numbers()), (vec![1], vec![3]));
}

#[test]
#[cfg(unix)]
fn a_file_that_was_replaced_is_continued() {
    let recording = Recording::new(|builder| builder);
    recording.emit(1).into_result().unwrap();
    let other = recording.directory.path().join("other");
    fs::write(&other, step(10).to_json().unwrap()).unwrap();
    fs::rename(&other, &recording.path).unwrap();
    assert_eq!(recording.emit(2).failures().len(), 1);
    recording.emit(3).into_result().unwrap();
    assert_eq!(recording.numbers(), [10, 3], "and not glued to its last line, which had no line break");
}

#[test]
fn a_file_that_was_emptied_is_told_and_continued() {
    let recording = Recording::new(|builder| builder);
    recording.emit(1).into_result().unwrap();
    fs::write(&recording.path, "").unwrap();
    let failure = recording.failure(2);
    assert!(failure.contains("was shortened by somebody else"), "{failure}");
    recording.emit(3).into_result().unwrap();
    assert_eq!(recording.numbers(), [3], "no hole in front");
}

#[test]
fn a_directory_that_is_gone_refuses_events_until_it_is_back() {
    let recording = Recording::new(|builder| builder);
    let directory = recording.directory.path().join("inner");
    fs::create_dir(&directory).unwrap();
    let path = directory.join("events.jsonl");
    let bus = EventBus::new();
    bus.observe(events_jsonl::JsonlRecorder::open(&path).unwrap()).detach();
    bus.emit(step(1)).unwrap().into_result().unwrap();
    fs::remove_dir_all(&directory).unwrap();
    for number in 2..5 {
        assert_eq!(bus.emit(step(number)).unwrap().failures().len(), 1);
    }
    fs::create_dir(&directory).unwrap();
    bus.emit(step(5)).unwrap().into_result().unwrap();
    assert_eq!(numbers(&path), [5]);
}

#[test]
fn lines_that_waited_go_to_the_new_file() {
    let recording = Recording::new(|builder| builder.flush(Flush::EveryBytes(1 << 20)));
    recording.emit(1).into_result().unwrap();
    recording.recorder.flush().unwrap();
    recording.emit(2).into_result().unwrap();
    recording.emit(3).into_result().unwrap();
    fs::remove_file(&recording.path).unwrap();
    let error = recording.recorder.flush().unwrap_err();
    assert!(matches!(error, RecordError::Vanished { bytes, .. } if bytes > 0), "{error}");
    assert_eq!(recording.recorder.stats().waiting, 2);
    recording.recorder.flush().unwrap();
    assert_eq!(recording.numbers(), [2, 3]);
}

#[test]
fn what_is_noticed_between_events_is_told_to_the_next_one() {
    let recording = Recording::new(|builder| builder.flush(Flush::Every(Duration::from_millis(5))));
    let wait_for = |met: &dyn Fn(RecorderStats) -> bool| {
        let start = Instant::now();
        while !met(recording.recorder.stats()) {
            assert!(start.elapsed() < Duration::from_secs(20), "{:?}", recording.recorder.stats());
            thread::sleep(Duration::from_millis(1));
        }
    };
    recording.emit(1).into_result().unwrap();
    wait_for(&|stats| stats.written == 1);
    fs::remove_file(&recording.path).unwrap();
    recording.emit(2).into_result().unwrap();
    wait_for(&|stats| stats.written == 2);
    assert_eq!(recording.numbers(), [2], "by the thread that flushes, which made the file anew");
    assert_eq!(recording.recorder.stats().background_errors, 1);
    let failure = recording.failure(3);
    assert!(failure.contains("was removed or replaced"), "{failure}");
    recording.emit(4).into_result().unwrap();
    recording.recorder.close().unwrap();
    assert_eq!(recording.numbers(), [2, 4]);
}

#[test]
fn what_waits_is_written_at_the_end_whatever_is_still_to_be_told() {
    let recording = Recording::new(|builder| builder.flush(Flush::EveryBytes(1 << 20)));
    let Recording { bus, recorder, path, directory } = recording;
    bus.emit(step(1)).unwrap().into_result().unwrap();
    recorder.flush().unwrap();
    bus.emit(step(2)).unwrap().into_result().unwrap();
    fs::remove_file(&path).unwrap();
    drop((bus, recorder));
    assert_eq!(numbers(&path), [2]);
    drop(directory);
}

#[test]
fn what_is_lost_at_the_end_is_told() {
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let hook = Arc::clone(&told);
    let recording = Recording::new(|builder| {
        builder.flush(Flush::EveryBytes(1 << 20)).on_error(move |error| hook.lock().unwrap().push(error.to_string()))
    });
    recording.emit(1).into_result().unwrap();
    recording.recorder.flush().unwrap();
    recording.emit(2).into_result().unwrap();
    recording.emit(3).into_result().unwrap();
    fs::remove_dir_all(recording.directory.path()).unwrap();
    drop(recording);
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("2 lines are lost: "), "{told:?}");
}
