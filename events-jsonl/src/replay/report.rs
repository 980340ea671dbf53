//! What became of the records of a replay.

use std::{error::Error, fmt};

use events_core::{DeliveryError, EmitError, wire::DecodeError};

use crate::reader::{Place, ReadError};

/// What became of the records: each line is counted once, so that `records` is the sum of all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "it says what was not told"]
#[non_exhaustive]
pub struct ReplayReport {
    /// How many records there were, those that could not be read among them.
    pub records: u64,
    /// Emitted, and delivered without failure.
    pub delivered: u64,
    /// Emitted, and recognised by the bus as delivered before.
    pub duplicates: u64,
    /// Emitted inside an observer: they are delivered after the present event.
    pub queued: u64,
    /// Emitted while the bus was switched off: nobody was told.
    pub suppressed: u64,
    /// Events of types that are not registered: told to [`Replay::on_raw`](crate::Replay::on_raw), and not emitted.
    pub unknown: u64,
    /// Delivered, but an observer failed: [`ReplayProblem::Failed`].
    pub failed: u64,
    /// Refused by the bus: [`ReplayProblem::Refused`].
    pub refused: u64,
    /// Lines or files that could not be read: [`ReplayProblem::Read`].
    pub unreadable: u64,
    /// Not what their types say: [`ReplayProblem::Undecodable`].
    pub undecodable: u64,
}

/// What went wrong with one record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayProblem {
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is of a registered type, and not what that says.
    #[error("{place}: {source}")]
    #[non_exhaustive]
    Undecodable {
        /// The line.
        place: Place,
        /// What is wrong with it. Its offset is from the beginning of the line.
        source: DecodeError,
    },
    /// The bus refused it.
    #[error("{place}: {source}")]
    #[non_exhaustive]
    Refused {
        /// The line.
        place: Place,
        /// Why.
        source: EmitError,
    },
    /// It was delivered, and failed in an observer.
    #[error("{place}: {source}")]
    #[non_exhaustive]
    Failed {
        /// The line.
        place: Place,
        /// In which, and why.
        source: DeliveryError,
    },
}

/// A replay ended before the end of the recording.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReplayError {
    /// A record went wrong, and [`OnProblem::Stop`](crate::OnProblem::Stop) was said.
    #[non_exhaustive]
    Stopped {
        /// What went wrong.
        problem: Box<ReplayProblem>,
        /// What was done until then, this record included.
        report: ReplayReport,
    },
    /// The speed is no positive number.
    #[non_exhaustive]
    Speed {
        /// The speed.
        speed: f64,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped { problem, report } => {
                write!(f, "the replay stopped after {} records: {problem}", report.records)
            }
            Self::Speed { speed } => write!(f, "a replay cannot have the speed {speed}"),
        }
    }
}

/// Written by hand: the derive would give the `Box` as the source, which cannot be downcast to the problem.
impl Error for ReplayError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Stopped { problem, .. } => Some(&**problem),
            Self::Speed { .. } => None,
        }
    }
}
