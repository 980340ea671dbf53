//! The wire form: `CloudEvents` 1.0 in structured mode.

use chrono::{DateTime, Utc};
use events_core::{Envelope, Event, EventId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::{Config, QuickTestBeat, QuickTestCreated, QuickTestStep};

fn created() -> QuickTestCreated {
    QuickTestCreated { test_name: "n".into(), config: Config::from([("a".into(), 1)]), creation_time: epoch() }
}

fn epoch() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

#[test]
fn the_members_are_these_and_no_others() {
    let cause: EventId = "8c2631ea-6c62-8e67-b6e4-6789242ade93".parse().unwrap();
    let event = Envelope::builder(created(), "test 1/ä%")
        .time(epoch() + chrono::TimeDelta::milliseconds(1500))
        .correlation_id("run-7")
        .causation_id(cause)
        .sequence(18_446_744_073_709_551_615)
        .trace_parent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap())
        .build()
        .unwrap();
    let read: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
    assert_eq!(
        read,
        json!({
            "specversion": "1.0",
            "id": event.id().to_string(),
            "type": "quick_test.created",
            "source": "/quick_test/test%201%2F%C3%A4%25",
            "subject": "test 1/ä%",
            "time": "1970-01-01T00:00:01.500Z",
            "datacontenttype": "application/json",
            "entitytype": "quick_test",
            "eventversion": 1,
            "correlationid": "run-7",
            "causationid": "8c2631ea-6c62-8e67-b6e4-6789242ade93",
            "sequence": "18446744073709551615",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "idskip": "creation_time",
            "data": {"test_name": "n", "config": {"a": 1}, "creation_time": "1970-01-01T00:00:00Z"},
        })
    );
}

#[test]
fn what_is_not_known_is_left_out() {
    let event = Envelope::builder(QuickTestStep { n: 1 }, "e").time(epoch()).build().unwrap();
    assert_eq!(
        event.to_json().unwrap(),
        format!(
            "{{\"specversion\":\"1.0\",\"id\":\"{}\",\"type\":\"quick_test.step\",\"source\":\"/quick_test/e\",\
             \"subject\":\"e\",\"time\":\"1970-01-01T00:00:00Z\",\"datacontenttype\":\"application/json\",\
             \"entitytype\":\"quick_test\",\"eventversion\":1,\"data\":{{\"n\":1}}}}",
            event.id()
        )
    );
    assert_eq!(event.erase().to_json().unwrap(), event.to_json().unwrap());
    assert_eq!(event.payload_json().unwrap(), "{\"n\":1}");
    assert_eq!(event.erase().payload_json().unwrap(), "{\"n\":1}");
}

#[test]
fn unreserved_characters_stand_for_themselves_in_the_source() {
    for (id, segment) in [
        ("aZ0-._~", "aZ0-._~"),
        ("a:b,c;d", "a%3Ab%2Cc%3Bd"),
        ("..", ".."),
        ("a/b c", "a%2Fb%20c"),
        ("🦀", "%F0%9F%A6%80"),
    ] {
        let event = QuickTestStep { n: 1 }.for_entity(id).unwrap();
        let read: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
        assert_eq!(read["source"], format!("/quick_test/{segment}"));
        assert_eq!(read["subject"], id);
    }
}

#[test]
fn several_skipped_members_are_joined_under_their_names_in_the_text() {
    #[derive(Event, Serialize)]
    #[event_type("quick_test.timed")]
    #[event(entity_type = "custom_test", version = 3)]
    #[serde(rename_all = "camelCase")]
    struct Timed {
        #[event(skip_id)]
        start_time: u8,
        name: u8,
        #[event(skip_id)]
        #[serde(rename = "end")]
        end_time: u8,
    }
    let event = Timed { start_time: 1, name: 2, end_time: 3 }.for_entity("e").unwrap();
    let read: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
    assert_eq!((&read["idskip"], &read["eventversion"]), (&json!("startTime,end"), &json!(3)));
    assert_eq!((&read["entitytype"], &read["source"]), (&json!("custom_test"), &json!("/custom_test/e")));
}

#[test]
fn the_text_alone_gives_the_id_again() {
    let event = created().for_entity("test-001").unwrap();
    let read: Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
    let text = |name: &str| read[name].as_str().unwrap();
    let skipped: Vec<&str> = text("idskip").split(',').collect();
    let id = EventId::content_skipping(text("type"), text("entitytype"), text("subject"), &read["data"], &skipped);
    assert_eq!(id.unwrap().to_string(), text("id"));
}

#[test]
fn an_event_without_members_and_one_with_an_id_of_its_own_are_written() {
    #[derive(Event, Serialize)]
    #[event_type("quick_test.paused")]
    struct Paused;
    let paused = Paused.for_entity("e").unwrap();
    let read: Value = serde_json::from_str(&paused.to_json().unwrap()).unwrap();
    assert_eq!(read["data"], Value::Null);
    assert_eq!(EventId::content("quick_test.paused", "quick_test", "e", &read["data"]).unwrap(), paused.id());
    let beat = QuickTestBeat { n: 1 }.for_entity("e").unwrap();
    let read: Value = serde_json::from_str(&beat.to_json().unwrap()).unwrap();
    assert_eq!(read["id"], beat.id().to_string());
}
