//! The older version says how it becomes the newer one, and the newer one would never ask.

use events_core::{Event, Upcast};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
pub struct QuickTestStartedV1 {
    pub name: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(version = 2)]
pub struct QuickTestStarted {
    pub test_name: String,
}

impl Upcast for QuickTestStartedV1 {
    type To = QuickTestStarted;

    fn upcast(self) -> QuickTestStarted {
        QuickTestStarted { test_name: self.name }
    }
}

fn main() {}
