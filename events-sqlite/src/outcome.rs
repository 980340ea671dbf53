//! What became of an appended event.

/// Where an event is in the log.
///
/// ```
/// use events_sqlite::{AppendOutcome, EventLog};
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # let directory = tempfile::tempdir()?;
/// # let log = EventLog::open(directory.path().join("events.db"))?;
///
/// let event = Started { test_name: "Connection Test".into() }.for_entity("test-001")?;
/// assert_eq!(log.append(&event)?, AppendOutcome::Appended { position: 1, version: 1 });
/// assert_eq!(log.append(&event)?, AppendOutcome::Duplicate { position: 1, version: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AppendOutcome {
    /// It was appended.
    Appended {
        /// Its place in the log: 1, 2, 3 … without gaps.
        position: u64,
        /// Its place among the events of its entity: 1, 2, 3 …
        version: u64,
    },
    /// An event of the same id was there already, and nothing was written.
    Duplicate {
        /// The place of that event in the log.
        position: u64,
        /// Its place among the events of its entity.
        version: u64,
    },
}

impl AppendOutcome {
    /// The place in the log of the event, or of the one that was there.
    pub fn position(&self) -> u64 {
        let (Self::Appended { position, .. } | Self::Duplicate { position, .. }) = self;
        *position
    }

    /// The place among the events of the entity.
    pub fn version(&self) -> u64 {
        let (Self::Appended { version, .. } | Self::Duplicate { version, .. }) = self;
        *version
    }

    /// Whether the event was there already, and nothing was written.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Duplicate { .. })
    }
}
