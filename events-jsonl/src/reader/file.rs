//! One file, line by line.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::Arc,
};

use super::{
    error::{Place, ReadError},
    lines::{Found, Lines},
};
use crate::{gzip, identity::FileId};

/// What a compressed file begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// So much is asked for at a time.
const CHUNK: usize = 64 * 1024;

/// A file that is read.
pub(super) struct OpenFile {
    path: Arc<Path>,
    id: FileId,
    lines: Lines<BufReader<Input>>,
    /// Whether it was opened as one that grows. What is compressed does not.
    growing: bool,
    /// Whether it could not be read any further.
    failed: bool,
}

impl fmt::Debug for OpenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenFile").field("place", &self.place()).finish_non_exhaustive()
    }
}

impl OpenFile {
    /// Opens a file, which may be `growing` while it is read.
    pub(super) fn open(path: &Path, most: usize, growing: bool) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let id = FileId::of(&file.metadata()?);
        let mut beginning = Vec::new();
        (&file).take(MAGIC.len() as u64).read_to_end(&mut beginning)?;
        file.rewind()?;
        let compressed = beginning == MAGIC;
        let input = if compressed {
            Input::Gzip(gzip::decompress(file))
        } else {
            Input::Plain { file, growing, at_end: false }
        };
        let lines = Lines::new(BufReader::with_capacity(CHUNK, input), most);
        Ok(Self { path: path.into(), id, lines, growing: growing && !compressed, failed: false })
    }

    pub(super) const fn id(&self) -> FileId {
        self.id
    }

    pub(super) const fn limit(&mut self, most: usize) {
        self.lines.limit(most);
    }

    /// Whether there may be more of it later than there was.
    pub(super) const fn grows(&self) -> bool {
        self.growing && !self.failed
    }

    /// Goes to the next line that is not empty; `None` at the end. Asked again it goes on if there is more by then, unless it
    /// failed. Of one that grows there may be more already.
    pub(super) fn advance(&mut self) -> Option<Result<(), ReadError>> {
        loop {
            if self.failed {
                return None;
            }
            match self.lines.advance() {
                Ok(Found::Line) if self.lines.line().trim_ascii().is_empty() => {}
                Ok(Found::Line) => return Some(Ok(())),
                Ok(Found::TooLong) => {
                    return Some(Err(ReadError::TooLong { place: self.place(), limit: self.lines.most() }));
                }
                Ok(Found::End) => return None,
                Err(source) => return Some(Err(self.fail(source))),
            }
        }
    }

    fn fail(&mut self, source: io::Error) -> ReadError {
        self.failed = true;
        ReadError::Read { place: self.place(), source }
    }

    /// The line.
    pub(super) fn line(&self) -> &[u8] {
        self.lines.line()
    }

    /// Where the line stands, or at the end what is behind the last one.
    pub(super) fn place(&self) -> Place {
        Place { path: Arc::clone(&self.path), line: self.lines.number(), offset: self.lines.offset() }
    }

    /// Where the last whole line ends.
    pub(super) const fn end(&self) -> u64 {
        self.lines.end()
    }

    /// How many bytes there are at the end without being a line.
    pub(super) const fn torn_bytes(&self) -> u64 {
        self.lines.torn()
    }

    /// What there is at the end without being a line.
    pub(super) fn torn(&self) -> Option<ReadError> {
        let bytes = self.torn_bytes();
        (bytes > 0 && !self.failed).then(|| ReadError::Torn { place: self.place(), bytes })
    }

    /// Forgets the beginning of a line at the end: its writer may cut it off again, and write another in its place.
    pub(super) fn retreat(&mut self) -> Result<(), ReadError> {
        if !self.grows() {
            return Ok(());
        }
        self.lines.retreat().map_err(|source| self.fail(source))
    }
}

/// Where bytes come from.
enum Input {
    Plain {
        file: File,
        growing: bool,
        /// Whether there was less than was asked for, in a file that grows.
        at_end: bool,
    },
    Gzip(Box<dyn Read + Send>),
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            // Where there was less than was asked for is an end, if there is more by now or not: two moments of a file that
            // is written are not to be joined in one line.
            Self::Plain { at_end, .. } if *at_end => {
                *at_end = false;
                Ok(0)
            }
            Self::Plain { file, growing, at_end } => {
                let read = file.read(buffer)?;
                *at_end = *growing && read > 0 && read < buffer.len();
                Ok(read)
            }
            Self::Gzip(input) => input.read(buffer),
        }
    }
}

impl Seek for Input {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Plain { file, at_end, .. } => {
                *at_end = false;
                file.seek(to)
            }
            Self::Gzip(_) => Err(io::ErrorKind::NotSeekable.into()),
        }
    }
}
