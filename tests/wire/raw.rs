use std::collections::HashSet;

use events_core::wire::{DecodeError, Decoder, RawEnvelope};
use serde_json::{Value, json};

const FOREIGN: &str = r#" { "specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext", "id" : "C234-\u0031234",
  "time" : "2018-04-05T17:31:00+02:00", "comexampleextension1" : "va\"lue", "comexampleothervalue" : 5, "flag" : true,
  "datacontenttype" : "application/vnd.apache.thrift.binary", "data_base64" : "AQID" }
"#;

#[test]
fn it_is_kept_but_for_line_breaks_between_members() {
    let event = RawEnvelope::from_json(FOREIGN).unwrap();
    assert_eq!(event.as_json(), FOREIGN.trim().replace('\n', ""));
    assert_eq!(event.to_string(), event.as_json());
    let again: RawEnvelope = event.as_json().parse().unwrap();
    assert_eq!(again, event);
    assert_eq!(again.as_json(), event.as_json());
}

#[test]
fn its_members_can_be_read() {
    let event = RawEnvelope::from_json(FOREIGN).unwrap();
    assert_eq!((event.id(), event.event_id()), ("C234-1234", None));
    assert_eq!((event.event_type(), event.source()), ("com.example.someevent", "/mycontext"));
    assert_eq!((event.subject(), event.entity_type(), event.data()), (None, None, None));
    assert_eq!(event.time().unwrap().to_rfc3339(), "2018-04-05T15:31:00+00:00");
    let attribute = |name| event.attribute(name).map(std::borrow::Cow::into_owned);
    assert_eq!(attribute("time").unwrap(), "2018-04-05T17:31:00+02:00");
    assert_eq!(attribute("comexampleextension1").unwrap(), "va\"lue");
    assert_eq!(attribute("comexampleothervalue").unwrap(), "5");
    assert_eq!(attribute("flag").unwrap(), "true");
    assert_eq!(attribute("data_base64").unwrap(), "AQID");
    assert_eq!(attribute("id").unwrap(), "C234-1234");
    assert_eq!(attribute("other"), None);
    let names: Vec<_> = event.members().into_iter().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names[..5], ["specversion", "type", "source", "id", "time"]);
    assert_eq!(names.len(), 10);
}

#[test]
fn inside_of_json_it_is_the_object_that_it_is() {
    let event = RawEnvelope::from_json(FOREIGN).unwrap();
    let list = serde_json::to_string(&[&event]).unwrap();
    assert_eq!(list, format!("[{}]", event.as_json()));
    assert_eq!(Decoder::new().batch(list).unwrap(), [event]);
}

#[test]
fn there_is_nothing_to_verify_in_the_id_of_another() {
    RawEnvelope::from_json(FOREIGN).unwrap().verify().unwrap();
    // Of version 8, and from somewhere else: it claims to be ours.
    let text = FOREIGN.replace("C234-\\u0031234", "8c2631ea-6c62-8e67-b6e4-6789242ade93");
    let error = RawEnvelope::from_json(&text).unwrap().verify().unwrap_err();
    assert_eq!(error.member(), Some("source"), "{error}");
}

#[test]
fn a_record_of_another_system_becomes_one() {
    let event = RawEnvelope::builder("com.example.build", "/jobs/17", "b-42")
        .subject("job \"17\"")
        .time("2026-11-22T12:00:00.5Z".parse().unwrap())
        .extension("branch", "main")
        .data_json("{\"big\":123456789012345678901234567890, \"x\" :\n1.0}")
        .build()
        .unwrap();
    let value: Value = serde_json::from_str(event.as_json()).unwrap();
    assert_eq!(value["subject"], json!("job \"17\""));
    assert_eq!(event.attribute("time").unwrap(), "2026-11-22T12:00:00.500Z");
    assert_eq!(event.data(), Some("{\"big\":123456789012345678901234567890, \"x\" :1.0}"));
    assert_eq!(event.attribute("branch").unwrap(), "main");
}

#[test]
fn a_record_that_is_no_event_is_refused_by_name() {
    let builder = || RawEnvelope::builder("t", "/s", "i");
    let member = |error: DecodeError| error.member().map(ToOwned::to_owned);
    assert_eq!(member(builder().extension("Branch", "x").build().unwrap_err()).as_deref(), Some("Branch"));
    assert_eq!(member(builder().extension("id", "x").build().unwrap_err()).as_deref(), Some("id"));
    assert_eq!(member(builder().data_json("{").build().unwrap_err()).as_deref(), Some("data"));
    assert_eq!(member(RawEnvelope::builder("", "/s", "i").build().unwrap_err()).as_deref(), Some("type"));
    assert_eq!(member(RawEnvelope::builder("t", "a b", "i").build().unwrap_err()).as_deref(), Some("source"));
}

#[test]
fn it_may_be_read_by_many_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<RawEnvelope>();
    shared::<Decoder>();
    shared::<events_core::wire::EventRegistry>();
}

#[test]
fn inside_of_json_it_is_read_byte_for_byte() {
    let events = format!("[{FOREIGN}, {FOREIGN}]");
    let read: Vec<RawEnvelope> = serde_json::from_str(&events).unwrap();
    assert_eq!(read[0], RawEnvelope::from_json(FOREIGN).unwrap());
    assert_eq!(HashSet::from([read[0].clone(), read[1].clone()]).len(), 1);
    assert_eq!(serde_json::from_slice::<Vec<RawEnvelope>>(&serde_json::to_vec(&read).unwrap()).unwrap(), read);

    let error = serde_json::from_str::<RawEnvelope>(r#"{"specversion": "1.0"}"#).unwrap_err();
    assert!(error.to_string().contains("the member `id` is missing"), "{error}");
}
