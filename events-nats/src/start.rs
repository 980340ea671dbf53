//! Where in a stream one begins.

use std::time::SystemTime;

use async_nats::{datetime, jetstream::consumer::DeliverPolicy};
use chrono::{DateTime, Utc};

/// Where in a stream a new subscriber, or a replay, begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// With the oldest event that the stream has.
    #[default]
    Beginning,
    /// With what is published from now on.
    New,
    /// With the event of this number, or the next one there is.
    Sequence(u64),
    /// With the first event that was stored at this moment or later.
    Time(DateTime<Utc>),
}

impl Start {
    pub(crate) fn policy(self) -> DeliverPolicy {
        match self {
            Self::Beginning => DeliverPolicy::All,
            Self::New => DeliverPolicy::New,
            Self::Sequence(start_sequence) => DeliverPolicy::ByStartSequence { start_sequence: start_sequence.max(1) },
            Self::Time(time) => {
                DeliverPolicy::ByStartTime { start_time: datetime::DateTime::from(SystemTime::from(time)) }
            }
        }
    }
}
