//! How long an event that failed waits until it comes again.

use std::time::Duration;

/// Delays that double: half a second, one, two, … up to thirty seconds.
///
/// ```
/// use std::time::Duration;
///
/// use events_nats::Backoff;
///
/// let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
/// let delays: Vec<_> = (1..=5).map(|failures| backoff.delay(failures).as_millis()).collect();
/// assert_eq!(delays, [100, 200, 400, 800, 1000]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    max: Duration,
}

impl Backoff {
    /// From the first delay to the longest one.
    pub const fn new(first: Duration, max: Duration) -> Self {
        Self { first, max }
    }

    /// The delay after so many failures, from 1.
    pub fn delay(&self, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first.saturating_mul(factor).min(self.max)
    }

    /// The longest delay.
    pub const fn max_delay(&self) -> Duration {
        self.max
    }
}

/// From half a second to thirty seconds.
impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(30))
    }
}
