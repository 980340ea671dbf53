//! When the server is told that an event was handled.

use std::{
    future::pending,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use events_nats::{
    Delivered, NatsSubscriber,
    async_nats::{
        Client,
        jetstream::{self, consumer::pull},
    },
};
use tokio::{runtime, sync::oneshot};

use crate::domain::{EVENTS, STREAM, Told, all, connect, packet, publisher, soon, stream};

async fn subscriber(client: &Client, ack_wait: Duration) -> NatsSubscriber {
    let builder = NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone());
    builder.ack_wait(ack_wait).open().await.unwrap()
}

/// Waits until so many events were delivered to the subscriber and not acknowledged.
async fn unacknowledged(client: &Client, expected: usize) {
    let jetstream = jetstream::new(client.clone());
    let mut consumer = jetstream.get_consumer_from_stream::<pull::Config, _, _>("watcher", STREAM).await.unwrap();
    soon(async {
        while consumer.info().await.unwrap().num_ack_pending != expected {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_waited_for_with_an_acknowledgement_in_hand() {
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..45).map(packet)).await);
    let mut watcher = subscriber(&client, Duration::from_secs(30)).await;
    let told = Told::default();
    let handler = |event: Delivered| {
        let count = told.tell(&event);
        async move {
            if count == 40 {
                pending::<()>().await;
            }
            Ok::<(), std::io::Error>(())
        }
    };
    // One handler waits, and the messages behind it.
    let acknowledged = Box::pin(unacknowledged(&client, 6));
    soon(async {
        tokio::select! { _ = watcher.run(handler) => unreachable!(), () = acknowledged => {} }
    })
    .await;
    assert_eq!(told.len(), 40);

    // There are no more events.
    drop(watcher);
    let told = Told::default();
    let mut watcher = subscriber(&client, Duration::from_millis(300)).await;
    let handler = |event: Delivered| {
        told.tell(&event);
        async { Ok::<(), std::io::Error>(()) }
    };
    soon(watcher.run_until(Box::pin(unacknowledged(&client, 0)), handler)).await.unwrap();
}

/// Events behind one another, whose handlers never wait, and together take longer than the server does.
async fn tell_blocking() {
    const COUNT: u64 = 24;
    let (_server, client) = stream().await;
    all(publisher(&client).publish_batch((0..COUNT).map(packet)).await);
    let mut watcher = subscriber(&client, Duration::from_secs(1)).await;
    let deliveries = Arc::new(Mutex::new(Vec::new()));
    let handler = |event: Delivered| {
        deliveries.lock().unwrap().push((event.sequence(), event.deliveries()));
        async {
            thread::sleep(Duration::from_millis(100));
            Ok::<(), std::io::Error>(())
        }
    };
    soon(watcher.run_until(tokio::time::sleep(Duration::from_secs(4)), handler)).await.unwrap();
    assert_eq!(*deliveries.lock().unwrap(), (1..=COUNT).map(|sequence| (sequence, 1)).collect::<Vec<_>>());
    assert_eq!(watcher.stats().repeated, 0, "the server was told in time what was handled, and what is still to be");
}

#[tokio::test]
async fn handlers_that_block_the_only_thread_make_nothing_come_again() {
    tell_blocking().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handlers_that_block_one_of_several_threads_make_nothing_come_again() {
    tell_blocking().await;
}

#[test]
fn what_was_handled_is_acknowledged_though_the_process_ends_then() {
    let runtime = || runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let elsewhere = runtime();
    let (server, client) = elsewhere.block_on(stream());
    elsewhere.block_on(async { all(publisher(&client).publish_batch((0..40).map(packet)).await) });

    // The tasks of a runtime end with it, as those of a process do; the connection is one.
    let ending = runtime();
    let mut watcher = ending.block_on(async { subscriber(&connect(&server).await, Duration::from_secs(600)).await });
    let (told, (done, stop)) = (Told::default(), oneshot::channel::<()>());
    let mut done = Some(done);
    let handler = |event: Delivered| {
        if told.tell(&event) == 40 {
            done.take();
        }
        async { Ok::<(), std::io::Error>(()) }
    };
    ending.block_on(soon(watcher.run_until(async { drop(stop.await) }, handler))).unwrap();
    drop(ending);

    elsewhere.block_on(unacknowledged(&client, 0));
}

#[tokio::test]
async fn a_subscriber_ends_though_the_connection_is_lost() {
    let (mut server, client) = stream().await;
    let mut watcher = subscriber(&client, Duration::from_secs(30)).await;
    server.kill();
    // Time for the connection to find out.
    let stop = tokio::time::sleep(Duration::from_millis(300));
    let start = Instant::now();
    soon(watcher.run_until(stop, |_| async { Ok::<(), std::io::Error>(()) })).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
