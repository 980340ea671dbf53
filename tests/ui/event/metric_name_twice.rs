//! One name for two metrics of one event.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
struct Measured {
    #[event(metric(counter, name = "packets_total"))]
    sent: u64,
    #[event(metric(gauge, name = "packets_total"))]
    received: u64,
    #[event(metric(histogram), metric(gauge))]
    lost: u64,
}

fn main() {}
