use events_core::wire::{DecodeError, Decoder, RawEnvelope};
use serde_json::{Value, json};

use super::step_with;
use crate::domain::{QuickTestStarted, QuickTestStep};

/// What is said of a change, and that the offset is that of the member's value.
fn said(member: &str, value: &Value) -> String {
    let text = step_with(&[(member, value.clone())]);
    let error = Decoder::new().event::<QuickTestStep>(&text).unwrap_err();
    assert_eq!(error.member(), Some(member), "{error}");
    if !value.is_null() {
        assert!(text[error.offset()..].starts_with(&value.to_string()), "{error}: {}", &text[error.offset()..]);
    }
    let prefix = format!("at byte {}: ", error.offset());
    error.to_string().strip_prefix(&prefix).expect("the offset comes first").to_owned()
}

#[test]
fn every_mistake_has_a_name_and_a_place() {
    let cases = [
        ("specversion", json!(null), "the member `specversion` is missing"),
        ("specversion", json!("1.1"), "the member `specversion` must be \"1.0\", found \"1.1\""),
        ("specversion", json!("0.3"), "the member `specversion` must be \"1.0\", found \"0.3\""),
        ("specversion", json!(1), "the member `specversion` must be text that is not empty, found 1"),
        ("id", json!(null), "the member `id` is missing"),
        ("id", json!(""), "the member `id` must be text that is not empty, found \"\""),
        ("id", json!("A234"), "the member `id` must be a UUID, 36 characters with its hyphens, found \"A234\""),
        ("type", json!(null), "the member `type` is missing"),
        ("type", json!("quick_test.beat"), "the event is a `quick_test.beat`, expected a `quick_test.step`"),
        ("source", json!(null), "the member `source` is missing"),
        ("source", json!("a b"), "the member `source` must be a URI reference (RFC 3986), found \"a b\""),
        (
            "source",
            json!("https://example.org/x"),
            "the member `source` must be `/<entity type>/<entity id>`, percent-encoded, found \"https://example.org/x\"",
        ),
        ("subject", json!("e/2"), "the member `subject` must be what `source` says, \"e/1\", found \"e/2\""),
        (
            "entitytype",
            json!("test"),
            "the member `entitytype` must be what `source` says, \"quick_test\", found \"test\"",
        ),
        ("time", json!(null), "the member `time` is missing"),
        ("data", json!(null), "the member `data` is missing"),
        (
            "time",
            json!("yesterday"),
            "the member `time` must be a time such as \"2026-11-22T12:00:00Z\" (RFC 3339), found \"yesterday\"",
        ),
        (
            "datacontenttype",
            json!("text/xml"),
            "the member `datacontenttype` must be JSON, such as \"application/json\", found \"text/xml\"",
        ),
        ("dataschema", json!("<"), "the member `dataschema` must be a URI (RFC 3986), found \"<\""),
        ("data_base64", json!("Zg=="), "the member `data_base64` must be absent where `data` is there, found \"Zg==\""),
        ("data_base64", json!("Z"), "the member `data_base64` must be base64 (RFC 4648 §4), found \"Z\""),
        ("eventversion", json!(0), "the member `eventversion` must be an integer from 1, found 0"),
        ("eventversion", json!("x"), "the member `eventversion` must be an integer from 1, found \"x\""),
        ("eventversion", json!(2), "the event `quick_test.step` is of version 2, known is version 1"),
        (
            "causationid",
            json!("8c2631ea6c628e67b6e46789242ade93"),
            "the member `causationid` must be a UUID, 36 characters with its hyphens, found \"8c2631ea6c628e67b6e46789242ade93\"",
        ),
        ("correlationid", json!({}), "the member `correlationid` must be text that is not empty, found {}"),
        ("sequence", json!("-1"), "the member `sequence` must be an integer from 0 to 2^64-1, as text, found \"-1\""),
        (
            "traceparent",
            json!("00-0-0-0"),
            "the member `traceparent` must be a W3C traceparent (the trace id must be 32 lower-case hex digits), found \"00-0-0-0\"",
        ),
        ("partitionkey", json!([1]), "the member `partitionkey` must be text, an integer or a bool, found [1]"),
        ("rate", json!(1.5), "the member `rate` must be text, an integer or a bool, found 1.5"),
        (
            "partition_key",
            json!(1),
            "the member `partition_key` must be an attribute, whose name has lower-case letters and digits only, found 1",
        ),
    ];
    for (member, value, expected) in cases {
        assert_eq!(said(member, &value), expected, "{member}");
    }
}

#[test]
fn the_path_into_the_payload_is_told() {
    let error = |data: &str| {
        let id = "00000000-0000-8000-8000-000000000000";
        let text = format!(
            r#"{{"specversion":"1.0","id":"{id}","type":"quick_test.started","source":"/quick_test/e","time":"1970-01-01T00:00:00Z","data":{data}}}"#
        );
        let error = Decoder::new().event::<QuickTestStarted>(&text).unwrap_err();
        let rest = text[error.offset()..].to_owned();
        (error.to_string(), error.member().unwrap().to_owned(), rest)
    };
    let (text, member, rest) =
        error(r#"{"test_name":"n","config":{"a":1,"b":"x"},"start_time":"1970-01-01T00:00:00Z"}"#);
    assert_eq!(member, "data.config.b");
    assert!(text.ends_with("`data.config.b`: invalid type: string \"x\", expected u32"), "{text}");
    assert!(rest.starts_with("\"}"), "{rest}");

    let (text, member, _) = error(r#"{"test_name":"n","config":{}}"#);
    assert_eq!((member.as_str(), text.contains("missing field `start_time`")), ("data", true), "{text}");
    let (_, member, _) = error("7");
    assert_eq!(member, "data");
}

#[test]
fn what_is_no_event_at_all() {
    for (text, offset) in [("", 0), ("  [1]", 2), ("{\"id\": }", 7), ("{} x", 3), ("nul", 2), ("{\"a\":\"\u{1}\"}", 5)]
    {
        let error = RawEnvelope::from_json(text).unwrap_err();
        assert!(matches!(error, DecodeError::Syntax { .. }), "{text:?}: {error}");
        assert_eq!(error.offset(), offset, "{text:?}: {error}");
    }
    let error = Decoder::new().raw(b"{\"a\":\"\xff\"}").unwrap_err();
    assert!(matches!(error, DecodeError::NotUtf8 { offset: 6, .. }), "{error}");
}

#[test]
fn members_that_are_there_twice() {
    let text = step_with(&[]);
    for (added, member) in [(r#","id":"x"}"#, "id"), (r#","data":{}}"#, "data"), (r#","\u0069d":"x"}"#, "id")] {
        let twice = format!("{}{added}", text.strip_suffix('}').unwrap());
        let error = RawEnvelope::from_json(&twice).unwrap_err();
        assert!(matches!(error, DecodeError::Duplicate { .. }), "{error}");
        assert_eq!((error.member(), error.offset()), (Some(member), text.len() + added.find(':').unwrap()), "{error}");
    }
    let twice = format!(r#"{},"zzz":1,"aaa":2,"zzz":3}}"#, text.strip_suffix('}').unwrap());
    let error = RawEnvelope::from_json(&twice).unwrap_err();
    assert_eq!((error.member(), &twice[error.offset()..]), (Some("zzz"), "3}"), "{error}");
}

#[test]
fn a_member_of_the_payload_that_is_there_twice() {
    let text = step_with(&[]).replace(r#"{"n":1}"#, r#"{"n":1,"x":1,"x":2}"#);
    let error = RawEnvelope::from_json(&text).unwrap().verify().unwrap_err();
    assert!(matches!(error, DecodeError::Identity { .. }), "{error}");
    assert!(text[error.offset()..].starts_with("{\"n\""), "{error}");
}

#[test]
fn what_is_found_is_shortened() {
    let text = step_with(&[("source", json!("ä".repeat(10_000)))]);
    let error = RawEnvelope::from_json(&text).unwrap_err();
    assert!(error.to_string().len() < 250, "{error}");
}

#[test]
fn an_attribute_that_is_null_is_not_there() {
    let text = step_with(&[("subject", json!("@"))]).replace("\"@\"", "null").replace('{', "{\"some\":null,");
    let text = text.replace("\"data\":{\"some\":null,", "\"data\":{");
    let event = RawEnvelope::from_json(&text).unwrap();
    assert_eq!((event.subject(), event.attribute("subject"), event.attribute("some")), (None, None, None));
    event.decode::<QuickTestStep>().unwrap();
}

#[test]
fn offsets_in_a_batch_are_those_of_the_whole() {
    let good = step_with(&[]);
    let bad = step_with(&[("id", json!(7))]);
    let batch = format!("[{good},\n {bad}]");
    let error = Decoder::new().batch(&batch).unwrap_err();
    assert!(batch[error.offset()..].starts_with("7,"), "{error}");
}
