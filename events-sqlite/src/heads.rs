//! The last event of each entity: its version and its position.
//!
//! Written for each commit, they would be a random index again. The table is brought up to date once in some thousand events; what
//! came after that is found in the columns of the blocks, and in the rows behind them.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use crate::{blocks::Block, error::Fault};

/// After so many events the table is brought up to date.
pub(crate) const FLUSH: u64 = 8192;
/// So many heads are remembered although the table has them.
const REMEMBERED: usize = 65_536;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) version: u64,
    /// The position, or 0 where there is no event.
    pub(crate) last: u64,
}

/// What the writer knows of heads.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    known: HashMap<u32, (Head, Freshness)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Freshness {
    Stored,
    Newer,
}

impl Heads {
    /// What the file says of the entities of all events behind the point up to which the table is true.
    pub(crate) fn load(connection: &Connection, heads_at: u64) -> Result<Self, Fault> {
        let mut heads = Self::default();
        let mut at = heads_at;
        while let Some(block) = Block::from(connection, at + 1)? {
            let behind = block.events().filter(|(position, ..)| *position > heads_at);
            for (position, _, entity) in behind {
                heads.set(entity, Head { version: 0, last: position });
            }
            at = block.last;
        }
        for (head, _) in heads.known.values_mut() {
            head.version = version_at(connection, head.last)?;
        }
        Ok(heads)
    }

    pub(crate) fn get(&mut self, connection: &Connection, entity: u32) -> Result<Head, Fault> {
        if let Some((head, _)) = self.known.get(&entity) {
            return Ok(*head);
        }
        let head = stored(connection, entity)?;
        if self.known.len() < REMEMBERED {
            self.known.insert(entity, (head, Freshness::Stored));
        }
        Ok(head)
    }

    pub(crate) fn set(&mut self, entity: u32, head: Head) {
        self.known.insert(entity, (head, Freshness::Newer));
    }

    /// Brings the table up to date.
    pub(crate) fn flush(&mut self, connection: &Connection, at: u64) -> Result<(), Fault> {
        let newer = self.known.iter().filter(|(_, (_, freshness))| *freshness == Freshness::Newer);
        let mut newer: Vec<(u32, Head)> = newer.map(|(entity, (head, _))| (*entity, *head)).collect();
        newer.sort_unstable_by_key(|(entity, _)| *entity);
        let mut statement =
            connection.prepare_cached("INSERT OR REPLACE INTO heads (entity, version, last) VALUES (?, ?, ?)")?;
        for (entity, head) in &newer {
            statement.execute((entity, head.version, head.last))?;
        }
        connection.prepare_cached("UPDATE log SET heads_at = ?")?.execute([at])?;
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        for (_, freshness) in self.known.values_mut() {
            *freshness = Freshness::Stored;
        }
        Ok(())
    }
}

fn stored(connection: &Connection, entity: u32) -> Result<Head, Fault> {
    let head = connection
        .prepare_cached("SELECT version, last FROM heads WHERE entity = ?")?
        .query_row([entity], |row| Ok(Head { version: row.get(0)?, last: row.get(1)? }))
        .optional()?;
    Ok(head.unwrap_or_default())
}

fn version_at(connection: &Connection, position: u64) -> Result<u64, Fault> {
    connection
        .prepare_cached("SELECT version FROM events WHERE position = ?")?
        .query_row([position], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Fault::corrupt(format!("there is no event at {position}")))
}

/// The head of an entity, by the file alone. Runs inside a transaction that reads.
pub(crate) fn head_of(connection: &Connection, entity: u32) -> Result<Head, Fault> {
    let newest = connection
        .prepare_cached(
            "SELECT version, position FROM events
             WHERE position > coalesce((SELECT max(last) FROM blocks), 0) AND entity = ? ORDER BY position DESC LIMIT 1",
        )?
        .query_row([entity], |row| Ok(Head { version: row.get(0)?, last: row.get(1)? }))
        .optional()?;
    if let Some(head) = newest {
        return Ok(head);
    }
    let heads_at: u64 = connection.prepare_cached("SELECT heads_at FROM log")?.query_row([], |row| row.get(0))?;
    let mut before = i64::MAX.unsigned_abs();
    while let Some(block) = Block::before(connection, before)?.filter(|block| block.last > heads_at) {
        let found = block.events().rev().find(|(position, _, number)| *number == entity && *position > heads_at);
        if let Some((last, ..)) = found {
            return Ok(Head { version: version_at(connection, last)?, last });
        }
        before = block.last;
    }
    stored(connection, entity)
}
