//! The directory of a record: which file is what, and errors that name the file.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

/// Why a program cannot go on, which is not that a test failed.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Where one run is recorded.
pub(crate) struct Record {
    directory: PathBuf,
}

impl Record {
    pub(crate) fn at(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// All events, in a log of `events-sqlite`.
    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join("events.db")
    }

    /// All events, a line of JSON each.
    pub(crate) fn lines(&self) -> PathBuf {
        self.directory.join("events.jsonl")
    }

    /// What became of the run.
    pub(crate) fn summary(&self) -> PathBuf {
        self.directory.join("summary.json")
    }
}

/// What went wrong with a file.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {source}", file.display())]
struct FileError {
    file: PathBuf,
    source: Failure,
}

/// Says which file an error is about, unless its text does.
pub(crate) fn about<E: Into<Failure>>(file: &Path) -> impl FnOnce(E) -> Failure {
    move |error| {
        let source = error.into();
        if source.to_string().contains(&*file.to_string_lossy()) {
            return source;
        }
        FileError { file: file.to_owned(), source }.into()
    }
}

/// As [`about`], of what is written for the user.
pub(crate) fn about_output<E: Into<Failure>>(error: E) -> Failure {
    about(Path::new("standard output"))(error)
}
