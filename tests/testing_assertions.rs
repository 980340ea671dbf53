//! The assertions of the test kit, and the exact texts of their failures.

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
};

use events_core::{
    Event, EventBus,
    testing::{
        Recorder, assert_emitted, assert_emitted_exactly, assert_emitted_in_order, assert_emitted_once,
        assert_not_emitted,
    },
};
use serde::Serialize;

use crate::domain::{
    QuickTestCompleted, QuickTestEmitter, QuickTestFailed, QuickTestStarted, QuickTestStep, ServiceReady, delivered,
    quick_test,
};

/// Two steps, a completion and one on another entity.
fn recorded() -> Recorder {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    let tests = quick_test(&bus);
    delivered(tests.emit_step(1));
    delivered(tests.emit_step(2));
    delivered(tests.emit_completed(0.5));
    delivered(QuickTestEmitter::new(&bus, "test-002").emit_failed("timeout"));
    seen
}

const CAME: &str = r#"4 events came:
  #1  quick_test.step       test-001  {"n": 1}
  #2  quick_test.step       test-001  {"n": 2}
  #3  quick_test.completed  test-001  {"success_rate": 0.5, "note": null}
  #4  quick_test.failed     test-002  {"error": "timeout"}"#;

/// What an assertion says when it fails.
pub(crate) fn failure<T>(assertion: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).err().expect("the assertion holds");
    *panic.downcast().expect("the message is made at run time")
}

macro_rules! fails {
    ($assertion:expr, $($expected:expr),+) => {
        assert_eq!(failure(|| $assertion), [$($expected),+].join("\n"))
    };
}

#[test]
fn patterns_match_as_patterns_do() {
    let seen = recorded();
    assert_eq!(assert_emitted!(seen, QuickTestStep).n, 1);
    assert_eq!(assert_emitted!(seen, QuickTestStep { .. }).n, 1);
    assert_eq!(assert_emitted!(seen, QuickTestStep { n: 2 | 3 }).n, 2);
    assert_eq!(assert_emitted!(seen, QuickTestStep { n: 2.. }).n, 2);
    assert_eq!(assert_emitted!(seen, QuickTestStep { n } if *n > 1).n, 2);
    assert_eq!(assert_emitted!(seen, QuickTestStep { n: m } if *m > 1,).n, 2);
    assert_eq!(assert_emitted!(seen, QuickTestStep { n: found @ 2 } if *found == 2).n, 2);
    assert!(assert_emitted!(&seen, QuickTestCompleted { note: None, .. },).success_rate > 0.4);
    assert_eq!(
        assert_emitted!(seen.entity("test-002"), QuickTestFailed { error } if error == "timeout").error,
        "timeout"
    );
    let limit = 1;
    assert_eq!(assert_emitted_once!(seen, QuickTestStep { n } if *n > limit).entity_id(), "test-001");
    assert_emitted_once!(seen, QuickTestCompleted { success_rate, .. } if (0.4..0.6).contains(success_rate));
    assert_not_emitted!(seen, ServiceReady);
    assert_not_emitted!(seen, crate::domain::QuickTestBeat { .. });
    assert_not_emitted!(seen, QuickTestStep { n: 3.. });
    assert_not_emitted!(seen.entity("test-001"), QuickTestFailed);
    assert_emitted_in_order!(seen, []);
    assert_emitted_in_order!(seen, [QuickTestStep, QuickTestFailed { .. }]);
    assert_emitted_in_order!(
        seen,
        [QuickTestStep { n: 1 }, QuickTestStep, QuickTestCompleted { success_rate, .. } if *success_rate > 0.4],
    );
    assert_emitted_exactly!(
        seen,
        [QuickTestStep, QuickTestStep { n } if *n == 2, QuickTestCompleted { .. }, QuickTestFailed]
    );
    assert_emitted_exactly!(seen.entity("test-002"), [QuickTestFailed]);
    assert_emitted_exactly!(Recorder::new(), []);
}

#[derive(Event, Serialize)]
#[event_type("sample.taken")]
struct Sample<T> {
    value: T,
    r#type: &'static str,
    #[serde(rename = "other")]
    renamed: u8,
}

#[test]
fn events_may_be_generic_and_their_fields_raw() {
    let seen = Recorder::new();
    let bus = EventBus::new();
    let _seen = bus.observe(seen.clone());
    delivered(bus.emit(Sample { value: 1_u8, r#type: "a", renamed: 1 }.for_entity("s").unwrap()));
    assert_eq!(assert_emitted!(seen, Sample<u8>).value, 1);
    assert_eq!(assert_emitted!(seen, Sample<u8> { value: 1, .. }).value, 1);
    assert_eq!(assert_emitted!(seen, Sample::<u8> { value: 1, .. }).value, 1);
    fails!(
        assert_emitted!(seen, Sample::<u8> { r#type: "b", renamed: 2, .. }),
        r#"no event matches `Sample::<u8> { r#type: "b", renamed: 2, .. }`"#,
        "nearest: #1",
        r#"  `r#type` is "a", expected `"b"`"#,
        "  `renamed` does not match `2`",
        "1 event came:",
        r#"  #1  sample.taken  s  {"value": 1, "type": "a", "other": 1}"#
    );
    fails!(
        assert_emitted!(seen, Sample<u16>),
        "no event matches `Sample<u16>`",
        "nearest: #1",
        "  the type is `sample.taken`, but the payload is of another Rust type",
        "1 event came:",
        r#"  #1  sample.taken  s  {"value": 1, "type": "a", "other": 1}"#
    );
}

#[test]
fn the_nearest_miss_is_the_event_with_the_fewest_differences() {
    let seen = recorded();
    fails!(
        assert_emitted!(seen, QuickTestCompleted { success_rate, note: None } if *success_rate > 0.9),
        "no event matches `QuickTestCompleted { success_rate, note: None } if *success_rate > 0.9`",
        "nearest: #3",
        "  `*success_rate > 0.9` does not hold: `success_rate` is 0.5, `note` is null",
        CAME
    );
    fails!(
        assert_emitted!(seen, QuickTestCompleted { success_rate: 0.9..=1.0, note: Some(_) }),
        "no event matches `QuickTestCompleted { success_rate: 0.9..=1.0, note: Some(_) }`",
        "nearest: #3",
        "  `success_rate` is 0.5, expected `0.9..=1.0`",
        "  `note` is null, expected `Some(_)`",
        CAME
    );
    fails!(
        assert_emitted!(seen, QuickTestStep { n } if n % 2 == 0 && *n > 2),
        "no event matches `QuickTestStep { n } if n % 2 == 0 && *n > 2`",
        "nearest: #1",
        "  `n % 2 == 0 && *n > 2` does not hold: `n` is 1",
        CAME
    );
    fails!(
        assert_emitted!(seen, QuickTestStep { n: m } if *m > 2),
        "no event matches `QuickTestStep { n: m } if *m > 2`",
        "nearest: #1",
        "  `*m > 2` does not hold: `n` is 1",
        CAME
    );
    let twice = Recorder::new();
    for entity in ["test-002", "test-001"] {
        let bus = EventBus::new();
        let _seen = bus.observe(twice.clone());
        delivered(QuickTestEmitter::new(&bus, entity).emit_step(7));
    }
    let came =
        "2 events came:\n  #1  quick_test.step  test-002  {\"n\": 7}\n  #2  quick_test.step  test-001  {\"n\": 7}";
    fails!(
        assert_emitted!(twice.entity("test-001"), QuickTestStep { n: 8 }),
        "no event of entity `test-001` matches `QuickTestStep { n: 8 }`",
        "nearest: #2",
        "  `n` is 7, expected `8`",
        came
    );
    fails!(
        assert_emitted!(twice.entity("test-003"), QuickTestStep { n: 7 }),
        "no event of entity `test-003` matches `QuickTestStep { n: 7 }`",
        "nearest: #1",
        "  the entity is `test-002`, expected `test-003`",
        came
    );
}

#[test]
fn a_pattern_that_cannot_be_taken_apart_is_told_as_a_whole() {
    let seen = recorded();
    fails!(
        assert_emitted!(
            seen,
            QuickTestCompleted {
                #[cfg(true)]
                success_rate: 0.9,
                ..
            }
        ),
        "no event matches `QuickTestCompleted { #[cfg(true)] success_rate: 0.9, .. }`",
        "nearest: #3",
        "  the pattern does not match",
        CAME
    );
}

#[derive(Event, Serialize)]
#[event_type("quick_test.complete")]
struct Misspelt;

#[derive(Event, Serialize)]
#[event_type("backup.begun")]
struct BackupBegun;

#[test]
fn without_an_event_of_the_type_the_nearest_name_is_told() {
    let seen = recorded();
    fails!(
        assert_emitted!(seen, Misspelt),
        "no event matches `Misspelt`",
        "nearest: #3",
        "  the type is `quick_test.completed`, expected `quick_test.complete`",
        CAME
    );
    fails!(assert_emitted!(seen, BackupBegun), "no event matches `BackupBegun`", CAME);
    fails!(assert_emitted!(Recorder::new(), BackupBegun {}), "no event matches `BackupBegun {}`", "no event came");
}

#[test]
fn too_many_are_counted() {
    let seen = recorded();
    fails!(
        assert_emitted_once!(seen, QuickTestStep { .. }),
        "2 events match `QuickTestStep { .. }`, expected one: #1, #2",
        CAME
    );
    fails!(
        assert_emitted_once!(seen, QuickTestStep { n: 3 }),
        "no event matches `QuickTestStep { n: 3 }`",
        "nearest: #1",
        "  `n` is 1, expected `3`",
        CAME
    );
    fails!(
        assert_not_emitted!(seen, QuickTestStep { n } if *n > 1),
        "1 event matches `QuickTestStep { n } if *n > 1`, expected none: #2",
        CAME
    );
    fails!(
        assert_not_emitted!(seen.entity("test-001"), QuickTestStep),
        "2 events of entity `test-001` match `QuickTestStep`, expected none: #1, #2",
        CAME
    );
}

#[test]
fn what_is_out_of_order_is_told_with_what_came_before() {
    let seen = recorded();
    fails!(
        assert_emitted_in_order!(seen, [QuickTestStep { n: 2 }, QuickTestCompleted { .. }, QuickTestStep { n: 1 }]),
        "no event behind #3 matches `QuickTestStep { n: 1 }`, 3 of 3 in order",
        "before it:",
        "  #2 `QuickTestStep { n: 2 }`",
        "  #3 `QuickTestCompleted { .. }`",
        "nearest: #1",
        "  it came too early: #3 was the last to match",
        CAME
    );
    fails!(
        assert_emitted_in_order!(seen, [QuickTestStarted, QuickTestStep]),
        "no event matches `QuickTestStarted`, 1 of 2 in order",
        CAME
    );
    fails!(
        assert_emitted_in_order!(seen, [QuickTestStep, QuickTestStep, QuickTestStep { n } if *n > 1]),
        "no event behind #2 matches `QuickTestStep { n } if *n > 1`, 3 of 3 in order",
        "before it:",
        "  #1 `QuickTestStep`",
        "  #2 `QuickTestStep`",
        "nearest: #2",
        "  it came too early: #2 was the last to match",
        CAME
    );
}

#[test]
fn what_is_not_exact_is_told_with_its_place() {
    let seen = recorded();
    fails!(
        assert_emitted_exactly!(seen, [QuickTestStep, QuickTestStep { n: 3 }, QuickTestCompleted, QuickTestFailed]),
        "#2 does not match `QuickTestStep { n: 3 }`, 2 of 4",
        "  `n` is 2, expected `3`",
        CAME
    );
    fails!(
        assert_emitted_exactly!(seen, [QuickTestFailed]),
        "#1 does not match `QuickTestFailed`, 1 of 1",
        "  the type is `quick_test.step`, expected `quick_test.failed`",
        CAME
    );
    fails!(
        assert_emitted_exactly!(seen.entity("test-002"), [QuickTestFailed, QuickTestStep]),
        "no event of entity `test-002` came for `QuickTestStep`, 2 of 2",
        CAME
    );
    fails!(assert_emitted_exactly!(seen, [QuickTestStep]), "#2 and 2 more came behind the 1 event expected", CAME);
    fails!(
        assert_emitted_exactly!(seen, [QuickTestStep, QuickTestStep, QuickTestCompleted]),
        "#4 came behind the 3 events expected",
        CAME
    );
}

#[test]
fn long_lists_and_payloads_are_shortened() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    for n in 0..100 {
        delivered(quick_test(&bus).emit_step(n));
    }
    delivered(quick_test(&bus).emit_failed("x".repeat(1000)));
    let message = failure(|| assert_emitted!(seen, ServiceReady));
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 83);
    assert_eq!(lines[1], "101 events came:");
    assert_eq!(lines[2], r#"  #1    quick_test.step    test-001  {"n": 0}"#);
    assert_eq!(
        lines[21..24],
        [
            r#"  #20   quick_test.step    test-001  {"n": 19}"#,
            "  … 21 more",
            r#"  #42   quick_test.step    test-001  {"n": 41}"#
        ]
    );
    assert_eq!(lines[82], format!(r#"  #101  quick_test.failed  test-001  {{"error": "{}…"#, "x".repeat(229)));
    let message = failure(|| assert_not_emitted!(seen, QuickTestStep));
    assert!(message.starts_with("100 events match `QuickTestStep`, expected none: #1, #2, #3, "), "{message}");
    assert!(message.contains(", #20, … 20 more, #41, "), "{message}");
}

#[derive(Debug)]
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("on strike"))
    }
}

/// Its id is made without it.
#[derive(Event, Debug, Serialize)]
#[event_type("quick_test.unwritable")]
#[event(identity = unique)]
struct HasUnwritable {
    part: Unwritable,
}

#[test]
fn what_cannot_be_written_is_told_all_the_same() {
    let bus = EventBus::new();
    let seen = Recorder::on(&bus);
    delivered(bus.emit(HasUnwritable { part: Unwritable }.for_entity("u").unwrap()));
    fails!(
        assert_emitted!(seen, HasUnwritable { part } if !matches!(part, Unwritable)),
        "no event matches `HasUnwritable { part } if !matches!(part, Unwritable)`",
        "nearest: #1",
        "  `!matches!(part, Unwritable)` does not hold",
        "1 event came:",
        "  #1  quick_test.unwritable  u  (cannot be written: on strike)"
    );
}

/// What a test that is meant to panic prints, alone in another process.
pub(crate) fn printed_by(test: &str) -> String {
    let output = Command::new(env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]).output().unwrap();
    assert!(output.status.success(), "{test} did not panic as it should");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
#[should_panic(expected = "no event matches `ServiceReady`")]
fn an_assertion_that_does_not_hold_panics() {
    assert_emitted!(recorded(), ServiceReady);
}

#[test]
fn a_failure_points_to_the_assertion() {
    let printed = printed_by("testing_assertions::an_assertion_that_does_not_hold_panics");
    let mut lines = include_str!("testing_assertions.rs").lines();
    let line = lines.position(|line| line.ends_with("assert_emitted!(recorded(), ServiceReady);")).unwrap() + 1;
    let place = format!("testing_assertions.rs:{line}:5:\nno event matches `ServiceReady`\n{CAME}");
    assert!(printed.contains(&place), "{printed}");
}
