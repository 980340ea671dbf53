//! Lines on their way to the file: those that wait, the file they go to, and when it is changed.

use std::{
    fs::{self, Permissions},
    mem,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use events_core::Clock;

use super::{
    live::{Live, TailRepair},
    policy::{Flush, Fsync, Rotation},
    stats::RecorderStats,
};
use crate::{
    error::{OpenError, RecordError, RotationError},
    identity::{FileId, look, sync_directory},
    series::Series,
};

/// What a recorder guards by its lock.
#[derive(Debug)]
pub(super) struct Log {
    series: Arc<Series>,
    /// `None` when it could not be made anew.
    live: Option<Live>,
    /// The clock's time when the file had its first line or, of one that was there before, when it was opened.
    since: Duration,
    /// How old it was then. The clock may count from a moment that is later than its first line.
    age: Duration,
    /// What new files are given, since others were.
    permissions: Option<Permissions>,
    /// The number of the next rotated file.
    next: u64,
    /// Lines that wait.
    waiting: Vec<u8>,
    /// What nobody was told yet who has a receipt.
    untold: Option<Arc<RecordError>>,
    closed: bool,
    flush: Flush,
    fsync: Fsync,
    rotation: Option<Rotation>,
    clock: Arc<dyn Clock>,
    pub(super) stats: RecorderStats,
}

/// What flushing did besides.
#[derive(Debug, Default)]
pub(super) struct Flushed {
    /// Whether a file was rotated away.
    pub(super) rotated: bool,
    /// Why none was although it was time.
    pub(super) error: Option<RotationError>,
}

impl Log {
    pub(super) fn open(
        series: Arc<Series>,
        (flush, fsync, rotation): (Flush, Fsync, Option<Rotation>),
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Option<TailRepair>), OpenError> {
        let newest = series.list().map_err(OpenError::io(series.directory()))?.last_key_value().map_or(0, |(n, _)| *n);
        let (live, repair) = Live::open(series.live(), None).map_err(OpenError::io(series.live()))?;
        if fsync != Fsync::Never {
            sync_directory(series.directory()).map_err(OpenError::io(series.directory()))?;
        }
        let log = Self {
            since: clock.elapsed(),
            age: age(series.live()),
            live: Some(live),
            permissions: None,
            next: newest + 1,
            waiting: Vec::new(),
            untold: None,
            closed: false,
            flush,
            fsync,
            rotation,
            clock,
            stats: RecorderStats::default(),
            series,
        };
        Ok((log, repair))
    }

    /// Takes whole lines, all or none of them, and writes them if it is time. Says whether lines wait that did not before.
    pub(super) fn record(&mut self, lines: &[u8], count: u64, flushed: &mut Flushed) -> Result<bool, RecordError> {
        self.check()?;
        let (before, idle) = (self.waiting.len(), self.waiting.is_empty());
        self.waiting.extend_from_slice(lines);
        self.stats.waiting += count;
        if self.waiting.len() >= self.flush.capacity()
            && let Err(error) = self.write(flushed)
        {
            self.waiting.truncate(before);
            self.stats.waiting -= count;
            return Err(error);
        }
        self.stats.recorded += count;
        Ok(idle && !self.waiting.is_empty())
    }

    /// Writes the lines that wait, all or none of them.
    pub(super) fn flush(&mut self, flushed: &mut Flushed) -> Result<(), RecordError> {
        self.check()?;
        self.write(flushed)
    }

    /// As [`flush`](Self::flush), where there is no receipt: what must be told is kept for the next one.
    pub(super) fn flush_behind(&mut self, flushed: &mut Flushed) -> Option<Arc<RecordError>> {
        if self.waiting.is_empty() {
            return None;
        }
        let error = Arc::new(self.write(flushed).err()?);
        if matches!(*error, RecordError::Vanished { .. } | RecordError::Shortened { .. }) {
            self.untold = Some(Arc::clone(&error));
            // There is a file again.
            return self.write(flushed).err().map(Arc::new).or(Some(error));
        }
        Some(error)
    }

    /// Has the operating system put on the disk what was written.
    pub(super) fn sync(&mut self, flushed: &mut Flushed) -> Result<(), RecordError> {
        self.flush(flushed)?;
        let path = self.series.live().to_owned();
        self.live_file()?.sync().map_err(RecordError::write(&path))
    }

    /// Closes the file behind its last line, and says whether it was open. If lines wait that cannot be written, it stays open.
    pub(super) fn close(&mut self, flushed: &mut Flushed) -> Result<bool, RecordError> {
        if self.closed {
            return Ok(false);
        }
        if self.fsync == Fsync::Never { self.flush(flushed) } else { self.sync(flushed) }?;
        self.live = None;
        self.closed = true;
        Ok(true)
    }

    /// Closes the file where there is nobody to tell: what waits is written if it can be, and given up if not. Says why it could
    /// not, or what else went wrong, and how many lines are lost.
    pub(super) fn end(&mut self, flushed: &mut Flushed) -> Option<(Arc<RecordError>, u64)> {
        if self.closed {
            return None;
        }
        let mut error = self.flush_behind(flushed);
        self.untold = None;
        let lost = mem::take(&mut self.stats.waiting);
        self.stats.lost = lost;
        self.waiting.clear();
        if lost == 0 && self.fsync != Fsync::Never {
            error = self.close(flushed).err().map(Arc::new).or(error);
        }
        self.live = None;
        self.closed = true;
        Some((error?, lost))
    }

    /// Whether lines can be taken.
    fn check(&mut self) -> Result<(), RecordError> {
        if self.closed {
            return Err(RecordError::Closed { path: self.series.live().to_owned() });
        }
        match self.untold.take() {
            Some(error) => Err(RecordError::Earlier(error)),
            None => Ok(()),
        }
    }

    fn write(&mut self, flushed: &mut Flushed) -> Result<(), RecordError> {
        self.look()?;
        if self.waiting.is_empty() {
            return Ok(());
        }
        if self.is_time() {
            match self.rotate() {
                Ok(()) => flushed.rotated = true,
                Err(error) => flushed.error = Some(error),
            }
        }
        let sync = self.fsync == Fsync::OnFlush;
        let series = Arc::clone(&self.series);
        // Set aside while the file is borrowed.
        let waiting = mem::take(&mut self.waiting);
        let live = self.live_file();
        let first = live.as_ref().is_ok_and(|live| live.len() == 0);
        let written = live.and_then(|live| live.append(&waiting, sync).map_err(RecordError::write(series.live())));
        self.waiting = waiting;
        written?;
        if first {
            (self.since, self.age) = (self.clock.elapsed(), Duration::ZERO);
        }
        self.stats.written += mem::take(&mut self.stats.waiting);
        self.stats.bytes += self.waiting.len() as u64;
        self.stats.flushes += 1;
        self.waiting.clear();
        Ok(())
    }

    /// Looks whether the file is still the one at the path. One that is not is made anew.
    fn look(&mut self) -> Result<(), RecordError> {
        let series = Arc::clone(&self.series);
        let path = series.live();
        let Some(live) = &mut self.live else { return Ok(()) };
        match look(path).map_err(RecordError::write(path))? {
            Some(metadata) if FileId::of(&metadata) == live.id() => {
                match live.refresh(metadata.len()).map_err(RecordError::write(path))? {
                    Some(bytes) => Err(RecordError::Shortened { path: path.to_owned(), bytes }),
                    None => Ok(()),
                }
            }
            _ => {
                let bytes = live.len();
                self.live = None;
                // If it cannot be made now it will be before the next line.
                let _ = self.live_file();
                if bytes == 0 { Ok(()) } else { Err(RecordError::Vanished { path: path.to_owned(), bytes }) }
            }
        }
    }

    /// The file, made anew if there is none.
    fn live_file(&mut self) -> Result<&mut Live, RecordError> {
        let path = self.series.live();
        let live = match self.live.take() {
            Some(live) => live,
            None => {
                let (live, _) = Live::open(path, self.permissions.as_ref()).map_err(RecordError::write(path))?;
                if self.fsync != Fsync::Never {
                    sync_directory(self.series.directory()).map_err(RecordError::write(path))?;
                }
                live
            }
        };
        Ok(self.live.insert(live))
    }

    /// Whether the lines that wait go to a new file.
    fn is_time(&self) -> bool {
        let (Some(rotation), Some(live)) = (&self.rotation, &self.live) else { return false };
        let len = live.len();
        let age = || self.clock.elapsed().saturating_sub(self.since).saturating_add(self.age);
        len > 0
            && (rotation.bytes.is_some_and(|most| len + self.waiting.len() as u64 > most)
                || rotation.age.is_some_and(|most| age() >= most))
    }

    fn rotate(&mut self) -> Result<(), RotationError> {
        while self.series.is_rotated(self.next) {
            self.next += 1;
        }
        let (path, to) = (self.series.live(), self.series.rotated(self.next));
        let Some(live) = &mut self.live else { return Ok(()) };
        let prepared = if self.fsync == Fsync::Never { live.cut() } else { live.sync() };
        let renamed = prepared.and_then(|()| {
            self.permissions = Some(live.permissions()?);
            fs::rename(path, &to)
        });
        renamed.map_err(|source| RotationError::Rename { path: path.to_owned(), to, source })?;
        self.live = None;
        self.next += 1;
        self.stats.rotations += 1;
        Ok(())
    }
}

/// How old the file is, as far as the file system tells.
fn age(path: &Path) -> Duration {
    let made = path.metadata().and_then(|metadata| metadata.created().or_else(|_| metadata.modified()));
    made.ok().and_then(|made| SystemTime::now().duration_since(made).ok()).unwrap_or_default()
}
