//! Processes that are killed while they record.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::Stdio,
    thread,
    time::Duration,
};

use events_core::EventBus;
use events_jsonl::{JsonlRecorder, Rotation};

use crate::{
    child,
    domain::{all_numbers, names, noted, numbers_in},
};

/// Records until it is killed, and acknowledges each event that has a receipt without failure.
fn record(directory: &Path, rotation: Option<Rotation>) {
    let mut builder = JsonlRecorder::builder(directory.join("events.jsonl"));
    if let Some(rotation) = rotation {
        builder = builder.rotation(rotation);
    }
    let bus = EventBus::new();
    bus.observe(builder.open().unwrap()).detach();
    let first: u64 = fs::read_to_string(directory.join("first")).unwrap().parse().unwrap();
    let mut out = std::io::stdout().lock();
    for number in first.. {
        let note = "x".repeat(usize::try_from(number * 7919 % 3000).unwrap());
        bus.emit(noted(number, &note)).unwrap().into_result().unwrap();
        writeln!(out, "\nacknowledged {number}").unwrap();
    }
}

#[test]
#[ignore = "a child of the tests below"]
fn records_until_it_is_killed() {
    record(&child::directory().unwrap(), None);
}

#[test]
#[ignore = "a child of the tests below"]
fn records_and_rotates_until_it_is_killed() {
    record(&child::directory().unwrap(), Some(Rotation::by_size(20_000).gzip()));
}

/// Kills it again and again. What was acknowledged is there, once and in order.
fn kill_again_and_again(test: &str, directory: &Path, rounds: u64) {
    let mut acknowledged = Vec::new();
    let mut first = 0;
    for round in 0..rounds {
        fs::write(directory.join("first"), first.to_string()).unwrap();
        let mut child = child::command(test, directory, "").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut number = || lines.find_map(|line| line.strip_prefix("acknowledged ")?.parse::<u64>().ok());
        acknowledged.extend(number());
        let reader = {
            // At some moment of its work, and of the writing of a line.
            let kill = Duration::from_micros(1000 + (round * 7_368_787) % 90_000);
            let killer = thread::spawn(move || {
                thread::sleep(kill);
                child.kill().unwrap();
                child.wait().unwrap();
            });
            acknowledged.extend(std::iter::from_fn(number));
            killer
        };
        reader.join().unwrap();
        first = acknowledged.last().unwrap() + 1_000_000;
    }
    // Opening it mends the end, and completes what was interrupted.
    JsonlRecorder::builder(directory.join("events.jsonl"))
        .rotation(Rotation::by_size(20_000).gzip())
        .open()
        .unwrap()
        .close()
        .unwrap();
    fs::remove_file(directory.join("first")).unwrap();
    let there = all_numbers(directory);
    assert!(there.is_sorted_by(|a, b| a < b), "twice, or out of order");
    let missing: Vec<_> = acknowledged.iter().filter(|number| there.binary_search(number).is_err()).collect();
    assert!(missing.is_empty(), "{missing:?} of {}", acknowledged.len());
    // At most the event that was under way is there without having been acknowledged.
    let unacknowledged = there.len() - acknowledged.len();
    assert!(unacknowledged as u64 <= rounds, "{unacknowledged} in {rounds} rounds");
    assert!(acknowledged.len() > 100);
}

#[test]
#[cfg(unix)]
fn what_was_acknowledged_is_there() {
    let directory = tempfile::tempdir().unwrap();
    kill_again_and_again("killed::records_until_it_is_killed", directory.path(), 16);
    assert_eq!(names(directory.path()), ["events.jsonl"]);
}

#[test]
#[cfg(unix)]
fn what_was_acknowledged_is_there_in_spite_of_rotation() {
    let directory = tempfile::tempdir().unwrap();
    kill_again_and_again("killed::records_and_rotates_until_it_is_killed", directory.path(), 16);
    let names = names(directory.path());
    assert!(names.len() > 16, "{names:?}");
    let (live, rotated) = names.split_last().unwrap();
    assert_eq!(live, "events.jsonl");
    assert!(rotated.iter().all(|name| name.ends_with(".jsonl.gz")), "{rotated:?}");
}

#[test]
fn an_unfinished_line_is_seen_by_the_checks_of_these_tests() {
    let torn = noted(1, "x").to_json().unwrap();
    assert!(std::panic::catch_unwind(|| numbers_in(&torn)).is_err());
}
