//! A label that cannot be shown.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
struct Measured {
    #[event(metric(counter, labels(protocols)))]
    packets: u64,
    protocols: Vec<String>,
}

fn main() {}
