//! Recordings that are read while they are written.

use std::{
    fs,
    io::Write as _,
    thread,
    time::{Duration, Instant},
};

use events_core::{EventBus, RecvTimeoutError, TryRecvError};
use events_jsonl::{Follower, JsonlRecorder, ReadError, Rotation, Start};

use crate::domain::{Recording, StepDone, names, noted, step};

const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(2);

fn number(found: Option<Result<events_jsonl::Record, ReadError>>) -> u64 {
    found.expect("an event in time").unwrap().event().decode::<StepDone>().unwrap().number
}

fn follow(recording: &Recording, start: Start) -> Follower {
    Follower::builder(&recording.path).start(start).poll_interval(POLL).open().unwrap()
}

fn next(follower: &mut Follower) -> u64 {
    number(follower.recv_timeout(PATIENCE).ok())
}

fn nothing(follower: &mut Follower) {
    let found = follower.recv_timeout(Duration::from_millis(10));
    assert!(matches!(found, Err(RecvTimeoutError::Timeout)), "{found:?}");
}

#[test]
fn what_is_written_is_read_soon() {
    let recording = Recording::new(|builder| builder);
    let mut follower = follow(&recording, Start::CurrentFile);
    for round in 0..5 {
        nothing(&mut follower);
        assert!(matches!(follower.try_recv(), Err(TryRecvError::Empty)));
        recording.emit(round).into_result().unwrap();
        assert_eq!(next(&mut follower), round);
    }
}

#[test]
fn it_begins_where_it_is_said() {
    let rotation = Rotation::by_size(2 * step(1).to_json().unwrap().len() as u64 + 2).gzip();
    let recording = Recording::new(|builder| builder.rotation(rotation));
    for number in 0..5 {
        recording.emit(number).into_result().unwrap();
    }
    let mut followers = [Start::Beginning, Start::CurrentFile, Start::New].map(|start| follow(&recording, start));
    for number in 5..8 {
        recording.emit(number).into_result().unwrap();
    }
    for (follower, first) in followers.iter_mut().zip([0, 4, 5]) {
        for number in first..8 {
            assert_eq!(next(follower), number);
        }
        nothing(follower);
    }
}

#[test]
fn only_a_whole_line_is_read_and_with_its_place() {
    let recording = Recording::new(|builder| builder);
    let mut follower = follow(&recording, Start::CurrentFile);
    recording.emit(1).into_result().unwrap();
    assert_eq!(next(&mut follower), 1);
    let mut file = fs::OpenOptions::new().append(true).open(&recording.path).unwrap();
    let line = step(2).to_json().unwrap() + "\n";
    for piece in line.as_bytes().chunks(31) {
        nothing(&mut follower);
        file.write_all(piece).unwrap();
    }
    let record = follower.recv_timeout(PATIENCE).unwrap().unwrap();
    assert_eq!((record.place().line(), record.event().as_json()), (2, line.trim_end()));
}

#[test]
fn what_was_cut_off_is_not_glued_to_what_came_in_its_place() {
    let recording = Recording::new(|builder| builder);
    recording.emit(1).into_result().unwrap();
    let len = fs::metadata(&recording.path).unwrap().len();
    let mut follower = follow(&recording, Start::CurrentFile);
    assert_eq!(next(&mut follower), 1);
    for number in 2..6 {
        let mut file = fs::OpenOptions::new().append(true).open(&recording.path).unwrap();
        file.write_all(&noted(99, "torn").to_json().unwrap().as_bytes()[..100]).unwrap();
        nothing(&mut follower);
        let end = fs::metadata(&recording.path).unwrap().len() - 100;
        assert!(end >= len);
        file.set_len(end).unwrap();
        recording.emit(number).into_result().unwrap_or_else(|error| {
            // The recorder noticed it too, and says so once.
            assert!(error.to_string().contains("shortened"), "{error}");
            recording.emit(number).into_result().unwrap()
        });
        assert_eq!(next(&mut follower), number);
    }
}

#[test]
fn it_waits_for_a_file_that_is_not_there_yet() {
    let recording = Recording::new(|builder| builder);
    let path = recording.directory.path().join("later.jsonl");
    let mut follower = Follower::builder(&path).poll_interval(POLL).open().unwrap();
    nothing(&mut follower);
    fs::write(&path, step(7).to_json().unwrap() + "\n").unwrap();
    assert_eq!(next(&mut follower), 7);
    assert!(Follower::open(recording.directory.path().join("missing").join("events.jsonl")).is_err());
}

/// Rotated files were looked for beside a link that led to nothing yet, and were not read.
#[test]
#[cfg(unix)]
fn it_waits_for_the_file_to_which_a_link_will_lead() {
    let directory = tempfile::tempdir().unwrap();
    let [link, other, there] = ["link.jsonl", "other.jsonl", "there"].map(|name| directory.path().join(name));
    fs::create_dir(&there).unwrap();
    std::os::unix::fs::symlink("other.jsonl", &link).unwrap();
    std::os::unix::fs::symlink("there/events.jsonl", &other).unwrap();
    let mut follower = Follower::open(&link).unwrap();
    nothing(&mut follower);
    let bus = EventBus::new();
    bus.observe(JsonlRecorder::builder(&link).rotation(Rotation::by_size(1)).open().unwrap()).detach();
    for number in 0..5 {
        bus.emit(step(number)).unwrap().into_result().unwrap();
    }
    assert_eq!((0..5).map(|_| next(&mut follower)).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn a_file_that_vanished_is_read_to_its_end_and_the_next_one_from_its_beginning() {
    let recording = Recording::new(|builder| builder);
    let mut follower = follow(&recording, Start::CurrentFile);
    recording.emit(1).into_result().unwrap();
    assert_eq!(next(&mut follower), 1);
    recording.emit(2).into_result().unwrap();
    fs::remove_file(&recording.path).unwrap();
    assert_eq!(recording.emit(3).failures().len(), 1);
    recording.emit(3).into_result().unwrap();
    recording.emit(4).into_result().unwrap();
    assert_eq!([next(&mut follower), next(&mut follower), next(&mut follower)], [2, 3, 4]);
    fs::remove_file(&recording.path).unwrap();
    nothing(&mut follower);
}

#[test]
fn a_file_that_was_emptied_is_told_and_read_again() {
    let recording = Recording::new(|builder| builder);
    let mut follower = follow(&recording, Start::CurrentFile);
    recording.emit(1).into_result().unwrap();
    assert_eq!(next(&mut follower), 1);
    fs::write(&recording.path, "").unwrap();
    let error = follower.recv_timeout(PATIENCE).unwrap().unwrap_err();
    assert!(matches!(error, ReadError::Shortened { bytes: 0, .. }), "{error}");
    assert_eq!(recording.emit(2).failures().len(), 1);
    recording.emit(2).into_result().unwrap();
    assert_eq!(next(&mut follower), 2);
}

#[test]
fn rotations_that_it_did_not_see_are_caught_up() {
    let recording = Recording::new(|builder| builder.rotation(Rotation::by_size(1).gzip()));
    let mut follower = follow(&recording, Start::CurrentFile);
    recording.emit(0).into_result().unwrap();
    assert_eq!(next(&mut follower), 0);
    for number in 1..10 {
        recording.emit(number).into_result().unwrap();
    }
    recording.recorder.close().unwrap();
    assert_eq!(names(recording.directory.path()).len(), 10, "the file that it has open is compressed meanwhile");
    for number in 1..10 {
        assert_eq!(next(&mut follower), number);
    }
    nothing(&mut follower);
}

#[test]
fn files_that_were_removed_before_it_came_to_them_are_told() {
    let recording = Recording::new(|builder| builder.rotation(Rotation::by_size(1).keep(2)));
    recording.emit(0).into_result().unwrap();
    let mut follower = follow(&recording, Start::CurrentFile);
    assert_eq!(next(&mut follower), 0);
    for number in 1..10 {
        recording.emit(number).into_result().unwrap();
    }
    recording.recorder.close().unwrap();
    let error = follower.recv_timeout(PATIENCE).unwrap().unwrap_err();
    assert!(matches!(error, ReadError::Missing { first: 2, last: 7, .. }), "{error}");
    assert_eq!([next(&mut follower), next(&mut follower), next(&mut follower)], [7, 8, 9]);
}

/// Several threads write, the file is changed every few lines, and the old ones are compressed and removed behind that.
#[test]
fn a_follower_of_a_busy_recording_reads_every_line_once_and_in_order() {
    const THREADS: u64 = 4;
    const EACH: u64 = 500;
    let recording = Recording::new(|builder| builder.rotation(Rotation::by_size(3000).gzip()));
    let mut follower = follow(&recording, Start::Beginning);
    let stop = follower.stop_handle();
    let reader = thread::spawn(move || follower.by_ref().map(|found| number(Some(found))).collect::<Vec<_>>());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let recording = &recording;
            scope.spawn(move || {
                for number in 0..EACH {
                    let note = "x".repeat(usize::try_from(number % 700).unwrap());
                    recording.bus.emit(noted(thread * 10_000 + number, &note)).unwrap().into_result().unwrap();
                }
            });
        }
    });
    stop.stop();
    let read = reader.join().unwrap();
    let written: Vec<_> = crate::reading::read(events_jsonl::JsonlReader::open_with_rotated(&recording.path).unwrap())
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(read.len() as u64, THREADS * EACH);
    assert_eq!(read, written, "in the order in which they stand in the files");
    assert!(recording.recorder.stats().rotations > 100);
}

#[test]
fn stopping_ends_the_wait_at_once() {
    let recording = Recording::new(|builder| builder);
    let mut follower = Follower::builder(&recording.path).poll_interval(Duration::from_secs(3600)).open().unwrap();
    let stop = follower.stop_handle();
    let start = Instant::now();
    let waiting = thread::spawn(move || follower.next().is_none());
    thread::sleep(Duration::from_millis(20));
    stop.stop();
    assert!(waiting.join().unwrap());
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn what_was_written_before_it_was_stopped_is_read() {
    let recording = Recording::new(|builder| builder);
    let mut follower = follow(&recording, Start::CurrentFile);
    for number in 0..3 {
        recording.emit(number).into_result().unwrap();
    }
    follower.stop_handle().stop();
    assert_eq!(follower.by_ref().map(|found| number(Some(found))).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(matches!(follower.try_recv(), Err(TryRecvError::Closed)));
    assert!(matches!(follower.recv_timeout(PATIENCE), Err(RecvTimeoutError::Closed)));
}

#[test]
fn what_is_refused_is_told_and_not_asked_again_at_once() {
    let recording = Recording::new(|builder| builder);
    let inner = recording.directory.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let mut follower =
        Follower::builder(inner.join("events.jsonl")).poll_interval(Duration::from_millis(20)).open().unwrap();
    fs::remove_dir(&inner).unwrap();
    let start = Instant::now();
    for _ in 0..4 {
        assert!(matches!(follower.recv_timeout(PATIENCE), Ok(Err(ReadError::Open { .. }))));
    }
    assert!(start.elapsed() >= Duration::from_millis(60));
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("events.jsonl"), step(1).to_json().unwrap() + "\n").unwrap();
    let found = std::iter::from_fn(|| follower.recv_timeout(PATIENCE).ok()).find_map(Result::ok);
    assert_eq!(number(found.map(Ok)), 1);
}

#[test]
fn no_pause_is_so_short_that_it_is_none() {
    let recording = Recording::new(|builder| builder);
    let mut follower = Follower::builder(&recording.path).poll_interval(Duration::ZERO).open().unwrap();
    let stop = follower.stop_handle();
    let reader = thread::spawn(move || follower.by_ref().map(|found| number(Some(found))).collect::<Vec<_>>());
    thread::sleep(Duration::from_millis(5));
    recording.emit(1).into_result().unwrap();
    stop.stop();
    assert_eq!(reader.join().unwrap(), [1], "it waits, and does not end");
}

/// What a compressed file holds does not grow, and its length is not that of what is on the disk.
#[test]
fn a_compressed_file_is_read_once_until_another_takes_its_place() {
    use flate2::{Compression, write::GzEncoder};

    for steps in [0, 1, 1000] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.jsonl");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        for number in 0..steps {
            writeln!(encoder, "{}", step(number).to_json().unwrap()).unwrap();
        }
        let whole = encoder.finish().unwrap();
        fs::write(&path, &whole).unwrap();
        let mut follower = Follower::builder(&path).poll_interval(POLL).open().unwrap();
        let stop = follower.stop_handle();
        // A test that does not end says nothing.
        let reader = thread::spawn(move || {
            let read: Vec<_> = (0..steps).map(|_| next(&mut follower)).collect();
            nothing(&mut follower);
            (read, follower)
        });
        let start = Instant::now();
        while !reader.is_finished() {
            assert!(start.elapsed() < PATIENCE, "in vain");
            thread::sleep(POLL);
        }
        let (read, mut follower) = reader.join().unwrap();
        assert_eq!(read, (0..steps).collect::<Vec<_>>());

        // One that ends too early is told, once.
        let new = directory.path().join("new");
        fs::write(&new, &whole[..whole.len() - 4]).unwrap();
        fs::rename(&new, &path).unwrap();
        let errors = (0..=steps).filter_map(|_| follower.recv_timeout(PATIENCE).unwrap().err()).count();
        assert_eq!(errors, 1);
        nothing(&mut follower);
        stop.stop();
        assert!(follower.next().is_none());
    }
}
