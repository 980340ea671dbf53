//! Publishes events, with a bounded number of acknowledgements under way.

use std::{fmt, sync::Arc, time::Duration};

use async_nats::Client;
use events_core::{IntoEnvelope, wire::RawEnvelope};

use crate::{
    acks::Acks,
    binding::{self, ContentMode},
    error::PublishError,
    outgoing::{Outgoing, Settings},
    receipt::{PendingReceipt, PublishReceipt},
    subject::SubjectPrefix,
    violations::Violations,
};

/// Publishes events to a stream. Cheap to clone; clones share the window.
///
/// An event goes to the subject `<prefix>.<event type>.<entity id>` ([`SubjectPrefix`]), with its id as `Nats-Msg-Id`: what is
/// published again inside the stream's duplicate window is acknowledged, and not stored again. So whatever is in doubt is sent
/// again: after a lost connection, a missing acknowledgement, or while no stream answers.
///
/// At most [`window`](NatsPublisherBuilder::window) events are without an acknowledgement; [`publish`](Self::publish) waits for a
/// place. While nothing fails, events are stored in the order in which they were published; one that is sent again is stored behind
/// those that were sent meanwhile, unless the window is 1.
///
/// ```no_run
/// use events_core::{Event, EventType};
/// use events_nats::{NatsPublisher, StreamSettings, async_nats, ensure_stream};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = async_nats::connect("nats://127.0.0.1:4222").await?;
/// ensure_stream(&client, &StreamSettings::new("EVENTS")).await?;
///
/// let publisher = NatsPublisher::new(client);
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001")?;
/// let pending = publisher.publish(&event).await?; // sent
/// let receipt = pending.await?; // stored
/// println!("{} is number {} of {}", receipt.id(), receipt.sequence(), receipt.stream());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct NatsPublisher {
    acks: Arc<Acks>,
}

/// The settings of a [`NatsPublisher`].
#[derive(Clone, Debug)]
#[must_use = "a publisher is made by `build`"]
pub struct NatsPublisherBuilder {
    client: Client,
    settings: Settings,
}

impl NatsPublisher {
    /// One with the prefix `events`, structured mode, and 256 acknowledgements under way.
    pub fn new(client: Client) -> Self {
        Self::builder(client).build()
    }

    /// One with other settings.
    pub fn builder(client: Client) -> NatsPublisherBuilder {
        NatsPublisherBuilder { client, settings: Settings::default() }
    }

    /// The prefix of its subjects.
    pub fn prefix(&self) -> &SubjectPrefix {
        &self.acks.settings().prefix
    }

    /// How many events may be without an acknowledgement.
    pub fn window(&self) -> u16 {
        self.acks.settings().window
    }

    /// Publishes an event: waits for a place in the window, sends it, and gives what it will be told of it.
    ///
    /// What was sent is sent again as long as it must, whether or not the [`PendingReceipt`] is awaited or kept.
    ///
    /// # Errors
    ///
    /// [`PublishError`]: the event cannot be sent, or not be taken by the connection.
    ///
    /// # Panics
    ///
    /// The first event of a publisher: outside of a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it has sent nothing.
    pub async fn publish(&self, event: impl IntoEnvelope) -> Result<PendingReceipt, PublishError> {
        self.acks.send(Outgoing::Event(event.into_envelope())).await
    }

    /// Publishes an event of any type and origin, as it is.
    ///
    /// One that is none of ours goes to the subject that its type and its `subject` (else its `source`) make, each segment
    /// [escaped](SubjectPrefix::escape).
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish).
    ///
    /// # Panics
    ///
    /// As [`publish`](Self::publish).
    ///
    /// # Cancel safety
    ///
    /// As [`publish`](Self::publish).
    pub async fn publish_raw(&self, event: &RawEnvelope) -> Result<PendingReceipt, PublishError> {
        self.acks.send(Outgoing::Raw(event.clone())).await
    }

    /// Publishes many events, pipelined, and waits for what became of each; in their order. All receipts are kept until then.
    ///
    /// # Panics
    ///
    /// As [`publish`](Self::publish).
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it sends no more, and what was sent is stored all the same. Which events these are, nobody is told.
    pub async fn publish_batch<E: IntoEnvelope>(
        &self,
        events: impl IntoIterator<Item = E>,
    ) -> Vec<Result<PublishReceipt, PublishError>> {
        let mut pending = Vec::new();
        for event in events {
            pending.push(self.publish(event).await);
        }
        let mut receipts = Vec::with_capacity(pending.len());
        for sent in pending {
            receipts.push(match sent {
                Ok(pending) => pending.await,
                Err(error) => Err(error),
            });
        }
        receipts
    }

    /// Waits until everything that was published before is acknowledged or given up. Who publishes meanwhile waits behind it.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it changes nothing.
    pub async fn flush(&self) {
        self.acks.flush().await;
    }

    /// The same publisher, whose events say that they come from there.
    pub(crate) fn with_origin(&self, origin: &str) -> Self {
        let settings = Settings { origin: Some(binding::escape(origin)), ..self.acks.settings().clone() };
        Self { acks: Acks::new(self.acks.client().clone(), settings) }
    }
}

impl NatsPublisherBuilder {
    /// The first tokens of its subjects; `events` without it.
    pub fn prefix(mut self, prefix: SubjectPrefix) -> Self {
        self.settings.prefix = prefix;
        self
    }

    /// How events stand in messages.
    pub fn mode(mut self, mode: ContentMode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// How many events may be without an acknowledgement, from 1 to 65 535; 256 without it. With 1 events are stored in the order in
    /// which they are published, whatever fails.
    pub fn window(mut self, events: u16) -> Self {
        self.settings.window = events.max(1);
        self
    }

    /// After so long without an acknowledgement an event is sent again; 5 seconds without it.
    pub fn ack_timeout(mut self, timeout: Duration) -> Self {
        self.settings.ack_timeout = timeout;
        self
    }

    /// For so long an event is sent again and again before it is given up; 30 seconds without it. A stream of which nothing is known yet
    /// is waited for two seconds: most likely nobody made it.
    ///
    /// Must be shorter than the duplicate window of the stream (2 minutes, unless [`StreamSettings`](crate::StreamSettings) say
    /// otherwise): what is sent again later is stored twice.
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.settings.retry_for = time;
        self
    }

    /// Reads what the stream calls a duplicate, and fails with [`PublishError::Conflict`] if it is another event under the same id.
    ///
    /// Worth it where not everybody who may publish is trusted. It is off by default: a new event costs nothing more, but each duplicate a
    /// request (some 45 µs in place of 9, with 256 under way on two cores), and the connection needs the permission to read the stream
    /// (`$JS.API.STREAM.MSG.GET.<stream>`); a stored event that cannot be read is [`PublishError::NotVerified`].
    pub fn verify_duplicates(mut self) -> Self {
        self.settings.verify_duplicates = true;
        self
    }

    /// By which it hears what its connection may not do: what it may not publish fails with [`PublishError::Forbidden`].
    ///
    /// An event on a forbidden subject fails as soon as the server has said so, a round trip after it was sent. That can be lost, since
    /// async-nats keeps 128 events for a callback, and a publisher 256 violations; the server then says it again when the event is sent
    /// again, after [`ack_timeout`](Self::ack_timeout).
    ///
    /// A connection that may not subscribe to its acknowledgements (below `_INBOX.`) is told so when it subscribes. That fails the events
    /// that are under way then; those that follow fail when they are given up, after [`retry_for`](Self::retry_for).
    pub fn violations(mut self, violations: &Violations) -> Self {
        self.settings.violations = Some(violations.clone());
        self
    }

    /// The stream that events must go to: one that would go to another is refused.
    ///
    /// Each message then says so in a header (`Nats-Expected-Stream`), by which some servers refuse to copy it into a mirror of another
    /// name ([nats-server#5240](https://github.com/nats-io/nats-server/issues/5240)).
    pub fn stream(mut self, name: &str) -> Self {
        self.settings.stream = Some(binding::escape(name));
        self
    }

    /// The publisher. A task of its own, in the runtime in which it first publishes, listens for acknowledgements.
    pub fn build(self) -> NatsPublisher {
        NatsPublisher { acks: Acks::new(self.client, self.settings) }
    }
}

impl fmt::Debug for NatsPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsPublisher").field("settings", self.acks.settings()).finish_non_exhaustive()
    }
}
