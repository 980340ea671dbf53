//! What can still be read of a damaged file.

use std::{io::Write, ops::RangeInclusive, path::Path};

use rusqlite::Connection;

use crate::{LogError, Record, record, schema};

/// What was read of a damaged file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Salvaged {
    /// So many events were written.
    pub events: u64,
    /// So many positions between the first and the last that was found have no event that could be read.
    pub lost: u64,
    /// Where those are: the first thousand ranges.
    pub gaps: Vec<RangeInclusive<u64>>,
}

/// So many ranges of lost positions are told.
const GAPS: usize = 1000;

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
    let (first, last) = bounds(&connection, path)?;
    let mut next = first;
    let mut at = first;
    while at <= last {
        let found = readable(&connection, at, last, |record| {
            salvaged.lose(next, record.position());
            next = record.position() + 1;
            salvaged.events += 1;
            to.write_all(record.json().as_bytes())?;
            Ok(to.write_all(b"\n")?)
        })?;
        at = found.max(at) + 1;
    }
    salvaged.lose(next, known_end(&connection).map_or(next, |end| end + 1));
    to.flush()?;
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

/// Hands out the events from a position on that are as they were, up to a place that cannot be read. Returns the last position that
/// was seen.
fn readable(
    connection: &Connection,
    from: u64,
    last: u64,
    mut tell: impl FnMut(&Record) -> Result<(), LogError>,
) -> Result<u64, LogError> {
    let mut seen = from;
    let statement = format!("SELECT {} FROM events WHERE position >= ? ORDER BY position", record::COLUMNS);
    let Ok(mut statement) = connection.prepare_cached(&statement) else { return Ok(last) };
    let Ok(mut rows) = statement.query([from]) else { return Ok(seen) };
    // An error ends the rows; where it is, the next attempt begins behind.
    while let Ok(Some(row)) = rows.next() {
        let Ok(position) = row.get::<_, u64>(0) else { break };
        if position < seen {
            break;
        }
        seen = position;
        if let Ok(record) = Record::read(row) {
            tell(&record)?;
        }
    }
    Ok(seen)
}

/// Between which positions there may be events.
fn bounds(connection: &Connection, path: &Path) -> Result<(u64, u64), LogError> {
    let pruned = connection.query_row("SELECT pruned FROM log", [], |row| row.get::<_, u64>(0)).unwrap_or(0);
    // An event takes more than 64 bytes.
    let room = std::fs::metadata(path)?.len() / 64 + 1;
    Ok((pruned + 1, known_end(connection).unwrap_or(pruned.saturating_add(room))))
}

/// The position of the last event, by whatever can still be read.
fn known_end(connection: &Connection) -> Option<u64> {
    ["SELECT max(position) FROM events", "SELECT max(last) FROM blocks", "SELECT max(last) FROM heads"]
        .iter()
        .filter_map(|query| connection.query_row(query, [], |row| row.get::<_, Option<u64>>(0)).ok().flatten())
        .max()
}
