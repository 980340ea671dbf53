//! What can still be read of a damaged file.

use std::{io::Write, ops::RangeInclusive, path::Path, sync::Arc};

use rusqlite::Connection;

use crate::{LogError, Record, record, schema};

/// What was read of a damaged file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "it says what was lost"]
#[non_exhaustive]
pub struct Salvaged {
    /// So many events were written.
    pub events: u64,
    /// So many positions from the first that was not removed to the last, as far as the file still says which these are, have no
    /// event that could be read.
    pub lost: u64,
    /// Where those are: the first thousand ranges.
    pub gaps: Vec<RangeInclusive<u64>>,
}

/// So many ranges of lost positions are told.
const GAPS: usize = 1000;
/// No event takes less room in the file.
const LEAST_BYTES: u64 = 64;

/// Writes the events of a damaged file that are still as they were, as lines of JSON, for [`EventLog::import`](crate::EventLog::import)
/// into a new one. The file is not changed.
///
/// An event whose checksum does not fit is left out. A file whose first page is damaged, which says what the tables are, cannot be
/// read.
///
/// ```
/// use events_sqlite::{EventLog, salvage};
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("events.db");
/// # drop(EventLog::open(&path)?);
///
/// let mut lines = Vec::new();
/// let salvaged = salvage(&path, &mut lines)?;
/// assert_eq!((salvaged.events, salvaged.lost), (0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`LogError::Corrupt`] and [`LogError::NotALog`] when there is nothing to be read, [`LogError::Open`], [`LogError::Io`].
pub fn salvage(path: impl AsRef<Path>, mut to: impl Write) -> Result<Salvaged, LogError> {
    let path = path.as_ref();
    let connection = schema::open_damaged(path)?;
    let mut salvaged = Salvaged::default();
    let Bounds { first, last, most } = bounds(&connection, path)?;
    let (mut next, mut at) = (first, first);
    while at <= last.unwrap_or(most) {
        let found = readable(&connection, at, most, |record| {
            salvaged.lose(next, record.position());
            next = record.position() + 1;
            salvaged.events += 1;
            to.write_all(record.json().as_bytes()).and_then(|()| to.write_all(b"\n")).map_err(LogError::io)
        })?;
        at = found.max(at) + 1;
    }
    salvaged.lose(next, last.map_or(next, |last| last + 1));
    to.flush().map_err(LogError::io)?;
    Ok(salvaged)
}

impl Salvaged {
    /// Positions from one to before another.
    fn lose(&mut self, from: u64, to: u64) {
        if from < to {
            self.lost += to - from;
            if self.gaps.len() < GAPS {
                self.gaps.push(from..=to - 1);
            }
        }
    }
}

/// Hands out the events between two positions that are as they were, up to a place that cannot be read. Returns the last position
/// that was seen, or behind which there is nothing more.
fn readable(
    connection: &Connection,
    from: u64,
    most: u64,
    mut tell: impl FnMut(&Record) -> Result<(), LogError>,
) -> Result<u64, LogError> {
    let mut seen = from;
    let statement = format!("SELECT {} FROM events WHERE position BETWEEN ? AND ? ORDER BY position", record::COLUMNS);
    let Ok(mut statement) = connection.prepare_cached(&statement) else { return Ok(most) };
    let Ok(mut rows) = statement.query([from, most]) else { return Ok(seen) };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(most),
            // Where this is, the next attempt begins behind.
            Err(_) => return Ok(seen),
        };
        match row.get::<_, u64>(0) {
            Ok(position) if position >= seen => seen = position,
            _ => return Ok(seen),
        }
        if let Ok(record) = Record::read(row) {
            tell(&record)?;
        }
    }
}

/// Between which positions there may be events.
struct Bounds {
    first: u64,
    /// Where the log ends, if the file still says that.
    last: Option<u64>,
    /// No event can be behind this.
    most: u64,
}

/// Each number that says where events are may be damaged, and the file has room for so many.
fn bounds(connection: &Connection, path: &Path) -> Result<Bounds, LogError> {
    let number = |query: &str| connection.query_row(query, [], |row| row.get::<_, Option<u64>>(0)).ok().flatten();
    let size =
        schema::size(path).map_err(|source| LogError::Open { path: path.to_owned(), source: Arc::new(source) })?;
    let room = size / LEAST_BYTES;
    let behind_pruned = number("SELECT pruned FROM log").map(|pruned| pruned.saturating_add(1));
    let oldest = number("SELECT min(position) FROM events");
    // Lost at the beginning is what is not far from the rest.
    let first = match (behind_pruned, oldest) {
        (Some(behind), Some(oldest)) if oldest.checked_sub(behind).is_some_and(|lost| lost <= room) => behind,
        (behind, oldest) => oldest.or(behind).unwrap_or(1),
    };
    let ends = ["SELECT max(position) FROM events", "SELECT max(last) FROM blocks", "SELECT max(last) FROM heads"];
    let most = first.saturating_add(room).min(i64::MAX.unsigned_abs() - 1);
    let last = ends.iter().filter_map(|query| number(query)).filter(|end| *end <= most).max();
    Ok(Bounds { first, last, most })
}
