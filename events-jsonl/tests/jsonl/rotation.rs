//! Files that are changed for new ones, compressed and removed.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use events_core::testing::ManualClock;
use events_jsonl::{BackgroundError, CloseError, JsonlRecorder, JsonlRecorderBuilder, Rotation};

use crate::domain::{Recording, all_numbers, names, noted, numbers, step};

/// The length of the line of a step with a number of one digit.
fn line() -> u64 {
    step(1).to_json().unwrap().len() as u64 + 1
}

fn by_lines(lines: u64) -> Rotation {
    Rotation::by_size(lines * line())
}

fn rotating(rotation: Rotation) -> Recording {
    Recording::new(|builder| builder.rotation(rotation))
}

fn emit(recording: &Recording, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        recording.emit(number).into_result().unwrap();
    }
}

fn until(met: impl Fn() -> bool) {
    let start = Instant::now();
    while !met() {
        assert!(start.elapsed() < Duration::from_secs(20), "in vain");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_file_is_changed_before_it_grows_too_large() {
    let recording = rotating(by_lines(3));
    emit(&recording, 0..7);
    let directory = recording.directory.path();
    assert_eq!(names(directory), ["events.000001.jsonl", "events.000002.jsonl", "events.jsonl"]);
    assert_eq!(numbers(&directory.join("events.000001.jsonl")), [0, 1, 2]);
    assert_eq!(numbers(&directory.join("events.000002.jsonl")), [3, 4, 5]);
    assert_eq!(recording.numbers(), [6]);
    assert_eq!(recording.recorder.stats().rotations, 2);
}

#[test]
fn a_line_or_a_batch_that_is_too_large_has_a_file_of_its_own() {
    let recording = rotating(by_lines(2));
    emit(&recording, [1]);
    recording.bus.emit(noted(2, &"x".repeat(5000))).unwrap().into_result().unwrap();
    recording.bus.emit_batch((3..9).map(step).collect::<Vec<_>>()).into_result().unwrap();
    emit(&recording, [9]);
    let directory = recording.directory.path();
    let per_file: Vec<_> = names(directory).iter().map(|name| numbers(&directory.join(name))).collect();
    assert_eq!(per_file, [vec![1], vec![2], vec![3, 4, 5, 6, 7, 8], vec![9]]);
}

#[test]
fn a_file_is_changed_when_it_is_old() {
    let clock = ManualClock::default();
    let rotation = Rotation::by_age(Duration::from_secs(60));
    let recording = Recording::new(|builder| builder.rotation(rotation).clock(clock.clone()));
    // An empty one has no age.
    clock.advance(Duration::from_secs(600));
    emit(&recording, [1]);
    clock.advance(Duration::from_secs(59));
    emit(&recording, [2]);
    clock.advance(Duration::from_secs(1));
    emit(&recording, [3]);
    clock.advance(Duration::from_secs(59));
    emit(&recording, [4]);
    let directory = recording.directory.path();
    assert_eq!(names(directory), ["events.000001.jsonl", "events.jsonl"]);
    assert_eq!((numbers(&directory.join("events.000001.jsonl")), recording.numbers()), (vec![1, 2], vec![3, 4]));
}

/// Whatever the clock counts from: the file is older than that.
#[test]
fn a_file_that_was_there_is_as_old_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    fs::write(&path, step(1).to_json().unwrap() + "\n").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let clock = ManualClock::default();
    let bus = events_core::EventBus::new();
    let rotation = Rotation::by_age(Duration::from_secs(60));
    bus.observe(builder(&path, rotation).clock(clock.clone()).open().unwrap()).detach();
    clock.advance(Duration::from_millis(59_950));
    for number in 2..4 {
        bus.emit(step(number)).unwrap().into_result().unwrap();
    }
    assert_eq!(names(directory.path()), ["events.000001.jsonl", "events.jsonl"]);
    assert_eq!((numbers(&directory.path().join("events.000001.jsonl")), numbers(&path)), (vec![1], vec![2, 3]));
}

#[test]
fn the_newest_are_kept_and_numbers_are_not_given_again() {
    let recording = rotating(by_lines(1).keep(2));
    emit(&recording, 0..6);
    recording.recorder.close().unwrap();
    let directory = recording.directory.path();
    assert_eq!(names(directory), ["events.000004.jsonl", "events.000005.jsonl", "events.jsonl"]);
    let again =
        Recording { recorder: Arc::new(builder(&recording.path, by_lines(1).keep(2)).open().unwrap()), ..recording };
    let bus = events_core::EventBus::new();
    bus.observe(Arc::clone(&again.recorder)).detach();
    bus.emit(step(6)).unwrap().into_result().unwrap();
    again.recorder.close().unwrap();
    assert_eq!(names(again.directory.path()), ["events.000005.jsonl", "events.000006.jsonl", "events.jsonl"]);
    assert_eq!(all_numbers(again.directory.path()), [4, 5, 6]);
}

fn builder(path: &Path, rotation: Rotation) -> JsonlRecorderBuilder {
    JsonlRecorder::builder(path).rotation(rotation)
}

#[test]
fn rotated_files_are_compressed_behind_the_emitters_back() {
    let recording = rotating(by_lines(2).gzip());
    emit(&recording, 0..5);
    let directory = recording.directory.path();
    until(|| names(directory) == ["events.000001.jsonl.gz", "events.000002.jsonl.gz", "events.jsonl"]);
    assert_eq!(all_numbers(directory), [0, 1, 2, 3, 4]);
}

#[test]
fn closing_waits_until_all_is_compressed() {
    let recording = rotating(by_lines(1).gzip().keep(3));
    emit(&recording, 0..9);
    recording.recorder.close().unwrap();
    let directory = recording.directory.path();
    let gz = |number| format!("events.00000{number}.jsonl.gz");
    assert_eq!(names(directory), [gz(6), gz(7), gz(8), "events.jsonl".into()]);
    assert_eq!(all_numbers(directory), [5, 6, 7, 8]);
}

/// What a rotation that was interrupted leaves: each state that a kill can find, and what becomes of it.
#[test]
fn an_interrupted_rotation_is_completed_by_whoever_opens_it_next() {
    let gz = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let text = |number| step(number).to_json().unwrap() + "\n";
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| fs::write(directory.path().join(name), content).unwrap();
    // Removed was to be the plain form of the first.
    write("events.000001.jsonl", text(1).as_bytes());
    write("events.000001.jsonl.gz", &gz(&text(1)));
    // In the middle of compressing the second.
    write("events.000002.jsonl", text(2).as_bytes());
    write("events.000002.jsonl.gz.part", &gz(&text(2))[..20]);
    // Before compressing the third, whose successor was not made.
    write("events.000003.jsonl", text(3).as_bytes());
    // Of one that was removed meanwhile.
    write("events.000000.jsonl.gz.part", b"\x1f\x8b");
    let path = directory.path().join("events.jsonl");
    let recorder = builder(&path, Rotation::by_size(1 << 20).gzip()).open().unwrap();
    recorder.close().unwrap();
    let gz = |number| format!("events.00000{number}.jsonl.gz");
    assert_eq!(names(directory.path()), [gz(1), gz(2), gz(3), "events.jsonl".into()]);
    assert_eq!(all_numbers(directory.path()), [1, 2, 3]);
}

#[test]
fn a_recorder_without_compression_leaves_compressed_files_alone() {
    let recording = rotating(by_lines(1).gzip());
    emit(&recording, 0..3);
    recording.recorder.close().unwrap();
    let plain = builder(&recording.path, by_lines(1)).open().unwrap();
    let bus = events_core::EventBus::new();
    bus.observe(plain).detach();
    bus.emit(step(3)).unwrap().into_result().unwrap();
    drop(bus);
    let names = names(recording.directory.path());
    assert_eq!(names, ["events.000001.jsonl.gz", "events.000002.jsonl.gz", "events.000003.jsonl", "events.jsonl"]);
}

/// A directory stands where the compressed form is to go: nothing is lost, nobody refused, and it is told.
#[test]
fn an_error_of_rotation_refuses_no_event_and_is_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let told = Arc::clone(&told);
        move |error: &BackgroundError| {
            told.lock().unwrap().push(error.to_string());
            panic!("a hook may panic");
        }
    };
    let recording = Recording::new(|builder| builder.rotation(by_lines(1).gzip()).on_error(hook));
    let directory = recording.directory.path();
    fs::create_dir(directory.join("events.000001.jsonl.gz.part")).unwrap();
    emit(&recording, 0..3);
    until(|| recording.recorder.stats().background_errors > 0);
    assert!(matches!(&*recording.recorder.last_background_error().unwrap(), BackgroundError::Rotation(_)));
    let error = recording.recorder.close().unwrap_err();
    assert!(matches!(&error, CloseError::Rotation(_)), "{error}");
    let told = told.lock().unwrap();
    let compressing = |told: &String| told.starts_with("cannot compress") && told.contains("events.000001.jsonl");
    assert!(told.iter().any(compressing), "{told:?}");
    fs::remove_dir(directory.join("events.000001.jsonl.gz.part")).unwrap();
    assert_eq!(all_numbers(directory), [0, 1, 2]);

    builder(&recording.path, by_lines(1).gzip()).open().unwrap().close().unwrap();
    assert_eq!(names(directory), ["events.000001.jsonl.gz", "events.000002.jsonl.gz", "events.jsonl"]);
    assert_eq!(all_numbers(directory), [0, 1, 2]);
}

#[test]
fn a_name_that_is_taken_is_not_overwritten() {
    let recording = rotating(by_lines(1));
    let directory = recording.directory.path();
    fs::write(directory.join("events.000001.jsonl"), step(90).to_json().unwrap() + "\n").unwrap();
    emit(&recording, 0..3);
    assert_eq!(all_numbers(directory), [90, 0, 1, 2]);
}

#[test]
#[cfg(unix)]
fn new_files_and_compressed_ones_are_as_private_as_the_first() {
    use std::os::unix::fs::PermissionsExt as _;

    let recording = rotating(by_lines(1).gzip());
    fs::set_permissions(&recording.path, fs::Permissions::from_mode(0o600)).unwrap();
    emit(&recording, 0..3);
    recording.recorder.close().unwrap();
    for name in names(recording.directory.path()) {
        let mode = fs::metadata(recording.directory.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn threads_lose_nothing_while_files_change() {
    let recording = rotating(Rotation::by_size(2000).gzip());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let recording = &recording;
            scope.spawn(move || emit(recording, thread * 1000..thread * 1000 + 300));
        }
    });
    recording.recorder.close().unwrap();
    let mut there = all_numbers(recording.directory.path());
    for thread in 0..4 {
        assert!(there.iter().filter(|number| **number / 1000 == thread).is_sorted());
    }
    there.sort_unstable();
    assert_eq!(there, (0..4).flat_map(|thread| thread * 1000..thread * 1000 + 300).collect::<Vec<_>>());
    assert!(recording.recorder.stats().rotations > 50);
}

#[test]
fn what_is_dropped_is_not_waited_for_but_completed_later() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    let recorder = builder(&path, Rotation::by_size(1).gzip()).open().unwrap();
    let bus = events_core::EventBus::new();
    let subscription = bus.observe(recorder);
    for number in 0..20 {
        bus.emit(noted(number, &"x".repeat(100_000))).unwrap().into_result().unwrap();
    }
    drop((subscription, bus));
    assert!(names(directory.path()).iter().all(|name| !name.contains(".part")));
    assert_eq!(all_numbers(directory.path()), (0..20).collect::<Vec<_>>());
    builder(&path, Rotation::by_size(1).gzip()).open().unwrap().close().unwrap();
    assert_eq!(names(directory.path()).iter().filter(|name| name.ends_with(".jsonl.gz")).count(), 19);
    assert_eq!(all_numbers(directory.path()), (0..20).collect::<Vec<_>>());
}
