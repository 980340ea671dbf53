//! An event before itself.

use events_core::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(version = 2, upcast_from = Started)]
struct Started {
    test_name: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.measured")]
#[event(version = 2, upcast_from = Self)]
struct Measured<T> {
    value: T,
}

fn main() {
    assert!(Started::VERSION > 0 && Measured::<u8>::VERSION > 0);
}
