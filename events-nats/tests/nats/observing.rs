//! What an observer hands over is published, and what is not comes back.

use std::{thread, time::Duration};

use events_core::{EventBus, FailureKind, ObserverFailure};
use events_nats::{HandoverError, NatsPublisher, ObserverSettings, PublishError, StreamSettings, ensure_stream};

use crate::domain::{STREAM, packet, publisher, soon, stored, stream};

fn handover(failures: &[ObserverFailure]) -> Option<HandoverError> {
    match failures.first()?.kind() {
        FailureKind::Error(error) => error.downcast_ref::<HandoverError>().cloned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_flush_waits_for_all_that_was_emitted() {
    let (_server, client) = stream().await;
    let (observer, outbound) = publisher(&client).observer(ObserverSettings::default());
    let bus = EventBus::new();
    let _publishing = bus.observe(observer);
    for number in 0..500 {
        assert!(bus.emit(packet(number)).unwrap().failures().is_empty());
    }
    assert!(bus.emit(packet(0)).unwrap().failures().is_empty(), "a repeat, which the stream knows");
    soon(outbound.flush()).await.unwrap();
    assert_eq!(stored(&client).await, (0..500).collect::<Vec<_>>());
    let stats = outbound.stats();
    assert_eq!((stats.confirmed, stats.duplicates, stats.unconfirmed, stats.failed), (501, 1, 0, 0));

    soon(outbound.close()).await.unwrap();
    let receipt = bus.emit(packet(500)).unwrap();
    assert_eq!(handover(receipt.failures()), Some(HandoverError::Closed));
}

#[tokio::test]
async fn without_room_the_receipt_says_so_and_there_is_room_again() {
    let (mut server, client) = stream().await;
    let (observer, outbound) = publisher(&client).observer(ObserverSettings::default().capacity(3));
    let bus = EventBus::new();
    let _publishing = bus.observe(observer);
    server.kill();
    let failures: Vec<_> = (0..5).map(|number| handover(bus.emit(packet(number)).unwrap().failures())).collect();
    assert_eq!(failures[..3], [None, None, None]);
    let is_full = |failure: &Option<_>| matches!(failure, Some(HandoverError::Full { capacity: 3, .. }));
    assert!(failures[3..].iter().all(is_full), "{failures:?}");

    server.restart();
    soon(outbound.ready()).await;
    for number in 3..5 {
        soon(outbound.ready()).await;
        assert_eq!(handover(bus.emit(packet(number)).unwrap().failures()), None, "the same event may be emitted again");
    }
    soon(outbound.flush()).await.unwrap();
    let mut numbers = stored(&client).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_thread_may_wait_for_room() {
    let (_server, client) = stream().await;
    let settings = ObserverSettings::default().capacity(2).patience(Duration::from_secs(20));
    let (observer, outbound) = publisher(&client).observer(settings);
    let bus = EventBus::new();
    let _publishing = bus.observe(observer);
    let emitting = thread::spawn({
        let bus = bus.clone();
        move || (0..200).all(|number| bus.emit(packet(number)).unwrap().failures().is_empty())
    });
    while !emitting.is_finished() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(emitting.join().unwrap());
    soon(outbound.flush()).await.unwrap();
    assert_eq!(stored(&client).await, (0..200).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_fails_keeps_its_place_until_it_is_taken_back() {
    let (_server, client) = stream().await;
    ensure_stream(&client, &StreamSettings::new(STREAM).max_messages(1)).await.unwrap();
    let publisher = NatsPublisher::builder(client.clone()).retry_for(Duration::from_millis(500)).build();
    let (observer, outbound) = publisher.observer(ObserverSettings::default().capacity(2));
    let bus = EventBus::new();
    let _publishing = bus.observe(observer);
    for number in 0..3 {
        soon(outbound.ready()).await;
        assert!(bus.emit(packet(number)).unwrap().failures().is_empty());
    }
    let error = soon(outbound.flush()).await.unwrap_err();
    let failed: Vec<_> = error.failed.iter().map(|failed| failed.event.id()).collect();
    assert_eq!(failed, [packet(1).id(), packet(2).id()]);
    assert!(error.failed.iter().all(|failed| matches!(failed.error, PublishError::Refused { .. })), "{error}");
    soon(outbound.flush()).await.unwrap();
    assert_eq!((stored(&client).await, outbound.stats().unconfirmed), (vec![0], 0));
}
