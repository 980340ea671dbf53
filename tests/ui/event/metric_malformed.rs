//! Metrics that say too little, too much, or something unknown.

use events_core::Event;
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
struct Measured {
    #[event(metric)]
    a: u32,
    #[event(metric = "counter")]
    b: u32,
    #[event(metric())]
    c: u32,
    #[event(metric(name = "packets"))]
    d: u32,
    #[event(metric(count))]
    e: u32,
    #[event(metric(counter, gauge))]
    f: u32,
    #[event(metric(counter = 1))]
    g: u32,
    #[event(metric(counter, name = "Packets sent"))]
    h: u32,
    #[event(metric(counter, unit = "ms"))]
    i: u32,
    #[event(metric(counter, unit = "second_s"))]
    j: u32,
    #[event(metric(counter, unit = "parsecs"))]
    k: u32,
    #[event(metric(counter, labels = "a"))]
    l: u32,
    #[event(metric(counter, labels("a")))]
    m: u32,
    #[event(metric(counter, labels(protocl, a, a)))]
    n: u32,
    #[event(metric(counter, name = "events_total"))]
    o: u32,
    protocol: String,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
#[event(metric(counter))]
struct Whole {}

fn main() {}
