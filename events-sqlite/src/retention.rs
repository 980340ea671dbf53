//! What is kept, and for how long.

use chrono::{DateTime, Utc};

use crate::{EventLog, LogError, blocks, entry::micros};

/// So many events are removed in one transaction, so that those who append need not wait for long.
const AT_ONCE: u64 = 10_000;

impl EventLog {
    /// Removes the events before a position, and says how many there were.
    ///
    /// The positions of others, and the versions of entities, stay as they are and are not given again. A removed event is forgotten:
    /// one of its id is appended again when it comes. Readers and consumers that had not come so far go on behind it. The file keeps
    /// its size, and the room is used again; [`compact`](Self::compact) gives it back.
    ///
    /// ```
    /// # use events_core::{Event, EventType};
    /// # use events_sqlite::{EventLog, Query};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { attempt: u32 }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    /// log.append_batch((1..=5).map(|attempt| Started { attempt }.for_entity("test-001")).collect::<Result<Vec<_>, _>>()?)?;
    /// assert_eq!(log.prune_before(3)?, 2);
    /// assert_eq!(log.first_position()?, 3);
    /// assert_eq!(log.append(Started { attempt: 6 }.for_entity("test-001")?)?.position(), 6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being written; some may be removed then.
    pub fn prune_before(&self, position: u64) -> Result<u64, LogError> {
        let to = position.saturating_sub(1);
        let mut removed = 0;
        loop {
            let more = self.group()?.writer().remove_up_to(to, AT_ONCE)?;
            removed += more;
            if more == 0 {
                return Ok(removed);
            }
        }
    }

    /// Removes the events that happened before a time, up to the first that did not: what is kept is always without gaps. Events that
    /// do not say when they happened go with the next that does.
    ///
    /// # Errors
    ///
    /// As [`prune_before`](Self::prune_before).
    pub fn prune_older_than(&self, time: DateTime<Utc>) -> Result<u64, LogError> {
        self.prune_before(self.first_since(time)?)
    }

    /// The position of the first event that [`prune_older_than`](Self::prune_older_than) keeps; behind the last where it keeps none.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being read.
    pub fn first_since(&self, time: DateTime<Utc>) -> Result<u64, LogError> {
        let time = micros(time);
        let last_older: Option<u64> = self.shared.readers.read(|connection| {
            let from = blocks::first_with_time_since(connection, time)?;
            Ok(connection
                .prepare_cached(
                    "SELECT max(position) FROM events
                     WHERE position < coalesce(
                         (SELECT position FROM events WHERE position >= ? AND time >= ? ORDER BY position LIMIT 1),
                         (SELECT max(position) + 1 FROM events))
                     AND time IS NOT NULL",
                )?
                .query_row((from, time), |row| row.get(0))?)
        })?;
        last_older.map_or_else(|| self.first_position(), |position| Ok(position + 1))
    }

    /// Removes all but so many of the newest events, and says how many there were.
    ///
    /// # Errors
    ///
    /// As [`prune_before`](Self::prune_before).
    pub fn keep_newest(&self, events: u64) -> Result<u64, LogError> {
        self.prune_before((self.last_position()? + 1).saturating_sub(events))
    }

    /// The position of the oldest event; behind the last where there is none.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being read.
    pub fn first_position(&self) -> Result<u64, LogError> {
        self.shared.readers.read(|connection| {
            let pruned: u64 = connection.prepare_cached("SELECT pruned FROM log")?.query_row([], |row| row.get(0))?;
            Ok(pruned + 1)
        })
    }

    /// Gives the room of removed events back to the file system: writes the file anew, and needs as much room again while it does.
    /// Those who append have to wait.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being written; [`LogError::Busy`] while somebody reads.
    pub fn compact(&self) -> Result<(), LogError> {
        self.group()?.writer().compact()
    }
}
