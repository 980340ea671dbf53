//! What goes wrong on the way from a stream to a handler.

use std::{error::Error, fmt, time::Duration};

use crate::{
    binding::MessageError,
    stream_setup::{Difference, list},
};

/// Why a subscriber cannot begin, or go on.
///
/// A connection that is lost and a server that is away are none of these: a subscriber waits for them to come back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubscribeError {
    /// There is no such stream.
    #[error("there is no stream `{stream}`: make it with `ensure_stream`")]
    #[non_exhaustive]
    NoStream {
        /// Its name.
        stream: String,
    },
    /// The durable consumer that is there has another filter.
    #[error("the consumer `{consumer}` of the stream `{stream}` is there and cannot be changed: {}", list(differences))]
    #[non_exhaustive]
    Differs {
        /// The name of the stream.
        stream: String,
        /// Its name.
        consumer: String,
        /// In what it differs.
        differences: Vec<Difference>,
    },
    /// The consumer could not be made.
    #[error("the consumer `{consumer}` of the stream `{stream}` could not be made: {source}")]
    #[non_exhaustive]
    Consumer {
        /// The name of the stream.
        stream: String,
        /// Its name.
        consumer: String,
        /// What the server, or the connection, said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// No stream takes what is given up: it would be lost.
    #[error("no stream takes dead letters on `{subject}` ({source}): make one with `ensure_stream`")]
    #[non_exhaustive]
    NoDeadLetters {
        /// Their subjects.
        subject: String,
        /// What the server, or the connection, said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The consumer, or its stream, was deleted.
    #[error("the consumer `{consumer}` of the stream `{stream}` is no longer there")]
    #[non_exhaustive]
    Gone {
        /// The name of the stream.
        stream: String,
        /// The name of the consumer.
        consumer: String,
    },
}

/// Something that went wrong, and what follows from it. The subscriber goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Trouble<'t> {
    /// The connection was lost, or the server is slow. It is tried again.
    #[non_exhaustive]
    Interrupted {
        /// What was noticed.
        error: &'t (dyn Error + Send + Sync + 'static),
    },
    /// A handler failed, or the message is no event that can be handed out. It comes again.
    #[non_exhaustive]
    Retried {
        /// The number of the message in the stream.
        sequence: u64,
        /// After how long.
        delay: Duration,
        /// Why.
        reason: &'t Reason,
    },
    /// It was put among the dead letters.
    #[non_exhaustive]
    Buried {
        /// The number of the message in the stream.
        sequence: u64,
        /// Why.
        reason: &'t Reason,
    },
    /// It could not be put among the dead letters. It comes again.
    #[non_exhaustive]
    NotBuried {
        /// The number of the message in the stream.
        sequence: u64,
        /// After how long.
        delay: Duration,
        /// What the server, or the connection, said.
        error: &'t (dyn Error + Send + Sync + 'static),
    },
}

impl fmt::Display for Trouble<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted { error } => write!(f, "interrupted: {error}"),
            Self::Retried { sequence, delay, reason } => {
                write!(f, "event {sequence} failed, and comes again in {delay:?}: {reason}")
            }
            Self::Buried { sequence, reason } => write!(f, "event {sequence} is a dead letter: {reason}"),
            Self::NotBuried { sequence, delay, error } => {
                write!(f, "event {sequence} could not become a dead letter, and comes again in {delay:?}: {error}")
            }
        }
    }
}

// By hand: `thiserror` takes no source that is borrowed.
impl Error for Trouble<'_> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Interrupted { error } | Self::NotBuried { error, .. } => Some(*error),
            Self::Retried { reason, .. } | Self::Buried { reason, .. } => Some(*reason),
        }
    }
}

/// Why an event was not handled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It is not one, or its id is not that of its content.
    #[error(transparent)]
    Unreadable(#[from] MessageError),
    /// The handler returned an error.
    #[error("{0}")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
    /// The handler panicked, with this message.
    #[error("the handler panicked: {0}")]
    Panicked(String),
    /// It was delivered as often as it may be, and no handler ever ended: the program did, each time.
    #[error("delivered {deliveries} times, and never handled to the end")]
    #[non_exhaustive]
    Abandoned {
        /// How often.
        deliveries: u32,
    },
}

impl Reason {
    /// One word for it: `unreadable`, `failed`, `panicked` or `abandoned`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Failed(_) => "failed",
            Self::Panicked(_) => "panicked",
            Self::Abandoned { .. } => "abandoned",
        }
    }

    /// Whether another try cannot help.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Unreadable(_) | Self::Abandoned { .. })
    }
}
