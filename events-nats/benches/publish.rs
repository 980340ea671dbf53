//! Publishing and consuming, held against async-nats by hand with as many acknowledgements under way: `ratio nats/<case>/ours <figure>`,
//! our time per event over that of the other, in one run against one server, in turns. `cargo bench … -- consume` runs those cases alone
//! whose names begin so.
//!
//! By hand, `publish-<window>` writes the same JSON, sets the same `Nats-Msg-Id`, and awaits its acknowledgements in order.
//! `consume` asks for as many messages at once, and acknowledges each one, without looking into it; we decode it, verify its id
//! and its subject, and call a handler. `consume-json` reads the JSON by hand as well, into a struct of the same members, and verifies nothing.

#[path = "../tests/support/server.rs"]
mod server;

use std::{
    collections::VecDeque,
    env,
    time::{Duration, Instant},
};

use events_core::{
    AnyEnvelope, Event,
    wire::{EventRegistry, RegisteredType},
};
use events_nats::{
    Delivered, NatsPublisher, NatsSubscriber, StreamSettings,
    async_nats::{
        self, Client,
        jetstream::{self, consumer::pull, context::PublishAckFuture, message::PublishMessage},
    },
    ensure_stream,
};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

const STREAM: &str = "EVENTS";
/// So many rounds, in each of which both have a turn; the turns are short, since the speed of a machine changes.
const ROUNDS: u64 = 61;

/// Some 440 bytes as a message.
#[derive(Event, Clone, Serialize, Deserialize)]
#[event_type("quick_test.measured")]
struct Measured {
    test_name: String,
    number: u64,
    success_rate: f64,
}

/// What reading by hand has of it, without whether the id is that of the content.
#[derive(Deserialize)]
struct Read {
    id: String,
    data: Measured,
}

static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<Measured>()]);

fn events(turn: u64, count: u64) -> Vec<AnyEnvelope> {
    let event = |number| Measured {
        test_name: "Connection Test".into(),
        number: turn * 1_000_000 + number,
        success_rate: 0.98,
    };
    (0..count).map(|number| event(number).for_entity("tutorial-test-001").expect("an event").erase()).collect()
}

struct Bench {
    client: Client,
    jetstream: jetstream::Context,
    turn: u64,
}

impl Bench {
    /// Events that were never published, and an empty stream.
    async fn fresh(&mut self, count: u64) -> Vec<AnyEnvelope> {
        self.turn += 1;
        self.jetstream.get_stream(STREAM).await.expect("the stream").purge().await.expect("an empty stream");
        events(self.turn, count)
    }

    async fn publish_raw(&mut self, window: usize, count: u64) -> Duration {
        let events = self.fresh(count).await;
        let start = Instant::now();
        let mut pending: VecDeque<PublishAckFuture> = VecDeque::with_capacity(window);
        for event in events {
            if pending.len() == window {
                pending.pop_front().expect("a full window").await.expect("an acknowledgement");
            }
            let body = event.to_json().expect("JSON");
            let message = PublishMessage::build().message_id(event.id().to_string()).payload(body.into());
            let sent = self.jetstream.send_publish("events.quick_test.measured.tutorial-test-001", message).await;
            pending.push_back(sent.expect("sent"));
        }
        for ack in pending {
            ack.await.expect("an acknowledgement");
        }
        start.elapsed()
    }

    async fn publish_ours(&mut self, window: u16, count: u64) -> Duration {
        let events = self.fresh(count).await;
        let publisher = NatsPublisher::builder(self.client.clone()).window(window).build();
        let start = Instant::now();
        if window == 1 {
            for event in events {
                publisher.publish(event).await.expect("sent").await.expect("a receipt");
            }
        } else {
            for receipt in publisher.publish_batch(events).await {
                receipt.expect("a receipt");
            }
        }
        start.elapsed()
    }

    async fn fill(&mut self, count: u64) {
        let events = self.fresh(count).await;
        for receipt in NatsPublisher::new(self.client.clone()).publish_batch(events).await {
            receipt.expect("a receipt");
        }
    }

    async fn consume_raw(&mut self, count: u64, reads: bool) -> Duration {
        self.fill(count).await;
        let config = pull::Config {
            durable_name: Some(format!("raw-{}", self.turn)),
            filter_subject: "events.*.>".into(),
            max_ack_pending: 256,
            ..pull::Config::default()
        };
        let consumer = self.jetstream.create_consumer_on_stream(config, STREAM).await.expect("a consumer");
        let start = Instant::now();
        let messages = consumer.stream().max_messages_per_batch(256);
        // As ours: a server that is gone is to be noticed.
        let messages = messages.expires(Duration::from_secs(30)).heartbeat(Duration::from_secs(2));
        let mut messages = messages.messages().await.expect("messages");
        for _ in 0..count {
            let message = messages.next().await.expect("a message").expect("a message");
            if reads {
                let event: Read = serde_json::from_slice(&message.payload).expect("an event");
                assert!(event.data.success_rate > 0.5 && !event.id.is_empty());
            }
            message.ack().await.expect("acknowledged");
        }
        let time = start.elapsed();
        self.jetstream.delete_consumer_from_stream(format!("raw-{}", self.turn), STREAM).await.expect("deleted");
        time
    }

    async fn consume_ours(&mut self, count: u64) -> Duration {
        self.fill(count).await;
        let name = format!("ours-{}", self.turn);
        let builder = NatsSubscriber::builder(self.client.clone(), STREAM, &name).types(EVENTS.clone());
        let mut subscriber = builder.open().await.expect("a subscriber");
        let start = Instant::now();
        let (done, stop) = oneshot::channel::<()>();
        let (mut done, mut left) = (Some(done), count);
        let handler = |event: Delivered| {
            assert!(event.downcast::<Measured>().is_some());
            left -= 1;
            if left == 0 {
                done.take();
            }
            async { Ok::<(), std::io::Error>(()) }
        };
        subscriber.run_until(async { drop(stop.await) }, handler).await.expect("a consumer");
        let time = start.elapsed();
        self.jetstream.delete_consumer_from_stream(name, STREAM).await.expect("deleted");
        time
    }
}

/// The time per event of each turn, in microseconds, and the median of the ratios of turns that followed each other.
fn verdict(case: &str, count: u64, turns: &[(Duration, Duration)]) {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
    let median = |mut figures: Vec<f64>| {
        figures.sort_by(f64::total_cmp);
        (figures[figures.len() / 4], figures[figures.len() / 2], figures[figures.len() * 3 / 4])
    };
    let (_, raw, _) = median(turns.iter().map(|(raw, _)| micros(*raw)).collect());
    let (_, ours, _) = median(turns.iter().map(|(_, ours)| micros(*ours)).collect());
    let (low, ratio, high) = median(turns.iter().map(|(raw, ours)| ours.as_secs_f64() / raw.as_secs_f64()).collect());
    println!("{case:<14} by hand {raw:>7.1} µs, ours {ours:>7.1} µs per event; ratio {ratio:.2} ({low:.2}-{high:.2})");
    println!("ratio nats/{case}/ours {ratio:.3}");
}

#[tokio::main]
async fn main() {
    let server = server::Server::start();
    let client = async_nats::connect(server.url()).await.expect("a connection");
    // What is forgotten soon does not slow down what follows.
    let settings = StreamSettings::new(STREAM).duplicate_window(Duration::from_secs(2));
    ensure_stream(&client, &settings).await.expect("a stream");
    let mut bench = Bench { jetstream: jetstream::new(client.clone()), client, turn: 0 };

    let wanted: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |case: &str| wanted.is_empty() || wanted.iter().any(|start| case.starts_with(start.as_str()));

    for window in [1, 256] {
        let case = format!("publish-{window}");
        if !is_wanted(&case) {
            continue;
        }
        let count = if window == 1 { 200 } else { 2000 };
        let mut turns = Vec::new();
        for round in 0..=ROUNDS {
            // Who is first changes from round to round; the first round warms up.
            let turn = if round % 2 == 0 {
                let raw = bench.publish_raw(window.into(), count).await;
                (raw, bench.publish_ours(window, count).await)
            } else {
                let ours = bench.publish_ours(window, count).await;
                (bench.publish_raw(window.into(), count).await, ours)
            };
            turns.push(turn);
        }
        verdict(&case, count, &turns[1..]);
    }

    let count = 2000;
    for (case, reads) in [("consume", false), ("consume-json", true)].into_iter().filter(|(case, _)| is_wanted(case)) {
        let mut turns = Vec::new();
        for round in 0..=ROUNDS {
            let turn = if round % 2 == 0 {
                let raw = bench.consume_raw(count, reads).await;
                (raw, bench.consume_ours(count).await)
            } else {
                let ours = bench.consume_ours(count).await;
                (bench.consume_raw(count, reads).await, ours)
            };
            turns.push(turn);
        }
        verdict(case, count, &turns[1..]);
    }
}
