//! What was written that others refuse, and what was read that should not have been.

use events_core::{
    Event,
    wire::{DecodeError, Decoder, RawEnvelope, to_json_batch},
};
use serde::{Deserialize, Serialize};

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

/// An event with a member that its type does not know was written without it, and with the id that it had with it: nobody could
/// read it any more.
#[test]
fn what_a_type_does_not_know_is_written_again() {
    #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("quick_test.step")]
    struct LaterStep {
        n: u32,
        hint: String,
    }
    let later = LaterStep { n: 1, hint: "slow".into() }.for_entity("e").unwrap();
    let text = later.to_json().unwrap();
    let event = Decoder::new().event::<QuickTestStep>(text.replace(',', "\r\n, ")).unwrap();
    assert_eq!(event.to_json().unwrap(), text.replace(',', ", "), "as it was read, in one line");
    assert_eq!(event.payload_json().unwrap(), r#"{"n":1}"#);
    assert_eq!(Decoder::new().event::<LaterStep>(event.to_json().unwrap()).unwrap(), later);
    event.erase().to_raw().unwrap().verify().unwrap();
    assert_eq!(to_json_batch([&event.erase()]).unwrap(), format!("[{}]", text.replace(',', ", ")));

    // What its type knows all of is written as such an event is everywhere.
    let known = step_at("2026-11-22T12:00:00Z");
    let event = Decoder::new().event::<QuickTestStep>(&known).unwrap();
    assert!(event.to_json().unwrap().contains(r#""eventversion":1"#) && !known.contains("eventversion"));
}

/// Errors quoted as much as was written: names of members, types and values of a megabyte went on into logs.
#[test]
fn errors_quote_little_of_a_text() {
    let long = "x".repeat(100_000);
    let with = |member: &str| step_at("2026-11-22T12:00:00Z").replace("\"data\"", &format!("{member},\"data\""));
    for (text, variant) in [
        (with(&format!("\"{}\":1", long.to_uppercase())), "Malformed"),
        (with(&format!("\"{long}\":1,\"{long}\":2")), "Duplicate"),
        (with(&format!("\"subject\":\"{long}\"")), "Malformed"),
        (step_at("2026-11-22T12:00:00Z").replace("/e\"", &format!("/{long}\",\"subject\":\"e\"")), "Malformed"),
        (step_at("2026-11-22T12:00:00Z").replace("quick_test.step", &long), "WrongType"),
        (with("\"a\":1").replace("{\"n\":1}", &format!("{{\"n\":\"{long}\"}}")), "Payload"),
    ] {
        let error = Decoder::new().event::<QuickTestStep>(&text).unwrap_err();
        let (shown, name) = (error.to_string(), format!("{error:?}"));
        assert!(name.starts_with(variant) && shown.len() < 500, "{shown}");
        assert!(error.member().unwrap().len() < 100, "{shown}");
    }
}

/// The text of a `RawValue` was written as it stood, over several lines.
#[test]
fn an_event_is_one_line_whatever_raw_json_it_holds() {
    #[derive(Event, Serialize)]
    #[event_type("quick_test.noted")]
    struct Noted {
        note: Box<serde_json::value::RawValue>,
    }
    let note = serde_json::value::RawValue::from_string("[1,\n 2,\r\n \"a\\nb\"]".into()).unwrap();
    let event = Noted { note }.for_entity("e").unwrap();
    let text = event.to_json().unwrap();
    assert!(text.ends_with(r#""data":{"note":[1,  2,   "a\nb"]}}"#), "{text}");
    RawEnvelope::from_json(&text).unwrap().verify().unwrap();
    assert_eq!(event.payload_json().unwrap().lines().count(), 1);
}
