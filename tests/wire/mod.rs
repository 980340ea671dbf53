//! Events read back: what is kept, what is checked, and what is said of a mistake.

mod errors;
mod limits;
mod raw;
mod registry;
mod round_trip;

use serde_json::{Map, Value, json};

/// An event that can be read, as a JSON object to be changed.
fn step() -> Map<String, Value> {
    let text = crate::domain::QuickTestStep { n: 1 };
    let event = events_core::Envelope::builder(text, "e/1").time(chrono::DateTime::UNIX_EPOCH).build().unwrap();
    serde_json::from_str(&event.to_json().unwrap()).unwrap()
}

/// The same with members changed; those that become `null` are left out.
fn step_with(changes: &[(&str, Value)]) -> String {
    let mut event = step();
    for (member, value) in changes {
        match value {
            Value::Null => event.remove(*member),
            value => event.insert((*member).into(), value.clone()),
        };
    }
    json!(event).to_string()
}
