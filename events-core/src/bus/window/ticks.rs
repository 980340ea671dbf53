//! Time as the window counts it.

use std::time::Duration;

/// A generation keeps the lower bits of a moment, in ticks: so many.
pub(super) const BITS: u32 = 34;

/// So many nanoseconds, 36 years, and more are without end.
const ENDLESS: u64 = 1 << 60;

/// Ticks of a power of two of nanoseconds, chosen so that the time of the window is less than a quarter of what
/// [`BITS`] bits tell apart: a nanosecond up to four seconds, a microsecond up to an hour, 8 milliseconds at a year. Where nothing
/// expires they are 67 milliseconds, and tell 36 years apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticks {
    shift: u32,
    limit: u64,
}

impl Ticks {
    pub(super) fn new(time: Duration) -> Self {
        let nanos = nanos(time);
        if nanos >= ENDLESS {
            return Self { shift: ENDLESS.ilog2() - BITS, limit: u64::MAX / 2 };
        }
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

    /// The microseconds before a tick.
    pub(super) fn micros(self, at: u64) -> i64 {
        ((at << self.shift) / 1000).cast_signed()
    }
}

/// 584 years stand for eternity.
fn nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}
