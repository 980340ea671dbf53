//! A mutable borrow of the payload.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

fn main() {
    let mut event = Started { test_name: "name".to_owned() }.for_entity("test-001").unwrap();
    let _: &mut Started = &mut event;
}
