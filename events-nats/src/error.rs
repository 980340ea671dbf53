//! Why an event was not published.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::{
    client,
    jetstream::{self, ErrorCode},
};
use events_core::JsonError;

/// Why an event was not published.
///
/// Some of these leave open whether the stream has stored it:
///
/// - [`Unconfirmed`](Self::Unconfirmed): no answer came.
/// - [`Closed`](Self::Closed), of a [`PendingReceipt`](crate::PendingReceipt): the answer can no longer come.
/// - [`Forbidden`](Self::Forbidden), if what is forbidden is to hear answers: `said` then speaks of a subscription.
/// - [`NoStream`](Self::NoStream) and [`Refused`](Self::Refused), if the event was sent before and that was not answered.
///
/// To publish the event again inside the stream's duplicate window is harmless: what is stored is not stored again. After any other
/// error it was not stored; [`Conflict`](Self::Conflict) and [`NotVerified`](Self::NotVerified) say what has its id instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The event has no JSON form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The type of an event that is none of ours has an empty segment.
    #[error("the event type `{event_type}` has no subject: a segment is empty")]
    #[non_exhaustive]
    NoSubject {
        /// The type.
        event_type: String,
    },
    /// The subject is longer than a server takes: the entity id is too long.
    #[error("the subject of event {id} has {bytes} bytes; the limit is {limit}")]
    #[non_exhaustive]
    SubjectTooLong {
        /// The event's id.
        id: Box<str>,
        /// The length of its subject.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The message is larger than the server takes (its `max_payload`).
    #[error("event {id} is too large for the server: {source}")]
    #[non_exhaustive]
    TooLarge {
        /// The event's id.
        id: Box<str>,
        /// The sizes.
        source: Box<dyn Error + Send + Sync>,
    },
    /// No stream takes the subject.
    #[error(
        "no stream takes event {id} on `{subject}`, in {waited:?}: make one with `ensure_stream`, whose prefix is that of the publisher"
    )]
    #[non_exhaustive]
    NoStream {
        /// The event's id.
        id: Box<str>,
        /// The subject that none takes.
        subject: Box<str>,
        /// For how long one was waited for.
        waited: Duration,
    },
    /// The stream refused the event: it is full, for instance, or the event larger than the stream takes.
    #[error("the stream refused event {id} on `{subject}`: {source}")]
    #[non_exhaustive]
    Refused {
        /// The event's id.
        id: Box<str>,
        /// Its subject.
        subject: Box<str>,
        /// What the server said.
        source: jetstream::Error,
    },
    /// The stream has another event under this one's id: whoever published it gave it an id that is not its own.
    ///
    /// Only noticed with [`verify_duplicates`](crate::NatsPublisherBuilder::verify_duplicates).
    #[error("number {sequence} of the stream `{stream}` has the id of event {id}, and is not that event")]
    #[non_exhaustive]
    Conflict {
        /// The event's id.
        id: Box<str>,
        /// The stream.
        stream: String,
        /// The number of the other one.
        sequence: u64,
    },
    /// The stream has an event of this id, which could not be read.
    #[error("event {id} is a duplicate, and could not be verified: {source}")]
    #[non_exhaustive]
    NotVerified {
        /// The event's id.
        id: Box<str>,
        /// What the server, or the connection, said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// No acknowledgement came: whether the event was stored is not known.
    ///
    /// The server is away, or the connection has no permission to publish on the subject, which a server does not answer: who publishes
    /// with [`Violations`](crate::Violations) is told of that.
    #[error(
        "event {id} was sent to `{subject}` {attempts} times in {waited:?}, and not acknowledged: is the server there, and publishing permitted?"
    )]
    #[non_exhaustive]
    Unconfirmed {
        /// The event's id.
        id: Box<str>,
        /// Its subject.
        subject: Box<str>,
        /// How often it was sent.
        attempts: u32,
        /// In how long a time.
        waited: Duration,
    },
    /// The connection has no permission to publish the event, or none to be told that it is stored.
    ///
    /// Only noticed with [`Violations`](crate::Violations).
    #[error("event {id} may not be published: the server said `{said}`")]
    #[non_exhaustive]
    Forbidden {
        /// The event's id.
        id: Box<str>,
        /// What the server said, with the subject.
        said: Box<str>,
    },
    /// The connection was closed, or the runtime ended.
    #[error("event {id} was not acknowledged before the connection was closed")]
    #[non_exhaustive]
    Closed {
        /// The event's id.
        id: Box<str>,
    },
}

/// Why one attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    NoAnswer,
    NoStream,
    Unavailable(jetstream::Error),
    Refused(jetstream::Error),
    TooLarge(Box<dyn Error + Send + Sync>),
    Forbidden(Arc<str>),
    Closed,
}

impl Failure {
    /// Whether another attempt may succeed.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::NoAnswer | Self::NoStream | Self::Unavailable(_))
    }

    pub(crate) fn of(self, id: Box<str>, subject: impl Into<Box<str>>, attempts: u32, start: Instant) -> PublishError {
        let (subject, waited) = (subject.into(), start.elapsed());
        match self {
            Self::NoAnswer => PublishError::Unconfirmed { id, subject, attempts, waited },
            Self::NoStream => PublishError::NoStream { id, subject, waited },
            Self::Unavailable(source) | Self::Refused(source) => PublishError::Refused { id, subject, source },
            Self::TooLarge(source) => PublishError::TooLarge { id, source },
            Self::Forbidden(said) => PublishError::Forbidden { id, said: (*said).into() },
            Self::Closed => PublishError::Closed { id },
        }
    }
}

/// What a server answers that cannot answer now; and one whose stream is full.
const UNAVAILABLE: usize = 503;

impl From<jetstream::Error> for Failure {
    fn from(said: jetstream::Error) -> Self {
        if said.code() == UNAVAILABLE && said.error_code() != ErrorCode::STREAM_STORE_FAILED {
            Self::Unavailable(said)
        } else {
            Self::Refused(said)
        }
    }
}

impl From<client::PublishError> for Failure {
    fn from(error: client::PublishError) -> Self {
        match error.kind() {
            client::PublishErrorKind::MaxPayloadExceeded => Self::TooLarge(error.into()),
            _ => Self::Closed,
        }
    }
}
