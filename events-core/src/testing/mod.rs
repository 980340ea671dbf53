//! How to test what emits events and what observes them.
//!
//! The kit is for tests, so it goes there: `events-core = { version = "0.1", features = ["testing"] }` in
//! `[dev-dependencies]`.
//!
//! # What was emitted
//!
//! A [`Recorder`] on the bus keeps what it is told, and the assertions look at it. What is expected is written as a pattern
//! of the event's struct, with a guard if need be:
//!
#![cfg_attr(feature = "derive", doc = "```")]
#![cfg_attr(not(feature = "derive"), doc = "```ignore")]
//! use std::time::Duration;
//! use events_core::testing::{
//!     ManualClock, Recorder, SequentialIds, assert_emitted, assert_emitted_in_order, assert_not_emitted,
//! };
//! use events_core::{Emitter, EntityEmitter, Event, EventBus};
//! use serde::Serialize;
//!
//! #[derive(Event, Serialize)]
//! #[event_type("quick_test.started")]
//! #[event(emitter = QuickTestEmitter)]
//! struct Started {
//!     test_name: String,
//! }
//!
//! #[derive(Event, Serialize)]
//! #[event_type("quick_test.completed")]
//! #[event(emitter = QuickTestEmitter)]
//! struct Completed {
//!     success_rate: f64,
//! }
//!
//! #[derive(Event, Serialize)]
//! #[event_type("quick_test.failed")]
//! #[event(emitter = QuickTestEmitter)]
//! struct Failed {
//!     error: String,
//! }
//!
//! #[derive(Emitter)]
//! #[emitter(entity_type = "quick_test")]
//! struct QuickTestEmitter {
//!     emitter: EntityEmitter,
//! }
//!
//! // Every run has the same times and the same ids.
//! let clock = ManualClock::at("2026-01-01T00:00:00Z".parse()?);
//! let bus = EventBus::builder().clock(clock.clone()).ids(SequentialIds::seeded(7)).build();
//! let seen = Recorder::on(&bus);
//!
//! let test = QuickTestEmitter::new(&bus, "test-001");
//! test.emit_started("Connection Test")?.into_result()?;
//! clock.advance(Duration::from_secs(2));
//! test.emit_completed(0.98)?.into_result()?;
//!
//! let completed = assert_emitted!(seen, Completed { success_rate } if *success_rate > 0.9);
//! assert_eq!(completed.time().to_rfc3339(), "2026-01-01T00:00:02+00:00");
//! assert_emitted!(seen.entity("test-001"), Started { test_name } if test_name == "Connection Test");
//! assert_emitted_in_order!(seen, [Started, Completed { .. }]);
//! assert_not_emitted!(seen, Failed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | | asserts that |
//! |---|---|
//! | [`assert_emitted!`] | some event matches, and evaluates to the first |
//! | [`assert_emitted_once!`] | exactly one does, and evaluates to it |
//! | [`assert_not_emitted!`] | none did until now |
//! | [`assert_emitted_in_order!`] | these came in this order, among others |
//! | [`assert_emitted_exactly!`] | these came in this order, and no others |
//!
//! One that fails says which event comes closest and what it lacks, and lists what came. With a guard of `*success_rate >
//! 0.99`:
//!
//! ```text
//! no event matches `Completed { success_rate } if *success_rate > 0.99`
//! nearest: #2
//!   `*success_rate > 0.99` does not hold: `success_rate` is 0.98
//! 2 events came:
//!   #1  quick_test.started    test-001  {"test_name": "Connection Test"}
//!   #2  quick_test.completed  test-001  {"success_rate": 0.98}
//! ```
//!
//! A recorder is told what the bus tells its observers: of a duplicate, or while the bus is switched off, nothing comes.
//! What became of those is in the [`Receipt`](crate::Receipt).
//!
//! # What another thread emits
//!
//! [`Recorder::wait_for`] and [`Recorder::wait_until`] wait, in real time, for an event that came or comes; the error at
//! the end of the time says what came instead. They block the thread: an async test reads a [stream](crate::EventStream),
//! or waits where its runtime lets it block.
//!
//! # Time and ids
//!
//! [`ManualClock`] and [`SequentialIds`] take the place of the system's. Windows of deduplication are measured with the
//! same clock: to let one pass, advance it.
//!
//! # What observers must endure
//!
//! [`check_idempotent`] tells an observer each event twice, and everything twice, and compares the states: who deduplicates
//! by a window will meet repeats beyond it. [`Chaos`] stands before an observer, and does to events what networks and
//! retries do, from a seed that repeats the run and that a failing test prints:
//!
//! ```
//! use std::{collections::BTreeSet, sync::Mutex};
//! use events_core::{AnyEnvelope, Event, EventBus, EventType, Observer, ObserverResult, testing::Chaos};
//! # #[derive(serde::Serialize)]
//! # struct Step { n: u32 }
//! # impl Event for Step { const TYPE: EventType = EventType::from_static("quick_test.step"); }
//!
//! #[derive(Default)]
//! struct Done(Mutex<BTreeSet<u32>>);
//!
//! impl Observer for Done {
//!     fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
//!         self.0.lock().unwrap().extend(event.payload().map(|step: &Step| step.n));
//!         Ok(())
//!     }
//! }
//!
//! for seed in 0..20 {
//!     let bus = EventBus::new();
//!     let chaos = Chaos::builder(Done::default()).seed(seed).duplicate(0.2).reorder(0.2, 5).fail(0.1).build();
//!     let _subscription = bus.observe(chaos.clone());
//!     for n in 0..50 {
//!         let step = Step { n }.for_entity("test-001")?;
//!         while bus.emit(&step)?.into_result().is_err() {} // at least once
//!     }
//!     chaos.flush()?;
//!     assert_eq!(chaos.observer().0.lock().unwrap().len(), 50);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod assertions;
mod chaos;
mod clock;
pub(crate) mod expectation;
mod idempotency;
mod ids;
mod macros;
mod nearest;
mod recorder;
mod report;
mod wait;

pub use self::{
    chaos::{Chaos, ChaosAct, ChaosBuilder, ChaosError, ChaosLog, ChaosStep, FlushError},
    clock::ManualClock,
    idempotency::{Difference, IdempotencyError, check_idempotent},
    ids::SequentialIds,
    recorder::Recorder,
    wait::WaitError,
};
#[doc(inline)]
pub use crate::{
    __assert_emitted as assert_emitted, __assert_emitted_exactly as assert_emitted_exactly,
    __assert_emitted_in_order as assert_emitted_in_order, __assert_emitted_once as assert_emitted_once,
    __assert_not_emitted as assert_not_emitted,
};
