//! Metrics of fields that are no numbers, or none that a counter adds.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
struct Measured {
    #[event(metric(gauge))]
    text: String,
    #[event(metric(counter))]
    signed: i32,
    #[event(metric(histogram))]
    many: Vec<f64>,
}

fn main() {}
