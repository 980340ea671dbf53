//! Ids in sequence.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use chrono::{DateTime, Utc};
use uuid::Builder;

use crate::{EventId, IdSource};

/// An [`IdSource`] whose ids follow from the time, a seed and how many it gave before: every run of a test has the same
/// ones. Clones are one source.
///
/// They are `UUIDv7`s as those of [`RandomIds`](crate::RandomIds), with zeros, the seed and the count in place of what is
/// random there. Sources with different seeds never give the same id, nor does one source twice.
///
/// ```
/// use chrono::DateTime;
/// use events_core::{IdSource, testing::SequentialIds};
///
/// let ids = SequentialIds::seeded(7);
/// assert_eq!(ids.unique(DateTime::UNIX_EPOCH).to_string(), "00000000-0000-7000-8007-000000000001");
/// assert_eq!(ids.unique(DateTime::UNIX_EPOCH).to_string(), "00000000-0000-7000-8007-000000000002");
/// ```
#[derive(Clone, Debug, Default)]
pub struct SequentialIds {
    seed: u16,
    given: Arc<AtomicU64>,
}

impl SequentialIds {
    /// A source that gave no id yet.
    pub fn seeded(seed: u16) -> Self {
        Self { seed, given: Arc::default() }
    }
}

impl IdSource for SequentialIds {
    fn unique(&self, time: DateTime<Utc>) -> EventId {
        let [high, low] = self.seed.to_be_bytes();
        let mut bytes = [0, high, 0, low, 0, 0, 0, 0, 0, 0];
        // 48 bits of the count: more than a test can ask for.
        bytes[4..].copy_from_slice(&(self.given.fetch_add(1, Relaxed) + 1).to_be_bytes()[2..]);
        // An earlier time than 1970 gets the earliest id.
        let millis = u64::try_from(time.timestamp_millis()).unwrap_or(0);
        EventId::from_uuid(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}
