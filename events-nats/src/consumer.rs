//! The messages of a consumer, for as long as there is one: across lost connections and restarts of the server.

use std::{collections::VecDeque, mem, time::Duration};

use async_nats::jetstream::{
    self, ErrorCode,
    consumer::{
        PullConsumer,
        pull::{Config, MessagesErrorKind},
    },
    context::ConsumerInfoErrorKind,
    message::AckKind,
    stream::{ConsumerError, ConsumerErrorKind},
};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::{Instant, sleep_until};

use crate::{
    backoff::Backoff,
    stream_setup::{Difference, differences},
    trouble::{SubscribeError, Trouble},
};

/// How long the server waits before it says that there is nothing; silence for twice as long means that it is gone.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(2);
pub(crate) const PULL_EXPIRES: Duration = Duration::from_secs(30);
/// Between the beginnings of two attempts to reach a server that is away.
const RECONNECT: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));

/// The messages of one durable consumer.
pub(crate) struct Messages {
    consumer: PullConsumer,
    source: Option<jetstream::consumer::pull::Stream>,
    /// What came while an earlier one was handled.
    waiting: VecDeque<jetstream::Message>,
    interruptions: u32,
    /// When the next attempt to ask for messages may begin.
    next_attempt: Instant,
    /// The consumer was made anew, or its stream: its messages have other numbers than before.
    is_another: bool,
    /// It was opened, and not yet asked for messages.
    is_fresh: bool,
}

/// Whether a consumer, or its stream, is not there.
fn is_gone(error: &ConsumerError) -> bool {
    matches!(error.kind(), ConsumerErrorKind::JetStream(said)
        if matches!(said.error_code(), ErrorCode::CONSUMER_NOT_FOUND | ErrorCode::STREAM_NOT_FOUND))
}

impl Messages {
    /// Makes the durable consumer, or takes the one that is there.
    pub(crate) async fn open(
        jetstream: &jetstream::Context,
        stream: &str,
        config: Config,
    ) -> Result<Self, SubscribeError> {
        let name = config.durable_name.clone().unwrap_or_default();
        let failed = |source: ConsumerError| match source.kind() {
            ConsumerErrorKind::JetStream(said) if said.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                SubscribeError::NoStream { stream: stream.to_owned() }
            }
            _ => SubscribeError::Consumer { stream: stream.to_owned(), consumer: name.clone(), source: source.into() },
        };
        let config = match jetstream.get_consumer_from_stream::<Config, _, _>(&name, stream).await {
            Ok(found) => {
                let found = found.cached_info().config.clone();
                let differences: Vec<Difference> = differences([
                    ("pattern", &[&found.filter_subject, &config.filter_subject]),
                    ("ack policy", &[&found.ack_policy, &config.ack_policy]),
                ]);
                if !differences.is_empty() {
                    return Err(SubscribeError::Differs { stream: stream.to_owned(), consumer: name, differences });
                }
                // Where it began is past.
                Config { deliver_policy: found.deliver_policy, ..config }
            }
            Err(error) if is_gone(&error) => config,
            Err(error) => return Err(failed(error)),
        };
        let consumer = jetstream.create_consumer_on_stream(config, stream).await.map_err(failed)?;
        Ok(Self {
            consumer,
            source: None,
            waiting: VecDeque::new(),
            interruptions: 0,
            next_attempt: Instant::now(),
            is_another: false,
            is_fresh: true,
        })
    }

    pub(crate) fn consumer_name(&self) -> &str {
        &self.consumer.cached_info().name
    }

    pub(crate) fn stream_name(&self) -> &str {
        &self.consumer.cached_info().stream_name
    }

    /// The next message; `Ok(None)` when the consumer is another one by now, of which nothing is known. Can be cancelled.
    pub(crate) async fn next(
        &mut self,
        trouble: &mut (dyn FnMut(Trouble<'_>) + Send),
    ) -> Result<Option<jetstream::Message>, SubscribeError> {
        loop {
            if mem::take(&mut self.is_another) {
                return Ok(None);
            }
            if let Some(message) = self.waiting.pop_front() {
                return Ok(Some(message));
            }
            let Some(source) = &mut self.source else {
                self.connect(trouble).await?;
                continue;
            };
            match source.next().await {
                Some(Ok(message)) => {
                    self.interruptions = 0;
                    return Ok(Some(message));
                }
                Some(Err(error)) => {
                    // A server that is slow for once says so and goes on; after all else the request is made anew.
                    trouble(Trouble::Interrupted { error: &error });
                    if error.kind() == MessagesErrorKind::ConsumerDeleted {
                        return Err(self.gone());
                    }
                    self.source = None;
                }
                None => self.source = None,
            }
        }
    }

    /// Tells the server that the messages that are here are worked on, and takes in what has come.
    pub(crate) async fn keep_alive(&mut self, current: Option<&jetstream::Message>) {
        while let Some(Some(next)) = self.source.as_mut().map(|source| source.next().now_or_never()) {
            match next {
                Some(Ok(message)) => self.waiting.push_back(message),
                // What it was is found out by the next who asks.
                Some(Err(_)) | None => self.source = None,
            }
        }
        for message in self.waiting.iter().chain(current) {
            // If the connection is lost, the messages come again.
            let _ = message.ack_with(AckKind::Progress).await;
        }
    }

    /// Asks for messages. Can be cancelled: an attempt is given up with it, and the next one begins when it would have.
    async fn connect(&mut self, trouble: &mut (dyn FnMut(Trouble<'_>) + Send)) -> Result<(), SubscribeError> {
        loop {
            sleep_until(self.next_attempt).await;
            // One that is cancelled counts for nothing: the server may be there, and only slow.
            let attempt = self.interruptions.saturating_add(1);
            self.next_attempt = Instant::now() + RECONNECT.delay(attempt);
            // What was just opened is as it was found.
            if !mem::take(&mut self.is_fresh) {
                let created = self.consumer.cached_info().created;
                match self.consumer.info().await {
                    Ok(info) => self.is_another |= info.created != created,
                    Err(error) => match error.kind() {
                        ConsumerInfoErrorKind::NotFound | ConsumerInfoErrorKind::StreamNotFound => {
                            return Err(self.gone());
                        }
                        _ => {
                            self.interruptions = attempt;
                            trouble(Trouble::Interrupted { error: &error });
                            continue;
                        }
                    },
                }
            }
            let batch = usize::try_from(self.consumer.cached_info().config.max_ack_pending).unwrap_or(1).max(1);
            let source =
                self.consumer.stream().max_messages_per_batch(batch).expires(PULL_EXPIRES).heartbeat(HEARTBEAT);
            let opened = source.messages().await;
            self.interruptions = attempt;
            match opened {
                Ok(source) => {
                    self.source = Some(source);
                    return Ok(());
                }
                Err(error) => trouble(Trouble::Interrupted { error: &error }),
            }
        }
    }

    fn gone(&self) -> SubscribeError {
        SubscribeError::Gone { stream: self.stream_name().to_owned(), consumer: self.consumer_name().to_owned() }
    }
}
