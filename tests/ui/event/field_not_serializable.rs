//! A field that serde cannot write: serde says so, and once is enough.

use events_core::{Event, EventData};
use serde::Serialize;

struct Config;

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
struct Started {
    config: Config,
}

/// The same inside a payload.
#[derive(EventData, Serialize)]
struct Results {
    config: Config,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.completed")]
struct Completed {
    results: Results,
}

fn main() {
    let _ = Started { config: Config }.for_entity("test-001");
    let _ = Completed { results: Results { config: Config } }.for_entity("test-001");
}
