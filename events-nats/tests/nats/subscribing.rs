//! What is told, how often, and what becomes of what fails.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use events_core::{Event as _, pattern};
use events_nats::{
    Backoff, ContentMode, DeadLetters, Delivered, NatsPublisher, NatsSubscriber, Start, StreamSettings, SubjectPrefix,
    SubscribeError,
    async_nats::{Client, HeaderMap, jetstream},
    ensure_stream,
};

use crate::domain::{EVENTS, LampLit, Packet, STREAM, StepEnded, Told, all, packet, publisher, soon, stream, tell};

async fn subscriber(client: &Client, name: &str) -> NatsSubscriber {
    NatsSubscriber::builder(client.clone(), STREAM, name).types(EVENTS.clone()).open().await.unwrap()
}

#[tokio::test]
async fn events_are_told_in_order_and_once() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..500).map(packet)).await);
    let mut watcher = subscriber(&client, "watcher").await;
    assert_eq!(tell(&mut watcher, 500).await.numbers(), (0..500).collect::<Vec<_>>());
    assert_eq!(watcher.stats().handled, 500);

    // The next process of that name goes on where this one was.
    drop(watcher);
    all(publisher(&client).publish_batch((500..510).map(packet)).await);
    let mut watcher = subscriber(&client, "watcher").await;
    assert_eq!(tell(&mut watcher, 10).await.numbers(), (500..510).collect::<Vec<_>>());
}

#[tokio::test]
async fn both_content_modes_are_read() {
    let (_server, client) = stream().await;
    for mode in [ContentMode::Structured, ContentMode::Binary] {
        let publisher = NatsPublisher::builder(client.clone()).mode(mode).build();
        let number = u64::from(mode == ContentMode::Binary);
        publisher.publish(Packet { number }.for_entity("tést \"1\" %").unwrap()).await.unwrap().await.unwrap();
    }
    assert_eq!(tell(&mut subscriber(&client, "watcher").await, 2).await.numbers(), [0, 1]);
}

#[tokio::test]
async fn a_pattern_tells_what_it_tells_on_the_local_bus() {
    let (_server, client) = stream().await;
    let publisher = publisher(&client);
    // Its entity is what a careless filter takes for a segment of the type.
    publisher.publish(Packet { number: 1 }.for_entity("ended").unwrap()).await.unwrap().await.unwrap();
    publisher.publish(StepEnded { step: "dns".into() }.for_entity("test-1").unwrap()).await.unwrap().await.unwrap();
    publisher.publish(LampLit { lumens: 1 }.for_entity("lamp-1").unwrap()).await.unwrap().await.unwrap();

    for (number, (pattern, expected)) in [
        (pattern!(">"), vec!["quick_test.packet", "quick_test.step.ended", "lamp.lit"]),
        (pattern!("quick_test.>"), vec!["quick_test.packet", "quick_test.step.ended"]),
        (pattern!("quick_test.*"), vec!["quick_test.packet"]),
        (pattern!("*.packet"), vec!["quick_test.packet"]),
        (pattern!("quick_test.packet.>"), vec![]),
        (pattern!("quick_test.step.>"), vec!["quick_test.step.ended"]),
        (pattern!("lamp.lit"), vec!["lamp.lit"]),
    ]
    .into_iter()
    .enumerate()
    {
        for event_type in [Packet::TYPE, StepEnded::TYPE, LampLit::TYPE] {
            assert_eq!(pattern.matches(&event_type), expected.contains(&event_type.as_str()), "{pattern}");
        }
        let builder = NatsSubscriber::builder(client.clone(), STREAM, &format!("w{number}")).pattern(pattern.clone());
        let mut watcher = builder.open().await.unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let handler = |event: Delivered| {
            told.lock().unwrap().push(event.event_type().to_owned());
            assert_eq!(event.event_id(), event.raw().unwrap().event_id());
            async { Ok::<(), std::io::Error>(()) }
        };
        watcher.run_until(tokio::time::sleep(Duration::from_millis(300)), handler).await.unwrap();
        assert_eq!(*told.lock().unwrap(), expected, "{pattern}");
    }
}

#[tokio::test]
async fn what_fails_comes_again_later() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..5).map(packet)).await);
    let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(1));
    let builder = NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone()).backoff(backoff);
    let mut watcher = builder.open().await.unwrap();
    let told = Told::default();
    let handler = |event: Delivered| {
        told.tell(&event);
        let result = match (event.downcast::<Packet>().unwrap().number, event.deliveries()) {
            (2, 1) => Err("not now"),
            (3, 1) => panic!("never"),
            _ => Ok(()),
        };
        async move { result }
    };
    let enough = async {
        while told.len() < 7 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(watcher.run_until(enough, handler)).await.unwrap();
    assert_eq!(told.numbers(), [0, 1, 2, 3, 4, 2, 3], "behind those that came meanwhile");
    assert_eq!((watcher.stats().handled, watcher.stats().retried), (5, 2));
}

#[tokio::test]
async fn with_a_window_of_one_a_failure_holds_up_what_follows() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..5).map(packet)).await);
    let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(1));
    let builder = NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone()).backoff(backoff);
    let mut watcher = builder.window(1).open().await.unwrap();
    let told = Told::default();
    let handler = |event: Delivered| {
        told.tell(&event);
        let failed = event.downcast::<Packet>().unwrap().number == 2 && event.deliveries() < 3;
        async move { if failed { Err("not now") } else { Ok(()) } }
    };
    let enough = async {
        while told.len() < 7 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(watcher.run_until(enough, handler)).await.unwrap();
    assert_eq!(told.numbers(), [0, 1, 2, 2, 2, 3, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_of_one_name_share_the_events() {
    let (_server, client) = stream().await;
    let told = Told::default();
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let builder = NatsSubscriber::builder(client.clone(), STREAM, "shared").types(EVENTS.clone()).window(30);
        let mut watcher = builder.open().await.unwrap();
        let told = told.clone();
        tasks.push(tokio::spawn(async move {
            let all_told = async {
                while told.len() < 600 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
            };
            let handler = |event: Delivered| {
                told.tell(&event);
                async {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    Ok::<(), std::io::Error>(())
                }
            };
            watcher.run_until(all_told, handler).await.unwrap();
            watcher.stats().handled
        }));
    }
    all(publisher(&client).publish_batch((0..600).map(packet)).await);
    let mut handled = Vec::new();
    for task in tasks {
        handled.push(soon(task).await.unwrap());
    }
    assert_eq!(told.counts(), (0..600).map(|number| (number, 1)).collect());
    assert_eq!(handled.iter().sum::<u64>(), 600);
    assert!(handled.iter().all(|&handled| handled > 0), "{handled:?}");
}

/// The dead letters: what their headers say, by the number of the event in its stream.
async fn dead_letters(client: &Client) -> BTreeMap<u64, (String, String, String)> {
    let stream = jetstream::new(client.clone()).get_stream("DEAD").await.unwrap();
    let mut letters = BTreeMap::new();
    for sequence in 1..=stream.cached_info().state.last_sequence {
        let letter = stream.get_raw_message(sequence).await.unwrap();
        let header = |name: &str| letter.headers.get(name).unwrap().as_str().to_owned();
        let dead = (header("Events-Dead-Reason"), header("Events-Dead-Error"), letter.subject.to_string());
        letters.insert(header("Events-Dead-Sequence").parse().unwrap(), dead);
    }
    letters
}

#[tokio::test]
async fn what_fails_again_and_again_is_a_dead_letter() {
    let (_server, client) = stream().await;
    let dead = SubjectPrefix::new("dead").unwrap();
    let builder = || {
        NatsSubscriber::builder(client.clone(), STREAM, "watcher")
            .types(EVENTS.clone())
            .backoff(Backoff::new(Duration::from_millis(50), Duration::from_millis(100)))
            .dead_letters(DeadLetters::to(dead.clone()).after(3))
    };
    let error = builder().open().await.unwrap_err();
    assert!(matches!(error, SubscribeError::NoDeadLetters { .. }), "they would be lost: {error}");
    ensure_stream(&client, &StreamSettings::new("DEAD").prefix(dead.clone())).await.unwrap();

    all(publisher(&client).publish_batch((0..4).map(packet)).await);
    // The right id, and not the content that it stands for.
    let forged = packet(99).to_json().unwrap().replace("99", "66");
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/cloudevents+json");
    let subject = "events.quick_test.packet.test-1";
    let jetstream = jetstream::new(client.clone());
    jetstream.publish_with_headers(subject, headers, forged.into()).await.unwrap().await.unwrap();
    // An event where it does not belong.
    let misplaced = packet(98).to_json().unwrap();
    jetstream.publish("events.lamp.lit.lamp-1", misplaced.into()).await.unwrap().await.unwrap();

    let mut watcher = builder().open().await.unwrap();
    let told = Told::default();
    let handler = |event: Delivered| {
        told.tell(&event);
        let failed = event.downcast::<Packet>().unwrap().number == 1;
        async move { if failed { Err("no such door") } else { Ok(()) } }
    };
    soon(watcher.run_until(tokio::time::sleep(Duration::from_secs(1)), handler)).await.unwrap();

    assert_eq!(told.counts(), BTreeMap::from([(0, 1), (1, 3), (2, 1), (3, 1)]));
    assert_eq!((watcher.stats().handled, watcher.stats().buried), (3, 3));
    let letters = dead_letters(&client).await;
    assert_eq!(letters.keys().copied().collect::<Vec<_>>(), [2, 5, 6]);
    let (reason, error, subject) = &letters[&2];
    assert_eq!(
        (&**reason, &**error, &**subject),
        ("failed", "no%20such%20door", "dead.events.quick_test.packet.test-1")
    );
    assert!(letters[&5].0 == "unreadable" && letters[&5].1.contains("that%20of%20the%20content%20is"), "{letters:?}");
    assert!(letters[&6].1.contains("events.lamp.lit.lamp-1"), "{letters:?}");
}

#[tokio::test]
async fn a_slow_handler_is_waited_for_and_so_are_the_events_behind_it() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..4).map(packet)).await);
    let builder = NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone());
    let mut watcher = builder.ack_wait(Duration::from_millis(300)).open().await.unwrap();
    let deliveries = Arc::new(Mutex::new(Vec::new()));
    let handler = |event: Delivered| {
        deliveries.lock().unwrap().push((event.sequence(), event.deliveries()));
        async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            Ok::<(), std::io::Error>(())
        }
    };
    soon(watcher.run_until(tokio::time::sleep(Duration::from_millis(3500)), handler)).await.unwrap();
    assert_eq!(*deliveries.lock().unwrap(), [(1, 1), (2, 1), (3, 1), (4, 1)]);
    assert_eq!(watcher.stats().repeated, 0, "the server was told that they are worked on");
}

#[tokio::test]
async fn many_short_handlers_are_waited_for_as_one_that_is_slow() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..20).map(packet)).await);
    let builder = NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone());
    let mut watcher = builder.ack_wait(Duration::from_millis(300)).open().await.unwrap();
    let deliveries = Arc::new(Mutex::new(Vec::new()));
    let handler = |event: Delivered| {
        deliveries.lock().unwrap().push((event.sequence(), event.deliveries()));
        async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            Ok::<(), std::io::Error>(())
        }
    };
    soon(watcher.run_until(tokio::time::sleep(Duration::from_millis(2500)), handler)).await.unwrap();
    assert_eq!(*deliveries.lock().unwrap(), (1..=20).map(|sequence| (sequence, 1)).collect::<Vec<_>>());
    assert_eq!(watcher.stats().repeated, 0, "the server was told that those behind are not forgotten");
}

#[tokio::test]
async fn a_subscriber_begins_where_it_is_told() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..3).map(packet)).await);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let noon = chrono::Utc::now();
    all(publisher(&client).publish_batch((3..6).map(packet)).await);
    for (name, start, expected) in
        [("a", Start::Sequence(2), 1..6), ("b", Start::Time(noon), 3..6), ("c", Start::New, 6..7)]
    {
        let builder = NatsSubscriber::builder(client.clone(), STREAM, name).types(EVENTS.clone());
        let mut watcher = builder.start(start).open().await.unwrap();
        if start == Start::New {
            publisher(&client).publish(packet(6)).await.unwrap().await.unwrap();
        }
        let told = tell(&mut watcher, usize::try_from(expected.end - expected.start).unwrap()).await;
        assert_eq!(told.numbers(), expected.collect::<Vec<_>>(), "{start:?}");
    }
}

#[tokio::test]
async fn a_consumer_of_another_pattern_is_told_apart() {
    let (_server, client) = stream().await;
    let builder = |pattern| NatsSubscriber::builder(client.clone(), STREAM, "watcher").pattern(pattern);
    builder(pattern!("quick_test.*")).open().await.unwrap();
    builder(pattern!("quick_test.*")).window(16).open().await.unwrap();
    let error = builder(pattern!("lamp.*")).open().await.unwrap_err();
    assert!(
        matches!(&error, SubscribeError::Differs { differences, .. } if differences[0].found.contains("quick_test")),
        "{error}"
    );
    let error = NatsSubscriber::builder(client.clone(), "NONE", "watcher").open().await.unwrap_err();
    assert!(matches!(error, SubscribeError::NoStream { .. }), "{error}");
}

#[tokio::test]
async fn a_deleted_consumer_ends_the_subscriber() {
    let (_server, client) = stream().await;
    let mut watcher = subscriber(&client, "watcher").await;
    let delete = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        jetstream::new(client.clone()).delete_stream(STREAM).await.unwrap();
    };
    let (ended, ()) = tokio::join!(soon(watcher.run(|_| async { Ok::<(), std::io::Error>(()) })), delete);
    assert!(matches!(ended, Err(SubscribeError::Gone { .. })), "{ended:?}");
}
