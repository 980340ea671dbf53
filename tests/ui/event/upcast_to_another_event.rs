//! An older version whose way leads elsewhere.

use events_core::{Event, Upcast};
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

#[derive(Event, Serialize)]
#[event_type("quick_test.stopped")]
struct Stopped;

impl Upcast for StartedV1 {
    type To = Stopped;

    fn upcast(self) -> Stopped {
        Stopped
    }
}

fn main() {
    assert!(Started::VERSION > 0);
}
