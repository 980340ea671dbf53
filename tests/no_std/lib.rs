//! Derived code in a crate without `std`, which can have emitters where there is one. That it compiles is most of the test.
//!
//! It says something when it is built alone (`cargo test -p events-no-std`): beside the rest of the workspace `events-core` has
//! its `std`.

#![no_std]

extern crate alloc;

use alloc::{string::String, vec::Vec};

use chrono::{DateTime, Utc};
#[cfg(feature = "std")]
use events_core::{Emitter, EntityEmitter};
use events_core::{Event, EventData, EventEnum, StateMachine, Upcast, ValidationError};
use serde::{Deserialize, Serialize};

/// A run began.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.started")]
#[event(version = 2, upcast_from = StartedV1, validate = Self::check, dedup(window = "5m", count = 100))]
#[cfg_attr(feature = "std", event(emitter = RunEmitter))]
pub struct Started {
    /// Its name.
    pub name: String,
    /// What was measured before.
    pub points: Vec<Point>,
    /// When.
    #[event(now, skip_id)]
    pub at: DateTime<Utc>,
}

/// A run began, as it was told at first.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.started")]
pub struct StartedV1 {
    /// Its name.
    pub name: String,
}

impl Upcast for StartedV1 {
    type To = Started;

    fn upcast(self) -> Started {
        Started { name: self.name, points: Vec::new(), at: DateTime::UNIX_EPOCH }
    }
}

impl Started {
    fn check(&self) -> Result<(), ValidationError> {
        if self.name.is_empty() { Err(ValidationError::new("is empty").field("name")) } else { Ok(()) }
    }
}

/// A run ended.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.ended")]
#[event(identity = unique, dedup(none))]
#[cfg_attr(feature = "std", event(emitter = RunEmitter, lifecycle = RunLife))]
pub struct Ended;

/// Something was measured.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.measured")]
pub struct Measured<T> {
    /// What.
    pub value: T,
}

/// Part of a payload.
#[derive(EventData, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// A coordinate.
    pub x: f64,
}

/// Every event of a run.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum RunEvent {
    /// It began.
    Started(Started),
    /// It ended.
    Ended(Ended),
    /// It measured.
    Measured(Measured<u8>),
}

/// The life of a run.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "std", state_machine(lifecycle(RunLife, emitter = RunEmitter)))]
pub enum RunState {
    /// Under way.
    #[state(initial, on(Ended => Over))]
    Running,
    /// The end.
    #[state(terminal)]
    Over,
}

/// Emits the events of one run.
#[cfg(feature = "std")]
#[derive(Emitter, Debug)]
#[emitter(entity_type = "run")]
pub struct RunEmitter {
    emitter: EntityEmitter,
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use events_core::{AnyEnvelope, DedupPolicy, Envelope, Event, EventEnum, EventKind, StateMachine};

    use super::{Ended, Measured, RunEvent, RunEventKind, RunState, Started};

    #[test]
    fn events_are_what_they_are_elsewhere() {
        let event = Started { name: "one".into(), points: [].into(), at: DateTime::UNIX_EPOCH };
        let envelope = Envelope::builder(event.clone(), "run-1").time(DateTime::UNIX_EPOCH).build().unwrap();
        let erased: AnyEnvelope = envelope.clone().erase();
        assert_eq!(RunEvent::try_from(&erased).unwrap(), RunEvent::Started(event));
        assert_eq!(RunEvent::from(Measured { value: 1 }).kind(), RunEventKind::Measured);
        assert_eq!(RunEventKind::ALL.len(), 3);
        assert_eq!((Started::OLDEST_VERSION, Started::VERSION), (1, 2));
        assert_eq!(Ended::DEDUP, DedupPolicy::Off);
        assert_eq!(RunState::STATES, [RunState::Running, RunState::Over]);
    }
}
