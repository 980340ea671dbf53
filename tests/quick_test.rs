//! The events of the seed tutorial, as a user writes them.

use std::{cell::Cell, collections::BTreeMap};

use chrono::{DateTime, Utc};
use events_core::*;
use serde::{Deserialize, Serialize};

pub type Config = BTreeMap<String, u32>;

/// A quick test was created.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.created")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestCreated {
    pub test_name: String,
    #[event(default = Config::new())]
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

#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("quick_test.stopped")]
#[event(emitter = QuickTestEmitter)]
pub struct QuickTestStopped;

#[derive(Emitter, Debug)]
#[emitter(entity_type = "quick_test")]
pub struct QuickTestEmitter {
    emitter: EntityEmitter,
    pub started_at: Cell<Option<DateTime<Utc>>>,
}

#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum QuickTestEvent {
    Created(QuickTestCreated),
    Started(QuickTestStarted),
    Stopped(QuickTestStopped),
}

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickTestState {
    #[state(initial, on(QuickTestStarted => Running))]
    Created,
    #[state(on(QuickTestStopped => Stopped))]
    Running,
    #[state(terminal)]
    Stopped,
}

#[derive(Event, Debug, Serialize)]
#[event_type("sample.measured")]
#[event(emitter = SampleEmitter)]
pub struct Measured<T: Clone>
where
    T: Default,
{
    pub value: T,
    #[event(skip_id, default)]
    pub note: Option<String>,
}

#[derive(Emitter, Debug)]
#[emitter(entity_type = "sample")]
pub struct SampleEmitter(EntityEmitter);

#[derive(Event, Debug, Serialize)]
#[event_type("sample.generic")]
#[event(emitter = GenericEmitter<u8>, bound = "T: Send + Sync + Serialize + 'static")]
pub struct Generic<T> {
    pub value: T,
}

#[derive(Emitter, Debug)]
#[emitter(entity_type = "sample")]
pub struct GenericEmitter<T> {
    emitter: EntityEmitter,
    pub x: T,
}

impl<T> Default for Generic<T>
where
    T: Default,
{
    fn default() -> Self {
        Self { value: T::default() }
    }
}

struct NotDe;

#[test]
fn road() {
    let bus = EventBus::new();
    let _g = bus.subscribe(|e: &Envelope<QuickTestStarted>| println!("{} {}", e.id(), e.test_name));
    let _g = bus.subscribe(|e: &AnyEnvelope| println!("{}", e.to_json().unwrap()));
    let _g = bus.subscribe(|e: &QuickTestEvent| -> Result<(), std::num::ParseIntError> {
        println!("{}", e.kind());
        "1".parse::<u32>().map(drop)
    });
    let tests = QuickTestEmitter::new(&bus, "tutorial-test-001");
    let receipt = tests.emit_started("Tutorial Connection Test", Config::new()).unwrap();
    assert!(receipt.is_delivered());
    let r = tests.emit(QuickTestEvent::from(QuickTestStopped)).unwrap();
    println!("{r:?}");
    let s = SampleEmitter::new(&bus, 7);
    println!("{:?}", s.emit_measured(5_u32));
    println!("{:?}", GenericEmitter::<u8>::new(&bus, 7).emit_generic("x".to_owned()));
    let e: QuickTestEvent = serde_json::from_str(r#"{"data":{"test_name":"a","config":{"a":1},"start_time":"2025-01-01T12:00:00Z"},"type":"quick_test.started"}"#).unwrap();
    println!("{}", serde_json::to_string(&e).unwrap());
    println!("{}", serde_json::from_str::<QuickTestEvent>(r#"{"data":{},"type":"quick_test.startd"}"#).unwrap_err());
    let mut m = StateManager::<QuickTestState>::new();
    println!("{:?}", m.apply(&e.for_entity("x").unwrap()));
    println!("{}", m.transition_to(QuickTestState::Created).unwrap_err());
    println!("{:#?}", QuickTestCreated::DESCRIPTOR);
}
