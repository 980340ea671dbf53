//! The events of `events-core` across machines, on NATS `JetStream`.
//!
//! An event's id follows from its content, and is the id of its message: what is published twice is stored once, and whatever is in
//! doubt is sent again. A pattern of the local bus is one here as well.
//! All of it runs in a Tokio runtime, with I/O and timers enabled.
//!
//! ```no_run
//! use events_core::{Event, pattern, wire::{EventRegistry, RegisteredType}};
//! use events_nats::{Delivered, NatsPublisher, NatsSubscriber, StreamSettings, async_nats, ensure_stream};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Event, Serialize, Deserialize)]
//! #[event_type("quick_test.started")]
//! struct QuickTestStarted {
//!     test_name: String,
//! }
//!
//! static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<QuickTestStarted>()]);
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = async_nats::connect("nats://127.0.0.1:4222").await?;
//! ensure_stream(&client, &StreamSettings::new("EVENTS")).await?;
//!
//! // In one process …
//! let publisher = NatsPublisher::new(client.clone());
//! let event = QuickTestStarted { test_name: "Connection Test".into() }.for_entity("test-001")?;
//! let receipt = publisher.publish(&event).await?.await?; // sent, then stored
//! assert_eq!(receipt.stream(), "EVENTS");
//!
//! // … and in another.
//! let watcher = NatsSubscriber::builder(client, "EVENTS", "watcher").pattern(pattern!("quick_test.>")).types(EVENTS.clone());
//! watcher.open().await?.run(|event: Delivered| async move {
//!     println!("{:?}", event.event());
//!     Ok::<(), std::io::Error>(())
//! }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Messages
//!
//! | | structured mode | binary mode |
//! |---|---|---|
//! | subject | `<prefix>.<event type>.<entity id>` ([`SubjectPrefix`]) | the same |
//! | body | the event, as [`AnyEnvelope::to_json`](events_core::AnyEnvelope::to_json) writes it | the payload |
//! | `content-type` | `application/cloudevents+json` | `application/json` |
//! | `ce-…` | – | each attribute, percent-encoded as the NATS binding of `CloudEvents` has it |
//! | `Nats-Msg-Id` | the event's id | the same |
//! | `traceparent` | the W3C trace context, if known | the same |
//! | `Events-Origin` | the [`Bridge`] that published it, if one did | the same |
//!
//! A publisher writes either mode, a subscriber reads both. What is said in the body is not said again in headers: the two could differ.
//!
//! # Connections
//!
//! A connection is one of [`async_nats`], which this crate re-exports, with whatever it takes to get it:
//!
//! ```no_run
//! use events_nats::{NatsPublisher, Violations, async_nats::ConnectOptions};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let violations = Violations::new();
//! let hearing = violations.clone();
//! let client = ConnectOptions::with_credentials_file("harness.creds").await? // or `with_nkey`, `with_user_and_password`, …
//!     .add_root_certificates("ca.pem".into())
//!     .add_client_certificate("harness.pem".into(), "harness.key".into())
//!     .require_tls(true)
//!     .event_callback(move |event| {
//!         hearing.hear(&event); // permissions that are missing
//!         async move { eprintln!("{event}") } // also: lost and found again
//!     })
//!     .connect("tls://nats-1:4222,tls://nats-2:4222")
//!     .await?;
//! let publisher = NatsPublisher::builder(client).violations(&violations).build();
//! # Ok(())
//! # }
//! ```
//!
//! A server does not answer what a connection may not publish. [`Violations`] hears of it and tells the publisher, as above in the callback.
//!
//! # What is promised
//!
//! - **Acknowledged is stored, once.** An event that has a [`PublishReceipt`] is in the stream, and inside its duplicate window there is
//!   one of it, however often and by how many it was published. (A stream believes whoever gives it an id: where not all are trusted,
//!   [`verify_duplicates`](NatsPublisherBuilder::verify_duplicates).)
//! - **Stored is told, at least once**, and by one [`NatsSubscriber`] object once. What cannot be told is a dead letter, with the reason.
//! - **Only what is what it says.** An event whose id is not that of its content, or whose subject is not its own, reaches no handler.
//! - **Nothing waits without a bound**, and nothing is dropped silently: windows are full, and say so.
//!
//! How it goes on past one server is told on the page [`scaling`].
//!
//! What is stored is as safe as the server keeps it. A file store outlives the server process; a crash of the machine may cost what was
//! stored in the last moments before (the server's `sync_interval`), unless there are replicas.

// What may not grow says so, and why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc = include_str!("scaling.md")]
pub mod scaling {}

mod acks;
mod backoff;
mod binding;
mod bridge;
mod consumer;
mod dead_letter;
mod delivered;
mod error;
#[cfg(test)]
mod error_sources;
mod finished;
mod handled;
mod observer;
mod outbox;
mod outgoing;
mod publisher;
mod receipt;
mod replay;
mod room;
mod selection;
mod start;
mod stream_setup;
mod subject;
mod subscriber;
mod trouble;
mod violations;

pub use async_nats;

pub use self::{
    backoff::Backoff,
    binding::{ContentMode, MessageError},
    bridge::{Bridge, BridgeObserver, BridgeStats},
    dead_letter::DeadLetters,
    delivered::Delivered,
    error::PublishError,
    observer::{FailedEvent, HandoverError, NatsObserver, ObserverSettings, Outbound, OutboundError, OutboundStats},
    outbox::Relayed,
    publisher::{NatsPublisher, NatsPublisherBuilder},
    receipt::{PendingReceipt, PublishReceipt},
    replay::{Replay, ReplayBuilder, ReplayError},
    start::Start,
    stream_setup::{
        Difference, Retention, Storage, StreamError, StreamOutcome, StreamSettings, WhenFull, ensure_stream,
    },
    subject::{InvalidPrefix, SubjectPrefix},
    subscriber::{NatsSubscriber, NatsSubscriberBuilder, SubscriberStats},
    trouble::{Reason, SubscribeError, Trouble},
    violations::Violations,
};
