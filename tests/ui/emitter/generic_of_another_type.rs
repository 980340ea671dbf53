//! An event emitted through a generic emitter with another parameter than its own.

use std::marker::PhantomData;

use events_core::{Emitter, EntityEmitter, Event, EventBus};
use serde::Serialize;

#[derive(Emitter)]
#[emitter(entity_type = "sample")]
struct Samples<T> {
    emitter: EntityEmitter,
    of: PhantomData<T>,
}

#[derive(Event, Serialize)]
#[event_type("sample.measured")]
#[event(emitter = Samples<T>)]
struct Measured<T> {
    value: T,
}

fn main() {
    let samples = Samples::<u8>::new(&EventBus::new(), "sample-001");
    let _ = samples.emit_measured(1);
    let _ = samples.emit(Measured { value: 1_u64 });
}
