//! An event on its way into the log: everything a row says, made on the thread that appends.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_core::{AnyEnvelope, EntityId, wire::RawEnvelope};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::{LogError, ids::RecordId};

/// `SQLite` itself keeps no text of more bytes.
pub(crate) const MAX_RECORD: usize = 500_000_000;

/// All but the unreserved characters of RFC 3986 §2.3, as the wire form has it.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: RecordId,
    pub(crate) event_type: Cow<'static, str>,
    pub(crate) entity: EntityName,
    /// In microseconds since 1970.
    pub(crate) time: Option<i64>,
    pub(crate) record: String,
}

/// What an event is about, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct EntityName {
    pub(crate) entity_type: Cow<'static, str>,
    pub(crate) entity_id: EntityId,
    /// Empty where it is that of the entity.
    pub(crate) source: Cow<'static, str>,
}

impl Entry {
    pub(crate) fn new(event: &AnyEnvelope) -> Result<Self, LogError> {
        let record = event.to_json()?;
        check_size(&record)?;
        Ok(Self {
            id: RecordId::Uuid(*event.id().as_uuid().as_bytes()),
            event_type: Cow::Borrowed(event.event_type().as_str()),
            entity: EntityName {
                entity_type: Cow::Borrowed(event.entity_type()),
                entity_id: event.entity_id().clone(),
                source: Cow::Borrowed(""),
            },
            time: Some(micros(event.time())),
            record,
        })
    }

    /// An event as it was written, by whomever.
    pub(crate) fn of_raw(event: &RawEnvelope) -> Result<Self, LogError> {
        check_size(event.as_json())?;
        Ok(Self {
            id: RecordId::from_text(event.id()),
            event_type: event.event_type().to_owned().into(),
            entity: EntityName::of_raw(event),
            time: event.time().map(micros),
            record: event.as_json().to_owned(),
        })
    }
}

impl EntityName {
    /// The entity that an event says, or that its source says; else its subject and whoever says so.
    fn of_raw(event: &RawEnvelope) -> Self {
        let said = event.entity_type().zip(event.subject()).map(|(kind, id)| (kind.into(), id.into()));
        let source = event.source();
        let (entity_type, entity_id) = said.or_else(|| entity_in(source)).unwrap_or_else(|| {
            (event.entity_type().unwrap_or_default().into(), event.subject().unwrap_or_default().into())
        });
        let own = own_source(&entity_type, &entity_id) == source;
        Self {
            entity_type: entity_type.into_owned().into(),
            entity_id: EntityId::from(&*entity_id),
            source: if own { Cow::Borrowed("") } else { source.to_owned().into() },
        }
    }

    /// The `source` attribute.
    pub(crate) fn source(&self) -> Cow<'_, str> {
        if self.source.is_empty() {
            own_source(&self.entity_type, &self.entity_id).into()
        } else {
            Cow::Borrowed(&self.source)
        }
    }
}

/// The entity in the `source` attribute of an event made here.
fn entity_in(source: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (entity_type, entity_id) = source.strip_prefix('/')?.split_once('/')?;
    let entity_type = percent_decode_str(entity_type).decode_utf8().ok()?;
    let entity_id = percent_decode_str(entity_id).decode_utf8().ok()?;
    (own_source(&entity_type, &entity_id) == source).then_some((entity_type, entity_id))
}

/// The `source` attribute of events made here.
pub(crate) fn own_source(entity_type: &str, entity_id: &str) -> String {
    format!("/{}/{}", utf8_percent_encode(entity_type, SEGMENT), utf8_percent_encode(entity_id, SEGMENT))
}

pub(crate) fn check_size(record: &str) -> Result<(), LogError> {
    if record.len() > MAX_RECORD {
        return Err(LogError::TooLarge { bytes: record.len(), limit: MAX_RECORD });
    }
    Ok(())
}

/// A moment, rounded down to what the log keeps.
pub(crate) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// What shows that a row is as it was written.
pub(crate) fn checksum(position: u64, version: u64, id: &[u8], record: &str) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&position.to_le_bytes());
    crc.update(&version.to_le_bytes());
    crc.update(id);
    crc.update(record.as_bytes());
    crc.finalize()
}
