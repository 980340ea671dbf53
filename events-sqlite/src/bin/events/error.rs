//! Why a command cannot do its work.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
    sync::Arc,
};

use events_core::wire::DecodeError;
use events_sqlite::LogError;

/// Why a command cannot do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("no event was found")]
    NothingFound,
    #[error("no event is at {position}: {}", missing(*position, *first, *last))]
    NothingAt { position: u64, first: u64, last: u64 },
    #[error("no event was found; events that cannot be read: {0}, see `events verify`")]
    NothingReadable(u64),
    #[error("{count} events have an id that begins with `{id}`: {}{}", some.join(", "), if *count > some.len() as u64 { ", …" } else { "" })]
    Ambiguous { id: String, count: u64, some: Vec<String> },
    #[error(
        "line {number} is not an event: {source}; the lines before it may be in the log, and can be imported again"
    )]
    Line { number: u64, source: Arc<DecodeError> },
    #[error("cannot open `{}`: {source}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("cannot write the output: {0}")]
    Output(#[source] io::Error),
}

/// Why there is none, in a log that has those from the first position to the last.
fn missing(position: u64, first: u64, last: u64) -> String {
    if position > last {
        format!("the last is at {last}")
    } else if position >= first {
        "it is missing, see `events verify`".to_owned()
    } else if position > 0 {
        format!("it was removed, as all before {first} were")
    } else {
        "the first is at 1".to_owned()
    }
}

impl CliError {
    /// As `--help` has it.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Log(LogError::Corrupt { .. } | LogError::Decode { .. })
            | Self::NothingFound
            | Self::NothingAt { .. }
            | Self::NothingReadable(_)
            | Self::Ambiguous { .. } => 1,
            _ => 3,
        }
    }

    /// Whoever read the output has enough, which is no error.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        match self {
            Self::Output(error) => error.kind() == ErrorKind::BrokenPipe,
            Self::Log(LogError::Io(error)) => error.kind() == ErrorKind::BrokenPipe,
            _ => false,
        }
    }
}
