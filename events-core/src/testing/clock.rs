//! A clock that stands still until it is moved.

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::{
    Clock,
    sync::{Mutex, lock},
};

/// A [`Clock`] that stands still until it is moved. Clones are one clock: give one to the bus, and keep another.
///
/// ```
/// use std::time::Duration;
/// use chrono::{DateTime, Utc};
/// use events_core::{EventBus, testing::ManualClock};
///
/// let clock = ManualClock::at("2026-01-01T00:00:00Z".parse()?);
/// let bus = EventBus::builder().clock(clock.clone()).build();
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(bus.now(), "2026-01-01T00:01:30Z".parse::<DateTime<Utc>>()?);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone)]
pub struct ManualClock {
    reading: Arc<Mutex<Reading>>,
}

#[derive(Clone, Copy)]
struct Reading {
    now: DateTime<Utc>,
    elapsed: Duration,
}

impl ManualClock {
    /// A clock that shows this time, and of which nothing has elapsed.
    pub fn at(time: DateTime<Utc>) -> Self {
        Self { reading: Arc::new(Mutex::new(Reading { now: time, elapsed: Duration::ZERO })) }
    }

    /// Moves the time forward, and what has elapsed with it. At the end of what each of them can hold it stops.
    pub fn advance(&self, by: Duration) {
        let mut reading = lock(&self.reading);
        let moved = TimeDelta::from_std(by).ok().and_then(|by| reading.now.checked_add_signed(by));
        reading.now = moved.unwrap_or(DateTime::<Utc>::MAX_UTC);
        reading.elapsed = reading.elapsed.saturating_add(by);
    }

    /// Sets the time. Forward it is as if the time between had passed; backward, as when somebody corrects the machine's
    /// clock, what has elapsed stays as it is, for that never decreases.
    ///
    /// ```
    /// use std::time::Duration;
    /// use chrono::{DateTime, TimeDelta};
    /// use events_core::{Clock, testing::ManualClock};
    ///
    /// let clock = ManualClock::default();
    /// clock.set(DateTime::UNIX_EPOCH + TimeDelta::hours(1));
    /// clock.set(DateTime::UNIX_EPOCH);
    /// assert_eq!((clock.now(), clock.elapsed()), (DateTime::UNIX_EPOCH, Duration::from_secs(3600)));
    /// ```
    pub fn set(&self, time: DateTime<Utc>) {
        let mut reading = lock(&self.reading);
        let passed = (time - reading.now).to_std().unwrap_or_default();
        reading.now = time;
        reading.elapsed = reading.elapsed.saturating_add(passed);
    }

    fn reading(&self) -> Reading {
        *lock(&self.reading)
    }
}

/// At the beginning of 1970.
impl Default for ManualClock {
    fn default() -> Self {
        Self::at(DateTime::UNIX_EPOCH)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        self.reading().now.trunc_subsecs(6)
    }

    fn elapsed(&self) -> Duration {
        self.reading().elapsed
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reading { now, elapsed } = self.reading();
        f.debug_struct("ManualClock").field("now", &now).field("elapsed", &elapsed).finish()
    }
}
