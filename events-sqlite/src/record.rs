//! [`Record`]: an event as the log has it.

use std::sync::Arc;

use events_core::{
    Envelope, Event,
    wire::{Decoded, Decoder, EventRegistry, RawEnvelope},
};
use rusqlite::Row;
use serde::Deserialize;

use crate::{LogError, entry::checksum, error::Fault, row::read_id};

/// An event in the log: its text, and its places there.
///
/// ```
/// use events_sqlite::{EventLog, Query};
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize, serde::Deserialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # let directory = tempfile::tempdir()?;
/// # let log = EventLog::open(directory.path().join("events.db"))?;
///
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001")?;
/// log.append(&event)?;
/// for record in log.read(Query::all()) {
///     let record = record?;
///     assert_eq!((record.position(), record.version()), (1, 1));
///     assert_eq!(record.json(), event.to_json()?);
///     assert_eq!(record.decode::<Started>()?.test_name, "Connection Test");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    position: u64,
    version: u64,
    json: String,
}

/// What [`Record::read`] reads, in its order.
pub(crate) const COLUMNS: &str = "position, version, id, checksum, record";

impl Record {
    /// Reads a row, and whether it is as it was written.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self, Fault> {
        let record = Self { position: row.get(0)?, version: row.get(1)?, json: row.get(4)? };
        let id = read_id(row, 2)?;
        if row.get::<_, u32>(3)? != checksum(record.position, record.version, id.as_bytes(), &record.json) {
            return Err(Fault::corrupt(format!("the event at {} is not as it was written", record.position)));
        }
        Ok(record)
    }

    /// The place in the log: 1, 2, 3 …
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The place among the events of the entity: 1, 2, 3 …
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The event as one line of JSON, as it was written.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The same, without a copy.
    pub fn into_json(self) -> String {
        self.json
    }

    /// The event without its type.
    ///
    /// # Errors
    ///
    /// [`LogError::Decode`]: the text is no `CloudEvent`; something else has written it.
    pub fn raw(&self) -> Result<RawEnvelope, LogError> {
        Decoder::unlimited().raw(&self.json).map_err(|source| self.unreadable(source))
    }

    /// The event as an `E`, its id verified.
    ///
    /// # Errors
    ///
    /// [`LogError::Decode`]: it is of another type, or not as that type has it.
    pub fn decode<E: Event + for<'de> Deserialize<'de>>(&self) -> Result<Envelope<E>, LogError> {
        Decoder::unlimited().event(&self.json).map_err(|source| self.unreadable(source))
    }

    /// The event as one of a registered type, its id verified; of another type, as it is.
    ///
    /// # Errors
    ///
    /// [`LogError::Decode`]: it is not what its type says.
    pub fn decode_with(&self, types: &EventRegistry) -> Result<Decoded, LogError> {
        Decoder::unlimited().known(&self.json, types).map_err(|source| self.unreadable(source))
    }

    fn unreadable(&self, source: events_core::wire::DecodeError) -> LogError {
        LogError::Decode { position: self.position, source: Arc::new(source) }
    }
}
