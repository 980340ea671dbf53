//! What is written holds to the JSON Schema of the specification, formats included.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use events_core::{Envelope, Event as _, JsonError, wire::to_json_batch};
use jsonschema::Validator;
use proptest::{collection, prelude::*};
use serde_json::{Value, json};

use super::{Off, events};

static EVENT: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(include_str!("../vectors/cloudevents/cloudevents.schema.json")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

fn refusals(event: &Value) -> Vec<String> {
    EVENT.iter_errors(event).map(|error| error.to_string()).collect()
}

#[track_caller]
fn is_an_event(event: &Value) {
    assert_eq!(refusals(event), [""; 0], "{event}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn every_event_that_is_written_holds_to_the_schema(event in events()) {
        is_an_event(&serde_json::from_str(&event.to_json().unwrap()).unwrap());
        is_an_event(&serde_json::to_value(event.to_raw().unwrap()).unwrap());
    }

    #[test]
    fn every_batch_that_is_written_is_an_array_of_events(events in collection::vec(events(), 0..4)) {
        let batch: Vec<Value> = serde_json::from_str(&to_json_batch(&events).unwrap()).unwrap();
        prop_assert_eq!(batch.len(), events.len());
        batch.iter().for_each(is_an_event);
    }
}

#[test]
fn the_schema_is_asked_for_formats() {
    let event = |member: &str, value: Value| {
        let mut event: Value = serde_json::from_str(&Off.for_entity("e").unwrap().to_json().unwrap()).unwrap();
        is_an_event(&event);
        event[member] = value;
        event
    };
    for (member, value) in [
        ("source", json!("/plant.sensor/a b")),
        ("time", json!("2026-02-30T00:00:00Z")),
        ("subject", json!("")),
        ("id", Value::Null),
        ("specversion", json!(1.0)),
    ] {
        assert_eq!(refusals(&event(member, value)).len(), 1, "{member}");
    }
}

fn at(seconds: i64, nanos: u32) -> Result<Value, JsonError> {
    let time = DateTime::<Utc>::from_timestamp(seconds, nanos).unwrap();
    let text = Envelope::builder(Off, "e").time(time).build().unwrap().to_json()?;
    Ok(serde_json::from_str(&text).unwrap())
}

/// The first second of the year 0, and that of the year 10 000.
const YEARS: std::ops::Range<i64> = -62_167_219_200..253_402_300_800;

#[test]
fn a_time_outside_of_the_years_0_to_9999_is_refused() {
    for (seconds, nanos) in [(YEARS.start, 0), (YEARS.end - 1, 999_999_999)] {
        is_an_event(&at(seconds, nanos).unwrap());
    }
    for (seconds, nanos) in [(YEARS.start - 1, 999_999_999), (YEARS.end, 0)] {
        assert!(matches!(at(seconds, nanos), Err(JsonError::Time { .. })));
    }
}

/// A second that a day of UTC has besides its 86 400 can only be its last.
#[test]
fn a_leap_second_is_written_where_there_can_be_one() {
    let midnight = 1_483_228_800;
    assert_eq!(at(midnight - 1, 1_500_000_000).unwrap()["time"], "2016-12-31T23:59:60.500Z");
    is_an_event(&at(midnight - 1, 1_500_000_000).unwrap());
    assert!(matches!(at(midnight - 61, 1_000_000_000), Err(JsonError::Time { .. })));
}
