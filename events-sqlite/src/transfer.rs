//! Events as lines of JSON, out of the log and into it.

use std::{
    io::{BufRead, Read, Write},
    mem,
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
#[must_use = "it says how many events were new"]
#[non_exhaustive]
pub struct Imported {
    /// So many events were appended.
    pub appended: u64,
    /// So many were there already.
    pub duplicates: u64,
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
    /// assert_eq!(copy.import(&lines[..])?.duplicates, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogError::Io`], and whatever keeps an event from being read.
    pub fn export(&self, query: Query, mut to: impl Write) -> Result<u64, LogError> {
        let mut events = 0;
        for record in self.read(query) {
            let record = record?;
            to.write_all(record.json().as_bytes()).and_then(|()| to.write_all(b"\n")).map_err(LogError::io)?;
            events += 1;
        }
        to.flush().map_err(LogError::io)?;
        Ok(events)
    }

    /// Appends events that are written as lines of JSON, whoever wrote them, a thousand in one commit. Empty lines are skipped. Ids are
    /// taken as they are written: whether one is that of its content is asked when the event is decoded, or by
    /// [`RawEnvelope::verify`](events_core::wire::RawEnvelope::verify).
    ///
    /// # Errors
    ///
    /// [`LogError::Line`], the first that is not an event; [`LogError::Io`]; whatever keeps an event from being appended. The events of the
    /// lines before are there then, and the import may be repeated.
    pub fn import(&self, mut from: impl BufRead) -> Result<Imported, LogError> {
        let mut imported = Imported::default();
        let mut entries = Vec::new();
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = (&mut from).take(MAX_RECORD as u64 + 1).read_until(b'\n', &mut line);
            let entry = read.map_err(LogError::io).and_then(|_| entry_of(&line, number));
            let last = line.is_empty() || entry.is_err();
            let failed = entry.map(|entry| entries.extend(entry)).err();
            if entries.len() >= AT_ONCE || last {
                for outcome in self.submit(Request::many(mem::take(&mut entries), None))? {
                    *(if outcome.is_duplicate() { &mut imported.duplicates } else { &mut imported.appended }) += 1;
                }
            }
            match failed {
                Some(error) => return Err(error),
                None if last => break,
                None => {}
            }
        }
        Ok(imported)
    }
}

/// The event of a line, unless it is empty.
fn entry_of(line: &[u8], number: u64) -> Result<Option<Entry>, LogError> {
    let text = line.trim_ascii();
    if text.is_empty() {
        return Ok(None);
    }
    let event = Decoder::unlimited().raw(text);
    Entry::of_raw(&event.map_err(|source| LogError::Line { line: number, source: Arc::new(source) })?).map(Some)
}
