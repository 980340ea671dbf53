//! The test kit: what makes a run of a test the same every time, and what tells what it emitted.
//!
//! For `[dev-dependencies]`: `events-core = { version = "0.1", features = ["testing"] }`.

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
