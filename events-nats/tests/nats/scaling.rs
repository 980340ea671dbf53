//! What the page on scaling says, as far as one server can show it.

use std::collections::{BTreeMap, BTreeSet};

use events_nats::{
    NatsPublisher, NatsSubscriber, Replay, Start, StreamSettings, SubjectPrefix,
    async_nats::jetstream::{
        self,
        stream::{Config, Source},
    },
    ensure_stream,
};

use crate::{
    domain::{EVENTS, Packet, STREAM, all, connect, packet, packet_of, publisher, soon, stream, tell},
    server::Server,
};

#[tokio::test]
async fn the_server_spreads_entities_over_partitions() {
    let server = Server::with_config(
        r#"mappings: { "events.*.*.*": "events.{{partition(3,3)}}.{{wildcard(1)}}.{{wildcard(2)}}.{{wildcard(3)}}" }"#,
    );
    let client = connect(&server).await;
    let prefix = |n: usize| SubjectPrefix::new(&format!("events.{n}")).unwrap();
    for n in 0..3 {
        ensure_stream(&client, &StreamSettings::new(&format!("EVENTS_{n}")).prefix(prefix(n))).await.unwrap();
    }
    let events: Vec<_> = (0..120).map(|number| packet_of(&format!("test {}", number % 12), number)).collect();
    let publisher = NatsPublisher::new(client.clone());
    let receipts = all(soon(publisher.publish_batch(&events)).await);
    let mut partitions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (event, receipt) in events.iter().zip(&receipts) {
        partitions.entry(event.entity_id()).or_default().insert(receipt.stream());
    }
    assert!(partitions.values().all(|streams| streams.len() == 1), "an entity has one partition: {partitions:?}");
    assert_eq!(partitions.values().flatten().collect::<BTreeSet<_>>().len(), 3, "and there are several");
    let again = all(soon(publisher.publish_batch(&events)).await);
    assert!(again.iter().all(events_nats::PublishReceipt::is_duplicate));

    let mut told = Vec::new();
    for n in 0..3 {
        let name = format!("EVENTS_{n}");
        let expected = receipts.iter().filter(|receipt| receipt.stream() == name).count();
        let builder = NatsSubscriber::builder(client.clone(), &name, "watcher").prefix(prefix(n)).types(EVENTS.clone());
        told.extend(tell(&mut builder.open().await.unwrap(), expected).await.numbers());
    }
    told.sort_unstable();
    assert_eq!(told, (0..120).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_mirror_is_read_on_where_the_original_was_left() {
    let (_server, client) = stream().await;
    let mirror = Source { name: STREAM.into(), ..Source::default() };
    let config = Config { name: "COPY".into(), mirror: Some(mirror), ..Config::default() };
    jetstream::new(client.clone()).create_stream(config).await.unwrap();
    all(publisher(&client).publish_batch((0..100).map(packet)).await);

    let mut original = Replay::builder(client.clone(), STREAM).types(EVENTS.clone()).open().await.unwrap();
    let mut last = 0;
    for _ in 0..40 {
        last = soon(original.next()).await.unwrap().unwrap().sequence();
    }
    let builder = Replay::builder(client.clone(), "COPY").types(EVENTS.clone());
    let mut copy = builder.start(Start::Sequence(last + 1)).open().await.unwrap();
    for expected in 40..100 {
        let event = soon(copy.next()).await.unwrap().unwrap();
        assert_eq!((event.sequence(), event.downcast::<Packet>().unwrap().number), (expected + 1, expected));
    }
}
