//! What was written that others refuse, and what was read that should not have been.

use events_core::wire::{DecodeError, Decoder, RawEnvelope};

use crate::domain::QuickTestStep;

/// An event of a time, with the id of its content.
fn step_at(time: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{}","source":"/quick_test/e","type":"quick_test.step","time":"{time}","data":{{"n":1}}}}"#,
        events_core::EventId::of(&QuickTestStep { n: 1 }, "e").unwrap(),
    )
}

/// Such an event could be read, and not be written again: in UTC its time is of the year 10 000, or of the one before 0.
#[test]
fn a_time_is_refused_that_cannot_be_written_in_utc() {
    for (fits, time) in [
        (true, "9999-12-31T23:59:59Z"),
        (true, "0000-01-01T00:00:00Z"),
        (true, "2016-12-31T18:59:60-05:00"),
        (false, "9999-12-31T23:59:59-01:00"),
        (false, "0000-01-01T00:00:00+01:00"),
        (false, "2016-12-31T12:00:60Z"),
    ] {
        let text = step_at(time);
        match Decoder::new().event::<QuickTestStep>(&text) {
            Ok(event) => assert!(fits && event.to_json().is_ok(), "{time}"),
            Err(error) => assert!(!fits && error.member() == Some("time"), "{time}: {error}"),
        }
        assert_eq!(RawEnvelope::from_json(&text).unwrap().as_json(), text, "as it is, it is kept");
    }
}

/// Form feeds round an event were taken for spaces, which JSON does not.
#[test]
fn what_stands_round_an_event_is_json() {
    let text = step_at("2026-11-22T12:00:00Z");
    for (before, after) in [("\u{c}", ""), ("", "\u{c}"), ("\u{a0}", ""), ("", "x")] {
        let error = Decoder::new().raw(format!("{before}{text}{after}")).unwrap_err();
        assert!(matches!(error, DecodeError::Syntax { .. }), "{before:?} {after:?}: {error}");
    }
    assert_eq!(Decoder::new().raw(format!(" \t\r\n{text} \t\r\n")).unwrap().as_json(), text);
}
