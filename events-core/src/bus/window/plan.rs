//! How a window of a given count is laid out.

use super::lanes;

/// At most so many shards.
const MAX_SHARDS: u64 = 64;
/// A window of so many ids has one shard.
const MAX_UNSHARDED: u64 = 256;
/// What a hash table of 256 slots holds, and about the smallest that is worth a lock of its own.
const MIN_TABLE: u64 = 224;
/// A shard reports its arrivals in batches, which together are at most one such part of the count. As many ids at most are
/// counted before they are delivered.
const SLACK: u64 = 32;
const MAX_BATCH: u64 = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) shards: usize,
    /// A shard reports so many arrivals at once.
    pub(super) batch: u64,
    /// So many threads at most tell by a lane what they deliver.
    pub(super) lanes: u64,
    /// So many reported arrivals are an epoch: the count, what the shards may have left unreported before, and what lanes may
    /// hold at its end. 0 for a window that remembers nothing.
    pub(super) epoch: u64,
}

impl Plan {
    pub(super) fn new(count: usize) -> Self {
        // A trillion ids are more than any machine holds.
        let count = u64::try_from(count).unwrap_or(u64::MAX).min(1 << 39);
        let lanes = (count / SLACK).min(u64::from(lanes::MOST));
        let shards = if count <= MAX_UNSHARDED { 1 } else { shards_for(count + count / SLACK + lanes) };
        Self::of(count, shards, (count / SLACK / shards).clamp(1, MAX_BATCH), lanes)
    }

    pub(super) fn of(count: u64, shards: u64, batch: u64, lanes: u64) -> Self {
        let epoch = if count == 0 { 0 } else { count + shards * (batch - 1) + lanes };
        Self { shards: usize::try_from(shards).unwrap_or(1), batch, lanes, epoch }
    }
}

/// As many shards as fill their tables well. Ids spread by chance: a table is planned five standard deviations below its
/// capacity, as one that grows never shrinks again.
fn shards_for(ids: u64) -> u64 {
    let mut table = MIN_TABLE;
    loop {
        let shards = ids.div_ceil(table - 5 * table.isqrt());
        if shards <= MAX_SHARDS {
            return shards;
        }
        table *= 2;
    }
}
