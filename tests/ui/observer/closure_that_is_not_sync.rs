//! A closure over a value that threads cannot share.

use events_core::{Envelope, Event, EventBus};
use serde::Serialize;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

fn main() {
    let seen = std::cell::Cell::new(0);
    let bus = EventBus::new();
    let _ = Started { test_name: "name".to_owned() };
    let _subscription = bus.subscribe(move |_: &Envelope<Started>| seen.set(1));
}
