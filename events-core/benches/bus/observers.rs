//! The event that is emitted, and what each of its observers does, whoever calls it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use chrono::DateTime;
use events_core::{Emitter, EntityEmitter, Envelope, Event, EventBus, ValidationError};
use serde::Serialize;

pub(crate) const ENTITY: &str = "probe-7";

/// Six scalars, cheap to copy for who wants an event of its own.
#[derive(Event, Clone, Copy, Debug, Serialize)]
#[event_type("probe.sampled")]
#[event(emitter = Probe, validate = Sampled::check)]
pub(crate) struct Sampled {
    pub(crate) serial: u64,
    pub(crate) value: u64,
    pub(crate) series: u32,
    pub(crate) attempt: u32,
    pub(crate) rate: f64,
    pub(crate) complete: bool,
}

impl Sampled {
    pub(crate) fn new(serial: u64) -> Self {
        Self { serial, value: 1000, series: 3, attempt: 1, rate: 0.98, complete: true }
    }

    fn check(&self) -> Result<(), ValidationError> {
        if (0.0..=1.0).contains(&self.rate) {
            return Ok(());
        }
        Err(ValidationError::new("must lie between 0 and 1").field("rate"))
    }

    pub(crate) fn seal(self) -> Envelope<Self> {
        Envelope::builder(self, ENTITY).time(DateTime::UNIX_EPOCH).build().expect("the event is valid")
    }
}

/// Emits the samples.
#[derive(Emitter, Debug)]
#[emitter(entity_type = "probe")]
pub(crate) struct Probe(EntityEmitter);

/// Envelopes with different ids, taken in turn: each is forgotten by a window of less than half of them before it comes again.
pub(crate) struct Ring {
    envelopes: Box<[Envelope<Sampled>]>,
    at: usize,
}

impl Ring {
    pub(crate) const LENGTH: usize = 1 << 15;

    /// The ring of this number; no two share an id.
    pub(crate) fn new(number: u64) -> Self {
        let first = number * Self::LENGTH as u64;
        let envelopes = (0..Self::LENGTH as u64).map(|at| Sampled::new(first + at).seal()).collect();
        Self { envelopes, at: 0 }
    }

    pub(crate) fn turn(&mut self) -> &Envelope<Sampled> {
        self.at = (self.at + 1) % Self::LENGTH;
        &self.envelopes[self.at]
    }
}

/// Where the observers count, each in its own place. No two threads ever emit to the same observers at once.
pub(crate) static COUNTERS: [AtomicU64; 64] = [const { AtomicU64::new(0) }; 64];

/// What every observer does. Each kind is a function of its own, as observers are in a program.
pub(crate) fn tell<const KIND: usize>(counter: &AtomicU64, value: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(value ^ KIND as u64), Relaxed);
}

/// Whatever can be observed.
pub(crate) trait Observable {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64);
}

/// Adds so many observers, each of another kind.
pub(crate) fn observed_by<O: Observable>(observers: usize, mut target: O) -> O {
    macro_rules! observe {
        ($($kind:literal)*) => {$(
            if $kind < observers {
                target.observe::<$kind>(&COUNTERS[$kind]);
            }
        )*};
    }
    observe! {
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
        16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47
        48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
    }
    target
}

impl Observable for EventBus {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
        self.subscribe(move |event: &Envelope<Sampled>| tell::<KIND>(counter, event.value)).detach();
    }
}
