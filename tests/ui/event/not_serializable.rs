//! An event that serde cannot write.

use events_core::Event;

#[derive(Event)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

fn main() {
    let _ = Started { test_name: "name".to_owned() }.for_entity("test-001");
}
