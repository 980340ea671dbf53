//! An emitter that is not in scope: one error, on its name.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = QuickTestEmitter)]
pub struct Started {
    test_name: String,
}

fn main() {
    let _ = Started { test_name: "name".to_owned() }.for_entity("test-001");
}
