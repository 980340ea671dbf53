//! Everything about quick tests: their events, their emitter, their states.

use std::{cell::Cell, collections::BTreeMap, time::Instant};

use chrono::{DateTime, Utc};
use events_core::{EmitError, Emitter, EntityEmitter, Event, EventEnum, Receipt, StateMachine, ValidationError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The settings of a test. A `BTreeMap` and not a `HashMap` by taste alone: the id sorts the keys.
pub type Config = BTreeMap<String, Value>;

/// A test was created.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.created")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestCreated {
    /// The test's name, for people.
    pub test_name: String,
    /// The test's settings.
    pub config: Config,
    /// When it was created. Not part of the id: the same test created again is the same event.
    #[event(now, skip_id)]
    pub creation_time: DateTime<Utc>,
}

/// A test began to run.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestStarted {
    /// The test's name, for people.
    pub test_name: String,
    /// The test's settings.
    pub config: Config,
    /// When it began.
    #[event(now, skip_id)]
    pub start_time: DateTime<Utc>,
}

/// A test ended well.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.completed")]
#[event(emitter = QuickTestEmitter, validate = QuickTestCompleted::check)]
pub struct QuickTestCompleted {
    /// The test's name, for people.
    pub test_name: String,
    /// What was measured.
    pub results: Results,
    /// How long it ran, in seconds.
    #[event(skip_id)]
    pub duration: f64,
    /// When it ended.
    #[event(now, skip_id)]
    pub end_time: DateTime<Utc>,
}

/// A test failed.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.failed")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestFailed {
    /// The test's name, for people.
    pub test_name: String,
    /// What went wrong, for people.
    pub error_message: String,
    /// What went wrong, for programs: `packet_loss`, `timeout_error`.
    pub error_type: String,
    /// When it failed.
    #[event(now, skip_id)]
    pub failure_time: DateTime<Utc>,
}

/// What a connection test measures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Packets sent.
    pub packets_sent: u32,
    /// Packets that came back.
    pub packets_received: u32,
    /// The part of them that came back, from 0 to 1.
    pub success_rate: f64,
}

impl Results {
    /// The results of a test that sent and got back so many packets.
    #[must_use]
    pub fn new(packets_sent: u32, packets_received: u32) -> Self {
        Self {
            packets_sent,
            packets_received,
            success_rate: f64::from(packets_received) / f64::from(packets_sent.max(1)),
        }
    }
}

impl QuickTestCompleted {
    fn check(&self) -> Result<(), ValidationError> {
        if (0.0..=1.0).contains(&self.results.success_rate) {
            return Ok(());
        }
        Err(ValidationError::new("must lie between 0 and 1").field("success_rate").value(self.results.success_rate))
    }
}

/// Emits the events of one quick test.
#[derive(Emitter, Debug)]
#[emitter(entity_type = "quick_test")]
pub struct QuickTestEmitter {
    emitter: EntityEmitter,
    started: Cell<Option<Instant>>,
}

impl QuickTestEmitter {
    /// Emits that the test began, and remembers when, by a clock that never goes back.
    ///
    /// # Errors
    ///
    /// As `emit_started`.
    pub fn start(&self, test_name: &str, config: Config) -> Result<Receipt, EmitError> {
        self.started.set(Some(Instant::now()));
        self.emit_started(test_name, config)
    }

    /// Emits that the test ended well, with the time since [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// As `emit_completed`.
    pub fn complete(&self, test_name: &str, results: Results) -> Result<Receipt, EmitError> {
        let duration = self.started.get().map_or(0.0, |started| started.elapsed().as_secs_f64());
        self.emit_completed(test_name, results, duration)
    }
}

/// Everything that can happen to a quick test.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum QuickTestEvent {
    /// It was created.
    Created(QuickTestCreated),
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
    /// Not run yet.
    #[state(initial, on(QuickTestStarted => Running))]
    Created,
    /// Running.
    #[state(on(QuickTestCompleted => Completed), on(QuickTestFailed => Failed))]
    Running,
    /// Ended well.
    #[state(terminal)]
    Completed,
    /// Ended badly.
    #[state(terminal)]
    Failed,
}
