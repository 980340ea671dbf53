//! Publishes events, with a bounded number of acknowledgements under way.

use std::{
    fmt,
    future::IntoFuture as _,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::{
    Client, HeaderValue,
    jetstream::{self, context::PublishAckFuture, message::PublishMessage},
};
use events_core::{AnyEnvelope, IntoEnvelope, wire::RawEnvelope};
use tokio::{
    sync::Semaphore,
    time::{sleep, timeout_at},
};

use crate::{
    binding::{self, Content, ContentMode, ORIGIN},
    error::{Failure, PublishError},
    receipt::{PendingReceipt, PublishReceipt},
    subject::{MAX_SUBJECT, SubjectPrefix},
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
    jetstream: jetstream::Context,
    window: Arc<Semaphore>,
    settings: Arc<Settings>,
}

#[derive(Clone, Debug)]
struct Settings {
    prefix: SubjectPrefix,
    mode: ContentMode,
    window: u32,
    ack_timeout: Duration,
    retry_for: Duration,
    stream: Option<HeaderValue>,
    origin: Option<HeaderValue>,
}

/// The settings of a [`NatsPublisher`].
#[derive(Clone, Debug)]
#[must_use = "a publisher is made by `build`"]
pub struct NatsPublisherBuilder {
    client: Client,
    settings: Settings,
}

/// While no stream answers on a subject, it may be on its way to come up.
const NO_STREAM_FOR: Duration = Duration::from_secs(2);

impl NatsPublisher {
    /// One with the prefix `events`, structured mode, and 256 acknowledgements under way.
    ///
    /// # Panics
    ///
    /// As [`NatsPublisherBuilder::build`].
    pub fn new(client: Client) -> Self {
        Self::builder(client).build()
    }

    /// One with other settings.
    pub fn builder(client: Client) -> NatsPublisherBuilder {
        NatsPublisherBuilder {
            client,
            settings: Settings {
                prefix: SubjectPrefix::default(),
                mode: ContentMode::default(),
                window: 256,
                ack_timeout: Duration::from_secs(5),
                retry_for: Duration::from_secs(30),
                stream: None,
                origin: None,
            },
        }
    }

    /// The prefix of its subjects.
    pub fn prefix(&self) -> &SubjectPrefix {
        &self.settings.prefix
    }

    /// How many events may be without an acknowledgement.
    pub fn window(&self) -> usize {
        self.settings.window as usize
    }

    /// Publishes an event: waits for a place in the window, sends it, and gives what it will be told of it.
    ///
    /// Dropped before it is done, it has sent nothing. What was sent is sent again as long as it must, whether or not the
    /// [`PendingReceipt`] is awaited or kept.
    ///
    /// # Errors
    ///
    /// [`PublishError`]: the event cannot be sent, or not be taken by the connection.
    pub async fn publish(&self, event: impl IntoEnvelope) -> Result<PendingReceipt, PublishError> {
        self.send(Published::Event(event.into_envelope())).await
    }

    /// Publishes an event of any type and origin, as it is.
    ///
    /// One that is none of ours goes to the subject that its type and its `subject` (else its `source`) make, each segment
    /// [escaped](SubjectPrefix::escape).
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish).
    pub async fn publish_raw(&self, event: &RawEnvelope) -> Result<PendingReceipt, PublishError> {
        self.send(Published::Raw(event.clone())).await
    }

    /// Publishes many events, pipelined, and waits for what became of each; in their order.
    pub async fn publish_all<E: IntoEnvelope>(
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

    /// Waits until nothing that was published before is without an acknowledgement, or given up.
    pub async fn flush(&self) {
        // The semaphore is never closed.
        drop(self.window.acquire_many(self.settings.window).await);
    }

    /// The same publisher, whose events say that they come from there.
    pub(crate) fn with_origin(&self, origin: &str) -> Self {
        let settings = Settings { origin: Some(binding::escape(origin)), ..(*self.settings).clone() };
        Self { settings: settings.into(), ..self.clone() }
    }

    async fn send(&self, event: Published) -> Result<PendingReceipt, PublishError> {
        // Written before it takes a place: what cannot be written needs none.
        let written = self.write(&event)?;
        let Ok(place) = Arc::clone(&self.window).acquire_owned().await else {
            unreachable!("the window is never closed");
        };
        let start = Instant::now();
        let first = match self.attempt(written).await {
            Err(failure) if !failure.is_passing() => return Err(failure.of(event.id(), 1, start.elapsed())),
            first => first,
        };
        let publisher = self.clone();
        Ok(PendingReceipt::new(event.id(), async move {
            let receipt = publisher.confirm(&event, first, start).await;
            drop(place);
            receipt
        }))
    }

    fn write(&self, event: &Published) -> Result<Written, PublishError> {
        let Settings { prefix, mode, .. } = &*self.settings;
        let (subject, content) = match event {
            Published::Event(event) => (prefix.of(event), binding::write(event, *mode)?),
            Published::Raw(event) => {
                let subject = prefix
                    .of_raw(event)
                    .ok_or_else(|| PublishError::NoSubject { event_type: event.event_type().into() })?;
                (subject, binding::write_raw(event, *mode))
            }
        };
        if subject.len() > MAX_SUBJECT {
            return Err(PublishError::SubjectTooLong { id: event.id(), bytes: subject.len(), limit: MAX_SUBJECT });
        }
        let Content { mut headers, body } = content;
        for (name, value) in [(ORIGIN, &self.settings.origin), (EXPECTED_STREAM, &self.settings.stream)] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        Ok(Written { subject, message: PublishMessage::build().headers(headers).payload(body.into()) })
    }

    /// Sends a message; its acknowledgement is due a time-out later, however long anybody takes to wait for it.
    async fn attempt(&self, written: Written) -> Result<Sent, Failure> {
        let ack = self.jetstream.send_publish(written.subject, written.message).await?;
        Ok(Sent { ack, due: tokio::time::Instant::now() + self.settings.ack_timeout })
    }

    /// Waits for the acknowledgement, and sends the event again where it fails to come.
    async fn confirm(
        &self,
        event: &Published,
        mut sent: Result<Sent, Failure>,
        start: Instant,
    ) -> Result<PublishReceipt, PublishError> {
        let mut attempts = 1;
        loop {
            let answer = match sent {
                Ok(Sent { ack, due }) => match timeout_at(due, ack.into_future()).await {
                    Ok(Ok(ack)) => return Ok(PublishReceipt::new(event.id(), ack, attempts)),
                    Ok(Err(error)) => Failure::from(error),
                    Err(_elapsed) => Failure::NoAnswer,
                },
                Err(failure) => failure,
            };
            let patience = match answer {
                Failure::NoStream => self.settings.retry_for.min(NO_STREAM_FOR),
                _ => self.settings.retry_for,
            };
            if !answer.is_passing() || start.elapsed() >= patience {
                return Err(answer.of(event.id(), attempts, start.elapsed()));
            }
            if !matches!(answer, Failure::NoAnswer) {
                // An answer that is missing has been waited for already.
                sleep(Duration::from_millis(50 << attempts.min(4))).await;
            }
            attempts += 1;
            sent = match self.write(event) {
                Ok(written) => self.attempt(written).await,
                Err(error) => return Err(error),
            };
        }
    }
}

/// The header by which the server refuses an event that would go to another stream.
const EXPECTED_STREAM: &str = "Nats-Expected-Stream";

enum Published {
    Event(AnyEnvelope),
    Raw(RawEnvelope),
}

impl Published {
    fn id(&self) -> Box<str> {
        match self {
            Self::Event(event) => event.id().to_string().into(),
            Self::Raw(event) => event.id().into(),
        }
    }
}

struct Written {
    subject: String,
    message: PublishMessage,
}

struct Sent {
    ack: PublishAckFuture,
    due: tokio::time::Instant,
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
        self.settings.window = events.max(1).into();
        self
    }

    /// After so long without an acknowledgement an event is sent again; 5 seconds without it.
    pub fn ack_timeout(mut self, timeout: Duration) -> Self {
        self.settings.ack_timeout = timeout;
        self
    }

    /// For so long an event is sent again and again before it is given up; 30 seconds without it.
    ///
    /// Must be shorter than the duplicate window of the stream (2 minutes, unless [`StreamSettings`](crate::StreamSettings) say
    /// otherwise): what is sent again later is stored twice.
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.settings.retry_for = time;
        self
    }

    /// The stream that events must go to: one that would go to another is refused.
    pub fn stream(mut self, name: &str) -> Self {
        self.settings.stream = Some(binding::escape(name));
        self
    }

    /// The publisher.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn build(self) -> NatsPublisher {
        let window = self.settings.window as usize;
        // Acknowledgements are waited for here, by their own time-outs; that of the context is not to come first.
        let jetstream = jetstream::ContextBuilder::new()
            .timeout(self.settings.ack_timeout + Duration::from_secs(60))
            .max_ack_inflight(window)
            .build(self.client);
        NatsPublisher { jetstream, window: Arc::new(Semaphore::new(window)), settings: Arc::new(self.settings) }
    }
}

impl fmt::Debug for NatsPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsPublisher").field("settings", &self.settings).finish_non_exhaustive()
    }
}
