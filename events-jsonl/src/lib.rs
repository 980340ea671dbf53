//! Events as JSON Lines on disk: one `CloudEvents` 1.0 object a line, readable by everything that reads JSON.
//!
//! - [`JsonlRecorder`] is an observer that writes each event, and survives kills, full disks and files that vanish.
//! - [`JsonlReader`] reads a recording back, rotated and compressed files included; [`Follower`] while it grows.
//! - [`Replay`] emits what was recorded again, as it was, at the original pace or another.
//! - [`panther`] reads the timeline of upstream PANTHER.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `gzip` | yes | rotated files are compressed (`Rotation::gzip`), and compressed ones read |

#![cfg_attr(docsrs, feature(doc_cfg))]
// What may not grow says so, and why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod error;
mod gzip;
mod identity;
pub mod panther;
mod reader;
mod recorder;
mod replay;
mod series;
mod sync;

pub use self::{
    error::{BackgroundError, CloseError, OpenError, RecordError, RotationError},
    reader::{Follower, FollowerBuilder, JsonlReader, Place, ReadError, Record, Start, StopHandle, TornTail},
    recorder::{Flush, Fsync, JsonlRecorder, JsonlRecorderBuilder, RecorderStats, Rotation, TailRepair},
    replay::{OnProblem, Replay, ReplayError, ReplayProblem, ReplayReport, SystemTimer, Timer},
};
