//! How a window of a given count is laid out.

use super::lanes;

/// At most so many shards.
const MAX_SHARDS: u64 = 64;
/// A window of so many ids for each shard or more has that many. With fewer, more of the memory would be for what chance brings.
const MIN_SHARE: u64 = 512;
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
        // Four terabytes of ids are enough, and of each shard's 31 bits tell them apart.
        let count = u64::try_from(count).unwrap_or(u64::MAX).min(1 << 36);
        let lanes = (count / SLACK).min(u64::from(lanes::MOST));
        let shards = (count / MIN_SHARE).clamp(1, MAX_SHARDS);
        Self::of(count, shards, (count / SLACK / shards).clamp(1, MAX_BATCH), lanes)
    }

    pub(super) fn of(count: u64, shards: u64, batch: u64, lanes: u64) -> Self {
        let epoch = if count == 0 { 0 } else { count + shards * (batch - 1) + lanes };
        Self { shards: usize::try_from(shards).unwrap_or(1), batch, lanes, epoch }
    }

    /// How many ids a generation of a shard has by the mean.
    pub(super) fn share(&self) -> usize {
        usize::try_from(self.epoch).unwrap_or(usize::MAX).div_ceil(self.shards)
    }
}
