//! Several mistakes in one event: all are reported at once.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("QuickTest.Started")]
#[event(emitter = Tests, verison = 2, identity = "unique")]
struct Started {
    #[event(skipid)]
    test_name: String,
    #[event(now, default)]
    start_time: chrono::DateTime<chrono::Utc>,
    #[event(version = 3)]
    zone: chrono::DateTime<chrono::Local>,
    hosts: std::collections::HashSet<String>,
}

fn main() {
    let tests = Tests::new(&EventBus::new(), "test-001");
    let _ = tests.emit_started("name", chrono::Local::now(), std::collections::HashSet::new());
}
