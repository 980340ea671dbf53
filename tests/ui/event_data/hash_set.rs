//! A set without an order, inside a type of the user's.

use std::collections::HashSet;

use events_core::EventData;
use serde::Serialize;

#[derive(EventData, Serialize)]
struct Tags {
    tags: Vec<HashSet<String>>,
}

fn main() {
    let _ = Tags { tags: Vec::new() };
}
