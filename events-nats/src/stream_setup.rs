//! Makes a stream, or sees that the one that is there is as it should be.

use std::{fmt, time::Duration};

use async_nats::{
    Client,
    jetstream::{
        self, ErrorCode,
        context::{CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind},
        stream::{Config, DiscardPolicy, RetentionPolicy, StorageType},
    },
};

use crate::subject::SubjectPrefix;

/// What a stream of events should be like.
///
/// ```
/// use std::time::Duration;
///
/// use events_nats::{Retention, Storage, StreamSettings, SubjectPrefix};
///
/// let settings = StreamSettings::new("LAB_EVENTS")
///     .prefix(SubjectPrefix::new("lab.events")?)
///     .retention(Retention::Limits)
///     .max_age(Duration::from_secs(30 * 24 * 3600))
///     .duplicate_window(Duration::from_secs(600))
///     .storage(Storage::File)
///     .replicas(3);
/// assert_eq!(settings.name(), "LAB_EVENTS");
/// # Ok::<(), events_nats::InvalidPrefix>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "settings do nothing by themselves: pass them to `ensure_stream`"]
pub struct StreamSettings {
    name: String,
    prefix: SubjectPrefix,
    retention: Retention,
    storage: Storage,
    replicas: usize,
    duplicate_window: Duration,
    max_age: Duration,
    max_bytes: Option<u64>,
    max_messages: Option<u64>,
    max_message_bytes: Option<u32>,
    when_full: WhenFull,
}

/// How long a stream keeps what it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retention {
    /// Up to its limits; for ever, if it has none. Who comes late can catch up.
    #[default]
    Limits,
    /// Until all consumers that were there have acknowledged it.
    Interest,
    /// Until one consumer has acknowledged it.
    WorkQueue,
}

/// Where a stream keeps what it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// In files; a server that starts again has it.
    #[default]
    File,
    /// In memory; only the replicas of a cluster outlive a server.
    Memory,
}

/// What a stream does that has reached a limit of size or number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// Refuses new events ([`PublishError::Refused`](crate::PublishError::Refused)).
    #[default]
    Refuse,
    /// Forgets the oldest.
    ForgetOldest,
}

impl StreamSettings {
    /// A stream of this name for the prefix `events`: in files, without limits, one replica, a duplicate window of 2 minutes.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            prefix: SubjectPrefix::default(),
            retention: Retention::default(),
            storage: Storage::default(),
            replicas: 1,
            duplicate_window: Duration::from_secs(120),
            max_age: Duration::ZERO,
            max_bytes: None,
            max_messages: None,
            max_message_bytes: None,
            when_full: WhenFull::default(),
        }
    }

    /// The stream's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The prefix of the subjects that it takes.
    pub fn prefix(mut self, prefix: SubjectPrefix) -> Self {
        self.prefix = prefix;
        self
    }

    /// How long it keeps what it has.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Where it keeps it.
    pub fn storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }

    /// On how many servers of a cluster it is, from 1 to 5. Three go on while one is away.
    pub fn replicas(mut self, servers: usize) -> Self {
        self.replicas = servers;
        self
    }

    /// For so long it knows the ids of events, and keeps one of each. It costs memory for each event in it.
    ///
    /// Must be longer than a publisher [tries again](crate::NatsPublisherBuilder::retry_for).
    pub fn duplicate_window(mut self, window: Duration) -> Self {
        self.duplicate_window = window;
        self
    }

    /// It forgets what is older.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// It has at most so many bytes.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// It has at most so many events.
    pub fn max_messages(mut self, messages: u64) -> Self {
        self.max_messages = Some(messages);
        self
    }

    /// It refuses messages of more bytes, headers included.
    pub fn max_message_bytes(mut self, bytes: u32) -> Self {
        self.max_message_bytes = Some(bytes);
        self
    }

    /// What it does at a limit of bytes or messages.
    pub fn when_full(mut self, then: WhenFull) -> Self {
        self.when_full = then;
        self
    }

    /// What is there, with these settings in place of its own.
    fn applied_to(&self, found: Config) -> Config {
        let (mut subjects, all) = (found.subjects.clone(), self.prefix.all());
        if !subjects.contains(&all) {
            subjects.push(all);
        }
        // The server's word for no limit.
        let limit = |limit: Option<u64>| limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        Config {
            name: self.name.clone(),
            subjects,
            retention: match self.retention {
                Retention::Limits => RetentionPolicy::Limits,
                Retention::Interest => RetentionPolicy::Interest,
                Retention::WorkQueue => RetentionPolicy::WorkQueue,
            },
            storage: match self.storage {
                Storage::File => StorageType::File,
                Storage::Memory => StorageType::Memory,
            },
            num_replicas: self.replicas,
            duplicate_window: self.duplicate_window,
            max_age: self.max_age,
            max_bytes: limit(self.max_bytes),
            max_messages: limit(self.max_messages),
            max_message_size: self.max_message_bytes.map_or(-1, |bytes| i32::try_from(bytes).unwrap_or(i32::MAX)),
            discard: match self.when_full {
                WhenFull::Refuse => DiscardPolicy::New,
                WhenFull::ForgetOldest => DiscardPolicy::Old,
            },
            ..found
        }
    }
}

/// What [`ensure_stream`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamOutcome {
    /// There was none.
    Created,
    /// It is as it should be.
    Unchanged,
    /// These were changed.
    Updated(Vec<Difference>),
}

/// A setting in which a stream is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Which.
    pub setting: &'static str,
    /// What it is.
    pub found: String,
    /// What it should be.
    pub wanted: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, and should be {}", self.setting, self.found, self.wanted)
    }
}

/// Why there is no stream as it should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The stream that is there differs in what a stream is made with.
    #[error("the stream `{name}` cannot be changed: {}", list(differences))]
    #[non_exhaustive]
    Differs {
        /// Its name.
        name: String,
        /// In what.
        differences: Vec<Difference>,
    },
    /// Another stream takes some of the subjects.
    #[error("the subjects of the stream `{name}` ({subjects}) are those of another stream, in part")]
    #[non_exhaustive]
    SubjectsTaken {
        /// The name of the stream that was to be made.
        name: String,
        /// Its subjects.
        subjects: String,
    },
    /// The server refused, or did not answer.
    #[error("the stream `{name}` could not be made: {source}")]
    #[non_exhaustive]
    Server {
        /// Its name.
        name: String,
        /// What the server, or the connection, said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

pub(crate) fn list(differences: &[Difference]) -> String {
    differences.iter().map(Difference::to_string).collect::<Vec<_>>().join("; ")
}

/// Sees that there is such a stream: makes it, or changes what can be changed of the one that is there. To be called by every
/// program that needs it, as often as it likes.
///
/// What the settings do not speak of stays as it is: subjects beside those of the prefix, placement, mirrors.
///
/// # Errors
///
/// [`StreamError`]; of [`Differs`](StreamError::Differs) nothing was changed.
///
/// # Panics
///
/// Outside of a Tokio runtime.
///
/// # Cancel safety
///
/// Dropped before it is done, the stream is as before, or as it should be.
pub async fn ensure_stream(client: &Client, settings: &StreamSettings) -> Result<StreamOutcome, StreamError> {
    let jetstream = jetstream::new(client.clone());
    let found = match jetstream.get_stream(&settings.name).await {
        Ok(stream) => stream.cached_info().config.clone(),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(said) if said.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                // One that somebody else makes at the same time is the same, or the server refuses.
                let created = jetstream.create_stream(settings.applied_to(Config::default())).await;
                return created.map(|_| StreamOutcome::Created).map_err(|error| settings.refused(error));
            }
            _ => return Err(settings.unanswered(error)),
        },
    };
    let wanted = settings.applied_to(found.clone());
    let fixed = differences([
        ("storage", &[&found.storage, &wanted.storage]),
        ("retention", &[&found.retention, &wanted.retention]),
    ]);
    if !fixed.is_empty() {
        return Err(StreamError::Differs { name: settings.name.clone(), differences: fixed });
    }
    let changed = differences([
        ("subjects", &[&found.subjects, &wanted.subjects]),
        ("replicas", &[&found.num_replicas, &wanted.num_replicas]),
        ("duplicate window", &[&found.duplicate_window, &wanted.duplicate_window]),
        ("max age", &[&found.max_age, &wanted.max_age]),
        ("max bytes", &[&found.max_bytes, &wanted.max_bytes]),
        ("max messages", &[&found.max_messages, &wanted.max_messages]),
        ("max message bytes", &[&found.max_message_size, &wanted.max_message_size]),
        ("when full", &[&found.discard, &wanted.discard]),
    ]);
    if changed.is_empty() {
        return Ok(StreamOutcome::Unchanged);
    }
    match jetstream.update_stream(wanted).await {
        Ok(_) => Ok(StreamOutcome::Updated(changed)),
        Err(error) => Err(settings.refused(error)),
    }
}

/// Those settings whose two values, found and wanted, are not shown alike.
pub(crate) fn differences<const N: usize>(settings: [(&'static str, &[&dyn fmt::Debug; 2]); N]) -> Vec<Difference> {
    let shown = settings.map(|(setting, [found, wanted])| Difference {
        setting,
        found: format!("{found:?}"),
        wanted: format!("{wanted:?}"),
    });
    shown.into_iter().filter(|difference| difference.found != difference.wanted).collect()
}

impl StreamSettings {
    fn refused(&self, error: CreateStreamError) -> StreamError {
        match error.kind() {
            CreateStreamErrorKind::JetStream(said) if said.error_code() == ErrorCode::STREAM_SUBJECT_OVERLAP => {
                StreamError::SubjectsTaken { name: self.name.clone(), subjects: self.prefix.all() }
            }
            _ => self.unanswered(error),
        }
    }

    fn unanswered(&self, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StreamError {
        StreamError::Server { name: self.name.clone(), source: error.into() }
    }
}
