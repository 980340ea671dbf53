//! Whatever breaks, in the end there is exactly what was acknowledged, once.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use events_nats::{
    Delivered, NatsPublisher, NatsSubscriber, PublishError, StreamSettings,
    async_nats::{self, ConnectErrorKind, ConnectOptions},
    ensure_stream,
};
use tokio::{
    sync::{
        mpsc,
        oneshot::{self, error::TryRecvError},
    },
    time::sleep,
};

use crate::{
    domain::{EVENTS, STREAM, Told, all, connect, packet, publisher, soon, stored, stream},
    server::Server,
};

fn once(numbers: impl Iterator<Item = u64>) -> BTreeMap<u64, usize> {
    numbers.map(|number| (number, 1)).collect()
}

fn counted(numbers: &[u64]) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for number in numbers {
        *counts.entry(*number).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_while_events_are_published() {
    let (mut server, client) = stream().await;
    let (done, mut is_done) = oneshot::channel::<()>();
    let (sent, mut to_confirm) = mpsc::unbounded_channel();
    let publishing = tokio::spawn({
        let publisher = publisher(&client);
        async move {
            // Without a pause: whenever the server is killed, the window is full.
            let mut count = 0;
            while is_done.try_recv() == Err(TryRecvError::Empty) {
                sent.send(publisher.publish(packet(count)).await.unwrap()).unwrap();
                count += 1;
            }
            count
        }
    });
    let again = Arc::new(AtomicU64::new(0));
    let confirming = tokio::spawn({
        let again = Arc::clone(&again);
        async move {
            while let Some(receipt) = to_confirm.recv().await {
                again.fetch_add(u64::from(receipt.await.unwrap().attempts() > 1), Ordering::Relaxed);
            }
        }
    });
    let mut kills = 0;
    // What was not on its way to the server yet goes out when it is back, for the first time.
    while kills < 3 || again.load(Ordering::Relaxed) == 0 && kills < 30 {
        sleep(Duration::from_millis(60)).await;
        server.kill();
        sleep(Duration::from_millis(100)).await;
        server.restart();
        kills += 1;
    }
    sleep(Duration::from_millis(60)).await;
    drop(done);
    let count = soon(publishing).await.unwrap();
    soon(confirming).await.unwrap();
    assert!(again.load(Ordering::Relaxed) > 0, "what was under way when the server was killed was sent again");
    assert_eq!(counted(&stored(&client).await), once(0..count));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_while_events_are_consumed() {
    const COUNT: u64 = 4000;
    let (mut server, client) = stream().await;
    all(publisher(&client).publish_batch((0..COUNT).map(packet)).await);
    let told = Told::default();
    let consuming = tokio::spawn({
        let told = told.clone();
        let builder = NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone());
        let mut watcher = builder.ack_wait(Duration::from_secs(1)).open().await.unwrap();
        async move {
            let enough = async {
                while told.len() < usize::try_from(COUNT).unwrap() {
                    sleep(Duration::from_millis(20)).await;
                }
                // Time for whatever would come again.
                sleep(Duration::from_secs(3)).await;
            };
            let tell = |event: Delivered| {
                let number = told.tell(&event);
                async move {
                    if number % 50 == 0 {
                        sleep(Duration::from_millis(5)).await;
                    }
                    Ok::<(), std::io::Error>(())
                }
            };
            watcher.run_until(enough, tell).await.unwrap();
            watcher.stats()
        }
    });
    for _ in 0..3 {
        sleep(Duration::from_millis(150)).await;
        server.kill();
        sleep(Duration::from_millis(100)).await;
        server.restart();
    }
    let stats = soon(consuming).await.unwrap();
    assert_eq!(told.counts(), once(0..COUNT));
    assert_eq!(stats.handled, COUNT);
}

#[tokio::test]
async fn a_subscriber_that_runs_for_moments_only_finds_the_server_again() {
    let (mut server, client) = stream().await;
    let mut watcher =
        NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone()).open().await.unwrap();
    let told = Told::default();
    let mut run_for_a_moment = async || {
        let handler = |event: Delivered| {
            told.tell(&event);
            async { Ok::<(), std::io::Error>(()) }
        };
        // Shorter than the shortest delay between two attempts to reach the server.
        watcher.run_until(sleep(Duration::from_millis(50)), handler).await.unwrap();
    };
    run_for_a_moment().await;
    server.kill();
    let start = Instant::now();
    // Until the server is missed, and for some attempts more.
    while start.elapsed() < Duration::from_secs(6) {
        run_for_a_moment().await;
    }
    server.restart();
    publisher(&client).publish(packet(1)).await.unwrap().await.unwrap();
    soon(async {
        while told.len() == 0 {
            run_for_a_moment().await;
        }
    })
    .await;
    assert_eq!(told.numbers(), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_ten_times_from_two_publishers() {
    const COUNT: u64 = 200;
    let (server, client) = stream().await;
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let publisher = publisher(&connect(&server).await);
        tasks.push(tokio::spawn(async move {
            let storm = (0..10 * COUNT).map(|number| packet(number % COUNT));
            all(publisher.publish_batch(storm).await).into_iter().filter(|receipt| !receipt.is_duplicate()).count()
        }));
    }
    let mut fresh = 0;
    for task in tasks {
        fresh += soon(task).await.unwrap();
    }
    assert_eq!(fresh, usize::try_from(COUNT).unwrap(), "of each, one receipt says that it was new");
    assert_eq!(counted(&stored(&client).await), once(0..COUNT));
}

/// A publisher in a process of its own: says which events are acknowledged.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `a_publishing_process_is_killed`, in a process of its own"]
async fn publishing_process() {
    let client = async_nats::connect(env::var("EVENTS_NATS_URL").unwrap()).await.unwrap();
    let publisher = NatsPublisher::new(client);
    let mut pending = Vec::new();
    for number in 0..env::var("EVENTS_NATS_COUNT").unwrap().parse().unwrap() {
        pending.push((number, publisher.publish(packet(number)).await.unwrap()));
        if number % 64 == 63 {
            for (number, receipt) in pending.drain(..) {
                receipt.await.unwrap();
                println!("acknowledged {number}");
            }
        }
    }
    for (number, receipt) in pending {
        receipt.await.unwrap();
        println!("acknowledged {number}");
    }
}

/// Starts it, reads what it says, and kills it after so many events.
fn publish_elsewhere(server: &Server, count: u64, kill_after: usize) -> BTreeSet<u64> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "faults::publishing_process", "--ignored", "--nocapture", "--test-threads=1"])
        .env("EVENTS_NATS_URL", server.url())
        .env("EVENTS_NATS_COUNT", count.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = BTreeSet::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // It is killed while somebody still listens to it.
    for line in lines.by_ref() {
        // What the test harness says may stand before it.
        if let Some((_, number)) = line.unwrap().split_once("acknowledged ") {
            acknowledged.insert(number.parse().unwrap());
        }
        if acknowledged.len() == kill_after {
            break;
        }
    }
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().unwrap();
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publishing_process_is_killed() {
    const COUNT: u64 = 2000;
    let (server, client) = stream().await;
    let killed = tokio::task::block_in_place(|| publish_elsewhere(&server, COUNT, 500));
    assert_eq!(killed.len(), 500);
    let after_the_kill = stored(&client).await;
    assert!(killed.iter().all(|number| after_the_kill.contains(number)), "acknowledged is stored");
    // It begins again, as a process does that knows nothing of what it did.
    let all = tokio::task::block_in_place(|| publish_elsewhere(&server, COUNT, usize::MAX));
    assert_eq!(all.len(), usize::try_from(COUNT).unwrap());
    assert_eq!(counted(&stored(&client).await), once(0..COUNT));
}

#[tokio::test]
async fn who_has_no_permission_publishes_nothing() {
    let server = Server::with_config(
        r#"authorization { users = [
            { user: "lead", password: "1" },
            { user: "reader", password: "2", permissions: { publish: { deny: "events.>" } } },
        ] }"#,
    );
    let refused = ConnectOptions::with_user_and_password("reader".into(), "1".into()).connect(server.url()).await;
    assert_eq!(refused.unwrap_err().kind(), ConnectErrorKind::AuthorizationViolation);

    let lead = ConnectOptions::with_user_and_password("lead".into(), "1".into()).connect(server.url()).await.unwrap();
    ensure_stream(&lead, &StreamSettings::new(STREAM)).await.unwrap();
    let reader =
        ConnectOptions::with_user_and_password("reader".into(), "2".into()).connect(server.url()).await.unwrap();
    let publisher = NatsPublisher::builder(reader.clone())
        .ack_timeout(Duration::from_millis(200))
        .retry_for(Duration::from_millis(500))
        .build();
    let error = soon(publisher.publish(packet(1)).await.unwrap()).await.unwrap_err();
    assert!(matches!(error, PublishError::Unconfirmed { attempts, .. } if attempts > 1), "{error}");
    assert_eq!(stored(&lead).await, [0_u64; 0]);
}
