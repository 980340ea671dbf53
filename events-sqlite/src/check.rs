//! Whether a file is in order.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::{
    EventLog, LogError, Record,
    blocks::{self, Block},
    error::Fault,
    heads::head_of,
    ids::FingerprintKey,
    record,
    row::read_id,
};

impl EventLog {
    /// Reads the whole file, and compares everything in it that can be: `SQLite`'s own check of its pages, the checksums of the
    /// events, that there are no gaps in positions and versions, and what is kept of the events beside them. The file is as it was at
    /// one moment; while this takes, the write-ahead log grows.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] with what was found first.
    pub fn check(&self) -> Result<(), LogError> {
        self.shared.readers.read(|connection| {
            let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            if said != "ok" {
                return Err(Fault::corrupt(said));
            }
            check_events(connection)?;
            check_fingerprints(connection)
        })
    }
}

fn check_events(connection: &Connection) -> Result<(), Fault> {
    let mut position: u64 = connection.query_row("SELECT pruned FROM log", [], |row| row.get(0))?;
    // Of each entity the last event so far.
    let mut last: HashMap<u32, (u64, u64)> = HashMap::new();
    let mut block = Block::from(connection, position + 1)?;
    let mut statement = connection
        .prepare(&format!("SELECT {}, type, entity, previous, time FROM events ORDER BY position", record::COLUMNS))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let record = Record::read(row)?;
        let at = record.position();
        let (event_type, entity, previous): (u32, u32, u64) = (row.get(5)?, row.get(6)?, row.get(7)?);
        let time: Option<i64> = row.get(8)?;
        if at != position + 1 {
            return Err(Fault::corrupt(format!("there is no event at {}", position + 1)));
        }
        let before = last.insert(entity, (at, record.version()));
        if before.is_some_and(|before| before != (previous, record.version().wrapping_sub(1))) {
            return Err(Fault::corrupt(format!("the event at {at} is not the next of its entity")));
        }
        if block.as_ref().is_some_and(|block| block.last < at) {
            block = Block::from(connection, at)?;
        }
        if let Some(block) = &block
            && block.at(at) != Some((event_type, entity))
        {
            return Err(Fault::corrupt(format!(
                "the block that ends at {} does not fit the event at {at}",
                block.last
            )));
        }
        if let Some(block) = &block
            && time.is_some_and(|time| block.is_outside(Some(time), time.checked_add(1)))
        {
            return Err(Fault::corrupt(format!(
                "the times of the block that ends at {} are not those of its events",
                block.last
            )));
        }
        position = at;
    }
    for (entity, (at, version)) in last {
        let head = head_of(connection, entity)?;
        if (head.last, head.version) != (at, version) {
            return Err(Fault::corrupt(format!("entity {entity} ends with {at}, and not with {}", head.last)));
        }
    }
    Ok(())
}

/// By the fingerprints an event is known that comes again: each that is in a block has to have its own.
fn check_fingerprints(connection: &Connection) -> Result<(), Fault> {
    let wrong = |at: u64| Fault::corrupt(format!("the fingerprints say something else of the event at {at}"));
    let key = FingerprintKey::new(connection.query_row("SELECT key FROM log", [], |row| row.get(0))?);
    let mut statement = connection.prepare(
        "SELECT position, id FROM events WHERE position <= (SELECT max(last) FROM blocks) ORDER BY position",
    )?;
    let mut rows = statement.query([])?;
    let pruned: u64 = connection.query_row("SELECT pruned FROM log", [], |row| row.get(0))?;
    blocks::fingerprints(connection, pruned, |print, at| {
        let row = rows.next()?.ok_or_else(|| wrong(at))?;
        let same = row.get::<_, u64>(0)? == at && key.fingerprint(&read_id(row, 1)?) == print;
        if same { Ok(()) } else { Err(wrong(at)) }
    })?;
    match rows.next()? {
        Some(row) => Err(wrong(row.get(0)?)),
        None => Ok(()),
    }
}
