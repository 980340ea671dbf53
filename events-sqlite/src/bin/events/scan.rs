//! Reads all of a log, damaged or not.

use std::{
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use events_sqlite::{EventLog, LogError, Query, Record, Records};

/// After a place that cannot be read, so many positions are looked at one by one: as many as are read at a time.
const ONE_BY_ONE: u64 = 256;
/// No event takes less room in the file.
const LEAST_BYTES: u64 = 16;

/// What is at a position.
#[derive(Debug)]
pub(crate) enum Found {
    Event(Record),
    /// Positions that should have an event and have none.
    Missing(RangeInclusive<u64>),
    /// An event that is not as it was written, or cannot be read.
    Damaged(u64, LogError),
}

/// Goes from the first position to the last, whatever is there; ends at an error that is no damage.
#[derive(Debug)]
pub(crate) struct Positions {
    log: EventLog,
    next: u64,
    last: u64,
    records: Option<Records>,
    /// Up to here positions are read one by one.
    careful_to: u64,
    /// An event behind a gap that was told first.
    held: Option<Record>,
}

impl Positions {
    pub(crate) fn of(log: &EventLog) -> Result<Self, LogError> {
        let next = log.first_position()?;
        // A damaged file may say that it ends anywhere.
        let room = size(log.path()) / LEAST_BYTES;
        let last = log.last_position()?.min(next.saturating_add(room));
        Ok(Self { log: log.clone(), next, last, records: None, careful_to: 0, held: None })
    }

    /// How many positions are left.
    pub(crate) fn left(&self) -> u64 {
        (self.last + 1).saturating_sub(self.next)
    }

    fn read_next(&mut self) -> Option<Result<Record, LogError>> {
        if self.next <= self.careful_to {
            return self.log.get(self.next).transpose();
        }
        let (log, next, last) = (&self.log, self.next, self.last);
        self.records.get_or_insert_with(|| log.read(Query::all().positions(next..=last))).next()
    }
}

impl Iterator for Positions {
    type Item = Result<Found, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.next > self.last {
                return None;
            }
            let at = self.next;
            let found = self.held.take().map(Ok).or_else(|| self.read_next());
            let found = match found {
                Some(Ok(record)) if record.position() > at => {
                    self.next = record.position();
                    self.held = Some(record);
                    Found::Missing(at..=self.next - 1)
                }
                Some(Ok(record)) => {
                    self.next += 1;
                    Found::Event(record)
                }
                Some(Err(LogError::Corrupt { .. })) if at > self.careful_to => {
                    self.records = None;
                    self.careful_to = at.saturating_add(ONE_BY_ONE - 1);
                    continue;
                }
                Some(Err(error @ LogError::Corrupt { .. })) => {
                    self.next += 1;
                    Found::Damaged(at, error)
                }
                Some(Err(error)) => {
                    self.next = u64::MAX;
                    return Some(Err(error));
                }
                // One by one, only this is missing; else all that is left.
                None => {
                    let to = if at <= self.careful_to { at } else { self.last };
                    self.next = to + 1;
                    Found::Missing(at..=to)
                }
            };
            return Some(Ok(found));
        }
    }
}

/// The bytes of the log: of the file, and of the write-ahead log beside it, wherever links to it are.
pub(crate) fn size(path: &Path) -> u64 {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut beside = path.as_os_str().to_owned();
    beside.push("-wal");
    [path, PathBuf::from(beside)].iter().filter_map(|path| Some(fs::metadata(path).ok()?.len())).sum()
}
