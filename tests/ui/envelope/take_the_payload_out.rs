//! The payload is moved out.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

fn main() {
    let event = Started { test_name: "name".to_owned() }.for_entity("test-001").unwrap();
    let _name = event.test_name;
}
