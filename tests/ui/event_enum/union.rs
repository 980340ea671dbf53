//! A union instead of an enum.

use events_core::{Event, EventEnum};
use serde::Serialize;

#[derive(Event, Clone, Copy, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    count: u8,
}

#[derive(EventEnum)]
union TestEvent {
    started: Started,
}

fn main() {
    let event = TestEvent { started: Started { count: 1 } };
    let _ = (event.kind(), event.for_entity("test-001"));
}
