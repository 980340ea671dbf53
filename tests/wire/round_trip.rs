use chrono::{DateTime, TimeDelta, Utc};
use events_core::{
    CorrelationId, Envelope, Event, EventId, Metadata,
    wire::{DecodeError, Decoder, RawEnvelope},
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::step_with;
use crate::domain::{Config, QuickTestBeat, QuickTestCompleted, QuickTestCreated, QuickTestStep};

fn read<E: Event + for<'de> Deserialize<'de>>(text: &str) -> Result<Envelope<E>, DecodeError> {
    Decoder::new().event(text)
}

#[test]
fn everything_an_envelope_says_comes_back() {
    let payload = QuickTestCreated {
        test_name: "ä\"\n".into(),
        config: Config::from([("a".into(), 1)]),
        creation_time: Utc::now(),
    };
    let event = Envelope::builder(payload, "test 1/ä%?#")
        .time(DateTime::UNIX_EPOCH + TimeDelta::nanoseconds(1_500_000_007))
        .correlation_id("run \"7\"")
        .causation_id("8c2631ea-6c62-8e67-b6e4-6789242ade93".parse().unwrap())
        .sequence(u64::MAX)
        .trace_parent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap())
        .build()
        .unwrap();
    assert_eq!(read(&event.to_json().unwrap()).unwrap(), event);
    assert_eq!(event.to_raw().unwrap().decode().unwrap(), event);
}

#[test]
fn a_unique_id_comes_back() {
    let event = QuickTestBeat { n: 3 }.for_entity("e").unwrap();
    let text = event.to_json().unwrap();
    assert_eq!(read(&text).unwrap(), event);

    let id = EventId::content("quick_test.beat", "quick_test", "e", &json!({"n": 3})).unwrap();
    let error = read::<QuickTestBeat>(&text.replace(&event.id().to_string(), &id.to_string())).unwrap_err();
    assert!(matches!(error, DecodeError::NotUnique { found, .. } if found == id), "{error}");
}

#[test]
fn an_id_that_is_not_the_contents_is_refused() {
    let changed = step_with(&[("data", json!({"n": 2}))]);
    let error = read::<QuickTestStep>(&changed).unwrap_err();
    let DecodeError::IdMismatch { found, expected, offset, .. } = error else { panic!("{error}") };
    assert_eq!(found, QuickTestStep { n: 1 }.for_entity("e/1").unwrap().id());
    assert_eq!(expected, QuickTestStep { n: 2 }.for_entity("e/1").unwrap().id());
    assert_eq!(&changed[offset + 1..offset + 37], found.to_string());

    // Neither is one that is not a content id at all.
    let random = step_with(&[("id", json!("01890a5d-ac96-774b-bcce-b302099a8057"))]);
    assert!(matches!(read::<QuickTestStep>(&random), Err(DecodeError::IdMismatch { .. })));
    // Nor that of another entity.
    let moved = step_with(&[("subject", json!("e/2")), ("source", json!("/quick_test/e%2F2"))]);
    assert!(matches!(read::<QuickTestStep>(&moved), Err(DecodeError::IdMismatch { .. })));
}

#[test]
fn numbers_may_be_noted_otherwise() {
    for n in ["1.0", "1e0", "10e-1"] {
        let text = step_with(&[]).replace("{\"n\":1}", &format!("{{\"n\":{n}}}"));
        let raw = RawEnvelope::from_json(&text).unwrap();
        raw.verify().unwrap_or_else(|error| panic!("{n}: {error}"));
    }
}

/// A step as a later program writes it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.step")]
struct LaterStep {
    n: u32,
    hint: Option<String>,
}

#[test]
fn members_that_a_type_does_not_know_count_for_the_id() {
    let later = LaterStep { n: 1, hint: Some("slow".into()) }.for_entity("e").unwrap();
    let text = later.to_json().unwrap();
    let event: Envelope<QuickTestStep> = read(&text).unwrap();
    assert_eq!((event.n, event.id()), (1, later.id()));

    assert!(matches!(read::<QuickTestStep>(&text.replace("slow", "fast")), Err(DecodeError::IdMismatch { .. })));
}

#[test]
fn an_option_that_is_added_leaves_old_records_readable() {
    let old = QuickTestStep { n: 1 }.for_entity("e").unwrap();
    let event: Envelope<LaterStep> = read(&old.to_json().unwrap()).unwrap();
    assert_eq!((event.hint.clone(), event.id()), (None, old.id()));
}

#[test]
fn what_a_record_says_it_left_out_of_its_id_is_left_out() {
    /// A creation whose time once entered the id.
    #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("quick_test.created")]
    struct CreatedOnce {
        test_name: String,
        config: Config,
        creation_time: DateTime<Utc>,
    }
    let (test_name, config, creation_time) = ("t".to_owned(), Config::new(), DateTime::UNIX_EPOCH);
    let now = QuickTestCreated { test_name: test_name.clone(), config: config.clone(), creation_time }
        .for_entity("e")
        .unwrap();
    let once = CreatedOnce { test_name, config, creation_time }.for_entity("e").unwrap();
    assert_ne!(now.id(), once.id());
    assert_eq!(read::<CreatedOnce>(&now.to_json().unwrap()).unwrap().id(), now.id());
    assert_eq!(read::<QuickTestCreated>(&once.to_json().unwrap()).unwrap().id(), once.id());
}

#[test]
fn a_payload_that_is_missing_is_the_empty_one() {
    /// Nothing to say.
    #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("quick_test.idle")]
    struct Idle;
    /// Nothing that must be said.
    #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("quick_test.idle")]
    struct Noted {
        note: Option<String>,
    }
    let text = Idle.for_entity("e").unwrap().to_json().unwrap();
    assert!(text.ends_with(",\"data\":null}"), "{text}");
    for text in [text.replace(",\"data\":null", ""), text.replace(":null", ":{ }"), text] {
        assert_eq!(*read::<Idle>(&text).unwrap(), Idle);
        assert_eq!(*read::<Noted>(&text).unwrap(), Noted { note: None });
    }
}

#[test]
fn what_others_leave_out_can_be_told_from_the_rest() {
    let text = step_with(&[
        ("subject", json!(null)),
        ("entitytype", json!(null)),
        ("datacontenttype", json!(null)),
        ("eventversion", json!(null)),
    ]);
    let event: Envelope<QuickTestStep> = read(&text).unwrap();
    assert_eq!((event.entity_id().as_str(), event.n), ("e/1", 1));
}

#[test]
fn attributes_of_others_are_left_alone() {
    let text = step_with(&[("partitionkey", json!("p")), ("sampledrate", json!(3)), ("tracestate", json!("a=b"))]);
    assert_eq!(*read::<QuickTestStep>(&text).unwrap().metadata(), Metadata::default());
}

#[test]
fn only_valid_payloads_come_into_an_envelope() {
    let id = EventId::content("quick_test.completed", "quick_test", "e", &json!({"success_rate": 7})).unwrap();
    let text = QuickTestCompleted { success_rate: 1.0, note: None }.for_entity("e").unwrap();
    let forged = text.to_json().unwrap().replace(&text.id().to_string(), &id.to_string()).replace("1.0,", "7.0,");
    let error = read::<QuickTestCompleted>(&forged).unwrap_err();
    assert!(matches!(error, DecodeError::Invalid { .. }), "{error}");
    assert!(error.to_string().contains("success_rate"), "{error}");
}

#[test]
fn a_time_is_read_in_any_offset() {
    let text = step_with(&[("time", json!("2026-11-22T13:00:00.25+01:00"))]);
    let event: Envelope<QuickTestStep> = read(&text).unwrap();
    assert_eq!(event.time().to_rfc3339(), "2026-11-22T12:00:00.250+00:00");
}

#[test]
fn a_time_without_a_form_is_not_written() {
    let far = DateTime::UNIX_EPOCH + TimeDelta::days(366 * 10_000);
    let event = Envelope::builder(QuickTestStep { n: 1 }, "e").time(far).build().unwrap();
    let error = event.to_json().unwrap_err();
    assert!(error.to_string().contains("RFC 3339"), "{error}");
    let mut out = b"before".to_vec();
    event.write_json(&mut out).unwrap_err();
    assert_eq!(out, b"before");
    let written = QuickTestStep { n: 1 }.for_entity("e").unwrap();
    written.write_json(&mut out).unwrap();
    assert_eq!(out, format!("before{}", written.to_json().unwrap()).into_bytes());
}

/// Every kind of value that a payload can have.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.measured")]
struct Measured {
    name: String,
    float: f64,
    signed: i64,
    wide: i128,
    flag: Option<bool>,
    list: Vec<Option<u8>>,
    map: std::collections::BTreeMap<String, f64>,
    mark: char,
    time: DateTime<Utc>,
    #[event(skip_id)]
    unit: (),
}

prop_compose! {
    fn measured()(
        name in any::<String>(),
        float in any::<f64>().prop_filter("JSON has no others", |float| float.is_finite()),
        signed in any::<i64>(),
        wide in any::<i128>(),
        flag in any::<Option<bool>>(),
        list in any::<Vec<Option<u8>>>(),
        map in prop::collection::btree_map(any::<String>(), -1e300..1e300, 0..5),
        mark in any::<char>(),
        nanos in 0i64..4_000_000_000_000_000_000,
    ) -> Measured {
        Measured { name, float, signed, wide, flag, list, map, mark, time: DateTime::from_timestamp_nanos(nanos), unit: () }
    }
}

proptest! {
    #[test]
    fn any_event_comes_back_equal(
        payload in measured(),
        entity in "[^\\p{Cc}]{1,20}",
        correlation in prop::option::of("[^\\p{Cc}]{1,9}"),
        nanos in 0i64..4_000_000_000_000_000_000,
    ) {
        let mut builder = Envelope::builder(payload, entity).time(DateTime::from_timestamp_nanos(nanos));
        if let Some(id) = &correlation {
            builder = builder.correlation_id(CorrelationId::from(id.as_str()));
        }
        let event = builder.build().unwrap();
        let text = event.to_json().unwrap();
        prop_assert_eq!(&read::<Measured>(&text).unwrap(), &event);
        let raw = RawEnvelope::from_json(&text).unwrap();
        prop_assert_eq!(raw.as_json(), text);
        raw.verify().unwrap();
        prop_assert_eq!(raw.decode::<Measured>().unwrap(), event);
    }
}
