//! Why a line, or a file, was not read.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use events_core::wire::DecodeError;

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub(crate) path: Arc<Path>,
    pub(crate) line: u64,
    pub(crate) offset: u64,
}

impl Place {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line, from 1.
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The byte at which it begins, from 0; in a compressed file that of its content.
    pub const fn offset(&self) -> u64 {
        self.offset
    }
}

/// The file and the line, as compilers show them.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// Why a line, or a file, was not read. Reading goes on behind it, with the next line or the next file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A file cannot be opened.
    #[error("cannot open `{}`: {source}", path.display())]
    #[non_exhaustive]
    Open {
        /// The file, or its directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A file cannot be read any further, or what is compressed in it is damaged.
    #[error("{place}: {source}")]
    #[non_exhaustive]
    Read {
        /// The line that could not be read.
        place: Place,
        /// What the operating system says.
        source: io::Error,
    },
    /// A line is no event.
    #[error("{place}: {source}")]
    #[non_exhaustive]
    Malformed {
        /// The line.
        place: Place,
        /// What is wrong with it. Its offset is from the beginning of the line.
        source: DecodeError,
    },
    /// A line is longer than is read. It was left out without being kept in memory.
    #[error("{place}: a line of more than {limit} bytes")]
    #[non_exhaustive]
    TooLong {
        /// The line.
        place: Place,
        /// How many bytes it may have, see [`JsonlReader::max_line`](crate::JsonlReader::max_line).
        limit: usize,
    },
    /// The last line has no line break: its writer was killed in the middle of it, or is not yet done. See
    /// [`TornTail`](crate::TornTail).
    #[error("{place}: a torn line of {bytes} bytes")]
    #[non_exhaustive]
    Torn {
        /// The line.
        place: Place,
        /// How many bytes there are of it.
        bytes: u64,
    },
    /// Rotated files were removed before they were read.
    #[error("the rotated files {first} to {last} of `{}` were removed before they were read", path.display())]
    #[non_exhaustive]
    Missing {
        /// The path of the recording.
        path: PathBuf,
        /// The number of the first of them.
        first: u64,
        /// That of the last.
        last: u64,
    },
    /// A file that is followed was shortened by somebody else; it is read again from its beginning.
    #[error("{place}: the file was shortened to {bytes} bytes")]
    #[non_exhaustive]
    Shortened {
        /// The line that was to come.
        place: Place,
        /// How many bytes the file has now.
        bytes: u64,
    },
}

impl ReadError {
    pub(crate) fn open(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Open { path: path.to_owned(), source }
    }

    /// The line, if it is about one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Read { place, .. }
            | Self::Malformed { place, .. }
            | Self::TooLong { place, .. }
            | Self::Torn { place, .. }
            | Self::Shortened { place, .. } => Some(place),
            Self::Open { .. } | Self::Missing { .. } => None,
        }
    }

    /// The file, its directory, or the recording.
    pub fn path(&self) -> &Path {
        match self {
            Self::Open { path, .. } | Self::Missing { path, .. } => path,
            Self::Read { place, .. }
            | Self::Malformed { place, .. }
            | Self::TooLong { place, .. }
            | Self::Torn { place, .. }
            | Self::Shortened { place, .. } => &place.path,
        }
    }
}
