//! How long the same event is told once, for a bus and for one type of event.

use core::time::Duration;

/// How long the id of a delivered event is remembered: at least until `count` newer ones were delivered, unless `time` passes
/// before.
///
/// - The ids of the last `count` events that were delivered without failure are always remembered, and at most about twice
///   as many; the oldest are forgotten first.
/// - `time` runs from the moment the event was emitted, and a repeat does not prolong it. Once it has passed, an event with
///   the same id is told again; that moment is met as exactly as [`Clock::elapsed`](crate::Clock::elapsed) tells it, which
///   with the system's clock is a few milliseconds, and to a billionth of `time`. 36 years and more, such as `Duration::MAX`,
///   mean without end.
/// - Events under way are remembered whatever the window says.
///
/// Memory grows with what is remembered, and is kept for the ids to come. A full window takes 71 bytes for each id of a
/// `count` of 10 000, 60 at a million, and 90 where there are a hundred.
///
/// ```
/// use std::time::Duration;
/// use events_core::DedupWindow;
///
/// const WINDOW: DedupWindow = DedupWindow::new(10_000, Duration::from_secs(60));
/// assert_eq!(WINDOW.count(), 10_000);
/// assert_eq!(WINDOW.time(), Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DedupWindow {
    count: usize,
    time: Duration,
}

impl DedupWindow {
    /// A window of `count` ids and of `time`. A count of 0 still holds the ids of events under way.
    pub const fn new(count: usize, time: Duration) -> Self {
        Self { count, time }
    }

    /// How many ids are remembered at least, inside the time.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// How long an id is remembered at most, from the moment its event was emitted.
    pub const fn time(&self) -> Duration {
        self.time
    }
}

/// Whether and how long repeats of one type of event are noticed; `#[event(dedup(…))]` says so.
///
/// ```
/// use std::time::Duration;
/// use events_core::{DedupPolicy, DedupWindow, Event, EventBus, EventType};
///
/// #[derive(serde::Serialize)]
/// struct Heartbeat;
///
/// impl Event for Heartbeat {
///     const TYPE: EventType = EventType::from_static("service.heartbeat");
///     const DEDUP: DedupPolicy = DedupPolicy::Window(DedupWindow::new(1000, Duration::from_secs(60)));
/// }
///
/// let bus = EventBus::new();
/// assert!(bus.emit(Heartbeat.for_entity("db")?)?.is_delivered());
/// assert!(bus.emit(Heartbeat.for_entity("db")?)?.is_duplicate());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DedupPolicy {
    /// As the bus does with all types (the default).
    #[default]
    Bus,
    /// Repeats are told, whatever the bus does with other types.
    Off,
    /// A window of its own on each bus, whatever the bus does with other types.
    Window(DedupWindow),
}
