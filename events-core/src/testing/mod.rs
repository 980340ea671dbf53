//! The test kit: what makes a run of a test the same every time.
//!
//! For `[dev-dependencies]`: `events-core = { version = "0.1", features = ["testing"] }`.

mod clock;
mod ids;

pub use self::{clock::ManualClock, ids::SequentialIds};
