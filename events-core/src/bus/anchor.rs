//! From the clock that never goes back to the time of day.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::Clock;

/// Both clocks read at one moment.
pub(super) struct Anchor {
    time: DateTime<Utc>,
    elapsed: Duration,
}

impl Anchor {
    pub(super) fn new(clock: &dyn Clock) -> Self {
        Self { time: clock.now(), elapsed: clock.elapsed() }
    }

    /// The time of day when the other clock showed this.
    pub(super) fn time(&self, elapsed: Duration) -> DateTime<Utc> {
        let since = elapsed.saturating_sub(self.elapsed);
        TimeDelta::from_std(since).ok().and_then(|since| self.time.checked_add_signed(since)).unwrap_or(self.time)
    }
}
