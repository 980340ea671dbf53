//! An older version that is told no way to the newer one.

use events_core::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
struct StartedV1 {
    name: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(version = 2, upcast_from = StartedV1)]
struct Started {
    test_name: String,
}

fn main() {
    assert!(Started::VERSION > 0);
}
