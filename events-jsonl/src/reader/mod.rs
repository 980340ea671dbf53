//! Recordings read back: once, or for as long as they grow.

mod error;
mod file;
mod files;
mod follow;
mod lines;

use std::{io, iter::FusedIterator, path::Path};

use events_core::wire::{Decoder, RawEnvelope};

pub use self::{
    error::{Place, ReadError},
    follow::{Follower, FollowerBuilder, Start, StopHandle},
};
use self::{file::OpenFile, files::Files};
use crate::series::Series;

/// The longest line that is read unless another is said: 16 MiB.
const MAX_LINE: usize = 16 * 1024 * 1024;

/// What becomes of a last line without a line break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is told or it is not")]
pub enum TornTail {
    /// It is an error, [`ReadError::Torn`].
    #[default]
    Report,
    /// It is left out: a writer that is not yet done is no mistake.
    Skip,
}

/// An event, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<T = RawEnvelope> {
    event: T,
    place: Place,
}

impl<T> Record<T> {
    pub(crate) const fn new(event: T, place: Place) -> Self {
        Self { event, place }
    }

    /// The event.
    pub const fn event(&self) -> &T {
        &self.event
    }

    /// The event alone.
    pub fn into_event(self) -> T {
        self.event
    }

    /// Where it stands.
    pub const fn place(&self) -> &Place {
        &self.place
    }
}

/// Reads a recording from its beginning to its end: an iterator over its events, kept as they were written, and over what is wrong
/// with it, in the order of the lines.
///
/// Compressed files are read as what they hold (feature `gzip`). Empty lines are passed over.
///
/// ```
/// use events_jsonl::{JsonlReader, TornTail};
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("events.jsonl");
///
/// std::fs::write(&path, r#"{"specversion":"1.0","id":"1","source":"/door/1","type":"door.opened"}
/// not an event
/// {"specversion":"1.0","id":"2","source":"/door/1","type":"door.closed"}
/// {"specversion":"1.0","id":"3","so"#)?;
///
/// let mut types = Vec::new();
/// for record in JsonlReader::open(&path)?.torn_tail(TornTail::Skip) {
///     match record {
///         Ok(record) => types.push(record.event().event_type().to_owned()),
///         Err(error) => assert_eq!(error.place().unwrap().line(), 2),
///     }
/// }
/// assert_eq!(types, ["door.opened", "door.closed"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a reader is an iterator: it reads what it is asked for"]
pub struct JsonlReader {
    lines: Reading,
}

impl JsonlReader {
    /// Reads one file.
    ///
    /// # Errors
    ///
    /// [`ReadError::Open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        Ok(Self { lines: Reading::open(path.as_ref())? })
    }

    /// Reads a recording as a whole: its rotated files from the oldest, compressed or not, and then the one that is written. It may be
    /// rotated meanwhile; files that are removed before they were read are told, as [`ReadError::Missing`].
    ///
    /// # Errors
    ///
    /// [`ReadError::Open`]: there is none of these files, or the first cannot be opened.
    pub fn open_with_rotated(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        Ok(Self { lines: Reading::open_with_rotated(path.as_ref())? })
    }

    /// What becomes of a last line without a line break; [`TornTail::Report`] unless it is said.
    pub fn torn_tail(mut self, torn_tail: TornTail) -> Self {
        self.lines.torn_tail = torn_tail;
        self
    }

    /// No line of more bytes is read; 16 MiB unless it is said. Longer ones are told, as [`ReadError::TooLong`].
    pub fn max_line(mut self, bytes: usize) -> Self {
        self.lines.limit(bytes);
        self
    }

    pub(crate) fn into_lines(self) -> Reading {
        self.lines
    }
}

impl Iterator for JsonlReader {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.lines.advance()?;
        Some(place.and_then(|place| decode(place, self.lines.line())))
    }
}

impl FusedIterator for JsonlReader {}

/// What a line says. Its length is bounded where it is read.
fn decode(place: Place, line: &[u8]) -> Result<Record, ReadError> {
    match Decoder::unlimited().raw(line) {
        Ok(event) => Ok(Record::new(event, place)),
        Err(source) => Err(ReadError::Malformed { place, source }),
    }
}

/// The lines of one file, or of all files of a recording.
#[derive(Debug)]
pub(crate) struct Reading {
    file: Option<OpenFile>,
    /// Where the files come from that follow.
    files: Option<Files>,
    torn_tail: TornTail,
}

impl Reading {
    fn open(path: &Path) -> Result<Self, ReadError> {
        let file = OpenFile::open(path, MAX_LINE, false).map_err(ReadError::open(path))?;
        Ok(Self { file: Some(file), files: None, torn_tail: TornTail::default() })
    }

    fn open_with_rotated(path: &Path) -> Result<Self, ReadError> {
        let mut files = Files::new(Series::found(path), MAX_LINE);
        match files.advance()? {
            Some(first) => Ok(Self { file: Some(first), files: Some(files), torn_tail: TornTail::default() }),
            None => Err(ReadError::open(path)(io::Error::new(io::ErrorKind::NotFound, "no such file"))),
        }
    }

    const fn limit(&mut self, most: usize) {
        if let Some(file) = &mut self.file {
            file.limit(most);
        }
        if let Some(files) = &mut self.files {
            files.limit(most);
        }
    }

    /// Goes to the next line.
    pub(crate) fn advance(&mut self) -> Option<Result<Place, ReadError>> {
        loop {
            let Some(file) = &mut self.file else {
                // The last one was read to its end.
                let files = self.files.as_mut().filter(|files| !files.at_live())?;
                match files.advance() {
                    Ok(Some(next)) => self.file = Some(next),
                    Ok(None) => self.files = None,
                    Err(error) => {
                        // Others are tried unless it is about all of them.
                        if matches!(&error, ReadError::Open { path, .. } if files.is_about_all(path)) {
                            self.files = None;
                        }
                        return Some(Err(error));
                    }
                }
                continue;
            };
            if let Some(found) = file.advance() {
                return Some(found.map(|()| file.place()));
            }
            let torn = file.torn().filter(|_| self.torn_tail == TornTail::Report);
            self.file = None;
            if let Some(torn) = torn {
                return Some(Err(torn));
            }
        }
    }

    /// The line.
    pub(crate) fn line(&self) -> &[u8] {
        self.file.as_ref().map_or(&[], OpenFile::line)
    }
}
