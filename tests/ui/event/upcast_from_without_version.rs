//! An older version of a first one.

use events_core::{Event, Upcast};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
struct StartedV1 {
    name: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(upcast_from = StartedV1)]
struct Started {
    test_name: String,
}

impl Upcast for StartedV1 {
    type To = Started;

    fn upcast(self) -> Started {
        Started { test_name: self.name }
    }
}

fn main() {
    assert!(Started::VERSION > 0);
}
