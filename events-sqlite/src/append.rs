//! The events of requests, appended one after the other inside a transaction.

use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::{
    AppendOutcome, LogError,
    entry::{EntityName, Entry, checksum},
    error::Fault,
    heads::Head,
    known::{Known, Learned},
    names::entity_name,
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

/// Appends to a file whose writer knows what it has to.
pub(crate) struct Appender<'w> {
    connection: &'w Connection,
    known: &'w mut Known,
    insert: CachedStatement<'w>,
}

impl<'w> Appender<'w> {
    pub(crate) fn new(connection: &'w Connection, known: &'w mut Known) -> Result<Self, Fault> {
        let insert = connection.prepare_cached(
            "INSERT INTO events (position, id, type, entity, version, previous, time, checksum, record)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        Ok(Self { connection, known, insert })
    }

    /// The outer error is one of the transaction, the inner one of the request.
    pub(crate) fn request(&mut self, request: &Request) -> Result<Outcomes, Fault> {
        if let (Some(expected), Some(first)) = (request.expected, request.entries.first()) {
            // The same request again, its acknowledgement lost, is no conflict.
            if let Some(known) = self.find_all(&request.entries)? {
                return Ok(Ok(known));
            }
            let actual = match self.known.names.find_entity(self.connection, &first.entity)? {
                Some(entity) => self.known.heads.get(self.connection, entity)?.version,
                None => 0,
            };
            if actual != expected {
                let EntityName { entity_type, entity_id, .. } = first.entity.clone();
                return Ok(Err(LogError::Conflict {
                    entity_type: entity_type.into_owned(),
                    entity_id,
                    expected,
                    actual,
                }));
            }
        }
        request.entries.iter().map(|entry| self.entry(entry)).collect::<Result<_, _>>().map(Ok)
    }

    fn entry(&mut self, entry: &Entry) -> Result<AppendOutcome, Fault> {
        let fingerprint = self.known.key.fingerprint(&entry.id);
        if let Some(known) = self.find(entry, fingerprint)? {
            return Ok(known);
        }
        let Self { connection, known, insert } = self;
        let event_type = known.names.of_type(connection, &entry.event_type)?;
        let (entity, new) = known.names.of_entity(connection, &entry.entity)?;
        let Head { version, last: previous } =
            if new { Head::default() } else { known.heads.get(connection, entity)? };
        let (position, version) = (known.last() + 1, version + 1);
        let checksum = checksum(position, version, entry.id.as_bytes(), &entry.record);
        insert.execute(params![
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
        known.append(&Learned { position, fingerprint, event_type, entity, version, time: entry.time });
        Ok(AppendOutcome::Appended { position, version })
    }

    /// Where all of these events are, if they are there.
    fn find_all(&self, entries: &[Entry]) -> Result<Option<Vec<AppendOutcome>>, Fault> {
        let mut found = Vec::with_capacity(entries.len());
        for entry in entries {
            match self.find(entry, self.known.key.fingerprint(&entry.id))? {
                Some(outcome) => found.push(outcome),
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// The event of the same id and source, if it is there.
    fn find(&self, entry: &Entry, fingerprint: u64) -> Result<Option<AppendOutcome>, Fault> {
        for position in self.known.ids.positions(fingerprint) {
            let found = self
                .connection
                .prepare_cached("SELECT id, entity, version FROM events WHERE position = ?")?
                .query_row([position], |row| Ok((read_id(row, 0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            // Of a removed event there is the fingerprint alone.
            if let Some((id, entity, version)) = found
                && id == entry.id
            {
                let name = entity_name(self.connection, entity)?;
                if name == entry.entity || name.source() == entry.entity.source() {
                    return Ok(Some(AppendOutcome::Duplicate { position, version }));
                }
            }
        }
        Ok(None)
    }
}
