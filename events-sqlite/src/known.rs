//! What the writer knows of the file, so that it need not read it: the ids, where entities are, the events that are in no block yet.

use rusqlite::Connection;

use crate::{
    blocks::{self, BLOCK, Tail},
    error::Fault,
    heads::{self, Head, Heads},
    ids::{FingerprintKey, Ids, RecordId},
    names::Names,
    row::read_id,
};

/// Everything here follows from the file, and is read from it when it is wanted.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) key: FingerprintKey,
    most_ids: Option<u64>,
    /// As of when all this is true; none of it is, before the first append.
    state: Option<State>,
    pub(crate) ids: Ids,
    /// The ids of events up to this position are in `ids`.
    ids_to: u64,
    /// Those of events up to this one are of committed events.
    committed_to: u64,
    pub(crate) names: Names,
    pub(crate) heads: Heads,
    tail: Tail,
}

/// How far the file has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    last: u64,
    blocks_to: u64,
    pruned: u64,
    heads_at: u64,
}

impl State {
    fn read(connection: &Connection) -> Result<Self, Fault> {
        let mut statement = connection.prepare_cached(
            "SELECT max(pruned, coalesce((SELECT max(position) FROM events), 0)),
                    max(pruned, coalesce((SELECT max(last) FROM blocks), 0)), pruned, heads_at FROM log",
        )?;
        let state = statement.query_row([], |row| {
            Ok(Self { last: row.get(0)?, blocks_to: row.get(1)?, pruned: row.get(2)?, heads_at: row.get(3)? })
        })?;
        let Self { last, blocks_to, heads_at, .. } = state;
        if blocks_to > last || heads_at > last {
            return Err(Fault::corrupt(format!("what is derived from the events goes beyond the last one, at {last}")));
        }
        Ok(state)
    }
}

/// What is remembered of an event that was appended.
pub(crate) struct Learned {
    pub(crate) position: u64,
    pub(crate) fingerprint: u64,
    pub(crate) event_type: u32,
    pub(crate) entity: u32,
    pub(crate) version: u64,
    pub(crate) time: Option<i64>,
}

impl Known {
    pub(crate) fn new(connection: &Connection, most_ids: Option<u64>) -> Result<Self, Fault> {
        let key = connection.query_row("SELECT key FROM log", [], |row| row.get(0))?;
        Ok(Self {
            key: FingerprintKey::new(key),
            most_ids,
            state: None,
            ids: Ids::default(),
            ids_to: 0,
            committed_to: 0,
            names: Names::default(),
            heads: Heads::default(),
            tail: Tail::default(),
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.state.is_none()
    }

    /// The position of the last event.
    pub(crate) fn last(&self) -> u64 {
        self.state.map_or(0, |state| state.last)
    }

    /// The positions of the events that may have an id: those whose ids have its fingerprint.
    pub(crate) fn candidates(&self, id: &RecordId) -> Vec<u64> {
        self.ids.positions(self.key.fingerprint(id)).collect()
    }

    /// Learns what other processes have written, or everything. Runs inside a transaction.
    pub(crate) fn catch_up(&mut self, connection: &Connection) -> Result<(), Fault> {
        let now = State::read(connection)?;
        match self.state {
            Some(state) if state == now => {}
            Some(state) if state.pruned == now.pruned && now.last.wrapping_sub(state.last) <= BLOCK as u64 => {
                self.learn_rows(connection, state.last)?;
                self.tail.drop_before(now.blocks_to + 1);
            }
            _ => self.load(connection, now)?,
        }
        (self.state, self.committed_to) = (Some(now), self.ids_to);
        Ok(())
    }

    fn load(&mut self, connection: &Connection, now: State) -> Result<(), Fault> {
        if self.ids_to > now.last {
            // Another file has taken the place of this one.
            (self.ids, self.ids_to, self.committed_to) = (Ids::default(), 0, 0);
        }
        let oldest = self.most_ids.map_or(0, |ids| now.last.saturating_sub(ids)).max(now.pruned);
        // Those of removed events do no harm. To find them takes a look at every id: not before they are as many as the rest.
        if self.ids.len() as u64 > (now.last - oldest).saturating_mul(2) {
            self.ids.retain(|position| position > oldest);
        }
        let after = self.ids_to.max(oldest);
        self.ids.reserve(blocks::count_fingerprints(connection, after)?);
        blocks::fingerprints(connection, after, |print, position| {
            self.ids.insert(print, position);
            Ok(())
        })?;
        self.ids_to = after.max(now.blocks_to);
        self.heads = Heads::load(connection, now.heads_at)?;
        self.tail = Tail::at(now.blocks_to + 1);
        self.learn_rows(connection, now.blocks_to)
    }

    /// Learns of the events behind a position.
    fn learn_rows(&mut self, connection: &Connection, after: u64) -> Result<(), Fault> {
        let mut statement = connection.prepare_cached(
            "SELECT position, id, type, entity, version, time FROM events WHERE position > ? ORDER BY position",
        )?;
        let mut rows = statement.query([after])?;
        while let Some(row) = rows.next()? {
            self.learn(&Learned {
                position: row.get(0)?,
                fingerprint: self.key.fingerprint(&read_id(row, 1)?),
                event_type: row.get(2)?,
                entity: row.get(3)?,
                version: row.get(4)?,
                time: row.get(5)?,
            });
        }
        Ok(())
    }

    fn learn(&mut self, event: &Learned) {
        let Learned { position, fingerprint, event_type, entity, version, time } = *event;
        if position > self.ids_to {
            self.ids.insert(fingerprint, position);
            self.ids_to = position;
        }
        self.heads.set(entity, Head { version, last: position });
        self.tail.push(fingerprint, event_type, entity, time);
    }

    /// Learns of an event that was appended here.
    pub(crate) fn append(&mut self, event: &Learned) {
        self.learn(event);
        self.state.get_or_insert_default().last = event.position;
    }

    /// Writes, when there is enough for it, what is derived from the events.
    pub(crate) fn write_derived(&mut self, connection: &Connection) -> Result<(), Fault> {
        let state = self.state.get_or_insert_default();
        if self.tail.len() >= BLOCK {
            self.tail.write(connection)?;
            self.tail = Tail::at(state.last + 1);
            state.blocks_to = state.last;
        }
        if state.last - state.heads_at >= heads::FLUSH {
            self.heads.flush(connection, state.last)?;
            state.heads_at = state.last;
        }
        if let Some(most) = self.most_ids
            && self.ids.len() as u64 > most.saturating_mul(2).max(BLOCK as u64)
        {
            let oldest = state.last.saturating_sub(most);
            self.ids.retain(|position| position > oldest);
        }
        Ok(())
    }

    /// Removes the events up to a position, at most so many, and says how many. When that is committed, what begins behind them has to
    /// be [read anew](Self::read_anew).
    pub(crate) fn remove_up_to(&mut self, connection: &Connection, position: u64, at_most: u64) -> Result<u64, Fault> {
        let State { last, pruned, .. } = self.state.unwrap_or_default();
        let to = position.min(last).min(pruned.saturating_add(at_most)).max(pruned);
        if to == pruned {
            return Ok(0);
        }
        // The blocks that say which heads are newer than the table may go.
        self.heads.flush(connection, last)?;
        for table in ["events WHERE position", "blocks WHERE last", "id_blocks WHERE last"] {
            connection.prepare_cached(&format!("DELETE FROM {table} <= ?"))?.execute([to])?;
        }
        connection.prepare_cached("UPDATE log SET pruned = ?")?.execute([to])?;
        Ok(to - pruned)
    }

    /// Reads everything anew, but for the ids, when it is wanted.
    pub(crate) fn read_anew(&mut self) {
        self.state = None;
    }

    /// Whatever was derived from uncommitted rows goes. Their positions may be those of another process's events by now.
    pub(crate) fn forget_uncommitted(&mut self) {
        self.names = Names::default();
        // The ids of committed events stay: they are what takes long to read.
        self.ids_to = self.committed_to;
        self.ids.retain(|position| position <= self.ids_to);
        self.read_anew();
    }
}
