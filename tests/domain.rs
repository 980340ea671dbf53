//! What the other modules share: the events of a quick test and of a service, the test kit's clock, and a log.

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, Utc};
pub use events_core::testing::ManualClock;
use events_core::{
    Clock, EmitError, Emitter, EntityEmitter, Event, EventBus, EventEnum, EventId, Receipt, StateMachine,
    ValidationError,
};
use serde::{Deserialize, Serialize};

pub type Config = BTreeMap<String, u32>;

/// A quick test was created.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.created")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestCreated {
    pub test_name: String,
    #[event(default = Config::from([("retries".to_owned(), 3)]))]
    pub config: Config,
    #[event(now, skip_id)]
    pub creation_time: DateTime<Utc>,
}

/// A quick test began to run.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestStarted {
    pub test_name: String,
    pub config: Config,
    #[event(now)]
    pub start_time: DateTime<Utc>,
}

/// A quick test ended well.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.completed")]
#[event(emitter = QuickTestEmitter, validate = Self::check)]
pub struct QuickTestCompleted {
    pub success_rate: f64,
    #[event(default)]
    pub note: Option<String>,
}

impl QuickTestCompleted {
    fn check(&self) -> Result<(), ValidationError> {
        if (0.0..=1.0).contains(&self.success_rate) {
            return Ok(());
        }
        Err(ValidationError::new("must lie between 0 and 1").field("success_rate").value(self.success_rate))
    }
}

/// A quick test ended badly.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.failed")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestFailed {
    pub error: String,
}

/// One step of a quick test. In no enum and in no state machine.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.step")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestStep {
    pub n: u32,
}

/// A sign of life, every one of its own.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.beat")]
#[event(emitter = QuickTestEmitter, identity = unique)]
pub struct QuickTestBeat {
    pub n: u32,
}

/// A service can be used.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.ready")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceReady {
    pub port: u16,
}

/// Emits the events of one quick test.
#[derive(Emitter, Debug)]
#[emitter(entity_type = "quick_test")]
pub struct QuickTestEmitter {
    emitter: EntityEmitter,
    pub started_at: Cell<Option<DateTime<Utc>>>,
}

/// Emits the events of one service.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "service")]
pub struct ServiceEmitter(EntityEmitter);

/// Everything that can happen to a quick test.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum QuickTestEvent {
    /// It exists.
    Created(QuickTestCreated),
    Started(QuickTestStarted),
    Completed(QuickTestCompleted),
    Failed(QuickTestFailed),
}

/// The life of a quick test.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickTestState {
    #[state(initial, on(QuickTestStarted => Running))]
    Created,
    #[state(on(QuickTestCompleted => Completed), on(QuickTestFailed => Failed))]
    Running,
    #[state(terminal, name = "well done")]
    Completed,
    #[state(terminal)]
    Failed,
}

/// An emitter for the quick test `test-001`.
pub fn quick_test(bus: &EventBus) -> QuickTestEmitter {
    QuickTestEmitter::new(bus, "test-001")
}

/// A quick test that began at the start of all clocks.
pub fn started(test_name: &str) -> QuickTestStarted {
    QuickTestStarted { test_name: test_name.to_owned(), config: Config::new(), start_time: DateTime::UNIX_EPOCH }
}

/// Every reading is a second later than the one before.
#[derive(Debug, Default)]
pub struct Ticking(pub ManualClock);

impl Clock for Ticking {
    fn now(&self) -> DateTime<Utc> {
        self.0.advance(Duration::from_secs(1));
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// What observers saw, in order. Clones are one log.
#[derive(Debug)]
pub struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Log<T> {
    pub fn new() -> Self {
        Self(Arc::default())
    }

    pub fn push(&self, entry: T) {
        self.0.lock().unwrap().push(entry);
    }

    /// Everything since the last call.
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Insists that an event was delivered, and that no observer failed.
#[track_caller]
pub fn delivered(receipt: Result<Receipt, EmitError>) -> EventId {
    let receipt = receipt.unwrap();
    assert!(receipt.is_delivered(), "{receipt:?}");
    receipt.into_result().unwrap()
}
