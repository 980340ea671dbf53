//! Where an id is kept.

use std::hash::{BuildHasher, RandomState};

use crate::EventId;

/// A bit that neither tables nor shards look at, so that no hash is 0.
const NOT_ZERO: u64 = 1 << 52;

/// Ids are uniform already, but whoever chooses the content chooses the id: so what is kept where depends on two keys, made
/// anew for each window.
#[derive(Clone, Copy)]
pub(super) struct Keys(u64, u64);

impl Keys {
    pub(super) fn random() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(0), random.hash_one(1))
    }

    pub(super) fn hash(self, id: EventId) -> u64 {
        let (high, low) = id.as_uuid().as_u64_pair();
        let product = u128::from(high ^ self.0) * u128::from(low ^ self.1);
        #[expect(clippy::cast_possible_truncation, reason = "both halves of the product are taken")]
        let folded = product as u64 ^ (product >> 64) as u64;
        folded | NOT_ZERO
    }
}

/// The shard of a hash: of bits that hash tables look at last.
pub(super) fn index(hash: u64, shards: usize) -> usize {
    let middle = usize::from(u16::try_from((hash >> 32) & 0xffff).unwrap_or(0));
    (middle * shards) >> 16
}
