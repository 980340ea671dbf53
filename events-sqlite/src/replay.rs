//! The log, told again.

use events_core::{
    AnyEnvelope,
    wire::{Decoded, EventRegistry},
};

use crate::{EventLog, LogError, Query};

/// What was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "it says how many events were left out"]
#[non_exhaustive]
pub struct Replayed {
    /// So many events.
    pub events: u64,
    /// So many were left out, since their types are not registered.
    pub unknown: u64,
    /// The position of the last event that was looked at; 0 where there was none.
    pub last: u64,
}

impl EventLog {
    /// Tells the events of a query, of registered types, to a closure, in the order of the log: to a bus
    /// (`bus.emit(event)`), or to a [`StateCoordinator`](events_core::StateCoordinator) that measures
    /// [by event time](events_core::StateCoordinatorBuilder::by_event_time) (`coordinator.follow(event)`). Ids, times and
    /// whatever else an envelope says are those of the log.
    ///
    /// ```
    /// use events_core::{EventBus, wire::{EventRegistry, RegisteredType}};
    /// use events_sqlite::{EventLog, Query};
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    /// # log.append(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?;
    ///
    /// static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<Started>()]);
    ///
    /// let bus = EventBus::new();
    /// let replayed = log.replay(Query::all(), &EVENTS, |event| -> Result<(), Box<dyn std::error::Error>> {
    ///     bus.emit(event)?.into_result()?; // an observer's failure ends the replay
    ///     Ok(())
    /// })?;
    /// assert_eq!((replayed.events, replayed.unknown), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first of the closure, or of reading an event.
    pub fn replay<E: From<LogError>>(
        &self,
        query: Query,
        types: &EventRegistry,
        mut tell: impl FnMut(AnyEnvelope) -> Result<(), E>,
    ) -> Result<Replayed, E> {
        let mut replayed = Replayed::default();
        for record in self.read(query) {
            let record = record?;
            match record.decode_with(types)? {
                Decoded::Event(event) => {
                    tell(event)?;
                    replayed.events += 1;
                }
                Decoded::Raw(_) => replayed.unknown += 1,
            }
            replayed.last = record.position();
        }
        Ok(replayed)
    }
}
