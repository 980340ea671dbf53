//! The columns of many events in a row, which are read instead of indexes.
//!
//! An index of the entities costs as much as one of the ids, since events of many entities come in turn. Small numbers in the order
//! of the events cost next to nothing to write, and a million of them is read in milliseconds.

use std::ops::Range;

use rusqlite::{CachedStatement, Connection, Row, named_params};

use crate::error::Fault;

/// So many events are made a block, or up to twice as many when they come together.
pub(crate) const BLOCK: usize = 1024;

/// The events since the last block.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    first: u64,
    fingerprints: Vec<u8>,
    types: Vec<u8>,
    entities: Vec<u8>,
    times: Vec<Option<i64>>,
}

impl Tail {
    /// One that begins at a position.
    pub(crate) fn at(first: u64) -> Self {
        Self { first, ..Self::default() }
    }

    pub(crate) fn push(&mut self, fingerprint: u64, event_type: u32, entity: u32, time: Option<i64>) {
        self.fingerprints.extend_from_slice(&fingerprint.to_le_bytes());
        self.types.extend_from_slice(&event_type.to_le_bytes());
        self.entities.extend_from_slice(&entity.to_le_bytes());
        self.times.push(time);
    }

    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// Leaves out the events before a position: another process has made them a block.
    pub(crate) fn drop_before(&mut self, first: u64) {
        let gone = usize::try_from(first.saturating_sub(self.first)).unwrap_or(usize::MAX).min(self.len());
        self.fingerprints.drain(..gone * 8);
        self.types.drain(..gone * 4);
        self.entities.drain(..gone * 4);
        self.times.drain(..gone);
        self.first = self.first.max(first);
    }

    /// Writes these events as blocks. Of those that come together no block is large: whoever reads a page of events reads a block.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), Fault> {
        let mut at = 0;
        while at < self.len() {
            let end = if self.len() - at < 2 * BLOCK { self.len() } else { at + BLOCK };
            self.write_block(connection, at..end)?;
            at = end;
        }
        Ok(())
    }

    fn write_block(&self, connection: &Connection, events: Range<usize>) -> Result<(), Fault> {
        let (first, last) = (self.first + events.start as u64, self.first + events.end as u64 - 1);
        let times = || self.times[events.clone()].iter().flatten();
        connection
            .prepare_cached(
                "INSERT INTO blocks (last, first, earliest, latest, types, entities)
                 VALUES (:last, :first, :earliest, :latest, :types, :entities)",
            )?
            .execute(named_params! {
                ":last": last, ":first": first, ":earliest": times().min(), ":latest": times().max(),
                ":types": part(&self.types, &events, 4), ":entities": part(&self.entities, &events, 4),
            })?;
        connection.prepare_cached("INSERT INTO id_blocks (last, first, fingerprints) VALUES (?, ?, ?)")?.execute((
            last,
            first,
            part(&self.fingerprints, &events, 8),
        ))?;
        Ok(())
    }
}

/// What a column of so many bytes an event says of some of them.
fn part<'c>(column: &'c [u8], events: &Range<usize>, width: usize) -> &'c [u8] {
    &column[events.start * width..events.end * width]
}

/// One block as it is read.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) first: u64,
    pub(crate) last: u64,
    earliest: Option<i64>,
    latest: Option<i64>,
    types: Vec<u8>,
    entities: Vec<u8>,
}

const COLUMNS: &str = "SELECT last, first, earliest, latest, types, entities FROM blocks";

impl Block {
    fn read(row: &Row<'_>) -> Result<Self, Fault> {
        let block = Self {
            last: row.get(0)?,
            first: row.get(1)?,
            earliest: row.get(2)?,
            latest: row.get(3)?,
            types: row.get(4)?,
            entities: row.get(5)?,
        };
        let events = block.last.checked_sub(block.first).map(|more| more.saturating_add(1).saturating_mul(4));
        if events != Some(block.types.len() as u64) || events != Some(block.entities.len() as u64) {
            return Err(Fault::corrupt(format!(
                "the block that ends at {} has other lengths than it says",
                block.last
            )));
        }
        Ok(block)
    }

    /// The block that a position is in, or else the first behind it.
    pub(crate) fn from(connection: &Connection, position: u64) -> Result<Option<Self>, Fault> {
        first(connection.prepare_cached(&format!("{COLUMNS} WHERE last >= ? ORDER BY last LIMIT 1"))?, position)
    }

    /// The last block that ends before a position.
    pub(crate) fn before(connection: &Connection, position: u64) -> Result<Option<Self>, Fault> {
        first(connection.prepare_cached(&format!("{COLUMNS} WHERE last < ? ORDER BY last DESC LIMIT 1"))?, position)
    }

    /// Whether none of its events is of that time.
    pub(crate) fn is_outside(&self, from: Option<i64>, until: Option<i64>) -> bool {
        from.is_some_and(|from| self.latest.is_none_or(|latest| latest < from))
            || until.is_some_and(|until| self.earliest.is_none_or(|earliest| earliest >= until))
    }

    /// What it says of the event at a position.
    pub(crate) fn at(&self, position: u64) -> Option<(u32, u32)> {
        let nth = usize::try_from(position.checked_sub(self.first)?).ok()?;
        let number = |column: &[u8]| column.as_chunks().0.get(nth).copied().map(u32::from_le_bytes);
        number(&self.types).zip(number(&self.entities))
    }

    /// Its events: position, number of the type, number of the entity.
    pub(crate) fn events(&self) -> impl DoubleEndedIterator<Item = (u64, u32, u32)> {
        let types = self.types.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let entities = self.entities.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let first = self.first;
        types.zip(entities).enumerate().map(move |(at, (ty, entity))| (first + at as u64, ty, entity))
    }
}

fn first(mut statement: CachedStatement<'_>, position: u64) -> Result<Option<Block>, Fault> {
    let mut rows = statement.query([position])?;
    rows.next()?.map(Block::read).transpose()
}

/// How many fingerprints the blocks hold of events behind a position, and of a few before it.
pub(crate) fn count_fingerprints(connection: &Connection, after: u64) -> Result<usize, Fault> {
    let bytes: u64 = connection
        .prepare_cached("SELECT coalesce(sum(length(fingerprints)), 0) FROM id_blocks WHERE last > ?")?
        .query_row([after], |row| row.get(0))?;
    Ok(usize::try_from(bytes / 8).unwrap_or(0))
}

/// Tells the fingerprints of all events behind a position that are in blocks.
pub(crate) fn fingerprints(
    connection: &Connection,
    after: u64,
    mut tell: impl FnMut(u64, u64) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement =
        connection.prepare_cached("SELECT first, fingerprints FROM id_blocks WHERE last > ? ORDER BY last")?;
    let mut rows = statement.query([after])?;
    while let Some(row) = rows.next()? {
        let first: u64 = row.get(0)?;
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        for (position, print) in (first..).zip(bytes.as_chunks().0) {
            if position > after {
                tell(u64::from_le_bytes(*print), position)?;
            }
        }
    }
    Ok(())
}

/// A position before which no event is of that time or later, as the blocks say.
pub(crate) fn first_with_time_since(connection: &Connection, time: i64) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce((SELECT first FROM blocks WHERE latest >= ? ORDER BY last LIMIT 1),
                         (SELECT max(last) + 1 FROM blocks), 0)",
    )?;
    Ok(statement.query_row([time], |row| row.get(0))?)
}
