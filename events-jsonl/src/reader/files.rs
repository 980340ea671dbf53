//! The files of a recording one after the other, also while it is rotated.

use std::{io, path::Path};

use super::{error::ReadError, file::OpenFile};
use crate::{
    identity::{FileId, look},
    series::Series,
};

/// Which file of a recording comes next.
#[derive(Debug)]
pub(super) struct Files {
    series: Series,
    most: usize,
    /// Whether the file that is written may grow while it is read.
    growing: bool,
    /// The rotated files up to this number are not to be read, or were.
    done: Option<u64>,
    current: Option<Current>,
}

/// The file that is read.
#[derive(Clone, Copy, Debug)]
struct Current {
    id: FileId,
    /// Its number; that of the one that is written is the next one.
    number: u64,
    live: bool,
}

impl Files {
    /// All files of a recording as it is.
    pub(super) const fn new(series: Series, most: usize) -> Self {
        Self { series, most, growing: false, done: None, current: None }
    }

    /// Those of a recording that goes on: all of them or, without those that are rotated already, the one that is written and those
    /// that come after it.
    pub(super) fn growing(series: Series, rotated: bool, most: usize) -> Result<Self, ReadError> {
        let mut files = Self { growing: true, ..Self::new(series, most) };
        if !rotated {
            files.done = Some(files.newest()?);
        }
        Ok(files)
    }

    pub(super) const fn limit(&mut self, most: usize) {
        self.most = most;
    }

    /// Whether the file that is read was the one that is written when it was opened.
    pub(super) fn at_live(&self) -> bool {
        self.current.is_some_and(|current| current.live)
    }

    /// How many bytes the file has that is read; `None` if it is no longer the one that is written.
    pub(super) fn live_len(&self) -> Result<Option<u64>, ReadError> {
        let Some(current) = self.current else { return Ok(None) };
        let metadata = look(self.series.live()).map_err(ReadError::open(self.series.live()))?;
        let metadata = metadata.filter(|metadata| FileId::of(metadata) == current.id);
        if !FileId::TELLS && self.newest()? >= current.number {
            return Ok(None);
        }
        Ok(metadata.map(|metadata| metadata.len()))
    }

    /// Whether an error about this path would be met again by going on.
    pub(super) fn is_about_all(&self, path: &Path) -> bool {
        path == self.series.live() || path == self.series.directory()
    }

    /// Has the file that is read be read again from its beginning.
    pub(super) const fn again(&mut self) {
        self.current = None;
    }

    /// Goes to the next file; `None` if that is the one that is written and it is not there. Files that are missing before it are
    /// told first. A rotated one that cannot be opened is passed over.
    pub(super) fn advance(&mut self) -> Result<Option<OpenFile>, ReadError> {
        if let Some(current) = self.current {
            // One that went away without having been rotated has left its number to the next.
            if !current.live || self.series.is_rotated(current.number) || self.newest()? >= current.number {
                self.done = Some(current.number);
            }
        }
        let last = self.current.take();
        loop {
            let number = match self.done {
                Some(done) => done + 1,
                None => self.ends()?.map_or(1, |(oldest, _)| oldest),
            };
            match self.rotated(number) {
                // Read already, when it was the one that is written.
                Ok(Some(file)) if last.is_some_and(|last| FileId::TELLS && last.id == file.id()) => {
                    self.done = Some(number);
                    continue;
                }
                Ok(Some(file)) => {
                    self.current = Some(Current { id: file.id(), number, live: false });
                    return Ok(Some(file));
                }
                Ok(None) => {}
                Err(error) => {
                    self.done = Some(number);
                    return Err(error);
                }
            }
            let live = self.live()?;
            let newer = self.newest()? > number;
            // Asked last: when there is a newer one it was there before.
            if self.series.is_rotated(number) {
                continue;
            }
            if newer {
                self.pass_over(number)?;
                continue;
            }
            self.current = live.as_ref().map(|file| Current { id: file.id(), number, live: true });
            return Ok(live);
        }
    }

    /// Goes on behind files that were removed. It is an error, unless they are older than all that were to be read.
    fn pass_over(&mut self, first: u64) -> Result<(), ReadError> {
        if self.done.is_none() {
            return Ok(());
        }
        let files = self.series.list().map_err(ReadError::open(self.series.directory()))?;
        let Some((&next, _)) = files.range(first..).find(|(_, forms)| forms.whole()) else { return Ok(()) };
        let mut last = next.saturating_sub(1);
        // One that is compressed this moment may be left out of the list.
        while last >= first && self.series.is_rotated(last) {
            last -= 1;
        }
        if last < first {
            return Ok(());
        }
        self.done = Some(last);
        Err(ReadError::Missing { path: self.series.live().to_owned(), first, last })
    }

    fn ends(&self) -> Result<Option<(u64, u64)>, ReadError> {
        self.series.ends().map_err(ReadError::open(self.series.directory()))
    }

    /// The number of the newest rotated file; 0 if there is none.
    fn newest(&self) -> Result<u64, ReadError> {
        Ok(self.ends()?.map_or(0, |(_, newest)| newest))
    }

    /// Opens a rotated file, which may be replaced by its compressed form this moment.
    fn rotated(&self, number: u64) -> Result<Option<OpenFile>, ReadError> {
        for path in [self.series.rotated(number), self.series.gzip(number)] {
            match OpenFile::open(&path, self.most, false) {
                Ok(file) => return Ok(Some(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(ReadError::open(&path)(error)),
            }
        }
        Ok(None)
    }

    /// Opens the file that is written; `None` if it is not there.
    fn live(&self) -> Result<Option<OpenFile>, ReadError> {
        let path = self.series.live();
        match OpenFile::open(path, self.most, self.growing) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ReadError::open(path)(error)),
        }
    }
}
