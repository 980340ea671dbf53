//! Versions of events: what was written in an older one is read as the newest.

use std::{fmt::Display, iter};

use events_core::{Event, EventDescriptor, EventEnum, EventType, Upcast};
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
