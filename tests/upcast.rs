//! Versions of events: what was written in an older one is read as the newest.

use std::{fmt::Display, iter};

use chrono::DateTime;
use events_core::{
    Envelope, Event, EventDescriptor, EventEnum, EventId, EventType, Upcast, ValidationError,
    wire::{DecodeError, Decoded, Decoder, EventRegistry, RawEnvelope, RegisteredType},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

/// At first, a name alone.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.started")]
struct StartedV1 {
    name: String,
}

/// Then, who began it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.started")]
#[event(version = 2, upcast_from = StartedV1)]
struct StartedV2 {
    name: String,
    by: Option<String>,
}

/// Now, in how many attempts.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.started")]
#[event(upcast_from = StartedV2, version = 3)]
struct Started {
    test_name: String,
    by: Option<String>,
    attempt: u32,
}

impl Upcast for StartedV1 {
    type To = StartedV2;

    fn upcast(self) -> StartedV2 {
        StartedV2 { name: self.name, by: None }
    }
}

impl Upcast for StartedV2 {
    type To = Started;

    fn upcast(self) -> Started {
        Started { test_name: self.name, by: self.by, attempt: 1 }
    }
}

#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.ended")]
struct Ended {}

#[derive(EventEnum, Clone, Debug, PartialEq)]
enum RunEvent {
    Started(Started),
    Ended(Ended),
}

fn started(by: Option<&str>) -> Started {
    Started { test_name: "x".into(), by: by.map(Into::into), attempt: 1 }
}

fn refusal(result: Result<impl Sized, impl Display>) -> String {
    result.err().expect("it is refused").to_string()
}

#[test]
fn a_chain_begins_with_its_oldest_version() {
    const OLDEST: [u32; 3] = [StartedV1::OLDEST_VERSION, StartedV2::OLDEST_VERSION, Started::OLDEST_VERSION];
    assert_eq!(OLDEST, [1, 1, 1]);
    assert_eq!([StartedV1::VERSION, StartedV2::VERSION, Started::VERSION], [1, 2, 3]);
    let versions = iter::successors(Some(Started::DESCRIPTOR), |newer| newer.predecessor());
    assert_eq!(versions.map(EventDescriptor::version).collect::<Vec<_>>(), [3, 2, 1]);
}

#[test]
fn an_older_payload_takes_every_step_to_the_newest() {
    assert_eq!(Started::from_older(1, json!({ "name": "x" })).unwrap(), started(None));
    assert_eq!(Started::from_older(2, json!({ "name": "x", "by": "me" })).unwrap(), started(Some("me")));
    assert_eq!(StartedV2::from_older(1, json!({ "name": "x" })).unwrap(), StartedV2 { name: "x".into(), by: None });
}

#[test]
fn an_older_payload_is_read_in_its_own_shape() {
    let newest = json!({ "test_name": "x", "by": null, "attempt": 1 });
    assert_eq!(refusal(Started::from_older(1, newest.clone())), "missing field `name`");
    assert_eq!(refusal(Started::from_older(2, newest)), "missing field `name`");
}

#[test]
fn other_versions_are_refused() {
    for version in [0, 3, 4, u32::MAX] {
        let expected = format!("version {version} of `run.started` is unknown; versions 1 to 3 can be read");
        assert_eq!(refusal(Started::from_older(version, json!({ "name": "x" }))), expected);
    }
    let expected = "version 2 of `run.ended` is unknown; only version 1 can be read";
    assert_eq!(refusal(Ended::from_older(2, json!({}))), expected);
}

/// A chain need not begin with 1.
#[test]
fn the_oldest_version_may_be_any() {
    #[derive(Event, Debug, Serialize, Deserialize)]
    #[event_type("run.paused")]
    #[event(version = 7)]
    struct PausedV7 {}

    #[derive(Event, Debug, Serialize, Deserialize)]
    #[event_type("run.paused")]
    #[event(version = 8, upcast_from = PausedV7)]
    struct Paused {
        reason: Option<String>,
    }

    impl Upcast for PausedV7 {
        type To = Paused;

        fn upcast(self) -> Paused {
            Paused { reason: None }
        }
    }

    assert_eq!((Paused::OLDEST_VERSION, Paused::VERSION), (7, 8));
    assert_eq!(Paused::from_older(7, json!({})).unwrap().reason, None);
    let expected = "version 6 of `run.paused` is unknown; versions 7 to 8 can be read";
    assert_eq!(refusal(Paused::from_older(6, json!({}))), expected);
}

#[test]
fn an_event_written_by_hand_has_no_older_version() {
    #[derive(Debug, Serialize)]
    struct ByHand {}

    impl Event for ByHand {
        const TYPE: EventType = EventType::from_static("run.noted");
        const VERSION: u32 = 4;
    }

    assert_eq!(ByHand::OLDEST_VERSION, 4);
    let expected = "version 3 of `run.noted` is unknown; only version 4 can be read";
    assert_eq!(refusal(ByHand::from_older(3, json!({}))), expected);
}

/// The tagged form tells no version, and is that of the newest.
#[test]
fn an_event_enum_is_written_and_read_in_the_newest_version() {
    let event = RunEvent::from(started(Some("me")));
    let text = serde_json::to_string(&event).unwrap();
    assert_eq!(text, r#"{"type":"run.started","data":{"test_name":"x","by":"me","attempt":1}}"#);
    assert_eq!(serde_json::from_str::<RunEvent>(&text).unwrap(), event);
    let data_first = r#"{"data":{"test_name":"x","by":"me","attempt":1},"type":"run.started"}"#;
    assert_eq!(serde_json::from_str::<RunEvent>(data_first).unwrap(), event);
    let older = r#"{"type":"run.started","data":{"name":"x"}}"#;
    assert!(refusal(serde_json::from_str::<RunEvent>(older)).starts_with("missing field `test_name`"));
}

/// One value at first.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.measured")]
struct MeasuredV1<T> {
    value: T,
}

/// Several now.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.measured")]
#[event(version = 2, upcast_from = MeasuredV1<T>)]
struct Measured<T> {
    values: Vec<T>,
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Upcast for MeasuredV1<T> {
    type To = Measured<T>;

    fn upcast(self) -> Measured<T> {
        Measured { values: vec![self.value] }
    }
}

#[test]
fn a_generic_event_has_versions_too() {
    assert_eq!((Measured::<u8>::OLDEST_VERSION, Measured::<u8>::VERSION), (1, 2));
    assert_eq!(Measured::from_older(1, json!({ "value": "x" })).unwrap(), Measured { values: vec!["x".to_owned()] });
    assert_eq!(Measured::<u8>::from_older(1, json!({ "value": 7 })).unwrap(), Measured { values: vec![7] });
    assert_eq!(
        refusal(Measured::<u8>::from_older(3, json!({ "value": 7 }))),
        "version 3 of `run.measured` is unknown; versions 1 to 2 can be read"
    );
}

/// What the program wrote that had this version of the event.
fn written<E: Event>(event: E) -> (EventId, RawEnvelope) {
    let event = Envelope::builder(event, "run-1").time(DateTime::UNIX_EPOCH).build().unwrap().erase();
    (event.id(), RawEnvelope::from_json(&event.to_json().unwrap()).unwrap())
}

#[test]
fn an_older_record_is_decoded_as_the_newest_and_keeps_its_id() {
    let (id, record) = written(StartedV1 { name: "x".into() });
    let event = record.decode::<Started>().unwrap();
    assert_eq!((event.payload(), event.id()), (&started(None), id));
    let (id, record) = written(StartedV2 { name: "x".into(), by: Some("me".into()) });
    let event = record.decode::<Started>().unwrap();
    assert_eq!((event.payload(), event.id()), (&started(Some("me")), id));
    assert_eq!(record.decode::<StartedV2>().unwrap().id(), id);
}

#[test]
fn an_older_record_is_passed_on_as_it_was_read() {
    let (_, record) = written(StartedV1 { name: "x".into() });
    let others = record.as_json().replace(r#","data""#, ",\n\"partitionkey\": \"p\",\"data\"");
    let event = RawEnvelope::from_json(&others).unwrap().decode::<Started>().unwrap();
    let again = event.to_json().unwrap();
    assert_eq!(again, others.replace('\n', ""), "what others added included");
    assert_eq!(event.to_raw().unwrap().decode::<Started>().unwrap(), event);
    assert_eq!(event.payload_json().unwrap(), r#"{"test_name":"x","by":null,"attempt":1}"#);

    let event = Decoder::new().event::<Started>(&others).unwrap();
    assert_eq!(event.to_json().unwrap(), again);
}

#[test]
fn a_registry_decodes_older_records_of_a_variant() {
    static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::all_of::<RunEvent>()]);
    let (_, record) = written(StartedV1 { name: "x".into() });
    let Decoded::Event(event) = EVENTS.decode(&record).unwrap() else { panic!("it is registered") };
    assert_eq!(RunEvent::try_from(&event).unwrap(), started(None).into());
}

#[test]
fn a_record_of_another_version_is_refused() {
    let (_, record) = written(started(None));
    let error = record.decode::<StartedV2>().unwrap_err();
    assert!(matches!(error, DecodeError::NewerVersion { found: 3, newest: 2, .. }), "{error}");
    let older = record.as_json().replace(r#""eventversion":3"#, r#""eventversion":0"#);
    let error = RawEnvelope::from_json(&older).and_then(|record| record.decode::<Started>()).unwrap_err();
    assert_eq!(error.member(), Some("eventversion"), "{error}");
}

#[test]
fn an_older_record_that_was_changed_is_refused() {
    let (_, record) = written(StartedV1 { name: "x".into() });
    let changed = RawEnvelope::from_json(&record.as_json().replace(r#"{"name":"x"}"#, r#"{"name":"y"}"#)).unwrap();
    let error = changed.decode::<Started>().unwrap_err();
    assert!(matches!(error, DecodeError::IdMismatch { .. }), "{error}");
    let of_a_number = record.as_json().replace(r#"{"name":"x"}"#, r#"{"name":7}"#);
    let error = RawEnvelope::from_json(&of_a_number).unwrap().decode::<Started>().unwrap_err();
    assert_eq!(error.member(), Some("data.name"), "{error}");
}

/// The newer version has other rules of the id: other members are left out, or each occurrence has its own.
#[test]
fn the_id_of_an_older_record_follows_the_rules_of_its_own_version() {
    #[derive(Event, Debug, Serialize, Deserialize)]
    #[event_type("run.stepped")]
    struct SteppedV1 {
        name: String,
    }

    #[derive(Event, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("run.stepped")]
    #[event(version = 2, upcast_from = SteppedV1)]
    struct SteppedV2 {
        #[event(skip_id)]
        name: String,
    }

    #[derive(Event, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("run.stepped")]
    #[event(version = 3, upcast_from = SteppedV2, identity = unique)]
    struct Stepped {
        name: String,
    }

    impl Upcast for SteppedV1 {
        type To = SteppedV2;

        fn upcast(self) -> SteppedV2 {
            SteppedV2 { name: self.name }
        }
    }

    impl Upcast for SteppedV2 {
        type To = Stepped;

        fn upcast(self) -> Stepped {
            Stepped { name: self.name }
        }
    }

    let (first, record) = written(SteppedV1 { name: "x".into() });
    assert_eq!(record.decode::<SteppedV2>().unwrap().id(), first);
    assert_eq!(record.decode::<Stepped>().unwrap().id(), first);
    let (second, record) = written(SteppedV2 { name: "x".into() });
    assert_eq!(record.decode::<Stepped>().unwrap().id(), second);
    assert_ne!(first, second);
}

/// What is read is checked by the rules of the newest version.
#[test]
fn an_older_record_that_breaks_the_newest_rules_is_refused() {
    #[derive(Event, Debug, Serialize, Deserialize)]
    #[event_type("run.named")]
    struct NamedV1 {
        name: String,
    }

    #[derive(Event, Debug, Serialize, Deserialize)]
    #[event_type("run.named")]
    #[event(version = 2, upcast_from = NamedV1, validate = Self::check)]
    struct Named {
        name: String,
    }

    impl Named {
        fn check(&self) -> Result<(), ValidationError> {
            if self.name.is_empty() { Err(ValidationError::new("is empty").field("name")) } else { Ok(()) }
        }
    }

    impl Upcast for NamedV1 {
        type To = Named;

        fn upcast(self) -> Named {
            Named { name: self.name }
        }
    }

    let (_, record) = written(NamedV1 { name: String::new() });
    let error = record.decode::<Named>().unwrap_err();
    assert!(matches!(error, DecodeError::Invalid { .. }), "{error}");
    assert_eq!(written(NamedV1 { name: "x".into() }).1.decode::<Named>().unwrap().name, "x");
}
