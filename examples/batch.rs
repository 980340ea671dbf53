//! Next steps: many events at once, and many data points in one event.
//!
//! Run it with `cargo run --example batch`.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use events_core::{AnyEnvelope, Emitter, EntityEmitter, Envelope, Event, EventBus, EventData, ValidationError};
use serde::Serialize;

/// A packet came back.
#[derive(Event, Serialize)]
#[event_type("probe.answered")]
#[event(emitter = Probe, validate = Self::check)]
struct Answered {
    number: u32,
    millis: f64,
}

impl Answered {
    fn check(&self) -> Result<(), ValidationError> {
        if self.millis >= 0.0 {
            return Ok(());
        }
        Err(ValidationError::new("no answer comes before the question").field("millis").value(self.millis))
    }
}

/// What a probe measured, all of it.
#[derive(Event, Serialize)]
#[event_type("probe.measured")]
#[event(emitter = Probe)]
struct Measured {
    points: Vec<Point>,
}

/// One point; with `EventData` it is written to the id natively.
#[derive(EventData, Serialize)]
struct Point {
    number: u32,
    millis: f64,
}

/// Emits the events of one probe.
#[derive(Emitter)]
#[emitter(entity_type = "probe")]
struct Probe(EntityEmitter);

fn main() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();
    let probe = Probe::new(&bus, "probe-7");

    // Told each event by itself …
    let slow = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&slow);
    let _slow = bus.subscribe(move |event: &Envelope<Answered>| {
        if event.millis > 9.0 {
            count.fetch_add(1, Relaxed);
        }
    });
    // … and told those of a batch together, as who writes them to a disk would like it.
    let writes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&writes);
    let _store = bus.subscribe(move |events: &[AnyEnvelope]| {
        println!("{} events in one write", events.len());
        count.fetch_add(1, Relaxed);
    });

    let answers = (0..1000).map(|number| Answered { number, millis: f64::from(number % 11) });
    let receipt = probe.emit_batch(answers);
    println!("{} of {} delivered", receipt.delivered(), receipt.len());
    assert_eq!((receipt.into_result()?.len(), slow.load(Relaxed), writes.load(Relaxed)), (1000, 90, 1));

    // A batch is no transaction: what is invalid is refused, and the others are delivered.
    let receipt = probe.emit_batch([1.5, -1.0, 2.5].map(|millis| Answered { number: 0, millis }));
    assert_eq!(receipt.delivered(), 2);
    let error = receipt.into_result().unwrap_err();
    println!("{error}");
    assert_eq!(error.failures[0].0, 1, "the place in the batch");

    // Thousands of data points that belong together are one event.
    let points: Vec<Point> = (0..5000).map(|number| Point { number, millis: 1.5 }).collect();
    let receipt = probe.emit_measured(points)?;
    println!("5000 points: {}", receipt.id());
    assert_eq!(writes.load(Relaxed), 3);
    Ok(())
}
