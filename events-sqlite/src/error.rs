//! What can go wrong with a log.

use std::{error::Error, fmt, io, path::PathBuf, sync::Arc, time::Duration};

use events_core::{EntityId, JsonError, wire::DecodeError};
use rusqlite::{ErrorCode, ffi};

/// Why the log cannot do what was asked. Cheap to clone: all that wait for one commit learn of its error.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LogError {
    /// The file cannot be opened: no such directory, say, or no permission.
    #[non_exhaustive]
    Open {
        /// The file.
        path: PathBuf,
        /// What the operating system or `SQLite` says.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The file is something else: not a database, or the database of another program. It was not touched.
    #[non_exhaustive]
    NotALog {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version of this crate. It was not touched.
    #[non_exhaustive]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The version of its schema.
        found: u32,
        /// The newest version that is understood.
        supported: u32,
    },
    /// The entity is at another version than the writer expected: somebody else appended. Nothing was written.
    #[non_exhaustive]
    Conflict {
        /// The type of the entity.
        entity_type: String,
        /// Its id.
        entity_id: EntityId,
        /// The version at which the writer took it to be.
        expected: u64,
        /// The version at which it is.
        actual: u64,
    },
    /// Events that the state of an entity is made of were removed from the log.
    #[non_exhaustive]
    Removed {
        /// The type of the entity.
        entity_type: String,
        /// Its id.
        entity_id: EntityId,
        /// The first version that is missing.
        expected: u64,
    },
    /// The log is open for reading only, or its file cannot be written.
    ReadOnly,
    /// The disk is full, or the log has reached its greatest size. The log goes on when there is room again.
    Full,
    /// Another process held the file for longer than the busy time-out.
    Busy,
    /// What was waited for did not happen in time, and nothing is known to hinder it. It goes on.
    #[non_exhaustive]
    TimedOut {
        /// So long was waited.
        timeout: Duration,
    },
    /// The file is damaged. What can still be read of it, [`salvage`](crate::salvage) writes.
    #[non_exhaustive]
    Corrupt {
        /// What was found.
        detail: String,
    },
    /// The event cannot be written as JSON. Nothing was written.
    Json(Arc<JsonError>),
    /// A record is no event, or not the event that its type says.
    #[non_exhaustive]
    Decode {
        /// The position in the log.
        position: u64,
        /// What is wrong with it.
        source: Arc<DecodeError>,
    },
    /// A line that is imported is no event.
    #[non_exhaustive]
    Line {
        /// The number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        source: Arc<DecodeError>,
    },
    /// A text that is too large for a record. Nothing was written.
    #[non_exhaustive]
    TooLarge {
        /// The size of the record.
        bytes: usize,
        /// The greatest size.
        limit: usize,
    },
    /// The writer gave the request up: the thread that committed for others panicked, or the queue was closed.
    Abandoned,
    /// The snapshot of a fold cannot be written.
    Snapshot(Arc<dyn Error + Send + Sync>),
    /// Reading the text to be imported, or writing what is exported, failed.
    Io(Arc<io::Error>),
    /// Anything else that `SQLite` or the operating system refuses.
    Store(Arc<dyn Error + Send + Sync>),
}

/// Written by hand: the derive would give the `Arc` as the source, which cannot be downcast to the error.
impl Error for LogError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Open { source, .. } | Self::Snapshot(source) | Self::Store(source) => Some(&**source),
            Self::Decode { source, .. } | Self::Line { source, .. } => Some(&**source),
            Self::Io(source) => Some(&**source),
            Self::Json(error) => error.source(),
            Self::NotALog { .. }
            | Self::NewerSchema { .. }
            | Self::Conflict { .. }
            | Self::Removed { .. }
            | Self::ReadOnly
            | Self::Full
            | Self::Busy
            | Self::TimedOut { .. }
            | Self::Corrupt { .. }
            | Self::TooLarge { .. }
            | Self::Abandoned => None,
        }
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { path, source } => write!(f, "cannot open the event log `{}`: {source}", path.display()),
            Self::NotALog { path } => write!(f, "`{}` is not an event log", path.display()),
            Self::NewerSchema { path, found, supported } => {
                let path = path.display();
                write!(f, "`{path}` has the schema {found} of a newer version; this one reads up to {supported}")
            }
            Self::Conflict { entity_type, entity_id, expected, actual } => {
                let (entity_type, entity_id) = (entity_type.escape_debug(), entity_id.escape_debug());
                write!(f, "{entity_type}/{entity_id} is at version {actual}, not at {expected} as expected")
            }
            Self::Removed { entity_type, entity_id, expected } => write!(
                f,
                "version {expected} of {}/{} was removed from the log, so its state cannot be made of what is left",
                entity_type.escape_debug(),
                entity_id.escape_debug()
            ),
            Self::ReadOnly => f.write_str("the event log is read-only"),
            Self::Full => f.write_str("no room is left for the event log"),
            Self::Busy => f.write_str("the event log is in use by another process for too long"),
            Self::TimedOut { timeout } => write!(f, "the event log was not done within {timeout:?}"),
            Self::Corrupt { detail } => write!(f, "the event log is damaged: {detail}"),
            Self::Json(error) => error.fmt(f),
            Self::Decode { position, source } => write!(f, "the event at {position} cannot be read: {source}"),
            Self::Line { line, source } => write!(f, "line {line} cannot be read: {source}"),
            Self::TooLarge { bytes, limit } => {
                write!(f, "a record of {bytes} bytes is too large; at most {limit} are kept")
            }
            Self::Abandoned => f.write_str("the event was not written: its writer has ended"),
            Self::Snapshot(error) => write!(f, "the snapshot cannot be written: {error}"),
            Self::Io(error) => write!(f, "reading or writing text failed: {error}"),
            Self::Store(error) => write!(f, "the event log failed: {error}"),
        }
    }
}

impl From<JsonError> for LogError {
    fn from(error: JsonError) -> Self {
        Self::Json(Arc::new(error))
    }
}

impl LogError {
    /// What the reader or the writer of a text says.
    pub(crate) fn io(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }

    /// Whether the same may succeed later, unchanged: the log is full or busy, or took too long.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Full | Self::Busy | Self::TimedOut { .. })
    }
}

/// What goes wrong inside: a [`LogError`], which `?` makes of what `SQLite` says as well. The public type itself is made of nothing of
/// that kind, or the version of `rusqlite` would be part of what this crate promises.
#[derive(Debug)]
pub(crate) struct Fault(LogError);

impl Fault {
    /// A row that says something impossible.
    pub(crate) fn corrupt(detail: impl Into<String>) -> Self {
        Self(LogError::Corrupt { detail: detail.into() })
    }
}

impl From<Fault> for LogError {
    fn from(Fault(error): Fault) -> Self {
        error
    }
}

impl From<LogError> for Fault {
    fn from(error: LogError) -> Self {
        Self(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        // The shared memory beside the file cannot be made larger, for which only a full disk is known.
        if error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE) {
            return Self(LogError::Full);
        }
        Self(match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly) => LogError::ReadOnly,
            Some(ErrorCode::DiskFull) => LogError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LogError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                LogError::Corrupt { detail: error.to_string() }
            }
            _ => match error {
                // A value of another type than the schema has: the tables were changed, or a page is another one's.
                rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::Utf8Error(..) => LogError::Corrupt { detail: error.to_string() },
                _ => LogError::Store(Arc::new(error)),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use events_core::wire::Decoder;

    use super::*;

    #[test]
    fn what_an_error_says_of_its_cause_its_source_is() {
        let says = || Arc::new(io::Error::other("it says so"));
        let decode = || Arc::new(Decoder::default().raw("no event").unwrap_err());
        let snapshot = serde_json::from_str::<u8>("?").unwrap_err();
        for error in [
            LogError::Open { path: "events.db".into(), source: says() },
            LogError::Decode { position: 7, source: decode() },
            LogError::Line { line: 7, source: decode() },
            LogError::Snapshot(Arc::new(snapshot)),
            LogError::Io(says()),
            LogError::Store(says()),
        ] {
            let source = error.source().expect("a source");
            let said = error.to_string();
            assert!(said.ends_with(&source.to_string()), "{said}");
            let known = source.is::<io::Error>() || source.is::<DecodeError>() || source.is::<serde_json::Error>();
            assert!(known, "the error itself: {error:?}");
        }
    }
}
