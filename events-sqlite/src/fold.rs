//! [`Fold`]: the state of an entity, from its events.

use std::sync::Arc;

use events_core::EntityId;
use rusqlite::OptionalExtension;
use serde::{Serialize, de::DeserializeOwned};

use crate::{EventLog, LogError, Query, Record, heads::head_of};

/// So many events are folded anew at most before a snapshot is stored, unless it is said otherwise.
const EVERY: u64 = 100;

impl EventLog {
    /// Makes the state of an entity from its events, in their order.
    ///
    /// ```
    /// use events_sqlite::{EventLog, LogError};
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # struct Sent { packets: u64 }
    /// # impl Event for Sent { const TYPE: EventType = EventType::from_static("quick_test.sent"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    ///
    /// log.append(Sent { packets: 3 }.for_entity("test-001")?)?;
    /// log.append(Sent { packets: 4 }.for_entity("test-001")?)?;
    /// // The snapshots are called `sent`; the number changes with the form of the state, or with what the closure does.
    /// let sent = log.fold("quick_test", "test-001").run_with_snapshots("sent", 1, 0_u64, |sent, record| {
    ///     Ok::<_, LogError>(sent + record.decode::<Sent>()?.packets)
    /// })?;
    /// assert_eq!((sent.state, sent.version), (7, 2));
    /// // Nobody else may have appended since.
    /// log.append_expecting(sent.version, Sent { packets: 1 }.for_entity("test-001")?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fold(&self, entity_type: impl Into<String>, entity_id: impl Into<EntityId>) -> Fold {
        Fold {
            log: self.clone(),
            entity_type: entity_type.into(),
            entity_id: entity_id.into(),
            every: EVERY,
            partial: false,
        }
    }
}

/// Makes the state of an entity from its events.
#[derive(Clone, Debug)]
#[must_use = "nothing is read before it runs"]
pub struct Fold {
    log: EventLog,
    entity_type: String,
    entity_id: EntityId,
    every: u64,
    partial: bool,
}

/// The state of an entity, and how far it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it is the state"]
#[non_exhaustive]
pub struct Folded<S> {
    /// The state.
    pub state: S,
    /// The version of the entity's last event; 0 where there is none.
    pub version: u64,
    /// The position of that event in the log; 0 where there is none.
    pub position: u64,
}

impl Fold {
    /// Stores a snapshot when so many events came since the last. Default: 100.
    pub fn snapshot_every(mut self, events: u64) -> Self {
        self.every = events;
        self
    }

    /// Makes the state of what is left, if events were removed from the log. Otherwise that is an error, [`LogError::Removed`].
    pub fn allow_pruned(mut self) -> Self {
        self.partial = true;
        self
    }

    /// Begins with a state, and takes each event in its turn.
    ///
    /// # Errors
    ///
    /// Those of the closure; [`LogError::Removed`] if not all events are there; whatever keeps one from being read.
    pub fn run<S, E: From<LogError>>(
        &self,
        initial: S,
        step: impl FnMut(S, &Record) -> Result<S, E>,
    ) -> Result<Folded<S>, E> {
        self.go_on(Folded { state: initial, version: 0, position: 0 }, step)
    }

    /// The same, beginning with a snapshot of this name, and storing one now and then. A snapshot of another format, or one that
    /// cannot be read as the state, or is of a future that this log does not have, is not used; the next replaces it.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); [`LogError::Snapshot`] when the state cannot be written as JSON. A log that is open for reading only
    /// stores none.
    pub fn run_with_snapshots<S: Serialize + DeserializeOwned, E: From<LogError>>(
        &self,
        name: &str,
        format: u32,
        initial: S,
        step: impl FnMut(S, &Record) -> Result<S, E>,
    ) -> Result<Folded<S>, E> {
        let start = self.snapshot(name, format)?.unwrap_or(Folded { state: initial, version: 0, position: 0 });
        let before = start.version;
        let folded = self.go_on(start, step)?;
        if folded.version.saturating_sub(before) >= self.every.max(1) {
            match self.store(name, format, &folded) {
                // Without a snapshot it takes longer the next time, and that is all.
                Ok(()) | Err(LogError::ReadOnly | LogError::Full | LogError::Busy) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(folded)
    }

    fn go_on<S, E: From<LogError>>(
        &self,
        mut folded: Folded<S>,
        mut step: impl FnMut(S, &Record) -> Result<S, E>,
    ) -> Result<Folded<S>, E> {
        // Others may speak of the entity too, with versions of their own.
        let query = Query { own: true, ..Query::all() };
        let query = query.entity_type(&self.entity_type).entity(&self.entity_id).after(folded.position);
        for record in self.log.read(query) {
            let record = record?;
            self.check_next(folded.version, record.version())?;
            folded =
                Folded { state: step(folded.state, &record)?, version: record.version(), position: record.position() };
        }
        self.check_next(folded.version, self.removed_version()? + 1)?;
        Ok(folded)
    }

    /// Whether the next version that is there is the one behind that which was folded, or no news.
    fn check_next(&self, folded: u64, next: u64) -> Result<(), LogError> {
        if self.partial || next <= folded + 1 {
            return Ok(());
        }
        Err(LogError::Removed {
            entity_type: self.entity_type.clone(),
            entity_id: self.entity_id.clone(),
            expected: folded + 1,
        })
    }

    /// The entity's last version, if its last event was removed; else 0.
    fn removed_version(&self) -> Result<u64, LogError> {
        self.log.shared.readers.read(|connection| {
            let entity = connection
                .prepare_cached("SELECT entity FROM entities WHERE entity_id = ? AND entity_type = ? AND source = ''")?
                .query_row((&*self.entity_id, &self.entity_type), |row| row.get(0))
                .optional()?;
            let Some(entity) = entity else { return Ok(0) };
            let head = head_of(connection, entity)?;
            let pruned: u64 = connection.prepare_cached("SELECT pruned FROM log")?.query_row([], |row| row.get(0))?;
            Ok(if head.last <= pruned { head.version } else { 0 })
        })
    }

    fn snapshot<S: DeserializeOwned>(&self, name: &str, format: u32) -> Result<Option<Folded<S>>, LogError> {
        self.log.shared.readers.read(|connection| {
            let found = connection
                .prepare_cached(
                    "SELECT entity, version, position, state FROM snapshots JOIN entities USING (entity)
                     WHERE name = ? AND format = ? AND entity_id = ? AND entity_type = ? AND source = ''",
                )?
                .query_row((name, format, &*self.entity_id, &self.entity_type), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
                })
                .optional()?;
            let Some((entity, version, position, state)) = found else { return Ok(None) };
            let head = head_of(connection, entity)?;
            if head.version < version || head.last < position {
                return Ok(None);
            }
            Ok(serde_json::from_str(&state).ok().map(|state| Folded { state, version, position }))
        })
    }

    fn store<S: Serialize>(&self, name: &str, format: u32, folded: &Folded<S>) -> Result<(), LogError> {
        let state = serde_json::to_string(&folded.state).map_err(|error| LogError::Snapshot(Arc::new(error)))?;
        self.log.group()?.writer().store(|connection| {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO snapshots (name, entity, format, version, position, state)
                     SELECT ?, entity, ?, ?, ?, ? FROM entities
                     WHERE entity_id = ? AND entity_type = ? AND source = ''",
                )?
                .execute((name, format, folded.version, folded.position, state, &*self.entity_id, &self.entity_type))?;
            Ok(())
        })
    }
}
