//! The log as an observer of a bus.

use events_core::{AnyEnvelope, Observer, ObserverResult};

use crate::EventLog;

impl EventLog {
    /// An observer that appends every event it is told, and returns when it is durable: what the log cannot take is a failure in the
    /// event's receipt. The emitting thread waits for the disk; a [queue](Self::queue) does not.
    ///
    /// ```
    /// use events_core::{Event, EventBus};
    /// use events_sqlite::EventLog;
    /// # use events_core::EventType;
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    ///
    /// let bus = EventBus::new();
    /// let _kept = bus.observe(log.observer());
    /// let receipt = bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?;
    /// assert!(receipt.failures().is_empty());
    /// assert_eq!(log.last_position()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn observer(&self) -> LogObserver {
        LogObserver { log: self.clone() }
    }
}

/// Appends every event it is told; see [`EventLog::observer`].
#[derive(Clone, Debug)]
#[must_use = "an observer is told nothing before it is subscribed"]
pub struct LogObserver {
    log: EventLog,
}

impl Observer for LogObserver {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        self.log.append(event)?;
        Ok(())
    }

    fn takes_batches(&self) -> bool {
        true
    }

    fn on_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        self.log.append_batch(events)?;
        Ok(())
    }
}
