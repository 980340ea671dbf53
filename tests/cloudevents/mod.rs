//! The wire form against the outside world: the specification's schema and samples, and other implementations.

mod fuzzed;
mod memory;
mod samples;
mod schema;
mod sdk;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events_core::{AnyEnvelope, Envelope, Event, EventId, TraceParent};
use proptest::{collection, option, prelude::*, string::string_regex};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A reading of a sensor, with members of every kind that JSON has.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plant.sensor.reading")]
#[event(version = 3)]
struct Reading {
    text: String,
    #[serde(rename = "wholeNumber")]
    whole: i64,
    number: f64,
    nothing: (),
    maybe: Option<bool>,
    list: Vec<Value>,
    map: BTreeMap<String, Value>,
    #[event(skip_id)]
    taken: DateTime<Utc>,
    #[event(skip_id)]
    by: Option<String>,
}

/// A sensor was switched off: an event without members.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plant.sensor.off")]
struct Off;

/// A sign of life, every one of its own.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plant.sensor.beat")]
#[event(identity = unique)]
struct Beat {
    number: u64,
}

/// Any JSON value.
fn values() -> impl Strategy<Value = Value> {
    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        finite().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaves.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::btree_map(any::<String>(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("JSON numbers are finite", |number| number.is_finite())
}

/// Any time of the years 0 to 9999, to the nanosecond.
fn times() -> impl Strategy<Value = DateTime<Utc>> {
    let (first, last) = ("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
    let seconds = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp();
    (seconds(first)..=seconds(last), 0..1_000_000_000_u32)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
}

/// Any text that an entity id can be.
fn entity_ids() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|text| text.replace(char::is_control, "")),
        string_regex("[a-z0-9/?#%. :+~_-]{1,12}").unwrap(),
    ]
    .prop_filter("an entity id is not empty", |id| !id.is_empty())
}

prop_compose! {
    fn readings()(
        text in any::<String>(),
        whole in any::<i64>(),
        number in finite(),
        maybe in any::<Option<bool>>(),
        list in collection::vec(values(), 0..4),
        map in collection::btree_map(any::<String>(), values(), 0..4),
        taken in times(),
        by in any::<Option<String>>(),
    ) -> Reading {
        Reading { text, whole, number, nothing: (), maybe, list, map, taken, by }
    }
}

/// What an envelope says besides its payload.
#[derive(Clone, Debug)]
struct Said {
    entity_id: String,
    time: DateTime<Utc>,
    correlation: Option<String>,
    causation: Option<EventId>,
    sequence: Option<u64>,
    trace: Option<TraceParent>,
}

prop_compose! {
    fn said()(
        entity_id in entity_ids(),
        time in times(),
        correlation in option::of(any::<String>()),
        causation in option::of(any::<u128>()),
        sequence in any::<Option<u64>>(),
        trace in option::of(string_regex("00-[0-9a-f]{31}1-[0-9a-f]{15}1-0[01]").unwrap()),
    ) -> Said {
        let causation = causation.map(|bits| uuid::Uuid::from_u128(bits).to_string().parse().unwrap());
        Said { entity_id, time, correlation, causation, sequence, trace: trace.map(|text| text.parse().unwrap()) }
    }
}

fn sealed<E: Event>(payload: E, said: Said) -> Envelope<E> {
    let Said { entity_id, time, correlation, causation, sequence, trace } = said;
    let mut builder = Envelope::builder(payload, entity_id).time(time);
    if let Some(id) = correlation {
        builder = builder.correlation_id(id);
    }
    if let Some(id) = causation {
        builder = builder.causation_id(id);
    }
    if let Some(number) = sequence {
        builder = builder.sequence(number);
    }
    if let Some(parent) = trace {
        builder = builder.trace_parent(parent);
    }
    builder.build().unwrap()
}

/// Events of several types, with any payload and anything else that an envelope can say.
fn events() -> impl Strategy<Value = AnyEnvelope> {
    prop_oneof![
        4 => (readings(), said()).prop_map(|(reading, said)| sealed(reading, said).erase()),
        1 => said().prop_map(|said| sealed(Off, said).erase()),
        1 => (any::<u64>(), said()).prop_map(|(number, said)| sealed(Beat { number }, said).erase()),
    ]
}
