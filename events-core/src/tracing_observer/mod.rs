//! An observer that hands events on to `tracing`.

mod callsite;
mod record;

use std::fmt;

use tracing_core::{Event, Level};

use self::{
    callsite::{Callsite, Callsites},
    record::Record,
};
use crate::{AnyEnvelope, EventType, Observer, ObserverResult, Pattern, tone::Tone};

/// Hands each event on to the current subscriber of [`tracing`](https://docs.rs/tracing), member by member.
///
/// To `tracing` an event of type `quick_test.started` is one with that name, the target `events::quick_test`, and these fields,
/// in the span that is current where it is emitted:
///
/// | field | value |
/// |---|---|
/// | `event_type`, `event_id`, `entity_id` | text |
/// | `event_time` | text, as in RFC 3339 |
/// | `correlation_id`, `causation_id`, `sequence`, `trace_parent` | where the envelope has them |
/// | each field of the struct, as it is called in JSON | integers as `i64` or `u64`, floats as `f64`, `bool`s, text; nested values as JSON text of 4 KiB at most; none where it is null |
/// | `payload` | members that the [descriptor](crate::EventDescriptor) does not know, as text: of a flattened map, of an event without the derive |
///
/// A member whose name is taken is called `payload.…`. The [level](Self::level) follows from the event's name: `ERROR` where its
/// last word is `failed`, `error` or the like, `WARN` for `retried` and `degraded`, else `INFO`.
///
/// A level that no subscriber wants costs some ten nanoseconds: what the subscriber said is remembered for each type, as it is
/// for an event of the macros. For each type of event and level a few hundred bytes are kept until the program ends, since
/// `tracing` asks for descriptions that live as long.
///
/// ```
/// use events_core::{EventBus, TracingObserver, pattern};
/// use tracing::Level;
///
/// let bus = EventBus::new();
/// let tracing = TracingObserver::new().level(pattern!("quick_test.step"), Level::DEBUG);
/// let _tracing = bus.observe(tracing);
/// ```
pub struct TracingObserver {
    levels: Vec<(Pattern, Level)>,
    callsites: Callsites,
}

impl TracingObserver {
    /// With the levels that follow from the names.
    #[must_use]
    pub fn new() -> Self {
        Self { levels: Vec::new(), callsites: Callsites::default() }
    }

    /// The level of the types that match. Of several patterns that match, the first counts; then come the defaults.
    #[must_use]
    pub fn level(mut self, pattern: Pattern, level: Level) -> Self {
        self.levels.push((pattern, level));
        self
    }

    fn level_of(&self, event_type: &EventType) -> Level {
        let own = self.levels.iter().find(|(pattern, _)| pattern.matches(event_type));
        own.map_or_else(
            || match Tone::of(event_type) {
                Tone::Bad => Level::ERROR,
                Tone::Doubtful => Level::WARN,
                Tone::Good | Tone::Neutral => Level::INFO,
            },
            |(_, level)| *level,
        )
    }

    fn callsite(&self, event: &AnyEnvelope) -> &'static Callsite {
        self.callsites.of(event, |event_type| self.level_of(event_type))
    }
}

impl Default for TracingObserver {
    fn default() -> Self {
        Self::new()
    }
}

#[diagnostic::do_not_recommend]
impl Observer for TracingObserver {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let callsite = self.callsite(event);
        if callsite.is_enabled() {
            let record = Record::of(event, callsite)?;
            record.with_values(callsite, |values| Event::dispatch(callsite.metadata(), values));
        }
        Ok(())
    }
}

impl fmt::Debug for TracingObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracingObserver").field("levels", &self.levels).finish_non_exhaustive()
    }
}
