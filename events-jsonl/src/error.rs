//! What can go wrong with a recording.

use std::{
    error::Error,
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use events_core::JsonError;

/// A recorder could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// What is at the path is no regular file: a directory, a terminal, a pipe.
    #[error("`{}` is not a regular file", path.display())]
    #[non_exhaustive]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Another recorder, of this process or another, writes this file.
    #[error("`{}` is written by another recorder, which has `{}` locked", path.display(), lock.display())]
    #[non_exhaustive]
    Locked {
        /// The path of the recording.
        path: PathBuf,
        /// The file that is locked.
        lock: PathBuf,
    },
    /// A file or its directory refused.
    #[error("cannot open `{}`: {source}", path.display())]
    #[non_exhaustive]
    Io {
        /// The path that refused.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

impl OpenError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}

/// Events could not be recorded, or recorded ones not be written.
///
/// As an observer's error it means that of the event whose receipt it is in nothing is in the file and nothing waits to be
/// written: emitting it again is safe, and writes it once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The event cannot be written as JSON.
    #[error(transparent)]
    Encode(#[from] JsonError),
    /// The file refused: the disk is full, for example. What it took of the lines was cut off again.
    #[error("cannot write to `{}`: {source}", path.display())]
    #[non_exhaustive]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file was removed, renamed or replaced by somebody else, and with it what had been written there. It is made anew, and
    /// the next event is written to it.
    #[error("`{}` was removed or replaced by somebody else, with {bytes} bytes of events", path.display())]
    #[non_exhaustive]
    Vanished {
        /// The file.
        path: PathBuf,
        /// How many bytes of whole lines it had.
        bytes: u64,
    },
    /// The file was shortened by somebody else. The next event is written behind what is left.
    #[error("`{}` was shortened by somebody else, by {bytes} bytes", path.display())]
    #[non_exhaustive]
    Shortened {
        /// The file.
        path: PathBuf,
        /// By how many bytes.
        bytes: u64,
    },
    /// One of these came to light between events, and no receipt has told it yet. This event is not recorded for that reason alone;
    /// the next one is.
    #[error(transparent)]
    Earlier(Arc<Self>),
    /// The recorder is closed.
    #[error("the recorder of `{}` is closed", path.display())]
    #[non_exhaustive]
    Closed {
        /// The file.
        path: PathBuf,
    },
}

impl RecordError {
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}

/// A file could not be rotated away, or what was rotated not be compressed or removed. No line is lost by it, and no event
/// refused: the file grows on, or stays as it is, until it succeeds, which is tried again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotationError {
    /// The file cannot be renamed.
    #[error("cannot rotate `{}` to `{}`: {source}", path.display(), to.display())]
    #[non_exhaustive]
    Rename {
        /// The file.
        path: PathBuf,
        /// The name that it was to have.
        to: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A rotated file cannot be compressed.
    #[error("cannot compress `{}`: {source}", path.display())]
    #[non_exhaustive]
    Compress {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A file that is no longer to be kept cannot be removed.
    #[error("cannot remove `{}`: {source}", path.display())]
    #[non_exhaustive]
    Remove {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The directory cannot be read.
    #[error("cannot list `{}`: {source}", path.display())]
    #[non_exhaustive]
    List {
        /// The directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// What went wrong behind the back of whoever emits: see [`JsonlRecorderBuilder::on_error`](crate::JsonlRecorderBuilder::on_error).
#[derive(Debug)]
#[non_exhaustive]
pub enum BackgroundError {
    /// Waiting lines could not be written; they wait on, and it is tried again.
    Flush(Arc<RecordError>),
    /// Waiting lines could not be written when the recorder was dropped: they are lost.
    #[non_exhaustive]
    Lost {
        /// How many.
        lines: u64,
        /// Why they could not be written.
        source: Arc<RecordError>,
    },
    /// Rotation failed, or what comes after it.
    Rotation(RotationError),
}

impl fmt::Display for BackgroundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flush(error) => error.fmt(f),
            Self::Lost { lines, source } => write!(f, "{lines} lines are lost: {source}"),
            Self::Rotation(error) => error.fmt(f),
        }
    }
}

/// Written by hand: the derive would give the `Arc` as the source, which cannot be downcast to the error.
impl Error for BackgroundError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Flush(error) => error.source(),
            Self::Lost { source, .. } => Some(&**source),
            Self::Rotation(error) => error.source(),
        }
    }
}

/// A recorder could not be closed in order.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloseError {
    /// Waiting lines could not be written. The recorder is still open, and closing it may be tried again.
    #[error(transparent)]
    Flush(#[from] RecordError),
    /// The recorder is closed and every line written, but rotated files could not all be compressed or removed. Whoever opens the
    /// recording next tries again.
    #[error(transparent)]
    Rotation(#[from] RotationError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_lost_lines_is_the_error_itself() {
        let source = Arc::new(RecordError::Closed { path: "events.jsonl".into() });
        let lost = BackgroundError::Lost { lines: 3, source };
        assert_eq!(lost.to_string(), "3 lines are lost: the recorder of `events.jsonl` is closed");
        assert!(lost.source().unwrap().is::<RecordError>());
    }
}
