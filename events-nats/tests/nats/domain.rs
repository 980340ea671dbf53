//! The events of these tests, and how they are published and read.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use events_core::{
    AnyEnvelope, Event,
    wire::{EventRegistry, RegisteredType},
};
use events_nats::{
    Delivered, NatsPublisher, NatsSubscriber, StreamSettings,
    async_nats::{self, Client, ConnectOptions},
    ensure_stream,
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::server::Server;

/// A packet came back.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.packet")]
pub(crate) struct Packet {
    pub number: u64,
}

/// A step of a test ended.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.step.ended")]
pub(crate) struct StepEnded {
    pub step: String,
}

/// Another system's event.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("lamp.lit")]
pub(crate) struct LampLit {
    pub lumens: u64,
}

pub(crate) static EVENTS: EventRegistry =
    EventRegistry::new(&[RegisteredType::event::<Packet>(), RegisteredType::event::<StepEnded>()]);

pub(crate) const STREAM: &str = "EVENTS";

/// No step of a test takes longer.
pub(crate) const SOON: Duration = Duration::from_secs(30);

pub(crate) fn packet(number: u64) -> AnyEnvelope {
    packet_of("test-1", number)
}

pub(crate) fn packet_of(test: &str, number: u64) -> AnyEnvelope {
    Packet { number }.for_entity(test).unwrap().erase()
}

pub(crate) async fn connect(server: &Server) -> Client {
    // Come back at once: what is measured is not how patient a client is.
    let options = ConnectOptions::new().reconnect_delay_callback(|_| Duration::from_millis(50));
    options.connect(server.url()).await.unwrap()
}

/// A server, a connection to it, and a stream.
pub(crate) async fn stream() -> (Server, Client) {
    let server = Server::start();
    let client = connect(&server).await;
    ensure_stream(&client, &StreamSettings::new(STREAM)).await.unwrap();
    (server, client)
}

/// A publisher that sends again soon.
pub(crate) fn publisher(client: &Client) -> NatsPublisher {
    NatsPublisher::builder(client.clone()).ack_timeout(Duration::from_millis(500)).build()
}

pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(SOON, future).await.expect("soon")
}

/// What was told, by the numbers of packets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<u64>>>);

impl Told {
    pub(crate) fn tell(&self, event: &Delivered) -> usize {
        let number = event.downcast::<Packet>().expect("a packet").number;
        let mut told = self.0.lock().unwrap();
        told.push(number);
        told.len()
    }

    pub(crate) fn numbers(&self) -> Vec<u64> {
        self.0.lock().unwrap().clone()
    }

    /// How often each was told.
    pub(crate) fn counts(&self) -> BTreeMap<u64, usize> {
        let mut counts = BTreeMap::new();
        for number in self.numbers() {
            *counts.entry(number).or_default() += 1;
        }
        counts
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// Runs a subscriber until it has told so many packets, and then for a moment more: nothing else may come.
pub(crate) async fn tell(subscriber: &mut NatsSubscriber, count: usize) -> Told {
    let told = Told::default();
    let enough = async {
        while told.len() < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    let tell = |event: Delivered| {
        told.tell(&event);
        async { Ok::<(), std::io::Error>(()) }
    };
    soon(subscriber.run_until(enough, tell)).await.unwrap();
    told
}

/// The packets that the stream has, in its order, read without this crate.
pub(crate) async fn stored(client: &Client) -> Vec<u64> {
    let jetstream = async_nats::jetstream::new(client.clone());
    let stream = jetstream.get_stream(STREAM).await.unwrap();
    let state = stream.cached_info().state.clone();
    let mut numbers = Vec::new();
    if state.messages == 0 {
        return numbers;
    }
    for sequence in state.first_sequence..=state.last_sequence {
        // A cluster that has just elected a leader may not answer at once.
        let message = soon(async {
            loop {
                match stream.get_raw_message(sequence).await {
                    Err(error) if error.to_string().contains("temporarily unavailable") => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    message => break message.unwrap(),
                }
            }
        })
        .await;
        let event: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!(event["type"], Packet::TYPE.as_str());
        numbers.push(event["data"]["number"].as_u64().unwrap());
    }
    numbers
}

/// That all went well.
pub(crate) fn all<T, E: std::fmt::Debug>(results: Vec<Result<T, E>>) -> Vec<T> {
    results.into_iter().map(|result| result.unwrap()).collect()
}

pub(crate) async fn wait_until(is_so: impl Fn() -> bool) {
    soon(async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}
