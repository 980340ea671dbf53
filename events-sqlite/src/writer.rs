//! The one that writes: many requests in one transaction.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    AppendOutcome, LogError,
    blocks::{self, BLOCK, Tail},
    entry::{Entry, checksum},
    heads::{self, Head, Heads},
    ids::{FingerprintKey, Ids, RecordId},
    names::{Names, entity_name},
    row::read_id,
};

/// Events that belong together: all of them are appended, or none.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) entries: Arc<Vec<Entry>>,
    /// The version at which the entity of the first event has to be.
    pub(crate) expected: Option<u64>,
}

impl Request {
    pub(crate) fn one(entry: Entry, expected: Option<u64>) -> Self {
        Self::many(vec![entry], expected)
    }

    pub(crate) fn many(entries: Vec<Entry>, expected: Option<u64>) -> Self {
        Self { entries: Arc::new(entries), expected }
    }
}

pub(crate) type Outcomes = Result<Vec<AppendOutcome>, LogError>;

/// The connection that writes, and what it knows of the file: the ids, where entities are, the events that are in no block yet.
#[derive(Debug)]
pub(crate) struct Writer {
    connection: Connection,
    key: FingerprintKey,
    known_ids: Option<u64>,
    /// What is known is true as of `state`; nothing is, before the first append.
    state: Option<State>,
    ids: Ids,
    /// The ids of events up to this position are in `ids`.
    ids_to: u64,
    names: Names,
    heads: Heads,
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
    fn read(connection: &Connection) -> Result<Self, LogError> {
        let mut statement = connection.prepare_cached(
            "SELECT max(pruned, coalesce((SELECT max(position) FROM events), 0)),
                    max(pruned, coalesce((SELECT max(last) FROM blocks), 0)), pruned, heads_at FROM log",
        )?;
        let state = statement.query_row([], |row| {
            Ok(Self { last: row.get(0)?, blocks_to: row.get(1)?, pruned: row.get(2)?, heads_at: row.get(3)? })
        })?;
        Ok(state)
    }
}

impl Writer {
    pub(crate) fn new(connection: Connection, known_ids: Option<u64>) -> Result<Self, LogError> {
        let key = connection.query_row("SELECT key FROM log", [], |row| row.get(0))?;
        Ok(Self {
            connection,
            key: FingerprintKey::new(key),
            known_ids,
            state: None,
            ids: Ids::default(),
            ids_to: 0,
            names: Names::default(),
            heads: Heads::default(),
            tail: Tail::default(),
        })
    }

    /// Appends the events of all requests, durably, or of none; except that a conflict is of its request alone.
    pub(crate) fn commit(&mut self, requests: &[Request]) -> Vec<Outcomes> {
        let committed = self.change(|this| {
            let outcomes = requests.iter().map(|request| this.append_request(request)).collect::<Result<_, _>>()?;
            this.write_derived()?;
            Ok(outcomes)
        });
        committed.unwrap_or_else(|error| requests.iter().map(|_| Err(error.clone())).collect())
    }

    /// Makes some changes one transaction; after an error the file, and what is known of it, is as before.
    fn change<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, LogError>) -> Result<T, LogError> {
        if self.state.is_none() {
            // What takes long is read before others have to wait.
            self.synchronize()?;
        }
        self.transact("BEGIN IMMEDIATE", |this| {
            this.catch_up()?;
            run(this)
        })
    }

    /// Learns what was written meanwhile.
    fn synchronize(&mut self) -> Result<(), LogError> {
        self.transact("BEGIN", Self::catch_up)
    }

    fn transact<T>(&mut self, begin: &str, run: impl FnOnce(&mut Self) -> Result<T, LogError>) -> Result<T, LogError> {
        if !self.connection.is_autocommit() {
            // A panic has left a transaction open.
            self.roll_back();
        }
        self.connection.prepare_cached(begin)?.execute([])?;
        let result = run(self).and_then(|done| {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(done)
        });
        if result.is_err() {
            self.roll_back();
        }
        result
    }

    /// Whatever was derived from uncommitted rows goes; it is read again from the file.
    fn roll_back(&mut self) {
        // An error of its own would be told by the next `BEGIN`. Some errors have ended the transaction already.
        let _ = self.connection.execute_batch("ROLLBACK");
        self.names = Names::default();
        self.heads = Heads::default();
        self.tail = Tail::default();
        // The ids of committed events stay: they are what takes long to read.
        self.ids_to = self.ids_to.min(State::read(&self.connection).map_or(0, |state| state.last));
        self.ids.retain(|position| position <= self.ids_to);
        self.state = None;
    }

    /// Changes something that is not of events, and needs nothing to be known of them.
    pub(crate) fn store<T>(&mut self, run: impl FnOnce(&Connection) -> Result<T, LogError>) -> Result<T, LogError> {
        self.transact("BEGIN IMMEDIATE", |this| run(&this.connection))
    }

    /// The positions of the events that may have an id: those whose ids have its fingerprint.
    pub(crate) fn candidates(&mut self, id: &RecordId) -> Result<Vec<u64>, LogError> {
        self.synchronize()?;
        Ok(self.ids.positions(self.key.fingerprint(id)).collect())
    }

    /// Learns what other processes have written, or everything. Runs inside a transaction.
    fn catch_up(&mut self) -> Result<(), LogError> {
        let now = State::read(&self.connection)?;
        match self.state {
            Some(state) if state == now => {}
            Some(state) if state.pruned == now.pruned && now.last.wrapping_sub(state.last) <= BLOCK as u64 => {
                self.learn_rows(state.last)?;
                self.tail.drop_before(now.blocks_to + 1);
            }
            _ => self.load(now)?,
        }
        self.state = Some(now);
        Ok(())
    }

    fn load(&mut self, now: State) -> Result<(), LogError> {
        if self.ids_to > now.last {
            // Another file has taken the place of this one.
            (self.ids, self.ids_to) = (Ids::default(), 0);
        }
        let oldest = self.known_ids.map_or(0, |ids| now.last.saturating_sub(ids)).max(now.pruned);
        self.ids.retain(|position| position > oldest);
        let after = self.ids_to.max(oldest);
        self.ids.reserve(usize::try_from(now.last.saturating_sub(after)).unwrap_or(0));
        blocks::fingerprints(&self.connection, after, |print, position| self.ids.insert(print, position))?;
        self.ids_to = after.max(now.blocks_to);
        self.heads = Heads::load(&self.connection, now.heads_at)?;
        self.tail = Tail::at(now.blocks_to + 1);
        self.learn_rows(now.blocks_to)
    }

    /// Learns of the events behind a position.
    fn learn_rows(&mut self, after: u64) -> Result<(), LogError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT position, id, type, entity, version, time FROM events WHERE position > ? ORDER BY position",
        )?;
        let mut rows = statement.query([after])?;
        while let Some(row) = rows.next()? {
            let (position, entity) = (row.get(0)?, row.get(3)?);
            let print = self.key.fingerprint(&read_id(row, 1)?);
            if position > self.ids_to {
                self.ids.insert(print, position);
                self.ids_to = position;
            }
            self.heads.set(entity, Head { version: row.get(4)?, last: position });
            self.tail.push(print, row.get(2)?, entity, row.get(5)?);
        }
        Ok(())
    }

    fn append_request(&mut self, request: &Request) -> Result<Outcomes, LogError> {
        if let (Some(expected), Some(first)) = (request.expected, request.entries.first()) {
            // The same request again, its acknowledgement lost, is no conflict.
            let known: Option<Vec<_>> = request
                .entries
                .iter()
                .map(|entry| self.find(entry).transpose())
                .collect::<Option<Result<_, _>>>()
                .transpose()?;
            if let Some(known) = known {
                return Ok(Ok(known));
            }
            let actual = match self.names.find_entity(&self.connection, &first.entity)? {
                Some(entity) => self.heads.get(&self.connection, entity)?.version,
                None => 0,
            };
            if actual != expected {
                let entity = format!("{}/{}", first.entity.entity_type, first.entity.entity_id);
                return Ok(Err(LogError::Conflict { entity, expected, actual }));
            }
        }
        request.entries.iter().map(|entry| self.append_entry(entry)).collect::<Result<_, _>>().map(Ok)
    }

    fn append_entry(&mut self, entry: &Entry) -> Result<AppendOutcome, LogError> {
        if let Some(known) = self.find(entry)? {
            return Ok(known);
        }
        let event_type = self.names.of_type(&self.connection, &entry.event_type)?;
        let entity = self.names.of_entity(&self.connection, &entry.entity)?;
        let Head { version, last: previous } = self.heads.get(&self.connection, entity)?;
        let state = self.state.get_or_insert_default();
        state.last += 1;
        let (position, version) = (state.last, version + 1);
        let checksum = checksum(position, version, entry.id.as_bytes(), &entry.record);
        self.connection
            .prepare_cached(
                "INSERT INTO events (position, id, type, entity, version, previous, time, checksum, record)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                position,
                entry.id,
                event_type,
                entity,
                version,
                previous,
                entry.time,
                checksum,
                entry.record
            ])?;
        let print = self.key.fingerprint(&entry.id);
        self.ids.insert(print, position);
        self.ids_to = position;
        self.heads.set(entity, Head { version, last: position });
        self.tail.push(print, event_type, entity, entry.time);
        Ok(AppendOutcome::Appended { position, version })
    }

    /// The event of the same id and source, if it is there.
    fn find(&self, entry: &Entry) -> Result<Option<AppendOutcome>, LogError> {
        for position in self.ids.positions(self.key.fingerprint(&entry.id)) {
            let found = self
                .connection
                .prepare_cached("SELECT id, entity, version FROM events WHERE position = ?")?
                .query_row([position], |row| Ok((read_id(row, 0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            // Of a removed event there is the fingerprint alone.
            if let Some((id, entity, version)) = found
                && id == entry.id
            {
                let name = entity_name(&self.connection, entity)?;
                if name == entry.entity || name.source() == entry.entity.source() {
                    return Ok(Some(AppendOutcome::AlreadyThere { position, version }));
                }
            }
        }
        Ok(None)
    }

    /// Writes, when there is enough for it, what is derived from the events.
    fn write_derived(&mut self) -> Result<(), LogError> {
        let state = self.state.get_or_insert_default();
        if self.tail.len() >= BLOCK {
            self.tail.write(&self.connection)?;
            self.tail = Tail::at(state.last + 1);
            state.blocks_to = state.last;
        }
        if state.last - state.heads_at >= heads::FLUSH {
            self.heads.flush(&self.connection, state.last)?;
            state.heads_at = state.last;
        }
        if let Some(known) = self.known_ids
            && self.ids.len() as u64 > known.saturating_mul(2).max(BLOCK as u64)
        {
            let oldest = state.last.saturating_sub(known);
            self.ids.retain(|position| position > oldest);
        }
        Ok(())
    }

    /// Removes the events up to a position, at most so many, and says how many.
    pub(crate) fn remove_up_to(&mut self, position: u64, at_most: u64) -> Result<u64, LogError> {
        let removed = self.change(|this| {
            let State { last, pruned, .. } = this.state.unwrap_or_default();
            let to = position.min(last).min(pruned.saturating_add(at_most)).max(pruned);
            if to == pruned {
                return Ok(0);
            }
            // The blocks that say which heads are newer than the table may go.
            this.heads.flush(&this.connection, last)?;
            for table in ["events WHERE position", "blocks WHERE last", "id_blocks WHERE last"] {
                this.connection.prepare_cached(&format!("DELETE FROM {table} <= ?"))?.execute([to])?;
            }
            this.connection.prepare_cached("UPDATE log SET pruned = ?")?.execute([to])?;
            Ok(to - pruned)
        })?;
        if removed > 0 {
            // What begins behind the removed events is read anew.
            self.state = None;
        }
        Ok(removed)
    }

    pub(crate) fn compact(&mut self) -> Result<(), LogError> {
        Ok(self.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?)
    }
}
