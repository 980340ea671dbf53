//! The events, the emitter and the states that the snippets of this guide use: those of
//! [Getting started](crate::getting_started).

use chrono::{DateTime, Utc};
use events_core::{Emitter, EntityEmitter, Event, EventEnum, StateMachine, ValidationError};
use serde::{Deserialize, Serialize};

/// A quick test began to run.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestStarted {
    /// The test's name, for people.
    pub test_name: String,
    /// How many packets it will send.
    pub packets: u32,
    /// When it began; it does not enter the id.
    #[event(now, skip_id)]
    pub start_time: DateTime<Utc>,
}

/// A quick test ended well.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.completed")]
#[event(emitter = QuickTestEmitter, validate = Self::check)]
pub struct QuickTestCompleted {
    /// The part of the packets that came back, from 0 to 1.
    pub success_rate: f64,
}

impl QuickTestCompleted {
    fn check(&self) -> Result<(), ValidationError> {
        if (0.0..=1.0).contains(&self.success_rate) {
            return Ok(());
        }
        Err(ValidationError::new("must lie between 0 and 1").field("success_rate").value(self.success_rate))
    }
}

/// A quick test failed.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.failed")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestFailed {
    /// What went wrong, for people.
    pub reason: String,
}

/// Emits the events of one quick test.
#[derive(Emitter, Debug)]
#[emitter(entity_type = "quick_test")]
pub struct QuickTestEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to a quick test.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum QuickTestEvent {
    /// It began to run.
    Started(QuickTestStarted),
    /// It ended well.
    Completed(QuickTestCompleted),
    /// It failed.
    Failed(QuickTestFailed),
}

/// The life of a quick test.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickTestState {
    /// It is known, and does not run yet.
    #[state(initial, on(QuickTestStarted => Running))]
    Created,
    /// It runs.
    #[state(on(QuickTestCompleted => Completed), on(QuickTestFailed => Failed))]
    Running,
    /// It ended well.
    #[state(terminal)]
    Completed,
    /// It failed.
    #[state(terminal)]
    Failed,
}
