//! An outbox is relayed in its order, and nothing of it is lost or doubled, whoever dies.

use std::{thread, time::Duration};

use events_core::wire::RawEnvelope;
use events_nats::{NatsPublisher, PublishError, Relayed, StreamSettings, ensure_stream};
use events_sqlite::{EventLog, Query};
use tokio::time::sleep;

use crate::domain::{STREAM, packet, publisher, soon, stored, stream};

/// The records of a log from a position on.
fn records(from: u64, to: u64) -> impl Iterator<Item = (u64, RawEnvelope)> {
    (from..to).map(|number| (number, packet(number).to_raw().unwrap()))
}

#[tokio::test]
async fn the_position_is_that_of_the_last_record_that_is_stored_with_all_before() {
    let (_server, client) = stream().await;
    let relayed: Relayed<u64> = soon(publisher(&client).relay(records(0, 1000))).await;
    assert_eq!((relayed.position, relayed.stored, relayed.duplicates), (Some(999), 1000, 0));
    assert_eq!(relayed.into_result().unwrap(), Some(999));
    assert_eq!(stored(&client).await, (0..1000).collect::<Vec<_>>());

    let nothing = publisher(&client).relay(records(0, 0)).await;
    assert_eq!((nothing.position, nothing.stored), (None, 0));
    assert_eq!(nothing.into_result().unwrap(), None);
}

#[tokio::test]
async fn it_stops_where_the_stream_refuses_and_goes_on_there() {
    let (_server, client) = stream().await;
    ensure_stream(&client, &StreamSettings::new(STREAM).max_messages(300)).await.unwrap();
    let relayed = soon(publisher(&client).relay(records(0, 500))).await;
    assert_eq!((relayed.position, relayed.stored), (Some(299), 300));
    assert!(matches!(relayed.into_result(), Err(PublishError::Refused { .. })));

    ensure_stream(&client, &StreamSettings::new(STREAM)).await.unwrap();
    let relayed = soon(publisher(&client).relay(records(300, 500))).await;
    assert_eq!((relayed.position, relayed.stored), (Some(499), 200));
    assert_eq!(stored(&client).await, (0..500).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn either_side_dies_at_any_moment() {
    const COUNT: u64 = 6000;
    let (mut server, client) = stream().await;
    // A window of one keeps the order whatever fails.
    let publisher = NatsPublisher::builder(client.clone()).window(1).ack_timeout(Duration::from_millis(300)).build();
    let mut committed = 0;
    let mut rounds = 0_u64;
    while committed < COUNT {
        // The relay dies after a while, and knows then only what it had committed, which is less than it had published.
        let relay = async {
            loop {
                let relayed = publisher.relay(records(committed, COUNT.min(committed + 20))).await;
                match (relayed.position, relayed.error) {
                    (Some(position), None) => committed = position + 1,
                    (None, None) => break,
                    (_, error) => panic!("{error:?}"),
                }
            }
        };
        rounds += 1;
        let died = soon(async {
            tokio::select! {
                () = relay => false,
                () = sleep(Duration::from_millis(20 + 10 * (rounds % 5))) => true,
            }
        })
        .await;
        if died && rounds.is_multiple_of(3) {
            server.restart();
        }
    }
    assert!(rounds > 3, "the relay died too seldom to matter");
    assert_eq!(stored(&client).await, (0..COUNT).collect::<Vec<_>>());
}

/// The outbox of a program that commits its events to a log in a file: while it appends, the relay and the server die again and again,
/// and the relay comes back with what the log knows of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_events_sqlite_is_an_outbox() {
    const COUNT: u64 = 2000;
    let (mut server, client) = stream().await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.db");
    let log = EventLog::open(&path).unwrap();
    let writer = thread::spawn({
        let log = log.clone();
        move || {
            for first in (0..COUNT).step_by(10) {
                log.append_batch((first..first + 10).map(packet)).unwrap();
            }
        }
    });
    let (mut relays, mut stored_so_far) = (0_u64, 0);
    while stored_so_far < COUNT {
        relays += 1;
        // Each time as if by a new process.
        let publisher =
            NatsPublisher::builder(client.clone()).window(1).ack_timeout(Duration::from_millis(300)).build();
        let relay = async {
            let mut outbox = EventLog::open(&path).unwrap().consumer("relay", Query::all()).unwrap();
            loop {
                let mut records = Vec::new();
                while let Ok(record) = outbox.recv_timeout(Duration::from_millis(5)) {
                    let record = record.unwrap();
                    records.push((record.position(), record.raw().unwrap()));
                    if records.len() == 50 {
                        break;
                    }
                }
                let relayed = publisher.relay(records).await;
                assert!(relayed.error.is_none(), "{relayed:?}");
                if let Some(position) = relayed.position {
                    outbox.commit(position).unwrap();
                }
                if relayed.position == Some(COUNT) {
                    break;
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        let died = soon(async {
            tokio::select! {
                () = relay => false,
                () = sleep(Duration::from_millis(30 + 20 * (relays % 4))) => true,
            }
        })
        .await;
        stored_so_far = log.consumer("relay", Query::all()).unwrap().committed().unwrap();
        if died && relays.is_multiple_of(3) {
            server.restart();
        }
    }
    writer.join().unwrap();
    assert!(relays > 3, "the relay died too seldom to matter");
    assert_eq!(stored(&client).await, (0..COUNT).collect::<Vec<_>>());
}
