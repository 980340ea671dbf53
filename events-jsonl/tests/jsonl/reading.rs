//! Recordings read back.

use std::{fs, path::Path};

use chrono::{DateTime, TimeDelta};
use events_core::{
    AnyEnvelope, CorrelationId, Envelope, Event, EventBus,
    wire::{Decoded, EventRegistry, RegisteredType},
};
use events_jsonl::{Follower, JsonlReader, JsonlRecorder, ReadError, Rotation, TornTail};
use proptest::prelude::*;

use crate::domain::{Recording, StepDone, names, noted, step};

/// The numbers of the steps, and where something was wrong (0 if it is about no line).
pub fn read(reader: impl Iterator<Item = Result<events_jsonl::Record, ReadError>>) -> Vec<Result<u64, u64>> {
    let number = |record: events_jsonl::Record| record.event().decode::<StepDone>().unwrap().number;
    reader.map(|read| read.map(number).map_err(|error| error.place().map_or(0, events_jsonl::Place::line))).collect()
}

fn line(number: u64) -> String {
    step(number).to_json().unwrap() + "\n"
}

fn file(content: impl AsRef<[u8]>) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, content).unwrap();
    file
}

#[test]
fn events_are_read_as_they_were_written_with_their_places() {
    let text = format!("{}\n  \r\n{}", line(1), line(2));
    let file = file(&text);
    let records: Vec<_> = JsonlReader::open(&file).unwrap().map(Result::unwrap).collect();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].event().as_json(), line(1).trim_end());
    let place = records[1].place();
    assert_eq!((place.line(), place.offset(), place.path()), (4, line(1).len() as u64 + 5, file.path()));
    assert_eq!(place.to_string(), format!("{}:4", file.path().display()));
    assert_eq!(&text[usize::try_from(place.offset()).unwrap()..], line(2));
    assert_eq!(records, JsonlReader::open(&file).unwrap().map(Result::unwrap).collect::<Vec<_>>());
    assert_ne!(records[0], records[1]);
}

#[test]
fn what_is_no_event_is_told_and_passed_over() {
    let file = file(format!("{}not json\n{}{{\"id\": 1}}\n\u{feff}{}{}", line(1), line(2), line(3), line(4)));
    assert_eq!(read(JsonlReader::open(&file).unwrap()), [Ok(1), Err(2), Ok(2), Err(4), Err(5), Ok(4)]);
    let error = JsonlReader::open(&file).unwrap().nth(1).unwrap().unwrap_err();
    assert!(matches!(error, ReadError::Malformed { .. }));
    assert!(error.to_string().starts_with(&format!("{}:2: at byte 1: not an event", file.path().display())), "{error}");
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let file = file([line(1).as_bytes(), b"\xff\xfe\n", line(2).as_bytes(), &[0; 50]].concat());
    assert_eq!(read(JsonlReader::open(&file).unwrap()), [Ok(1), Err(2), Ok(2), Err(4)]);
}

#[test]
fn a_torn_tail_is_told_or_not_as_is_said() {
    let file = file(format!("{}{}", line(1), &line(2)[..40]));
    let error = JsonlReader::open(&file).unwrap().last().unwrap().unwrap_err();
    assert!(matches!(error, ReadError::Torn { bytes: 40, .. }), "{error}");
    assert_eq!(error.place().unwrap().offset(), line(1).len() as u64);
    assert_eq!(read(JsonlReader::open(&file).unwrap()), [Ok(1), Err(2)]);
    assert_eq!(read(JsonlReader::open(&file).unwrap().torn_tail(TornTail::Skip)), [Ok(1)]);
}

#[test]
fn a_line_that_is_too_long_is_told_and_passed_over() {
    let long = noted(9, &"x".repeat(200_000)).to_json().unwrap() + "\n";
    let file = file(format!("{}{long}{}", line(1), line(2)));
    assert_eq!(read(JsonlReader::open(&file).unwrap().max_line(100_000)), [Ok(1), Err(2), Ok(2)]);
    assert_eq!(read(JsonlReader::open(&file).unwrap().max_line(long.len() - 1)), [Ok(1), Ok(9), Ok(2)]);
    assert_eq!(read(JsonlReader::open(&file).unwrap().max_line(long.len() - 2)), [Ok(1), Err(2), Ok(2)]);
    assert_eq!(read(JsonlReader::open(&file).unwrap()), [Ok(1), Ok(9), Ok(2)], "16 MiB unless it is said");
}

/// To say that a line may be as long as it likes was a panic, and without overflow checks the end of the file.
#[test]
fn a_line_may_be_as_long_as_it_likes() {
    let long = noted(9, &"x".repeat(100_000)).to_json().unwrap() + "\n";
    let recording = Recording::new(|builder| builder);
    fs::write(&recording.path, line(1) + &long + &line(2)).unwrap();
    let expected = [Ok(1), Ok(9), Ok(2)];
    for most in [usize::MAX, usize::MAX - 1] {
        assert_eq!(read(JsonlReader::open(&recording.path).unwrap().max_line(most)), expected);
        let mut follower = Follower::builder(&recording.path).max_line(most).open().unwrap();
        follower.stop_handle().stop();
        assert_eq!(read(follower.by_ref()), expected);
    }
}

#[test]
fn a_missing_file_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    for error in [JsonlReader::open(&path).unwrap_err(), JsonlReader::open_with_rotated(&path).unwrap_err()] {
        assert!(matches!(&error, ReadError::Open { .. }), "{error}");
        assert_eq!((error.path(), error.place()), (path.as_path(), None));
    }
}

fn rotated(steps: u64) -> Recording {
    let recording = Recording::new(|builder| builder.rotation(Rotation::by_size(2 * line(1).len() as u64).gzip()));
    for number in 0..steps {
        recording.emit(number).into_result().unwrap();
    }
    recording.recorder.close().unwrap();
    recording
}

#[test]
fn rotated_files_are_read_first_compressed_or_not() {
    let recording = rotated(9);
    let directory = recording.directory.path();
    let plain = JsonlRecorder::builder(&recording.path).rotation(Rotation::by_size(1)).open().unwrap();
    let bus = EventBus::new();
    bus.observe(plain).detach();
    bus.emit(step(9)).unwrap().into_result().unwrap();
    let there = names(directory);
    assert_eq!(there.iter().filter(|name| name.contains(".gz")).count(), 4, "{there:?}");
    assert_eq!(there.len(), 6);
    let all: Vec<_> = (0..10).map(Ok).collect();
    assert_eq!(read(JsonlReader::open_with_rotated(&recording.path).unwrap()), all);
    let gzip = directory.join("events.000001.jsonl.gz");
    assert_eq!(read(JsonlReader::open(&gzip).unwrap()), [Ok(0), Ok(1)], "alone as well");
    fs::rename(&gzip, directory.join("other")).unwrap();
    assert_eq!(read(JsonlReader::open(directory.join("other")).unwrap()), [Ok(0), Ok(1)], "whatever its name");
}

#[test]
#[cfg(unix)]
fn a_link_to_a_recording_leads_to_its_rotated_files() {
    let recording = rotated(5);
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.jsonl");
    std::os::unix::fs::symlink(&recording.path, &link).unwrap();
    assert_eq!(read(JsonlReader::open_with_rotated(link).unwrap()), (0..5).map(Ok).collect::<Vec<_>>());
}

#[test]
fn rotated_files_without_the_one_that_is_written_are_read() {
    let recording = rotated(5);
    fs::remove_file(&recording.path).unwrap();
    assert_eq!(read(JsonlReader::open_with_rotated(&recording.path).unwrap()), [Ok(0), Ok(1), Ok(2), Ok(3)]);
}

#[test]
fn a_rotated_file_that_is_missing_is_told() {
    let recording = rotated(9);
    let gz = |number| recording.directory.path().join(format!("events.00000{number}.jsonl.gz"));
    fs::remove_file(gz(2)).unwrap();
    fs::remove_file(gz(3)).unwrap();
    let items: Vec<_> = JsonlReader::open_with_rotated(&recording.path).unwrap().collect();
    assert!(matches!(&items[2], Err(ReadError::Missing { first: 2, last: 3, .. })), "{:?}", items[2]);
    assert_eq!(read(items.into_iter()), [Ok(0), Ok(1), Err(0), Ok(6), Ok(7), Ok(8)]);
}

#[test]
fn a_damaged_compressed_file_is_told_and_the_next_one_read() {
    let recording = rotated(9);
    let damaged = recording.directory.path().join("events.000002.jsonl.gz");
    let content = fs::read(&damaged).unwrap();
    fs::write(&damaged, &content[..content.len() / 2]).unwrap();
    let items: Vec<_> = JsonlReader::open_with_rotated(&recording.path).unwrap().collect();
    let errors: Vec<_> = items.iter().filter_map(|item| item.as_ref().err()).collect();
    assert!(matches!(errors[..], [ReadError::Read { .. }]), "{errors:?}");
    assert_eq!(errors[0].path(), damaged);
    let numbers: Vec<_> = read(items.into_iter()).into_iter().flatten().collect();
    assert!(numbers.starts_with(&[0, 1]) && numbers.ends_with(&[4, 5, 6, 7, 8]), "{numbers:?}");
}

#[test]
fn a_rotated_file_that_cannot_be_opened_is_told_and_passed_over() {
    let recording = rotated(7);
    let gone = recording.directory.path().join("events.000002.jsonl.gz");
    fs::remove_file(&gone).unwrap();
    fs::create_dir(&gone).unwrap();
    assert_eq!(read(JsonlReader::open_with_rotated(&recording.path).unwrap()).len(), 6);
}

static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<Anything>()]);

/// As many kinds of members as there are.
#[derive(Event, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[event_type("anything.happened")]
struct Anything {
    text: String,
    number: i64,
    ratio: f64,
    list: Vec<Option<String>>,
    map: std::collections::BTreeMap<String, bool>,
    time: DateTime<chrono::Utc>,
}

fn anything() -> impl Strategy<Value = AnyEnvelope> {
    let time = (0..4_000_000_000_000_000_i64).prop_map(|micros| DateTime::UNIX_EPOCH + TimeDelta::microseconds(micros));
    let payload = (
        any::<String>(),
        any::<i64>(),
        prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        prop::collection::vec(any::<Option<String>>(), 0..4),
        prop::collection::btree_map(any::<String>(), any::<bool>(), 0..4),
        time.clone(),
    );
    let payload =
        payload.prop_map(|(text, number, ratio, list, map, time)| Anything { text, number, ratio, list, map, time });
    (payload, "[^\\x00-\\x1f\\x7f]{1,20}", time, any::<Option<u64>>(), prop::option::of("[a-z]{1,8}")).prop_filter_map(
        "an entity's id has rules of its own",
        |(payload, entity, time, sequence, correlation)| {
            let mut builder = Envelope::builder(payload, entity).time(time);
            if let Some(sequence) = sequence {
                builder = builder.sequence(sequence);
            }
            if let Some(correlation) = correlation {
                builder = builder.correlation_id(CorrelationId::from(correlation));
            }
            Some(builder.build().ok()?.erase())
        },
    )
}

fn written_and_read(path: &Path) -> Vec<AnyEnvelope> {
    let event = |record: Result<events_jsonl::Record, ReadError>| match EVENTS.decode(record.unwrap().event()).unwrap()
    {
        Decoded::Event(event) => event,
        Decoded::Raw(raw) => panic!("{raw}"),
    };
    JsonlReader::open_with_rotated(path).unwrap().map(event).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(events in prop::collection::vec(anything(), 1..20), size in 1_u64..5000) {
        let recording = Recording::new(|builder| builder.rotation(Rotation::by_size(size).gzip()));
        for event in &events {
            recording.bus.emit(event.clone()).unwrap().into_result().unwrap();
        }
        let read = written_and_read(&recording.path);
        prop_assert_eq!(read.len(), events.len());
        for (read, event) in read.iter().zip(&events) {
            prop_assert_eq!(read.payload::<Anything>(), event.payload::<Anything>());
            prop_assert_eq!((read.id(), read.entity_id(), read.time()), (event.id(), event.entity_id(), event.time()));
            prop_assert_eq!(read.metadata(), event.metadata());
        }
    }
}

proptest! {
    /// Whatever is in a file: each line that is not blank is an event or an error, and places lead there.
    #[test]
    fn every_line_of_anything_is_accounted_for(
        pieces in prop::collection::vec(
            prop_oneof![
                any::<Vec<u8>>(),
                Just(b"\n".to_vec()),
                Just(step(1).to_json().unwrap().into_bytes()),
                Just(line(2).into_bytes()),
                Just(vec![0x1f]),
            ],
            0..20,
        ),
        most in 0_usize..400,
    ) {
        let content = pieces.concat();
        prop_assume!(!content.starts_with(&[0x1f, 0x8b]));
        let file = file(&content);
        let items: Vec<_> = JsonlReader::open(&file).unwrap().max_line(most).collect();
        let lines: Vec<_> = content.split(|byte| *byte == b'\n').collect();
        let places: Vec<_> = items
            .iter()
            .map(|item| item.as_ref().map_or_else(|error| error.place().unwrap().clone(), |record| record.place().clone()))
            .collect();
        // A blank line is passed over unless it is too long, or torn.
        let told = |(at, text): &(usize, &&[u8])| {
            !text.trim_ascii().is_empty() || text.len() > most || (*at == lines.len() - 1 && !text.is_empty())
        };
        let expected: Vec<_> = lines.iter().enumerate().filter(told).map(|(at, _)| at as u64 + 1).collect();
        prop_assert_eq!(places.iter().map(events_jsonl::Place::line).collect::<Vec<_>>(), expected);
        for (item, place) in items.iter().zip(&places) {
            let text = lines[usize::try_from(place.line() - 1).unwrap()];
            let from = usize::try_from(place.offset()).unwrap();
            prop_assert_eq!(&content[from..from + text.len()], text);
            if let Ok(record) = item {
                prop_assert_eq!(record.event().as_json().as_bytes(), text.trim_ascii());
            }
        }
    }
}
