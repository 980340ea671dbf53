//! How a bus is set up.

use std::{fmt, sync::Arc};

use super::{EventBus, Shared, history::Ring, hooks::Hooks, registry::Registry, stats::Counters};
use crate::{
    AnyEnvelope, Clock, DedupWindow, EmitError, IdSource, ObserverFailure, RandomIds, SystemClock, TraceContextSource,
};

/// How long a chain of events emitted by observers of events may grow, unless the bus says otherwise.
const MAX_DEPTH: u32 = 64;
/// How many events emitted by observers may wait on one thread, unless the bus says otherwise.
const MAX_QUEUE: usize = 65_536;

/// A bus to be set up.
///
/// ```
/// use std::time::Duration;
/// use events_core::{DedupWindow, EventBus};
///
/// let bus = EventBus::builder()
///     .dedup(DedupWindow::new(10_000, Duration::from_secs(60)))
///     .on_failure(|event, failure| eprintln!("{}: {failure}", event.event_type()))
///     .build();
/// # let _ = bus;
/// ```
#[must_use = "a bus is made by `build`"]
pub struct EventBusBuilder {
    dedup: Option<DedupWindow>,
    clock: Box<dyn Clock>,
    ids: Box<dyn IdSource>,
    trace_context: Option<Box<dyn TraceContextSource>>,
    max_depth: u32,
    max_queue: usize,
    history: Option<usize>,
    hooks: Hooks,
}

impl Default for EventBusBuilder {
    fn default() -> Self {
        Self {
            dedup: None,
            clock: Box::new(SystemClock),
            ids: Box::new(RandomIds),
            trace_context: None,
            max_depth: MAX_DEPTH,
            max_queue: MAX_QUEUE,
            history: None,
            hooks: Hooks::default(),
        }
    }
}

impl EventBusBuilder {
    /// Reports events as duplicates when one with the same id was delivered inside the window. Off by default.
    pub fn dedup(mut self, window: DedupWindow) -> Self {
        self.dedup = Some(window);
        self
    }

    /// Where the time comes from. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Where the ids of events with unique identity come from. Default: [`RandomIds`].
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Box::new(ids);
        self
    }

    /// Puts the trace context of the code that emits an event into its envelope, if it is emitted through an emitter. Where
    /// there is none, an event emitted inside an observer has that of the event being told. Off by default.
    ///
    /// The source is asked on the emitting thread. A panic in it is contained, and the event has no context then.
    pub fn trace_context(mut self, source: impl TraceContextSource) -> Self {
        self.trace_context = Some(Box::new(source));
        self
    }

    /// How long a chain of events emitted by observers of events may grow before
    /// [`EmitError::TooDeep`](crate::EmitError::TooDeep). Default: 64.
    pub fn max_depth(mut self, depth: u32) -> Self {
        self.max_depth = depth;
        self
    }

    /// How many events emitted by observers may wait on one thread before
    /// [`EmitError::QueueFull`](crate::EmitError::QueueFull). Default: 65536.
    pub fn max_queue(mut self, events: usize) -> Self {
        self.max_queue = events;
        self
    }

    /// Is told of every failure of an observer, those of queued events included, which no receipt reports.
    ///
    /// The hook runs on the emitting thread. A panic in it is contained.
    pub fn on_failure(mut self, hook: impl Fn(&AnyEnvelope, &ObserverFailure) + Send + Sync + 'static) -> Self {
        self.hooks.on_failure = Some(Box::new(hook));
        self
    }

    /// Is told of every delivered event that reached no observer; not of duplicates, nor of what was suppressed or refused.
    ///
    /// The hook runs on the emitting thread. A panic in it is contained.
    ///
    /// ```
    /// use events_core::EventBus;
    ///
    /// let bus = EventBus::builder()
    ///     .on_unobserved(|event| eprintln!("nobody listens to {}", event.event_type()))
    ///     .build();
    /// # let _ = bus;
    /// ```
    pub fn on_unobserved(mut self, hook: impl Fn(&AnyEnvelope) + Send + Sync + 'static) -> Self {
        self.hooks.on_unobserved = Some(Box::new(hook));
        self
    }

    /// Is told of every event that was refused, with the error that the one who emitted it gets. It is the only one to learn of
    /// it where nobody gets one: [`observe_result`](crate::Emitter::observe_result) hands back another result.
    ///
    /// The hook runs on the emitting thread. A panic in it is contained. Of what is refused while it runs, on its thread, it is
    /// not told: that would have no end.
    ///
    /// ```
    /// use events_core::EventBus;
    ///
    /// let bus = EventBus::builder().on_refused(|error| eprintln!("{error}")).build();
    /// # let _ = bus;
    /// ```
    pub fn on_refused(mut self, hook: impl Fn(&EmitError) + Send + Sync + 'static) -> Self {
        self.hooks.on_refused = Some(Box::new(hook));
        self
    }

    /// Keeps the last so many delivered events for [`EventBus::history`]: 16 bytes each, and what the event itself takes for
    /// as long as it is kept. Off by default.
    pub fn history(mut self, events: usize) -> Self {
        self.history = Some(events);
        self
    }

    /// The bus.
    #[must_use]
    pub fn build(self) -> EventBus {
        let Self { dedup, clock, ids, trace_context, max_depth, max_queue, history, hooks } = self;
        EventBus {
            shared: Arc::new(Shared {
                registry: Registry::new(dedup, (clock.now(), clock.elapsed())),
                clock,
                ids,
                trace_context,
                max_depth,
                max_queue,
                is_watched: history.is_some() || hooks.on_unobserved.is_some(),
                history: history.map(Ring::new),
                hooks,
                counters: Counters::default(),
            }),
        }
    }
}

impl fmt::Debug for EventBusBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBusBuilder")
            .field("dedup", &self.dedup)
            .field("clock", &self.clock)
            .field("ids", &self.ids)
            .field("trace_context", &self.trace_context)
            .field("max_depth", &self.max_depth)
            .field("max_queue", &self.max_queue)
            .field("history", &self.history)
            .field("hooks", &self.hooks)
            .finish()
    }
}
