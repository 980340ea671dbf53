//! An enum whose events are not all of one emitter.

use events_core::{Emitter, EntityEmitter, Event, EventBus, EventEnum};
use serde::Serialize;

#[derive(Event, Clone, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    test_name: String,
}

#[derive(Event, Clone, Serialize)]
#[event_type("quick_test.failed")]
struct Failed {
    error: String,
}

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(EventEnum)]
enum TestEvent {
    Started(Started),
    Failed(Failed),
}

fn main() {
    let event = TestEvent::from(Started { test_name: "name".to_owned() });
    let _ = Tests::new(&EventBus::new(), "test-001").emit(event);
    let _ = Failed { error: "no".to_owned() };
}
