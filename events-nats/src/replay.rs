//! Reads what a stream has, in its order, without acknowledging anything.

use std::{
    fmt,
    time::{Duration, Instant},
};

use async_nats::{
    Client,
    datetime::DateTime,
    jetstream::{
        self, ErrorCode,
        consumer::{AckPolicy, DeliverPolicy, pull},
        stream::{ConsumerError, ConsumerErrorKind},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::{sleep, timeout};

use crate::{
    backoff::Backoff,
    binding::MessageError,
    consumer::{HEARTBEAT, PULL_EXPIRES},
    delivered::{Delivered, Place, Reader},
    selection::{Selection, selection_setters},
    start::Start,
};

/// How many messages are asked for at once.
const BATCH: usize = 500;
const RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));

/// The events of a stream in their order, each once, from wherever one likes: a replay, or a late-comer that catches up and stays.
///
/// The server remembers nothing of it. A message that is missing on the way is noticed, and asked for again. So is a stream that was
/// deleted and made anew ([`ReplayError::Recreated`]).
///
/// ```no_run
/// use events_core::pattern;
/// use events_nats::{Replay, Start, async_nats::Client};
///
/// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut replay = Replay::builder(client, "EVENTS").pattern(pattern!("*.failed")).start(Start::Sequence(1000)).until_end().open().await?;
/// while let Some(event) = replay.next().await {
///     println!("{:?}", event?.event());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "it tells events when it is asked for them"]
pub struct Replay {
    jetstream: jetstream::Context,
    stream: String,
    filter: String,
    reader: Reader,
    start: Start,
    retry_for: Duration,
    /// When the stream was made whose numbers these are.
    created: DateTime,
    /// The number of the last message that was told.
    last: u64,
    /// The number of the last message that is wanted.
    end: Option<u64>,
    source: Option<Source>,
}

struct Source {
    messages: pull::Stream,
    /// The number of the last message by the consumer's count, which has no gaps.
    consumed: u64,
}

/// What a new consumer has before it.
struct Outlook {
    pending: u64,
    /// The number of the last message that it will not be told.
    behind: u64,
    /// The stream, after the consumer was made.
    stream: Found,
}

/// A stream as it was found.
struct Found {
    created: DateTime,
    last: u64,
}

/// The settings of a [`Replay`].
#[derive(Clone, Debug)]
#[must_use = "a replay is made by `open`"]
pub struct ReplayBuilder {
    client: Client,
    stream: String,
    selection: Selection,
    until_end: bool,
    retry_for: Duration,
}

/// Why a replay cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// There is no such stream.
    #[error("there is no stream `{stream}`")]
    #[non_exhaustive]
    NoStream {
        /// Its name.
        stream: String,
    },
    /// A message is not an event that can be handed out. The replay goes on behind it.
    #[error("message {sequence} of the stream `{stream}` is not an event: {source}")]
    #[non_exhaustive]
    Unreadable {
        /// The name of the stream.
        stream: String,
        /// Its number in the stream.
        sequence: u64,
        /// Why.
        source: MessageError,
    },
    /// The stream was deleted, and another one made under its name. Asked again, the replay begins with the first event of that one; to
    /// the end, with the end that it has now.
    #[error("the stream `{stream}` is another one than before: it was deleted, and made anew")]
    #[non_exhaustive]
    Recreated {
        /// Its name.
        stream: String,
    },
    /// The server did not answer, or refused. Asked again, the replay goes on where it was.
    #[error("the stream `{stream}` could not be read: {source}")]
    #[non_exhaustive]
    Server {
        /// Its name.
        stream: String,
        /// What was said last.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Replay {
    /// Begins a replay of a stream.
    pub fn builder(client: Client, stream: &str) -> ReplayBuilder {
        ReplayBuilder {
            client,
            stream: stream.to_owned(),
            selection: Selection::default(),
            until_end: false,
            retry_for: Duration::from_secs(30),
        }
    }

    /// The next event; `None` at the [end](ReplayBuilder::until_end).
    ///
    /// # Errors
    ///
    /// [`ReplayError`]. Asked again, it goes on with what follows.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, no event is lost: asked again, it gives the one that follows the last.
    pub async fn next(&mut self) -> Option<Result<Delivered, ReplayError>> {
        loop {
            if self.end.is_some_and(|end| self.last >= end) {
                self.source = None;
                return None;
            }
            let message = match self.message().await {
                Ok(Some(message)) => message,
                Ok(None) => {
                    self.end = Some(self.last);
                    continue;
                }
                Err(error) => return Some(Err(error)),
            };
            let Some(place) = Place::of(&message) else { continue };
            let source = self.source.as_mut().filter(|source| source.consumed + 1 == place.consumer_sequence);
            let Some(source) = source else {
                // Something was lost on the way.
                self.source = None;
                continue;
            };
            source.consumed = place.consumer_sequence;
            if self.end.is_some_and(|end| place.sequence > end) {
                self.end = Some(self.last);
                continue;
            }
            self.last = place.sequence;
            if place.pending == 0 && self.end.is_some() {
                // No other one that is wanted follows.
                self.end = Some(self.last);
            }
            let event = self.reader.read(&message, place);
            return Some(event.map_err(|source| {
                let stream = self.stream.clone();
                ReplayError::Unreadable { stream, sequence: place.sequence, source }
            }));
        }
    }

    /// The same events as a [`Stream`], for what adapters like those of the crate `futures` do with one. It ends where the replay does;
    /// behind an error it goes on, as [`next`](Self::next).
    ///
    /// ```no_run
    /// use events_nats::{Replay, ReplayError};
    /// use futures_util::TryStreamExt as _;
    ///
    /// # async fn example(replay: Replay) -> Result<(), ReplayError> {
    /// let subjects: Vec<String> = replay.into_stream().map_ok(|event| event.subject().to_owned()).try_collect().await?;
    /// # drop(subjects);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Asked for an event outside of a Tokio runtime.
    pub fn into_stream(self) -> impl Stream<Item = Result<Delivered, ReplayError>> + Send + Unpin {
        Box::pin(stream::unfold(self, async |mut replay| Some((replay.next().await?, replay))).fuse())
    }

    /// The next message; `None` if there is none up to the end.
    async fn message(&mut self) -> Result<Option<jetstream::Message>, ReplayError> {
        let start = Instant::now();
        let mut attempts = 0;
        loop {
            let source = match &mut self.source {
                Some(source) => source,
                None => match self.open().await {
                    Ok((_, Outlook { stream: found, .. })) if found.created != self.created => {
                        self.created = found.created;
                        (self.start, self.last, self.end) = (Start::Beginning, 0, self.end.map(|_| found.last));
                        return Err(ReplayError::Recreated { stream: self.stream.clone() });
                    }
                    Ok((_, Outlook { pending: 0, .. })) if self.end.is_some() => return Ok(None),
                    Ok((source, _)) => self.source.insert(source),
                    Err(error) => {
                        attempts += 1;
                        if matches!(error, ReplayError::NoStream { .. }) || start.elapsed() >= self.retry_for {
                            return Err(error);
                        }
                        sleep(RETRY.delay(attempts)).await;
                        continue;
                    }
                },
            };
            let next = source.messages.next();
            // What was still to come may be forgotten by now: then another consumer has nothing before it.
            let next = if self.end.is_some() { timeout(HEARTBEAT, next).await.unwrap_or(None) } else { next.await };
            match next {
                Some(Ok(message)) => return Ok(Some(message)),
                Some(Err(_)) | None => self.source = None,
            }
        }
    }

    /// A consumer of what was not told yet.
    async fn open(&self) -> Result<(Source, Outlook), ReplayError> {
        let deliver_policy = match self.last {
            0 => self.start.policy(),
            last => DeliverPolicy::ByStartSequence { start_sequence: last + 1 },
        };
        let config = pull::Config {
            deliver_policy,
            ack_policy: AckPolicy::None,
            filter_subject: self.filter.clone(),
            memory_storage: true,
            inactive_threshold: 2 * PULL_EXPIRES,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let consumer = self.jetstream.create_consumer_on_stream(config, &self.stream).await;
        let consumer = consumer.map_err(|error| self.failed(error))?;
        let info = consumer.cached_info();
        let (pending, behind) = (info.num_pending, info.delivered.stream_sequence);
        let outlook = Outlook { pending, behind, stream: find(&self.jetstream, &self.stream).await? };
        let messages = consumer.stream().max_messages_per_batch(BATCH).expires(PULL_EXPIRES).heartbeat(HEARTBEAT);
        let messages = messages
            .messages()
            .await
            .map_err(|error| ReplayError::Server { stream: self.stream.clone(), source: error.into() })?;
        Ok((Source { messages, consumed: 0 }, outlook))
    }

    fn failed(&self, error: ConsumerError) -> ReplayError {
        let stream = self.stream.clone();
        match error.kind() {
            ConsumerErrorKind::JetStream(said) if said.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                ReplayError::NoStream { stream }
            }
            _ => ReplayError::Server { stream, source: error.into() },
        }
    }
}

impl ReplayBuilder {
    selection_setters!();

    /// Where it begins; with the oldest event without it.
    pub fn start(mut self, start: Start) -> Self {
        self.selection.start = start;
        self
    }

    /// It ends with the last event that the stream has when it is opened. Without it, it stays, and waits for what will be published.
    pub fn until_end(mut self) -> Self {
        self.until_end = true;
        self
    }

    /// For so long a server that is away is waited for; 30 seconds without it.
    pub fn retry_for(mut self, time: Duration) -> Self {
        self.retry_for = time;
        self
    }

    /// The replay.
    ///
    /// # Errors
    ///
    /// [`ReplayError`]: there is no such stream, or the server does not answer.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, nothing is left of it but what the server itself forgets after a minute.
    pub async fn open(self) -> Result<Replay, ReplayError> {
        let jetstream = jetstream::new(self.client);
        let found = find(&jetstream, &self.stream).await?;
        let mut replay = Replay {
            jetstream,
            filter: self.selection.filter(),
            start: self.selection.start,
            reader: self.selection.reader,
            retry_for: self.retry_for,
            created: found.created,
            last: 0,
            end: self.until_end.then_some(found.last),
            source: None,
            stream: self.stream,
        };
        if !self.until_end {
            // What is new from now on begins now, and not when somebody first asks.
            let (source, place) = replay.open().await?;
            if replay.start == Start::New {
                // Another consumer begins there too: where the stream was empty, at its beginning.
                (replay.start, replay.last) = (Start::Beginning, place.behind);
            }
            replay.source = Some(source);
        }
        Ok(replay)
    }
}

async fn find(jetstream: &jetstream::Context, stream: &str) -> Result<Found, ReplayError> {
    use jetstream::context::GetStreamErrorKind::JetStream;

    match jetstream.get_stream(stream).await {
        Ok(found) => {
            let info = found.cached_info();
            Ok(Found { created: info.created, last: info.state.last_sequence })
        }
        Err(error) => match error.kind() {
            JetStream(said) if said.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                Err(ReplayError::NoStream { stream: stream.to_owned() })
            }
            _ => Err(ReplayError::Server { stream: stream.to_owned(), source: error.into() }),
        },
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("stream", &self.stream)
            .field("filter", &self.filter)
            .field("last", &self.last)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
