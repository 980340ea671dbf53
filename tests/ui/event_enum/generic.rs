//! An enum with a parameter.

use events_core::{Event, EventEnum};
use serde::Serialize;

#[derive(Event, Clone, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
}

#[derive(Event, Clone, Serialize)]
#[event_type("quick_test.failed")]
struct Failed {
    error: String,
}

#[derive(EventEnum)]
enum TestEvent<T> {
    Started(Started),
    Failed(Failed),
    Other(T),
}

fn main() {
    let _ = TestEvent::<Failed>::Started(Started { test_name: "name".to_owned() });
}
