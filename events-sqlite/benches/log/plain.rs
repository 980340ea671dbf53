//! What one would write without this crate: a table with the same record, its id unique.

use std::{
    collections::HashMap,
    hint::black_box,
    ops::RangeInclusive,
    path::Path,
    sync::{Mutex, PoisonError},
};

use events_core::AnyEnvelope;
use rusqlite::{Connection, Statement};

use crate::Outcome;

/// The same journal, the same durability and the same cache as ours; without indexes of entity, type and time.
pub(crate) struct Plain {
    connection: Mutex<Connection>,
}

const INSERT: &str = "INSERT OR IGNORE INTO events (id, type, entity, time, record) VALUES (?, ?, ?, ?, ?)";

impl Plain {
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096;
             CREATE TABLE IF NOT EXISTS events (
                 seq INTEGER PRIMARY KEY, id BLOB UNIQUE, type TEXT, entity TEXT, time INTEGER, record TEXT
             )",
        )?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    pub(crate) fn do_not_sync(&self) -> Outcome {
        Ok(self.with(|connection| connection.execute_batch("PRAGMA synchronous = OFF"))?)
    }

    fn with<T>(&self, run: impl FnOnce(&mut Connection) -> T) -> T {
        run(&mut self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn append(&mut self, events: &[AnyEnvelope]) -> Outcome {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let mut statement = transaction.prepare_cached(INSERT)?;
            events.iter().try_for_each(|event| insert(&mut statement, event))?;
            drop(statement);
            Ok(transaction.commit()?)
        })
    }

    pub(crate) fn append_one(&self, event: &AnyEnvelope) -> Outcome {
        self.with(|connection| insert(&mut *connection.prepare_cached(INSERT)?, event))
    }

    pub(crate) fn read(&self, positions: RangeInclusive<u64>) -> Outcome {
        self.with(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT seq, record FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq")?;
            let mut rows = statement.query([positions.start(), positions.end()])?;
            while let Some(row) = rows.next()? {
                black_box((row.get::<_, u64>(0)?, row.get::<_, String>(1)?));
            }
            Ok(())
        })
    }

    pub(crate) fn read_last(&self) -> Outcome {
        self.with(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT seq, record FROM events ORDER BY seq DESC LIMIT 1")?;
            black_box(statement.query_row([], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?)))?);
            Ok(())
        })
    }

    pub(crate) fn ids(&self) -> Outcome<HashMap<[u8; 16], u64>> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached("SELECT id, seq FROM events")?;
            let ids = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
    }
}

fn insert(statement: &mut Statement<'_>, event: &AnyEnvelope) -> Outcome {
    statement.execute((
        event.id().as_uuid().as_bytes(),
        event.event_type().as_str(),
        event.entity_id().as_str(),
        event.time().timestamp_micros(),
        event.to_json()?,
    ))?;
    Ok(())
}
