//! Time as the window counts it.

use std::time::Duration;

/// A generation keeps the lower bits of a moment, in ticks: so many.
pub(super) const BITS: u32 = 40;

/// Ticks of a power of two of nanoseconds, chosen so that the time of the window is less than a quarter of what
/// [`BITS`] bits tell apart. A nanosecond up to four minutes, a microsecond up to three days, 67 milliseconds at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticks {
    shift: u32,
    limit: u64,
}

impl Ticks {
    pub(super) fn new(time: Duration) -> Self {
        let nanos = nanos(time);
        let shift = (u64::BITS - nanos.leading_zeros()).saturating_sub(BITS - 2);
        Self { shift, limit: nanos >> shift }
    }

    /// The time of the window. What is as old has expired; rounding shortens it, by less than a tick.
    pub(super) fn limit(self) -> u64 {
        self.limit
    }

    pub(super) fn at(self, elapsed: Duration) -> u64 {
        nanos(elapsed) >> self.shift
    }

    pub(super) fn elapsed(self, at: u64) -> Duration {
        Duration::from_nanos(at << self.shift)
    }
}

/// 584 years stand for eternity.
fn nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}
