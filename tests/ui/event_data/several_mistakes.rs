//! Several mistakes in one type: all are reported at once.

use std::collections::HashSet;

use chrono::{DateTime, Local};
use events_core::{Event, EventData};
use serde::Serialize;

#[derive(EventData, Serialize)]
#[event_data(crate = 3, bound = "u8 EventData")]
struct Results {
    tags: HashSet<String>,
    end: DateTime<Local>,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.completed")]
struct Completed {
    results: Results,
}

fn main() {
    let _ = Completed { results: Results { tags: HashSet::new(), end: Local::now() } }.for_entity("test-001");
}
