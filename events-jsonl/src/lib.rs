//! Events as JSON Lines on disk: one `CloudEvents` 1.0 object a line, readable by everything that reads JSON.
//!
//! - [`JsonlRecorder`] is an observer that writes each event, and survives kills, full disks and files that vanish.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `gzip` | yes | rotated files are compressed (`Rotation::gzip`) |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod gzip;
mod identity;
mod recorder;
mod series;

pub use self::{
    error::{BackgroundError, CloseError, OpenError, RecordError, RotationError},
    recorder::{Flush, Fsync, JsonlRecorder, JsonlRecorderBuilder, RecorderStats, Rotation, TailRepair},
};
