//! Finds the events of a query, some at a time.

use std::{collections::HashSet, ops::RangeInclusive};

use rusqlite::{Connection, OptionalExtension, Row};

use crate::{
    Query, Record,
    blocks::Block,
    error::Fault,
    heads::{Head, head_of},
    record,
};

/// So many events are read at a time, or so many bytes of them, or so many blocks are looked at.
const EVENTS: usize = 256;
const BYTES: usize = 1 << 20;
const BLOCKS: usize = 64;
/// The events of an entity are followed back one by one if there are no more than so many; else the blocks are read.
const FOLLOWED_BACK: u64 = 4096;

/// A query in the numbers of a file.
#[derive(Debug)]
pub(crate) struct Scan {
    query: Query,
    types: Numbers,
    entities: Numbers,
}

/// The numbers of the names that are wanted, as far as they were looked at.
#[derive(Debug, Default)]
struct Numbers {
    looked_at: u32,
    wanted: HashSet<u32>,
}

/// Some events, and the first position that was not looked at.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) records: Vec<Record>,
    pub(crate) next: u64,
    bytes: usize,
}

impl Page {
    fn push(&mut self, record: Record) {
        self.bytes += record.json().len();
        self.records.push(record);
    }

    fn is_full(&self) -> bool {
        self.records.len() >= EVENTS || self.bytes >= BYTES
    }
}

impl Scan {
    pub(crate) fn new(query: Query) -> Self {
        Self { query, types: Numbers::default(), entities: Numbers::default() }
    }

    /// The last position that is wanted, there already or not.
    pub(crate) fn last(&self) -> u64 {
        self.query.last
    }

    /// Between which positions the events of the query are, as the log is now.
    pub(crate) fn range(&self, connection: &Connection) -> Result<RangeInclusive<u64>, Fault> {
        let Query { first, last, newest, .. } = self.query;
        let last = last.min(newest_position(connection)?);
        let newest = newest.filter(|_| !self.is_restricted()).unwrap_or(u64::MAX);
        Ok(first.max(last.saturating_add(1).saturating_sub(newest))..=last)
    }

    /// Learns the numbers of names that have come since.
    fn learn_names(&mut self, connection: &Connection) -> Result<(), Fault> {
        if !self.query.types.is_empty() {
            let mut statement =
                connection.prepare_cached("SELECT type, name FROM types WHERE type > ? ORDER BY type")?;
            let mut rows = statement.query([self.types.looked_at])?;
            while let Some(row) = rows.next()? {
                let number = row.get(0)?;
                if self.query.wants_type(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) {
                    self.types.wanted.insert(number);
                }
                self.types.looked_at = number;
            }
        }
        if let Some(id) = &self.query.entity_id {
            let mut statement =
                connection.prepare_cached("SELECT entity, entity_type, source FROM entities WHERE entity_id = ?")?;
            let mut rows = statement.query([id.as_str()])?;
            while let Some(row) = rows.next()? {
                let entity_type = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
                let source = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
                let of_type = self.query.entity_type.as_deref().is_none_or(|wanted| wanted == entity_type);
                if of_type && (source.is_empty() || !self.query.own) {
                    self.entities.wanted.insert(row.get(0)?);
                }
            }
        } else if let Some(wanted) = &self.query.entity_type {
            let mut statement = connection
                .prepare_cached("SELECT entity, entity_type FROM entities WHERE entity > ? ORDER BY entity")?;
            let mut rows = statement.query([self.entities.looked_at])?;
            while let Some(row) = rows.next()? {
                let number = row.get(0)?;
                if row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)? == wanted {
                    self.entities.wanted.insert(number);
                }
                self.entities.looked_at = number;
            }
        }
        Ok(())
    }

    fn wants_names(&self, event_type: u32, entity: u32) -> bool {
        (self.query.types.is_empty() || self.types.wanted.contains(&event_type))
            && ((self.query.entity_id.is_none() && self.query.entity_type.is_none())
                || self.entities.wanted.contains(&entity))
    }

    fn wants_row(&self, row: &NumberRow) -> bool {
        self.wants_names(row.event_type, row.entity) && self.query.wants_time(row.time)
    }

    fn is_restricted(&self) -> bool {
        let Query { types, entity_type, entity_id, since, until, .. } = &self.query;
        !types.is_empty() || entity_type.is_some() || entity_id.is_some() || since.is_some() || until.is_some()
    }

    /// The next events from a position on, up to another. Runs inside a transaction that reads.
    pub(crate) fn page(&mut self, connection: &Connection, from: u64, to: u64) -> Result<Page, Fault> {
        let end = to.min(newest_position(connection)?);
        let mut page = Page { next: from, ..Page::default() };
        if from > end {
            return Ok(page);
        }
        if !self.is_restricted() {
            self.rows(connection, from, end, &mut page)?;
            return Ok(page);
        }
        self.learn_names(connection)?;
        for _ in 0..BLOCKS {
            if page.next > end || page.is_full() {
                break;
            }
            match Block::from(connection, page.next)? {
                Some(block) => self.block(connection, &block, end, &mut page)?,
                None => self.rows(connection, page.next, end, &mut page)?,
            }
        }
        Ok(page)
    }

    /// The events of a block.
    fn block(&self, connection: &Connection, block: &Block, end: u64, page: &mut Page) -> Result<(), Fault> {
        let from = page.next;
        if !block.is_outside(self.query.since, self.query.until) {
            let wanted = |(position, event_type, entity): &(u64, u32, u32)| {
                (from..=end).contains(position) && self.wants_names(*event_type, *entity)
            };
            for (position, ..) in block.events().filter(wanted) {
                if page.is_full() {
                    page.next = position;
                    return Ok(());
                }
                if let Some((record, time)) = record_at(connection, position)?
                    && self.query.wants_time(time)
                {
                    page.push(record);
                }
            }
        }
        page.next = block.last.saturating_add(1);
        Ok(())
    }

    /// The events of rows, looked at one by one.
    fn rows(&self, connection: &Connection, from: u64, end: u64, page: &mut Page) -> Result<(), Fault> {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {}, type, entity, time FROM events WHERE position BETWEEN ? AND ? ORDER BY position",
            record::COLUMNS
        ))?;
        let mut rows = statement.query((signed(from), signed(end)))?;
        while let Some(row) = rows.next()? {
            if page.is_full() {
                page.next = row.get(0)?;
                return Ok(());
            }
            if !self.is_restricted() || self.wants_row(&NumberRow::read(row, 5)?) {
                page.push(Record::read(row)?);
            }
        }
        page.next = end + 1;
        Ok(())
    }

    /// The positions of all events of the query, where it is better to find them first: the newest, and the few of one entity. Runs
    /// inside a transaction that reads.
    pub(crate) fn positions(&mut self, connection: &Connection) -> Result<Option<Vec<u64>>, Fault> {
        self.learn_names(connection)?;
        let mut found = Vec::new();
        let newest = usize::try_from(self.query.newest.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let head = match (&self.query.entity_id, self.entities.wanted.iter().next()) {
            (Some(_), Some(entity)) if self.entities.wanted.len() == 1 => Some(head_of(connection, *entity)?),
            _ => None,
        };
        match head {
            Some(head) if self.query.newest.is_some() || head.version <= FOLLOWED_BACK => {
                self.follow_back(connection, head, newest, &mut found)?;
            }
            _ if self.query.newest.is_some() && self.is_restricted() => {
                self.look_back(connection, newest, &mut found)?;
            }
            _ => return Ok(None),
        }
        found.reverse();
        Ok(Some(found))
    }

    /// The position at which one begins who will follow the query.
    pub(crate) fn beginning(&mut self, connection: &Connection) -> Result<u64, Fault> {
        if self.query.newest.is_none() {
            return Ok(self.query.first);
        }
        let range = self.range(connection)?;
        Ok(match self.positions(connection)? {
            Some(positions) => positions.first().copied().unwrap_or(self.query.first.max(range.end() + 1)),
            None => *range.start(),
        })
    }

    /// From the last event of an entity to the one before it, and so on.
    fn follow_back(
        &self,
        connection: &Connection,
        head: Head,
        newest: usize,
        found: &mut Vec<u64>,
    ) -> Result<(), Fault> {
        let mut statement = connection
            .prepare_cached("SELECT position, type, entity, time, previous FROM events WHERE position = ?")?;
        let mut at = head.last;
        while at >= self.query.first.max(1) && found.len() < newest {
            let row = statement.query_row([at], |row| Ok((NumberRow::read(row, 1)?, row.get(4)?))).optional()?;
            // What was before that was removed.
            let Some((row, previous)) = row else { break };
            if at <= self.query.last && self.wants_row(&row) {
                found.push(at);
            }
            if previous >= at {
                return Err(Fault::corrupt(format!("the event at {at} comes before the one before it")));
            }
            at = previous;
        }
        Ok(())
    }

    /// From the end of the log back.
    fn look_back(&self, connection: &Connection, newest: usize, found: &mut Vec<u64>) -> Result<(), Fault> {
        let mut statement = connection.prepare_cached(
            "SELECT position, type, entity, time FROM events
             WHERE position > coalesce((SELECT max(last) FROM blocks), 0) AND position BETWEEN ? AND ?
             ORDER BY position DESC",
        )?;
        let mut rows = statement.query((signed(self.query.first), signed(self.query.last)))?;
        while let Some(row) = rows.next()?
            && found.len() < newest
        {
            if self.wants_row(&NumberRow::read(row, 1)?) {
                found.push(row.get(0)?);
            }
        }
        let mut times = connection.prepare_cached("SELECT time FROM events WHERE position = ?")?;
        let mut before = u64::MAX;
        while found.len() < newest
            && let Some(block) = Block::before(connection, signed(before).unsigned_abs())?
            && block.last >= self.query.first
        {
            before = block.last;
            if block.is_outside(self.query.since, self.query.until) {
                continue;
            }
            for (position, event_type, entity) in block.events().rev() {
                if found.len() < newest
                    && (self.query.first..=self.query.last).contains(&position)
                    && self.wants_names(event_type, entity)
                    && let Some(time) = times.query_row([position], |row| row.get(0)).optional()?
                    && self.query.wants_time(time)
                {
                    found.push(position);
                }
            }
        }
        Ok(())
    }
}

/// What of a row is compared.
struct NumberRow {
    event_type: u32,
    entity: u32,
    time: Option<i64>,
}

impl NumberRow {
    fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self { event_type: row.get(first)?, entity: row.get(first + 1)?, time: row.get(first + 2)? })
    }
}

/// The event at a position, and its time; none where it was removed.
pub(crate) fn record_at(connection: &Connection, position: u64) -> Result<Option<(Record, Option<i64>)>, Fault> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {}, time FROM events WHERE position = ?", record::COLUMNS))?;
    let mut rows = statement.query([signed(position)])?;
    rows.next()?.map(|row| Ok((Record::read(row)?, row.get(5)?))).transpose()
}

/// The events at some positions, as many as make a page; the rest of the positions stays.
pub(crate) fn listed(connection: &Connection, positions: &mut std::vec::IntoIter<u64>) -> Result<Page, Fault> {
    let mut page = Page::default();
    while !page.is_full()
        && let Some(position) = positions.next()
    {
        if let Some((record, _)) = record_at(connection, position)? {
            page.push(record);
        }
    }
    Ok(page)
}

/// The position of the newest event that there ever was.
pub(crate) fn newest_position(connection: &Connection) -> Result<u64, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT max(pruned, coalesce((SELECT max(position) FROM events), 0)) FROM log")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Positions in the file have 63 bits.
fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
