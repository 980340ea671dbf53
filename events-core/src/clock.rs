//! Time and fresh ids, injected so that runs can be repeated exactly.

use alloc::{boxed::Box, sync::Arc};
use core::{fmt::Debug, time::Duration};

use chrono::{DateTime, Utc};

use crate::EventId;

/// Where the time comes from: one reading of the wall clock, one of a clock that never goes back.
///
/// ```
/// use std::time::Duration;
/// use chrono::{DateTime, Utc};
/// use events_core::{Clock, EventBus};
///
/// #[derive(Debug)]
/// struct Frozen;
///
/// impl Clock for Frozen {
///     fn now(&self) -> DateTime<Utc> {
///         DateTime::UNIX_EPOCH
///     }
///     fn elapsed(&self) -> Duration {
///         Duration::ZERO
///     }
/// }
///
/// let bus = EventBus::builder().clock(Frozen).build();
/// assert_eq!(bus.now(), DateTime::UNIX_EPOCH);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a clock",
    label = "not a clock",
    note = "implement `events_core::Clock`, or use `SystemClock`"
)]
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present time, in UTC. Microseconds are kept by every store, nanoseconds are not: round down to them.
    fn now(&self) -> DateTime<Utc>;

    /// The time since a fixed but arbitrary moment; it never decreases. Windows and time-outs are measured with it.
    ///
    /// A bus with a [`DedupWindow`](crate::DedupWindow) asks once for each event: speed matters more than exactness.
    fn elapsed(&self) -> Duration;
}

/// Where ids of events with [`IdentityPolicy::Unique`](crate::IdentityPolicy::Unique) come from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an id source",
    label = "not an id source",
    note = "implement `events_core::IdSource`, or use `RandomIds`"
)]
pub trait IdSource: Debug + Send + Sync + 'static {
    /// An id that was never given before, for an event of the given time.
    fn unique(&self, time: DateTime<Utc>) -> EventId;
}

macro_rules! shared {
    ($($pointer:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Clock + ?Sized> Clock for $pointer<T> {
            fn now(&self) -> DateTime<Utc> {
                (**self).now()
            }

            fn elapsed(&self) -> Duration {
                (**self).elapsed()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: IdSource + ?Sized> IdSource for $pointer<T> {
            fn unique(&self, time: DateTime<Utc>) -> EventId {
                (**self).unique(time)
            }
        }
    )*};
}

shared! { Arc Box }

#[cfg(feature = "std")]
pub use system::{RandomIds, SystemClock};

#[cfg(feature = "std")]
mod system {
    use std::{
        sync::LazyLock,
        time::{Duration, SystemTime},
    };

    use chrono::{DateTime, Utc};
    use uuid::{NoContext, Timestamp, Uuid};

    use super::{Clock, IdSource};
    use crate::EventId;

    /// The time since the first call. The coarse clock costs a fifth of the exact one.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn since_first() -> Duration {
        use coarsetime::Instant;

        static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now_without_cache_update);
        Instant::now_without_cache_update().duration_since(*FIRST).into()
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn since_first() -> Duration {
        use std::time::Instant;

        static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
        Instant::now().duration_since(*FIRST)
    }

    /// The clock of the machine: UTC in microseconds, and the operating system's monotonic clock, which on Linux and Android
    /// is the coarse one: it advances by steps of 1 to 10 milliseconds, as the kernel is configured.
    ///
    /// ```
    /// use events_core::{Clock, SystemClock};
    ///
    /// let before = SystemClock.elapsed();
    /// assert!(SystemClock.elapsed() >= before);
    /// ```
    #[derive(Clone, Copy, Debug, Default)]
    #[expect(clippy::exhaustive_structs, reason = "a value of its own name")]
    pub struct SystemClock;

    impl Clock for SystemClock {
        fn now(&self) -> DateTime<Utc> {
            // Rounded before it is a date: `Utc::now().trunc_subsecs(6)` takes half as long again.
            let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
            DateTime::from_timestamp(seconds, since_epoch.subsec_micros() * 1000).unwrap_or(DateTime::<Utc>::MAX_UTC)
        }

        fn elapsed(&self) -> Duration {
            since_first()
        }
    }

    /// Random, time-ordered ids: `UUIDv7` (RFC 9562 §5.7) of the event's own time.
    #[derive(Clone, Copy, Debug, Default)]
    #[expect(clippy::exhaustive_structs, reason = "a value of its own name")]
    pub struct RandomIds;

    impl IdSource for RandomIds {
        fn unique(&self, time: DateTime<Utc>) -> EventId {
            // UUIDv7 has 48 bits of milliseconds since 1970; an earlier time gets the earliest id.
            let seconds = u64::try_from(time.timestamp()).unwrap_or(0);
            let timestamp = Timestamp::from_unix(NoContext, seconds, time.timestamp_subsec_nanos());
            EventId::from_uuid(Uuid::new_v7(timestamp))
        }
    }
}
