//! An older version that keeps its emitter: both want one method.

use events_core::{Emitter, EntityEmitter, Event, EventBus, Upcast};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(emitter = QuickTestEmitter)]
struct StartedV1 {
    name: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(emitter = QuickTestEmitter, version = 2, upcast_from = StartedV1)]
struct Started {
    test_name: String,
}

impl Upcast for StartedV1 {
    type To = Started;

    fn upcast(self) -> Started {
        Started { test_name: self.name }
    }
}

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct QuickTestEmitter {
    emitter: EntityEmitter,
}

fn main() {
    let _ = QuickTestEmitter::new(&EventBus::new(), "test-001");
}
