//! A misspelt attribute.

use events_core::EventData;
use serde::Serialize;

#[derive(EventData, Serialize)]
#[event_data(bund = "T: EventData + Serialize")]
struct Pair<T> {
    first: T,
    second: T,
}

fn main() {
    let _ = Pair { first: 1, second: 2 };
}
