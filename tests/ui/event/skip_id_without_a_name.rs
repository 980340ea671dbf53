//! Members that are left out are named in the wire form, where an empty name is none.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
    #[serde(rename = "")]
    #[event(skip_id)]
    nameless: u32,
    #[serde(rename = "a,b")]
    #[event(skip_id)]
    several: u32,
}

fn main() {
    let _ = Started { test_name: "name".into(), nameless: 1, several: 2 }.for_entity("test-001");
}
