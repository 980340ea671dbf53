//! A method that changes the payload.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

fn main() {
    let event = Started { test_name: "name".to_owned() }.for_entity("test-001").unwrap();
    event.test_name.push('!');
}
