//! What is published is stored once, where it belongs.

use std::time::Duration;

use events_core::{AnyEnvelope, Envelope, Event, TraceParent, wire::RawEnvelope};
use events_nats::{
    ContentMode, NatsPublisher, PublishError, StreamSettings, SubjectPrefix,
    async_nats::{
        Client, HeaderMap, HeaderValue,
        jetstream::{self, message::StreamMessage},
    },
    ensure_stream,
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{LampLit, Packet, STREAM, connect, packet, packet_of, publisher, soon, stored, stream},
    server::Server,
};

async fn message(client: &Client, sequence: u64) -> StreamMessage {
    let stream = jetstream::new(client.clone()).get_stream(STREAM).await.unwrap();
    stream.get_raw_message(sequence).await.unwrap()
}

fn header<'m>(message: &'m StreamMessage, name: &str) -> Option<&'m str> {
    message.headers.get(name).map(HeaderValue::as_str)
}

#[tokio::test]
async fn a_receipt_names_the_place_in_the_stream() {
    let (_server, client) = stream().await;
    let publisher = publisher(&client);
    let event = packet(1);

    let first = soon(async { publisher.publish(&event).await?.await }).await.unwrap();
    assert_eq!((first.id(), first.stream(), first.sequence()), (&*event.id().to_string(), STREAM, 1));
    assert!(!first.is_duplicate());

    let again = soon(async { publisher.publish(&event).await?.await }).await.unwrap();
    assert!(again.is_duplicate(), "the same event, and so the same message");
    assert_eq!(again.sequence(), 1);
    assert_eq!(stored(&client).await, [1]);
}

#[tokio::test]
async fn structured_mode_has_the_event_in_the_body() {
    let (_server, client) = stream().await;
    let parent: TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap();
    let event = Envelope::builder(Packet { number: 7 }, "10.0.0.1 > *").trace_parent(parent.clone()).build().unwrap();
    publisher(&client).publish(&event).await.unwrap().await.unwrap();

    let message = message(&client, 1).await;
    assert_eq!(message.subject.as_str(), "events.quick_test.packet.10%2E0%2E0%2E1%20%3E%20%2A");
    assert_eq!(header(&message, "Nats-Msg-Id"), Some(&*event.id().to_string()));
    assert_eq!(header(&message, "content-type"), Some("application/cloudevents+json"));
    assert_eq!(header(&message, "traceparent"), Some(parent.as_str()));
    assert_eq!(message.payload, event.to_json().unwrap().into_bytes());
}

#[tokio::test]
async fn binary_mode_has_the_attributes_in_headers() {
    let (_server, client) = stream().await;
    let event = Envelope::builder(Packet { number: 7 }, "tést \"1\"").build().unwrap();
    let publisher = NatsPublisher::builder(client.clone()).mode(ContentMode::Binary).build();
    publisher.publish(&event).await.unwrap().await.unwrap();

    let message = message(&client, 1).await;
    assert_eq!(&*message.payload, br#"{"number":7}"#);
    assert_eq!(header(&message, "ce-subject"), Some("t%C3%A9st%20%221%22"));
    assert_eq!(header(&message, "ce-type"), Some("quick_test.packet"));
    assert_eq!(header(&message, "ce-eventversion"), Some("1"));
    assert_eq!(header(&message, "content-type"), Some("application/json"));
    assert_eq!(header(&message, "Nats-Msg-Id"), Some(&*event.id().to_string()));
}

#[tokio::test]
async fn events_of_others_pass_as_they_are() {
    let (_server, client) = stream().await;
    let text = r#"{"specversion":"1.0","id":"A 1","source":"/ci","type":"com.example.Build","data":{"ok":true}}"#;
    let event = RawEnvelope::from_json(text).unwrap();
    publisher(&client).publish_raw(&event).await.unwrap().await.unwrap();

    let stored = message(&client, 1).await;
    assert_eq!(stored.subject.as_str(), "events.com.example.Build.%2Fci");
    assert_eq!(&*stored.payload, text.as_bytes());
    assert_eq!(header(&stored, "Nats-Msg-Id"), Some("/ci%20A%201"));

    let nowhere = RawEnvelope::from_json(&text.replace("com.example", "com.")).unwrap();
    let error = publisher(&client).publish_raw(&nowhere).await.unwrap_err();
    assert!(matches!(error, PublishError::NoSubject { .. }), "{error}");
}

#[tokio::test]
async fn many_are_stored_in_their_order() {
    let (_server, client) = stream().await;
    let receipts = soon(publisher(&client).publish_batch((0..1000).map(packet))).await;
    let sequences: Vec<u64> = receipts.into_iter().map(|receipt| receipt.unwrap().sequence()).collect();
    assert_eq!(sequences, (1..=1000).collect::<Vec<_>>());
    assert_eq!(stored(&client).await, (0..1000).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_window_bounds_what_is_under_way_and_needs_nobody_who_waits() {
    let (mut server, client) = stream().await;
    let publisher = NatsPublisher::builder(client.clone()).window(4).ack_timeout(Duration::from_millis(300)).build();
    server.kill();
    let mut pending = Vec::new();
    for number in 0..4 {
        pending.push(soon(publisher.publish(packet(number))).await.unwrap());
    }
    let fifth = tokio::time::timeout(Duration::from_millis(500), publisher.publish(packet(4))).await;
    assert!(fifth.is_err(), "there is no place for a fifth");

    server.restart();
    // Nobody looks at the four: their places become free all the same.
    soon(publisher.publish(packet(4))).await.unwrap().await.unwrap();
    soon(publisher.flush()).await;
    for receipt in pending {
        assert!(receipt.await.unwrap().attempts() > 1);
    }
    let mut numbers = stored(&client).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn without_a_stream_nothing_is_published() {
    let server = Server::start();
    let client = connect(&server).await;
    let error = soon(async { publisher(&client).publish(packet(1)).await?.await }).await.unwrap_err();
    assert!(matches!(error, PublishError::NoStream { .. }), "{error}");
}

#[tokio::test]
async fn a_stream_that_comes_up_late_is_waited_for() {
    let server = Server::start();
    let client = connect(&server).await;
    let pending = publisher(&client).publish(packet(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    ensure_stream(&client, &StreamSettings::new(STREAM)).await.unwrap();
    assert_eq!(soon(pending).await.unwrap().sequence(), 1);
}

#[tokio::test]
async fn a_stream_that_was_there_is_waited_for_as_long_as_a_server() {
    let (_server, client) = stream().await;
    let publisher = publisher(&client);
    publisher.publish(packet(1)).await.unwrap().await.unwrap();
    // As while its servers elect a leader: nobody listens on the subject.
    jetstream::new(client.clone()).delete_stream(STREAM).await.unwrap();
    let pending = publisher.publish(packet(2)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    ensure_stream(&client, &StreamSettings::new(STREAM)).await.unwrap();
    assert!(soon(pending).await.unwrap().attempts() > 1);
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_whoever_notices() {
    let server = Server::with_config("max_payload: 2048");
    let client = connect(&server).await;
    let settings = StreamSettings::new(STREAM).max_message_bytes(900);
    ensure_stream(&client, &settings).await.unwrap();
    let publisher = publisher(&client);

    let for_the_server = packet_of(&"x".repeat(1500), 1);
    let error = publisher.publish(&for_the_server).await.unwrap_err();
    assert!(matches!(error, PublishError::TooLarge { .. }), "{error}");

    let for_the_stream = packet_of(&"x".repeat(300), 1);
    let error = soon(publisher.publish(&for_the_stream).await.unwrap()).await.unwrap_err();
    assert!(matches!(error, PublishError::Refused { .. }), "{error}");

    let for_a_subject = packet_of(&".".repeat(700), 1);
    let error = publisher.publish(&for_a_subject).await.unwrap_err();
    assert!(matches!(error, PublishError::SubjectTooLong { bytes, limit: 2048, .. } if bytes > 2048), "{error}");

    soon(publisher.publish(packet(2)).await.unwrap()).await.unwrap();
    assert_eq!(stored(&client).await, [2]);
}

#[tokio::test]
async fn a_full_stream_refuses() {
    let server = Server::start();
    let client = connect(&server).await;
    ensure_stream(&client, &StreamSettings::new(STREAM).max_messages(2)).await.unwrap();
    let receipts = soon(publisher(&client).publish_batch((0..3).map(packet))).await;
    assert!(matches!(receipts[2], Err(PublishError::Refused { .. })), "{receipts:?}");
    assert_eq!(stored(&client).await, [0, 1]);
}

#[tokio::test]
async fn what_would_go_to_another_stream_is_refused() {
    let server = Server::start();
    let client = connect(&server).await;
    let lab = SubjectPrefix::new("lab").unwrap();
    ensure_stream(&client, &StreamSettings::new("LAB").prefix(lab.clone())).await.unwrap();
    let publisher = NatsPublisher::builder(client.clone()).prefix(lab).stream(STREAM).build();
    let event = LampLit { lumens: 3 }.for_entity("lamp-1").unwrap();
    let error = soon(publisher.publish(&event).await.unwrap()).await.unwrap_err();
    assert!(matches!(error, PublishError::Refused { .. }), "{error}");
}

/// Each time is another one.
#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.ringing")]
#[event(identity = unique)]
struct Ringing {
    number: u64,
}

/// Publishes another text under the id of an event.
async fn forge(client: &Client, event: &AnyEnvelope, text: String) {
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", event.id().to_string());
    let subject = "events.quick_test.packet.test-1";
    let jetstream = jetstream::new(client.clone());
    jetstream.publish_with_headers(subject, headers, text.into()).await.unwrap().await.unwrap();
}

#[tokio::test]
async fn no_disguise_helps_who_takes_the_id_of_another_event() {
    let (_server, client) = stream().await;
    let publisher = NatsPublisher::builder(client.clone()).verify_duplicates().build();
    // As an event of somebody else's, whose id need not follow from anything.
    let event = packet(1);
    let forged = event.to_json().unwrap().replace(r#""number":1"#, r#""number":6"#);
    assert!(forged.contains(r#""entitytype":"quick_test","#), "{forged}");
    forge(&client, &event, forged.replace(r#""entitytype":"quick_test","#, "")).await;
    let error = soon(publisher.publish(&event).await.unwrap()).await.unwrap_err();
    assert!(matches!(error, PublishError::Conflict { .. }), "{error}");
    let error = soon(publisher.publish_raw(&event.to_raw().unwrap()).await.unwrap()).await.unwrap_err();
    assert!(matches!(error, PublishError::Conflict { .. }), "{error}");

    // An id that is no content's.
    let event = Ringing { number: 2 }.for_entity("test-1").unwrap().erase();
    forge(&client, &event, event.to_json().unwrap().replace(r#""number":2"#, r#""number":6"#)).await;
    let error = soon(publisher.publish(&event).await.unwrap()).await.unwrap_err();
    assert!(matches!(error, PublishError::Conflict { .. }), "{error}");
}

#[tokio::test]
async fn who_takes_the_id_of_another_event_is_found_out() {
    let (_server, client) = stream().await;
    let event = packet(1);
    forge(&client, &event, event.to_json().unwrap().replace(r#""number":1"#, r#""number":6"#)).await;

    let trusting = soon(publisher(&client).publish(&event).await.unwrap()).await.unwrap();
    assert!(trusting.is_duplicate(), "the stream believes it");
    for mode in [ContentMode::Structured, ContentMode::Binary] {
        let publisher = NatsPublisher::builder(client.clone()).mode(mode).verify_duplicates().build();
        let error = soon(publisher.publish(&event).await.unwrap()).await.unwrap_err();
        assert!(matches!(error, PublishError::Conflict { sequence: 1, .. }), "{error}");

        let honest = packet(2);
        soon(publisher.publish(&honest).await.unwrap()).await.unwrap();
        assert!(soon(publisher.publish(&honest).await.unwrap()).await.unwrap().is_duplicate());
        soon(publisher.publish_raw(&honest.to_raw().unwrap()).await.unwrap()).await.unwrap();
    }
}
