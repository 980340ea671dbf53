//! What an assertion does: looks, and says what came where it fails.

#![expect(clippy::missing_panics_doc, reason = "their macros say when they panic")]

use super::{
    Recorder,
    expectation::{Expect, Expectation, Verdict},
    nearest::{misses, nearest, other_type},
    report::{Snapshot, counted, indented, shortened},
};
use crate::{AnyEnvelope, Envelope};

/// Some event matches: the first.
#[track_caller]
pub fn emitted<E, F: Fn(&E) -> Verdict>(seen: &Recorder, expected: &Expectation<E, F>) -> Envelope<E> {
    let seen = seen.snapshot();
    let first = matching(&seen, 0, expected).next();
    match first.and_then(|index| expected.downcast(&seen.events[index])) {
        Some(event) => event,
        None => panic!("{}", nothing_matches(&seen, expected)),
    }
}

/// One event matches, and no other.
#[track_caller]
pub fn emitted_once<E, F: Fn(&E) -> Verdict>(seen: &Recorder, expected: &Expectation<E, F>) -> Envelope<E> {
    let seen = seen.snapshot();
    let all: Vec<usize> = matching(&seen, 0, expected).collect();
    assert!(all.len() < 2, "{}", these_match(&seen, &all, expected, "one"));
    match all.first().and_then(|index| expected.downcast(&seen.events[*index])) {
        Some(event) => event,
        None => panic!("{}", nothing_matches(&seen, expected)),
    }
}

/// No event matches.
#[track_caller]
pub fn not_emitted(seen: &Recorder, expected: &dyn Expect) {
    let seen = seen.snapshot();
    let all: Vec<usize> = matching(&seen, 0, expected).collect();
    assert!(all.is_empty(), "{}", these_match(&seen, &all, expected, "none"));
}

/// The events came in this order, among others.
#[track_caller]
pub fn emitted_in_order(seen: &Recorder, expected: &[&dyn Expect]) {
    let seen = seen.snapshot();
    let mut found: Vec<usize> = Vec::new();
    for next in expected {
        let from = found.last().map_or(0, |last| last + 1);
        match matching(&seen, from, *next).next() {
            Some(index) => found.push(index),
            None => panic!("{}", out_of_order(&seen, expected, &found, *next)),
        }
    }
}

/// The events came in this order, and no others.
#[track_caller]
pub fn emitted_exactly(seen: &Recorder, expected: &[&dyn Expect]) {
    let seen = seen.snapshot();
    let mut came = seen.events.iter().enumerate().filter(|(_, event)| seen.looks_at(event));
    for (at, next) in expected.iter().enumerate() {
        let place = format!("`{}`, {} of {}", next.text(), at + 1, expected.len());
        let Some((index, event)) = came.next() else {
            panic!("no event{} came for {place}\n{}", seen.of(), seen.listed());
        };
        let misses = misses(event, *next).unwrap_or_else(|| vec![other_type(event, next.event_type())]);
        assert!(misses.is_empty(), "#{} does not match {place}\n{}{}", index + 1, indented(&misses), seen.listed());
    }
    if let Some((index, _)) = came.next() {
        let more = match came.count() {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        panic!("#{}{more} came behind the {} expected\n{}", index + 1, counted(expected.len(), "event"), seen.listed());
    }
}

fn matching(seen: &Snapshot, from: usize, expected: &dyn Expect) -> impl Iterator<Item = usize> {
    let matches = |event: &AnyEnvelope| seen.looks_at(event) && matches!(expected.judge(event), Some(Verdict::Matches));
    seen.events.iter().enumerate().skip(from).filter(move |(_, event)| matches(event)).map(|(index, _)| index)
}

fn nothing_matches(seen: &Snapshot, expected: &dyn Expect) -> String {
    format!("no event{} matches `{}`\n{}{}", seen.of(), expected.text(), nearest(seen, 0, expected), seen.listed())
}

fn out_of_order(seen: &Snapshot, expected: &[&dyn Expect], found: &[usize], next: &dyn Expect) -> String {
    let (of, place) = (seen.of(), format!("`{}`, {} of {} in order", next.text(), found.len() + 1, expected.len()));
    let matched = |(index, expected): (&usize, &&dyn Expect)| format!("#{} `{}`", index + 1, expected.text());
    let matched: Vec<String> = found.iter().zip(expected).map(matched).collect();
    let (first, from) = match found.last() {
        None => (format!("no event{of} matches {place}\n"), 0),
        Some(last) => {
            let from = last + 1;
            (format!("no event{of} behind #{from} matches {place}\nbefore it:\n{}", indented(&matched)), from)
        }
    };
    format!("{first}{}{}", nearest(seen, from, next), seen.listed())
}

fn these_match(seen: &Snapshot, all: &[usize], expected: &dyn Expect, wanted: &str) -> String {
    let mut numbers: Vec<String> = all.iter().map(|index| format!("#{}", index + 1)).collect();
    let hidden = shortened(numbers.len());
    if !hidden.is_empty() {
        let more = format!("… {} more", hidden.len());
        numbers.splice(hidden, [more]);
    }
    format!(
        "{}{} {} `{}`, expected {wanted}: {}\n{}",
        counted(all.len(), "event"),
        seen.of(),
        if all.len() == 1 { "matches" } else { "match" },
        expected.text(),
        numbers.join(", "),
        seen.listed(),
    )
}
