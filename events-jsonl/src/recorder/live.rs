//! The file that is written: whole lines and nothing else, whatever fails.

use std::{
    fs::{File, OpenOptions, Permissions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use serde::de::IgnoredAny;

use crate::identity::FileId;

/// So much of a file's end is read at a time in search of its last line.
const CHUNK: usize = 64 * 1024;
/// What every line of a recorder begins with, but for those of events that were read before: they are written as they were read.
const BEGINNING: &[u8] = br#"{"specversion":""#;

/// An open file of whole lines.
#[derive(Debug)]
pub(super) struct Live {
    file: File,
    id: FileId,
    /// How many bytes of whole lines it has.
    len: u64,
    /// Whether bytes stand behind `len` that could not be cut off yet.
    torn: bool,
}

/// What was done about the end of a file whose last line had no line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TailRepair {
    /// It was the beginning of an event, which was never acknowledged: these bytes were cut off.
    #[non_exhaustive]
    Cut {
        /// How many they were.
        bytes: u64,
    },
    /// It was a whole event, or nothing that a recorder writes: a line break was put behind it.
    Terminated,
}

impl Live {
    /// Opens a file, or makes it, and mends its end.
    pub(super) fn open(path: &Path, permissions: Option<&Permissions>) -> io::Result<(Self, Option<TailRepair>)> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let mut live = Self { id: FileId::of(&metadata), len: metadata.len(), file, torn: false };
        if let Some(permissions) = permissions.filter(|permissions| **permissions != metadata.permissions()) {
            live.file.set_permissions(permissions.clone())?;
        }
        let repair = live.mend(true)?;
        Ok((live, repair))
    }

    pub(super) const fn id(&self) -> FileId {
        self.id
    }

    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn permissions(&self) -> io::Result<Permissions> {
        Ok(self.file.metadata()?.permissions())
    }

    /// Writes whole lines, all or none of them.
    pub(super) fn append(&mut self, lines: &[u8], sync: bool) -> io::Result<()> {
        self.cut()?;
        // What a sync failed on may be lost although it can be read: it counts as not written.
        let written = self.file.write_all(lines).and_then(|()| if sync { self.file.sync_data() } else { Ok(()) });
        match written {
            Ok(()) => {
                self.len += lines.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.torn = true;
                // If this fails too it is tried again before the next line, and by whoever opens the file.
                let _ = self.cut();
                Err(error)
            }
        }
    }

    /// Cuts off what is left of lines that could not be written.
    pub(super) fn cut(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.len)?;
            self.torn = false;
        }
        Ok(())
    }

    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.cut()?;
        self.file.sync_all()
    }

    /// Takes notice of the length that the file has, which others may have changed. Says by how many bytes it was shortened.
    pub(super) fn refresh(&mut self, len: u64) -> io::Result<Option<u64>> {
        if self.torn || len == self.len {
            return Ok(None);
        }
        let before = self.len;
        self.len = len;
        // Whoever appended is alive, and may not have ended: nothing of it is cut off.
        self.mend(false)?;
        Ok(before.checked_sub(len).filter(|bytes| *bytes > 0))
    }

    /// Sees to it that the file ends with a whole line.
    fn mend(&mut self, cut: bool) -> io::Result<Option<TailRepair>> {
        let start = self.last_line()?;
        if start == self.len {
            return Ok(None);
        }
        if cut && self.is_torn(start)? {
            let bytes = self.len - start;
            self.file.set_len(start)?;
            self.len = start;
            return Ok(Some(TailRepair::Cut { bytes }));
        }
        self.append(b"\n", false)?;
        Ok(Some(TailRepair::Terminated))
    }

    /// Where the line begins that has no line break; the length if there is none.
    fn last_line(&mut self) -> io::Result<u64> {
        let mut end = self.len;
        let mut chunk = vec![0; usize::try_from(self.len).unwrap_or(CHUNK).min(CHUNK)];
        while end > 0 {
            // The first look is at one byte, which in most files is the line break.
            let most = if end == self.len { 1 } else { CHUNK };
            let len = usize::try_from(end).unwrap_or(most).min(most);
            end -= len as u64;
            self.file.seek(SeekFrom::Start(end))?;
            self.file.read_exact(&mut chunk[..len])?;
            if let Some(at) = chunk[..len].iter().rposition(|byte| *byte == b'\n') {
                return Ok(end + at as u64 + 1);
            }
        }
        Ok(0)
    }

    /// Whether the bytes from there on are what a recorder that was killed left behind: the beginning of a line of its own, or
    /// the zeros that a file system puts in its place when it lost power.
    fn is_torn(&mut self, start: u64) -> io::Result<bool> {
        self.file.seek(SeekFrom::Start(start))?;
        let mut beginning = Vec::with_capacity(BEGINNING.len());
        (&self.file).take(BEGINNING.len() as u64).read_to_end(&mut beginning)?;
        if beginning.iter().all(|byte| *byte == 0) {
            return Ok(true);
        }
        if !beginning.starts_with(b"{") {
            return Ok(false);
        }
        self.file.seek(SeekFrom::Start(start))?;
        let tail = io::BufReader::new(&self.file);
        match serde_json::from_reader::<_, IgnoredAny>(tail) {
            Ok(_) => Ok(false),
            Err(error) if error.is_io() => Err(error.into()),
            // An object whose end is missing. In a line of its own, more than that may be lost with the power.
            Err(error) => Ok(error.is_eof() || beginning == BEGINNING),
        }
    }
}
