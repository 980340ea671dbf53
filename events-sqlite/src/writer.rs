//! The one that writes: many requests in one transaction.

use rusqlite::Connection;

use crate::{
    LogError,
    append::{Appender, Outcomes, Request},
    error::Fault,
    ids::RecordId,
    known::Known,
};

/// The connection that writes, and what it knows of the file.
#[derive(Debug)]
pub(crate) struct Writer {
    connection: Connection,
    known: Known,
}

impl Writer {
    pub(crate) fn new(connection: Connection, known_ids: Option<u64>) -> Result<Self, LogError> {
        let known = Known::new(&connection, known_ids)?;
        Ok(Self { connection, known })
    }

    /// Appends the events of all requests, durably, or of none; except that a conflict is of its request alone.
    pub(crate) fn commit(&mut self, requests: &[Request]) -> Vec<Outcomes> {
        let committed = self.change(|connection, known| {
            let mut append = Appender::new(connection, known)?;
            let outcomes = requests.iter().map(|request| append.request(request)).collect::<Result<_, _>>()?;
            drop(append);
            known.write_derived(connection)?;
            Ok(outcomes)
        });
        committed.map_err(LogError::from).unwrap_or_else(|error| requests.iter().map(|_| Err(error.clone())).collect())
    }

    /// Makes some changes of events one transaction; after an error the file, and what is known of it, is as before.
    fn change<T>(&mut self, run: impl FnOnce(&Connection, &mut Known) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.known.is_empty() {
            // What takes long is read before others have to wait.
            self.transact("BEGIN", |connection, known| known.catch_up(connection))?;
        }
        self.transact("BEGIN IMMEDIATE", |connection, known| {
            known.catch_up(connection)?;
            run(connection, known)
        })
    }

    /// Changes something that is not of events, and needs nothing to be known of them.
    pub(crate) fn store<T>(&mut self, run: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, LogError> {
        Ok(self.transact("BEGIN IMMEDIATE", |connection, _| run(connection))?)
    }

    fn transact<T>(
        &mut self,
        begin: &str,
        run: impl FnOnce(&Connection, &mut Known) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if !self.connection.is_autocommit() {
            // A panic has left a transaction open.
            self.roll_back();
        }
        self.connection.prepare_cached(begin)?.execute([])?;
        let result = run(&self.connection, &mut self.known).and_then(|done| {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(done)
        });
        if result.is_err() {
            self.roll_back();
        }
        result
    }

    fn roll_back(&mut self) {
        // An error of its own would be told by the next `BEGIN`. Some errors have ended the transaction already.
        let _ = self.connection.execute_batch("ROLLBACK");
        self.known.forget_uncommitted();
    }

    /// The positions of the events that may have an id: those whose ids have its fingerprint.
    pub(crate) fn candidates(&mut self, id: &RecordId) -> Result<Vec<u64>, LogError> {
        let candidates = self.transact("BEGIN", |connection, known| {
            known.catch_up(connection)?;
            Ok(known.candidates(id))
        });
        Ok(candidates?)
    }

    /// Removes the events up to a position, at most so many, and says how many.
    pub(crate) fn remove_up_to(&mut self, position: u64, at_most: u64) -> Result<u64, LogError> {
        let removed = self.change(|connection, known| known.remove_up_to(connection, position, at_most))?;
        if removed > 0 {
            self.known.read_anew();
        }
        Ok(removed)
    }

    pub(crate) fn compact(&mut self) -> Result<(), LogError> {
        self.connection.execute_batch("VACUUM").map_err(Fault::from)?;
        // Until this is done, the file is as large as before.
        let checkpoint = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        let hindered: bool = checkpoint.map_err(Fault::from)?;
        if hindered { Err(LogError::Busy) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use events_core::{AnyEnvelope, Event, EventType};
    use serde::Serialize;

    use super::*;
    use crate::{EventLog, entry::Entry, schema};

    #[derive(Serialize)]
    struct Sampled {
        n: u64,
    }

    impl Event for Sampled {
        const TYPE: EventType = EventType::from_static("probe.sampled");
    }

    fn request(n: u64) -> Request {
        let event: AnyEnvelope = Sampled { n }.for_entity("a").unwrap().into();
        Request::one(Entry::new(&event).unwrap(), None)
    }

    #[test]
    fn what_another_process_appends_between_a_rollback_and_what_follows_it_is_learned() {
        let directory = tempfile::tempdir().unwrap();
        let writer = || {
            let connection = schema::open_writer(&directory.path().join("events.db"), &EventLog::builder()).unwrap();
            Writer::new(connection, None).unwrap()
        };
        let (mut one, mut other) = (writer(), writer());
        let rolled_back = one.change(|connection, known| {
            Appender::new(connection, known)?.request(&request(1))?.unwrap();
            connection.execute_batch("ROLLBACK")?;
            other.commit(&[request(2)]).remove(0).unwrap();
            Err::<(), _>(LogError::Full.into())
        });
        assert!(matches!(rolled_back.map_err(LogError::from), Err(LogError::Full)));
        assert!(one.commit(&[request(2)]).remove(0).unwrap()[0].is_duplicate());
        assert!(!one.commit(&[request(1)]).remove(0).unwrap()[0].is_duplicate());
    }
}
