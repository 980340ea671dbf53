//! Events as lines of JSON, out of the log and into it.

use std::{
    io::{BufRead, Read, Write},
    sync::Arc,
};

use events_core::wire::Decoder;

use crate::{
    EventLog, LogError, Query,
    append::Request,
    entry::{Entry, MAX_RECORD},
};

/// So many events are imported in one commit.
const AT_ONCE: usize = 1000;

/// What was imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// So many events were appended.
    pub appended: u64,
    /// So many were there already.
    pub already_there: u64,
}

impl EventLog {
    /// Writes the events of a query as lines of JSON, each as it was appended, and says how many.
    ///
    /// ```
    /// # use events_core::{Event, EventType};
    /// # use events_sqlite::{EventLog, Query};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { attempt: u32 }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    /// # log.append(Started { attempt: 1 }.for_entity("test-001")?)?;
    /// let mut lines = Vec::new();
    /// assert_eq!(log.export(Query::all(), &mut lines)?, 1);
    ///
    /// let copy = EventLog::open(directory.path().join("copy.db"))?;
    /// assert_eq!(copy.import(&lines[..])?.appended, 1);
    /// assert_eq!(copy.import(&lines[..])?.already_there, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogError::Io`], and whatever keeps an event from being read.
    pub fn export(&self, query: Query, mut to: impl Write) -> Result<u64, LogError> {
        let mut events = 0;
        for record in self.read(query) {
            to.write_all(record?.json().as_bytes())?;
            to.write_all(b"\n")?;
            events += 1;
        }
        to.flush()?;
        Ok(events)
    }

    /// Appends events that are written as lines of JSON, whoever wrote them, a thousand in one commit. Empty lines are skipped. Ids are
    /// taken as they are written: whether one is that of its content is asked when the event is decoded, or by
    /// [`RawEnvelope::verify`](events_core::wire::RawEnvelope::verify).
    ///
    /// # Errors
    ///
    /// [`LogError::Decode`] with the number of the first line that is not an event; [`LogError::Io`]; whatever keeps an event from
    /// being appended. The events of the lines before are there then, but for the last thousand: the import may be repeated.
    pub fn import(&self, mut from: impl BufRead) -> Result<Imported, LogError> {
        let mut imported = Imported::default();
        let mut entries = Vec::new();
        let mut line = String::new();
        for number in 1.. {
            line.clear();
            let ended = (&mut from).take(MAX_RECORD as u64 + 1).read_line(&mut line)? == 0;
            if !line.trim_ascii().is_empty() {
                let event = Decoder::unlimited().raw(line.trim_ascii());
                let event = event.map_err(|source| LogError::Decode { position: number, source: Arc::new(source) })?;
                entries.push(Entry::of_raw(&event)?);
            }
            if entries.len() >= AT_ONCE || ended {
                for outcome in self.submit(Request::many(std::mem::take(&mut entries), None))? {
                    *(if outcome.is_new() { &mut imported.appended } else { &mut imported.already_there }) += 1;
                }
            }
            if ended {
                break;
            }
        }
        Ok(imported)
    }
}
