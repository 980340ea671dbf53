//! An event that borrows.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started<'a> {
    test_name: &'a str,
}

fn main() {
    let _ = Started { test_name: "name" }.for_entity("test-001");
}
