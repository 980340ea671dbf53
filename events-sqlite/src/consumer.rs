//! [`Consumer`]: a reader whose place in the log is kept in the log.

use std::time::Duration;

use events_core::{RecvTimeoutError, TryRecvError};
use rusqlite::OptionalExtension;

use crate::{EventLog, Follower, LogError, Query, Record, StopHandle, scan};

impl EventLog {
    /// A reader of a name, which goes on behind the last event that it committed: at the first event, when nobody of the name has
    /// committed before. Of the query, positions and [`newest`](Query::newest) do not count.
    ///
    /// Every event is told at least once: one that was read and not committed comes again, after a crash say. Two consumers of one
    /// name at the same time are both told everything.
    ///
    /// ```
    /// use events_sqlite::{EventLog, Query};
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { attempt: u32 }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    /// # log.append(Started { attempt: 1 }.for_entity("test-001")?)?;
    ///
    /// let mut mailer = log.consumer("mailer", Query::all())?;
    /// while let Ok(record) = mailer.try_recv() { // or `Some(record) = mailer.next()`, which waits for more
    ///     let record = record?;
    ///     println!("{}", record.json());
    ///     mailer.commit(record.position())?;
    /// }
    /// assert_eq!(mailer.committed()?, 1);
    /// assert!(log.consumer("mailer", Query::all())?.try_recv().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being read.
    pub fn consumer(&self, name: impl Into<String>, query: Query) -> Result<Consumer, LogError> {
        let name = name.into();
        let committed = committed(self, &name)?;
        let follower = self.follow(Query { newest: None, last: u64::MAX, ..query }.after(committed));
        Ok(Consumer { log: self.clone(), name, follower })
    }

    /// The names of all consumers, and the positions up to which they have committed.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being read.
    pub fn consumers(&self) -> Result<Vec<(String, u64)>, LogError> {
        self.shared.readers.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT name, position FROM consumers ORDER BY name")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// A reader whose place in the log is kept in the log; see [`EventLog::consumer`]. As an iterator it waits for each event, and ends
/// when it is stopped; after an error it may be asked again.
#[derive(Debug)]
#[must_use = "nothing is read before it is asked"]
pub struct Consumer {
    log: EventLog,
    name: String,
    follower: Follower,
}

impl Consumer {
    /// The name under which its place is kept.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the iterator would give next, if it need not wait for it.
    ///
    /// # Errors
    ///
    /// As [`Follower::try_recv`].
    pub fn try_recv(&mut self) -> Result<Result<Record, LogError>, TryRecvError> {
        self.follower.try_recv()
    }

    /// What the iterator would give next, waited for so long at most.
    ///
    /// # Errors
    ///
    /// As [`Follower::recv_timeout`].
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Result<Record, LogError>, RecvTimeoutError> {
        self.follower.recv_timeout(timeout)
    }

    /// What ends the waiting.
    pub fn stop_handle(&self) -> StopHandle {
        self.follower.stop_handle()
    }

    /// Says that the events up to a position are done with, durably. A position before the one that is committed changes nothing; one
    /// behind the last event is that of the last event.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being written.
    pub fn commit(&self, position: u64) -> Result<(), LogError> {
        self.store(position, "max(position, excluded.position)")?;
        Ok(())
    }

    /// The position up to which events are done with; 0 at first.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being read.
    pub fn committed(&self) -> Result<u64, LogError> {
        committed(&self.log, &self.name)
    }

    /// Goes back, or ahead: the next event is the one behind this position, or behind the last event. Durable at once.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being written.
    pub fn reset(&mut self, position: u64) -> Result<(), LogError> {
        let position = self.store(position, "excluded.position")?;
        self.follower.go_on_after(position);
        Ok(())
    }

    fn store(&self, position: u64, kept: &str) -> Result<u64, LogError> {
        let statement = format!(
            "INSERT INTO consumers (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = {kept}"
        );
        self.log.group()?.writer().store(|connection| {
            // Nobody is done with what is still to come.
            let position = position.min(scan::newest_position(connection)?);
            connection.prepare_cached(&statement)?.execute((&self.name, position))?;
            Ok(position)
        })
    }
}

impl Iterator for Consumer {
    type Item = Result<Record, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.follower.next()
    }
}

fn committed(log: &EventLog, name: &str) -> Result<u64, LogError> {
    log.shared.readers.read(|connection| {
        let position = connection
            .prepare_cached("SELECT position FROM consumers WHERE name = ?")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(position.unwrap_or(0))
    })
}
