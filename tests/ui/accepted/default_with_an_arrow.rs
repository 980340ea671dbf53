//! A default with an arrow inside a turbofish.

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "quick_test")]
struct Tests {
    emitter: EntityEmitter,
}

#[derive(Event, Serialize)]
#[event_type("quick_test.started")]
#[event(emitter = Tests)]
struct Started {
    #[event(default = apply::<fn(u32) -> u32, u32>(|n| n + 1, 1), skip_id)]
    value: u32,
}

fn apply<F: Fn(N) -> N, N>(f: F, n: N) -> N {
    f(n)
}

fn main() {
    let receipt = Tests::new(&EventBus::new(), "test-001").emit_started();
    assert!(receipt.is_ok());
}
