//! Files whose last line has no line break when they are opened.

use std::fs;

use events_core::EventBus;
use events_jsonl::{JsonlRecorder, TailRepair};

use crate::domain::{numbers, step};

/// Opens a file that holds this, records a step, and returns what was repaired and what is there then.
fn opened(content: &[u8]) -> (Option<TailRepair>, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    fs::write(&path, content).unwrap();
    let recorder = JsonlRecorder::open(&path).unwrap();
    let repair = recorder.tail_repair();
    let bus = EventBus::new();
    bus.observe(recorder).detach();
    bus.emit(step(9)).unwrap().into_result().unwrap();
    (repair, fs::read_to_string(&path).unwrap())
}

fn line(number: u64) -> String {
    step(number).to_json().unwrap() + "\n"
}

#[test]
fn the_beginning_of_an_event_is_cut_off_wherever_it_ends() {
    let (first, second) = (line(1), line(2));
    for len in 1..second.len() - 1 {
        let (repair, content) = opened(format!("{first}{}", &second[..len]).as_bytes());
        let Some(TailRepair::Cut { bytes, .. }) = repair else { panic!("{repair:?}") };
        assert_eq!(bytes, len as u64);
        assert_eq!(content, format!("{first}{}", line(9)));
    }
}

/// An event that was read is written as it was read, and then its members stand in the order of whoever wrote it.
#[test]
fn the_beginning_of_an_event_of_somebody_else_is_cut_off_as_well() {
    let first = line(1);
    let second = r#"{ "id":"x\"y","data":{"a":[1,true,"ä"]},"specversion":"1.0","source":"/","type":"t"}"#;
    for len in 1..second.len() {
        let (repair, content) = opened(&[first.as_bytes(), &second.as_bytes()[..len]].concat());
        assert!(matches!(repair, Some(TailRepair::Cut { bytes, .. }) if bytes == len as u64), "{len}: {repair:?}");
        assert_eq!(content, format!("{first}{}", line(9)));
    }
    assert_eq!(opened(second.as_bytes()).0, Some(TailRepair::Terminated));
}

#[test]
fn a_whole_event_is_kept_and_its_line_ended() {
    let (repair, content) = opened(line(1).trim_end().as_bytes());
    assert_eq!(repair, Some(TailRepair::Terminated));
    assert_eq!(content, format!("{}{}", line(1), line(9)));
}

#[test]
fn zeros_that_a_loss_of_power_left_are_cut_off() {
    let (repair, content) = opened(format!("{}{}", line(1), "\0".repeat(100_000)).as_bytes());
    assert!(matches!(repair, Some(TailRepair::Cut { bytes: 100_000, .. })), "{repair:?}");
    assert_eq!(content, format!("{}{}", line(1), line(9)));
}

#[test]
fn what_no_recorder_wrote_is_left_alone() {
    for foreign in ["# notes", "{\n  \"specversion\": \"1.0\"\n}", "[1, 2", "{spec:", "{\"spec\":1} {"] {
        let (repair, content) = opened(foreign.as_bytes());
        assert_eq!(repair, Some(TailRepair::Terminated), "{foreign}");
        assert_eq!(content, format!("{foreign}\n{}", line(9)));
    }
}

#[test]
fn a_long_tail_is_found_to_its_beginning() {
    for filler in [65_534, 65_535, 65_536, 200_000] {
        let torn = format!(r#"{{"specversion":"1.0","id":"{}"#, "x".repeat(filler));
        let (repair, content) = opened(format!("{}{torn}", line(1)).as_bytes());
        assert!(matches!(repair, Some(TailRepair::Cut { bytes, .. }) if bytes == torn.len() as u64), "{repair:?}");
        assert_eq!(content, format!("{}{}", line(1), line(9)));
    }
}

#[test]
fn whole_lines_and_nothing_are_no_torn_tail() {
    assert_eq!(opened(b"").0, None);
    assert_eq!(opened(line(1).as_bytes()).0, None);
    assert_eq!(opened(b"\n\n").0, None);
}

#[test]
fn a_line_that_somebody_else_began_meanwhile_is_ended_first() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    let bus = EventBus::new();
    bus.observe(JsonlRecorder::open(&path).unwrap()).detach();
    bus.emit(step(1)).unwrap().into_result().unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    std::io::Write::write_all(&mut file, line(2).trim_end().as_bytes()).unwrap();
    bus.emit(step(3)).unwrap().into_result().unwrap();
    assert_eq!(numbers(&path), [1, 2, 3]);
}
