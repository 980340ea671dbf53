//! A generic event whose older version is told no way to it.

use events_core::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.measured")]
struct MeasuredV1<T> {
    value: T,
}

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.measured")]
#[event(version = 2, upcast_from = MeasuredV1<T>)]
struct Measured<T> {
    values: Vec<T>,
}

fn version<E: Event>() -> u32 {
    E::VERSION
}

fn main() {
    assert_eq!(version::<Measured<u8>>(), 2);
}
