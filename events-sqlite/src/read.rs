//! [`Records`]: events read from the log.

use std::{iter::FusedIterator, vec};

use events_core::wire::{Decoded, EventRegistry};

use crate::{
    EventLog, LogError, Query, Record,
    scan::{self, Scan},
};

impl EventLog {
    /// The events of a query, in the order of the log; of those that are there when the reading begins. They are read some hundred
    /// at a time, and nothing is held meanwhile: neither are others kept from writing, nor is the whole in memory.
    ///
    /// ```
    /// use events_core::pattern;
    /// use events_sqlite::{EventLog, Query};
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { attempt: u32 }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    ///
    /// log.append_batch((1..=5).map(|attempt| Started { attempt }.for_entity("test-001")).collect::<Result<Vec<_>, _>>()?)?;
    /// let last = log.read(Query::all().pattern(pattern!("quick_test.*")).newest(2));
    /// let positions: Vec<u64> = last.map(|record| Ok(record?.position())).collect::<Result<_, events_sqlite::LogError>>()?;
    /// assert_eq!(positions, [4, 5]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(&self, query: Query) -> Records {
        Records { log: self.clone(), scan: Scan::new(query), plan: Plan::None, page: Vec::new().into_iter() }
    }

    /// The event at a position, if it is there.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being read.
    pub fn get(&self, position: u64) -> Result<Option<Record>, LogError> {
        self.shared.readers.read(|connection| Ok(scan::record_at(connection, position)?.map(|(record, _)| record)))
    }
}

/// Events read from the log; ends at the first error.
#[derive(Debug)]
#[must_use = "iterators are lazy"]
pub struct Records {
    log: EventLog,
    scan: Scan,
    plan: Plan,
    page: vec::IntoIter<Record>,
}

/// How the events are found.
#[derive(Debug)]
enum Plan {
    /// Nothing was read yet.
    None,
    /// From one position to another.
    Range {
        next: u64,
        last: u64,
    },
    /// These.
    Listed(vec::IntoIter<u64>),
    Ended,
}

impl Records {
    /// The events as those of registered types, their ids verified; of other types, as they are.
    ///
    /// Where the types are known, this feeds anything that takes events: `coordinator.follow(event)` of a
    /// [`StateCoordinator`](events_core::StateCoordinator) [by event time](events_core::StateCoordinatorBuilder::by_event_time), say.
    pub fn decode_with(self, types: &EventRegistry) -> impl Iterator<Item = Result<Decoded, LogError>> {
        self.map(|record| record?.decode_with(types))
    }

    fn turn_page(&mut self) -> Result<(), LogError> {
        let Self { log, scan, plan, .. } = self;
        let page = log.shared.readers.read(|connection| {
            if let Plan::None = plan {
                *plan = match scan.positions(connection)? {
                    Some(positions) => Plan::Listed(positions.into_iter()),
                    None => {
                        let (next, last) = scan.range(connection)?.into_inner();
                        Plan::Range { next, last }
                    }
                };
            }
            match plan {
                Plan::Range { next, last } => scan.page(connection, *next, *last),
                Plan::Listed(positions) => scan::listed(connection, positions),
                Plan::None | Plan::Ended => Ok(scan::Page::default()),
            }
        })?;
        let ended = match &mut self.plan {
            Plan::Range { next, last } => {
                *next = page.next;
                next > last
            }
            Plan::Listed(positions) => positions.len() == 0,
            Plan::None | Plan::Ended => true,
        };
        if ended {
            self.plan = Plan::Ended;
        }
        self.page = page.records.into_iter();
        Ok(())
    }
}

impl Iterator for Records {
    type Item = Result<Record, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.page.next() {
                return Some(Ok(record));
            }
            if matches!(self.plan, Plan::Ended) {
                return None;
            }
            if let Err(error) = self.turn_page() {
                self.plan = Plan::Ended;
                return Some(Err(error));
            }
        }
    }
}

impl FusedIterator for Records {}
