//! Both ways between this and the `CloudEvents` SDK for Rust.

use std::{collections::BTreeMap, fmt};

use chrono::DateTime;
use cloudevents::{AttributesReader as _, EventBuilder as _, EventBuilderV03, EventBuilderV10, event::ExtensionValue};
use events_core::{
    AnyEnvelope, Envelope, Event,
    wire::{Decoder, RawEnvelope},
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Beat, Off, Reading, events};

fn read(text: &str) -> cloudevents::Event {
    serde_json::from_str(text).unwrap()
}

fn data(event: &cloudevents::Event) -> Option<Value> {
    event.data().cloned().map(|data| data.try_into().unwrap())
}

/// The extensions of an event as it is written, by name.
fn extensions(event: &AnyEnvelope) -> BTreeMap<&str, ExtensionValue> {
    let said = event.metadata();
    let text = |value: String| Some(ExtensionValue::String(value));
    let skipped = event.descriptor().skipped().join(",");
    let all = [
        ("entitytype", text(event.entity_type().into())),
        ("eventversion", Some(ExtensionValue::Integer(event.descriptor().version().into()))),
        ("correlationid", said.correlation_id().and_then(|id| text(id.as_str().into())).filter(not_empty)),
        ("causationid", said.causation_id().and_then(|id| text(id.to_string()))),
        ("sequence", said.sequence().and_then(|number| text(number.to_string()))),
        ("traceparent", said.trace_parent().and_then(|parent| text(parent.as_str().into()))),
        ("idskip", text(skipped).filter(not_empty)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn not_empty(value: &ExtensionValue) -> bool {
    *value != ExtensionValue::String(String::new())
}

#[track_caller]
fn comes_back<E: Event + fmt::Debug + PartialEq + for<'de> Deserialize<'de>>(text: &str, event: &AnyEnvelope) -> bool {
    let Some(payload) = event.payload::<E>() else { return false };
    let again = Decoder::new().event::<E>(text).unwrap();
    let same = (again.id(), again.entity_id(), again.time()) == (event.id(), event.entity_id(), event.time());
    assert!(same && again.payload() == payload, "{again:?} was {event:?}");
    true
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_is_written_is_read_by_the_sdk_and_what_it_writes_is_read_again(event in events()) {
        let theirs = read(&event.to_json().unwrap());
        prop_assert_eq!(theirs.id(), event.id().to_string());
        prop_assert_eq!(theirs.ty(), event.event_type().as_str());
        prop_assert_eq!(theirs.subject(), Some(event.entity_id().as_str()));
        prop_assert_eq!(theirs.time(), Some(&event.time()));
        prop_assert_eq!(theirs.datacontenttype(), Some("application/json"));
        prop_assert_eq!(theirs.dataschema(), None);
        let source = format!("/{}/", event.entity_type());
        prop_assert!(theirs.source().starts_with(&source), "{}", theirs.source());
        let read: BTreeMap<_, _> = theirs.iter_extensions().map(|(name, value)| (name, value.clone())).collect();
        prop_assert_eq!(read, extensions(&event));
        prop_assert_eq!(data(&theirs), Some(serde_json::from_str(&event.payload_json().unwrap()).unwrap()));

        let again = serde_json::to_string(&theirs).unwrap();
        RawEnvelope::from_json(&again).unwrap().verify().unwrap();
        let typed =
            [comes_back::<Reading>(&again, &event), comes_back::<Off>(&again, &event), comes_back::<Beat>(&again, &event)];
        prop_assert_eq!(typed.iter().filter(|typed| **typed).count(), 1);
    }
}

#[test]
fn an_event_that_the_sdk_built_is_kept_as_it_is() {
    let theirs = EventBuilderV10::new()
        .id("A234-1234-1234")
        .ty("com.example.someevent")
        .source("urn:example:käse".replace('ä', "%C3%A4"))
        .subject("a \"subject\"")
        .time(DateTime::UNIX_EPOCH)
        .extension("text", "ü\u{1}")
        .extension("whole", -7)
        .extension("flag", true)
        .data_with_schema("application/vnd.example+json", "https://example.com/schema?v=1", json!([1, null]))
        .build()
        .unwrap();
    let text = serde_json::to_string(&theirs).unwrap();
    let ours = RawEnvelope::from_json(&text).unwrap();
    assert_eq!(ours.as_json(), text);
    assert_eq!((ours.id(), ours.event_type(), ours.source()), (theirs.id(), theirs.ty(), theirs.source().as_str()));
    assert_eq!((ours.subject(), ours.time()), (theirs.subject(), theirs.time().copied()));
    let attribute = |name| ours.attribute(name).unwrap();
    assert_eq!([attribute("text"), attribute("whole"), attribute("flag")], ["ü\u{1}", "-7", "true"]);
    assert_eq!(attribute("dataschema"), "https://example.com/schema?v=1");
    assert_eq!(ours.data(), Some("[1,null]"));
    assert_eq!(read(ours.as_json()), theirs);
}

#[test]
fn bytes_text_and_the_version_before_are_kept_as_well() {
    let new = || EventBuilderV10::new().id("1").ty("t").source("/s");
    let old = EventBuilderV03::new().id("1").ty("t").source("/s").data("application/json", json!({"a": 1}));
    for theirs in [
        new().data("application/octet-stream", vec![0_u8, 159, 255]).build(),
        new().data("text/xml", "<much wow=\"xml\"/>").build(),
        new().build(),
        old.build(),
    ] {
        let theirs = theirs.unwrap();
        let text = serde_json::to_string(&theirs).unwrap();
        let ours = RawEnvelope::from_json(&text).unwrap();
        assert_eq!(ours.as_json(), text);
        assert_eq!(read(ours.as_json()), theirs);
    }
}

/// What a program needs that writes events for us: the attributes of the table, and for a type with unique ids a UUID.
#[test]
fn an_event_that_the_sdk_built_with_our_attributes_is_one_of_ours() {
    let theirs = |id: &str| {
        EventBuilderV10::new()
            .id(id)
            .ty("plant.sensor.beat")
            .source("/plant.sensor/north%20%2F%201")
            .time(DateTime::UNIX_EPOCH)
            .data("application/json", json!({"number": 7}))
            .build()
            .unwrap()
    };
    let text = serde_json::to_string(&theirs("018f6e2a-0000-7000-8000-000000000000")).unwrap();
    let beat: Envelope<Beat> = Decoder::new().event(text).unwrap();
    assert_eq!((beat.entity_id().as_str(), beat.number), ("north / 1", 7));

    let content = Off.for_entity("north / 1").unwrap();
    let theirs = EventBuilderV10::new()
        .id(content.id().to_string())
        .ty("plant.sensor.off")
        .source("/plant.sensor/north%20%2F%201")
        .time(DateTime::UNIX_EPOCH)
        .extension("sequence", "12")
        .build()
        .unwrap();
    let text = serde_json::to_string(&theirs).unwrap();
    let off: Envelope<Off> = Decoder::new().event(&text).unwrap();
    assert_eq!((off.id(), off.metadata().sequence()), (content.id(), Some(12)));
    let moved = text.replace("north", "south");
    assert!(Decoder::new().event::<Off>(moved).unwrap_err().to_string().contains("the id is"));
}
