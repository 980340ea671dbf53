//! An event by its id.

use events_core::EventId;
use rusqlite::Connection;

use crate::{
    EventLog, LogError, Record, blocks,
    error::Fault,
    group::Group,
    ids::{FingerprintKey, RecordId},
};

impl EventLog {
    /// The event of an id, if it is there; the first, where events from elsewhere share it.
    ///
    /// ```
    /// # use events_core::{Event, EventType};
    /// # use events_sqlite::EventLog;
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    /// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001")?;
    /// assert_eq!(log.find(event.id())?, None);
    /// log.append(&event)?;
    /// assert_eq!(log.find(event.id())?.unwrap().position(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being read.
    pub fn find(&self, id: EventId) -> Result<Option<Record>, LogError> {
        let id = RecordId::Uuid(*id.as_uuid().as_bytes());
        let all_known = self.shared.readers.options().known_ids.is_none();
        let mut candidates = match self.group().ok().filter(|_| all_known).and_then(Group::idle_writer) {
            Some(mut writer) => writer.candidates(&id)?,
            // Who does not write knows no ids, or not all, and who writes just now may wait for another process: the fingerprints are
            // looked through, a million in some ten milliseconds.
            None => self.shared.readers.read(|connection| look_for(connection, &id))?,
        };
        candidates.sort_unstable();
        for position in candidates {
            let record = self.get(position)?;
            if let Some(record) = record
                && RecordId::from_text(record.raw()?.id()) == id
            {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// The positions of events that may have the id.
fn look_for(connection: &Connection, id: &RecordId) -> Result<Vec<u64>, Fault> {
    let key = connection.query_row("SELECT key FROM log", [], |row| row.get(0))?;
    let fingerprint = FingerprintKey::new(key).fingerprint(id);
    let mut found = Vec::new();
    blocks::fingerprints(connection, 0, |print, position| {
        if print == fingerprint {
            found.push(position);
        }
        Ok(())
    })?;
    let mut statement = connection.prepare_cached(
        "SELECT position FROM events WHERE position > coalesce((SELECT max(last) FROM blocks), 0) AND id = ?",
    )?;
    for position in statement.query_map([id], |row| row.get(0))? {
        found.push(position?);
    }
    Ok(found)
}
