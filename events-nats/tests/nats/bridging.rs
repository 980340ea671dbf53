//! Buses that are joined tell each other everything once.

use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use events_core::{AnyEnvelope, DedupWindow, Event as _, EventBus, EventId, Subscription};
use events_nats::{Backoff, Bridge, NatsSubscriber, ObserverSettings, Outbound, async_nats::Client};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

use crate::domain::{EVENTS, LampLit, STREAM, connect, packet, publisher, soon, stored, stream, wait_until};

/// A process with a bus that is joined to the stream.
struct Process {
    bus: EventBus,
    seen: Arc<Mutex<Vec<EventId>>>,
    outbound: Outbound,
    stop: oneshot::Sender<()>,
    inward: JoinHandle<events_nats::BridgeStats>,
    _observers: [Subscription; 2],
}

impl Process {
    async fn start(client: &Client, name: &str, bus: EventBus) -> Self {
        let bridge = Bridge::new();
        let (observer, outbound) = bridge.outward(&publisher(client), ObserverSettings::default());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let observers = [
            bus.observe(observer),
            bus.subscribe({
                let seen = Arc::clone(&seen);
                move |event: &AnyEnvelope| seen.lock().unwrap().push(event.id())
            }),
        ];
        let builder = NatsSubscriber::builder(client.clone(), STREAM, name).types(EVENTS.clone());
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(100));
        let mut subscriber = builder.backoff(backoff).open().await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let inward = tokio::spawn({
            let bus = bus.clone();
            async move { bridge.inward(&bus, &mut subscriber, async { drop(stopped.await) }).await.unwrap() }
        });
        Self { bus, seen, outbound, stop, inward, _observers: observers }
    }

    fn seen(&self) -> Vec<EventId> {
        self.seen.lock().unwrap().clone()
    }

    fn end(self) -> impl Future<Output = events_nats::BridgeStats> {
        drop(self.stop);
        async { soon(self.inward).await.unwrap() }
    }
}

fn ids(numbers: impl Iterator<Item = u64>) -> Vec<EventId> {
    let mut ids: Vec<_> = numbers.map(|number| packet(number).id()).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_goes_round() {
    let (server, client) = stream().await;
    let one = Process::start(&client, "one", EventBus::new()).await;
    let two = Process::start(&connect(&server).await, "two", EventBus::new()).await;
    let three = Process::start(&connect(&server).await, "three", EventBus::new()).await;
    for number in 0..60 {
        let process = [&one, &two, &three][usize::try_from(number % 3).unwrap()];
        assert!(process.bus.emit(packet(number)).unwrap().failures().is_empty());
    }
    wait_until(|| [&one, &two, &three].iter().all(|process| process.seen().len() >= 60)).await;
    sleep(Duration::from_millis(500)).await;
    for process in [&one, &two, &three] {
        let mut seen = process.seen();
        seen.sort_unstable();
        assert_eq!(seen, ids(0..60), "each once");
        soon(process.outbound.flush()).await.unwrap();
        // What would be published again, the stream would call a duplicate.
        assert_eq!((process.outbound.stats().confirmed, process.outbound.stats().duplicates), (20, 0));
    }
    assert_eq!(stored(&client).await.len(), 60);
    let stats = one.end().await;
    assert_eq!((stats.emitted, stats.own, stats.unknown), (40, 20, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_from_afar_leads_to_is_published() {
    let (server, client) = stream().await;
    let one = Process::start(&client, "one", EventBus::new()).await;
    let two = Process::start(&connect(&server).await, "two", EventBus::new()).await;
    let answering = two.bus.subscribe({
        let bus = two.bus.clone();
        move |event: &AnyEnvelope| {
            if event.id() == packet(1).id() {
                assert!(bus.emit(packet(2)).unwrap().is_queued());
            }
        }
    });
    assert!(one.bus.emit(packet(1)).unwrap().is_delivered());
    wait_until(|| one.seen().len() == 2).await;
    assert_eq!(one.seen(), [packet(1).id(), packet(2).id()]);
    assert_eq!(stored(&client).await, [1, 2]);
    drop(answering);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_observer_fails_on_comes_again_to_it() {
    let (_server, client) = stream().await;
    let bus = EventBus::builder().dedup(DedupWindow::new(100, Duration::from_secs(60))).build();
    let failures = Arc::new(Mutex::new(2));
    let _failing = bus.subscribe({
        let failures = Arc::clone(&failures);
        move |_: &AnyEnvelope| -> Result<(), String> {
            let mut left = failures.lock().unwrap();
            if *left == 0 {
                return Ok(());
            }
            *left -= 1;
            Err("not yet".into())
        }
    });
    let process = Process::start(&client, "one", bus).await;
    publisher(&client).publish(packet(1)).await.unwrap().await.unwrap();
    wait_until(|| process.seen().len() == 3).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(process.seen(), [packet(1).id(); 3]);
    publisher(&client).publish(LampLit { lumens: 1 }.for_entity("lamp-1").unwrap()).await.unwrap().await.unwrap();
    sleep(Duration::from_millis(300)).await;
    let outbound = process.outbound.stats();
    let stats = process.end().await;
    assert_eq!((stats.emitted, stats.own, stats.unknown, outbound.confirmed), (1, 0, 1, 0));
}
