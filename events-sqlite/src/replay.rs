//! The log, told again.

use events_core::{
    AnyEnvelope, EventBus, Receipt,
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

/// What became of the events that were told to a bus: each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "it says what was not told"]
#[non_exhaustive]
pub struct ReplayReport {
    /// Delivered without failure.
    pub delivered: u64,
    /// Recognised by the bus as delivered before.
    pub duplicates: u64,
    /// Emitted inside an observer: they are delivered after the present event.
    pub queued: u64,
    /// Emitted while the bus was switched off: nobody was told.
    pub suppressed: u64,
    /// Delivered, but an observer failed: the bus's hook [`on_failure`](events_core::EventBusBuilder::on_failure) was told.
    pub failed: u64,
    /// Refused by the bus: its hook [`on_refused`](events_core::EventBusBuilder::on_refused) was told.
    pub refused: u64,
    /// Left out, since their types are not registered.
    pub unknown: u64,
    /// The position of the last event that was looked at; 0 where there was none.
    pub last: u64,
}

impl ReplayReport {
    fn count(&mut self, receipt: &Receipt) {
        *match receipt {
            Receipt::Duplicate { .. } => &mut self.duplicates,
            Receipt::Queued { .. } => &mut self.queued,
            Receipt::Suppressed { .. } => &mut self.suppressed,
            receipt if receipt.failures().is_empty() => &mut self.delivered,
            _ => &mut self.failed,
        } += 1;
    }
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
    /// Tells the events of a query, of registered types, to a bus, in the order of the log. A failure of an observer and a refusal of
    /// the bus are counted, and it goes on; to end it there, [`replay`](Self::replay) to a closure.
    ///
    /// ```
    /// use events_core::{Envelope, EventBus, wire::{EventRegistry, RegisteredType}};
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
    /// let _printer = bus.subscribe(|event: &Envelope<Started>| println!("{} again", event.test_name));
    /// let report = log.replay_into(Query::all(), &EVENTS, &bus)?;
    /// assert_eq!((report.delivered, report.failed), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first of reading an event.
    pub fn replay_into(&self, query: Query, types: &EventRegistry, bus: &EventBus) -> Result<ReplayReport, LogError> {
        let mut report = ReplayReport::default();
        let replayed = self.replay(query, types, |event| {
            match bus.emit(event) {
                Ok(receipt) => report.count(&receipt),
                Err(_) => report.refused += 1,
            }
            Ok::<(), LogError>(())
        })?;
        (report.unknown, report.last) = (replayed.unknown, replayed.last);
        Ok(report)
    }
}
