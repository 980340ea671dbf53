//! A replay has all events in their order, from wherever one likes.

use std::time::Duration;

use events_core::pattern;
use events_nats::{Replay, ReplayError, Start, StreamSettings, async_nats::jetstream, ensure_stream};
use futures_util::StreamExt as _;
use tokio::time::{sleep, timeout};

use crate::domain::{EVENTS, Packet, STREAM, all, packet, packet_of, publisher, soon, stream};

async fn numbers(replay: &mut Replay, count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        let Some(event) = soon(replay.next()).await else { break };
        numbers.push(event.unwrap().downcast::<Packet>().unwrap().number);
    }
    numbers
}

#[tokio::test]
async fn it_ends_where_the_stream_ended_when_it_began() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..1200).map(packet)).await);
    let builder = Replay::builder(client.clone(), STREAM).types(EVENTS.clone()).until_end();
    let mut replay = builder.clone().open().await.unwrap();
    publisher(&client).publish(packet(1200)).await.unwrap().await.unwrap();
    assert_eq!(numbers(&mut replay, 2000).await, (0..1200).collect::<Vec<_>>());
    assert!(replay.next().await.is_none());

    let mut some = builder.clone().start(Start::Sequence(1100)).open().await.unwrap();
    assert_eq!(numbers(&mut some, 2000).await, (1099..1201).collect::<Vec<_>>());
    let mut none = builder.pattern(pattern!("lamp.>")).open().await.unwrap();
    assert!(soon(none.next()).await.is_none(), "and not one that waits for lamps");
}

#[tokio::test]
async fn it_is_a_stream_as_well() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..10).map(packet)).await);
    let replay = Replay::builder(client, STREAM).types(EVENTS.clone()).until_end().open().await.unwrap();
    let mut events = replay.into_stream();
    let numbers = events.by_ref().map(|event| event.unwrap().downcast::<Packet>().unwrap().number);
    assert_eq!(soon(numbers.collect::<Vec<_>>()).await, (0..10).collect::<Vec<_>>());
    assert!(soon(events.next()).await.is_none(), "and stays at its end");
}

#[tokio::test]
async fn it_ends_although_the_stream_forgets_what_was_to_come() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..3000).map(packet)).await);
    let builder = Replay::builder(client.clone(), STREAM).types(EVENTS.clone()).until_end();
    let mut replay = builder.open().await.unwrap();
    assert_eq!(numbers(&mut replay, 1).await, [0]);
    let stream = jetstream::new(client.clone()).get_stream(STREAM).await.unwrap();
    stream.purge().await.unwrap();
    let rest = numbers(&mut replay, 3000).await;
    assert!(rest.len() < 2999, "what was not on its way is gone");
    assert!(rest.iter().copied().eq(1..=rest.len() as u64), "{rest:?}");
}

#[tokio::test]
async fn who_comes_late_catches_up_and_stays() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..10).map(packet)).await);
    let mut late = Replay::builder(client.clone(), STREAM).types(EVENTS.clone()).open().await.unwrap();
    assert_eq!(numbers(&mut late, 10).await, (0..10).collect::<Vec<_>>());
    assert!(timeout(Duration::from_millis(200), late.next()).await.is_err(), "there is no more yet");
    all(publisher(&client).publish_batch((10..20).map(packet)).await);
    assert_eq!(numbers(&mut late, 10).await, (10..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn it_begins_at_a_time_or_now() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..5).map(packet)).await);
    sleep(Duration::from_millis(20)).await;
    let noon = chrono::Utc::now();
    let builder = Replay::builder(client.clone(), STREAM).types(EVENTS.clone());
    let mut new = builder.clone().start(Start::New).open().await.unwrap();
    all(publisher(&client).publish_batch((5..10).map(packet)).await);
    assert_eq!(numbers(&mut new, 5).await, (5..10).collect::<Vec<_>>());
    let mut since = builder.start(Start::Time(noon)).until_end().open().await.unwrap();
    assert_eq!(numbers(&mut since, 100).await, (5..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_restart_of_the_server_costs_no_event_and_repeats_none() {
    let (mut server, client) = stream().await;
    all(publisher(&client).publish_batch((0..2000).map(packet)).await);
    let builder = Replay::builder(client.clone(), STREAM).types(EVENTS.clone());
    let mut new = builder.clone().start(Start::New).open().await.unwrap();
    let mut replay = builder.open().await.unwrap();
    assert_eq!(numbers(&mut replay, 700).await, (0..700).collect::<Vec<_>>());
    server.restart();
    assert_eq!(numbers(&mut replay, 1300).await, (700..2000).collect::<Vec<_>>());
    publisher(&client).publish(packet(2000)).await.unwrap().await.unwrap();
    assert_eq!(numbers(&mut replay, 1).await, [2000]);
    assert_eq!(numbers(&mut new, 1).await, [2000], "it began before the restart, with nothing");
}

#[tokio::test]
async fn a_stream_that_was_made_anew_is_told_and_read_from_its_beginning() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..10).map(packet)).await);
    let builder = Replay::builder(client.clone(), STREAM).types(EVENTS.clone());
    let mut live = builder.clone().open().await.unwrap();
    let mut ending = builder.until_end().open().await.unwrap();
    assert_eq!(numbers(&mut live, 10).await, (0..10).collect::<Vec<_>>());

    jetstream::new(client.clone()).delete_stream(STREAM).await.unwrap();
    ensure_stream(&client, &StreamSettings::new(STREAM)).await.unwrap();
    all(publisher(&client).publish_batch((20..25).map(packet)).await);
    let error = soon(live.next()).await.unwrap().unwrap_err();
    assert!(matches!(error, ReplayError::Recreated { .. }), "{error}");
    assert_eq!(numbers(&mut live, 5).await, (20..25).collect::<Vec<_>>());

    // Its end is that of the new one.
    let error = soon(ending.next()).await.unwrap().unwrap_err();
    assert!(matches!(error, ReplayError::Recreated { .. }), "{error}");
    assert_eq!(numbers(&mut ending, 10).await, (20..25).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_new_to_an_empty_stream_is_told_although_the_server_restarts() {
    let (mut server, client) = stream().await;
    let builder = Replay::builder(client.clone(), STREAM).types(EVENTS.clone()).start(Start::New);
    let mut replay = builder.open().await.unwrap();
    // With it goes the consumer, which has told nothing.
    server.restart();
    all(publisher(&client).publish_batch((0..3).map(packet)).await);
    assert_eq!(numbers(&mut replay, 3).await, [0, 1, 2]);
}

#[tokio::test]
async fn a_slow_reader_misses_nothing() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..3000).map(packet)).await);
    let mut replay = Replay::builder(client.clone(), STREAM).types(EVENTS.clone()).until_end().open().await.unwrap();
    for expected in 0..3000 {
        assert_eq!(numbers(&mut replay, 1).await, [expected]);
        if expected % 1000 == 0 {
            sleep(Duration::from_millis(300)).await;
        }
    }
    assert!(replay.next().await.is_none());
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_passed_over() {
    let (_server, client) = stream().await;
    let jetstream = jetstream::new(client.clone());
    publisher(&client).publish(packet(1)).await.unwrap().await.unwrap();
    jetstream.publish("events.quick_test.packet.test-1", "{}".into()).await.unwrap().await.unwrap();
    let forged = packet_of("test-2", 3).to_json().unwrap().replace("test-2", "test-3");
    jetstream.publish("events.quick_test.packet.test-3", forged.into()).await.unwrap().await.unwrap();
    publisher(&client).publish(packet(2)).await.unwrap().await.unwrap();

    let mut replay = Replay::builder(client.clone(), STREAM).types(EVENTS.clone()).until_end().open().await.unwrap();
    assert_eq!(numbers(&mut replay, 1).await, [1]);
    for expected in [2, 3] {
        let error = soon(replay.next()).await.unwrap().unwrap_err();
        assert!(matches!(error, ReplayError::Unreadable { sequence, .. } if sequence == expected), "{error}");
    }
    assert_eq!(numbers(&mut replay, 1).await, [2]);
    assert!(replay.next().await.is_none());

    let error = Replay::builder(client, "NONE").open().await.unwrap_err();
    assert!(matches!(error, ReplayError::NoStream { .. }), "{error}");
}
