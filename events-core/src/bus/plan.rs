//! Who would be told of an event, in which order, and why.

use std::{any::TypeId, borrow::Cow, fmt};

use super::entry::Entry;
use crate::{EntityId, Event, EventType, Pattern};

/// Who would be told of an event of one type, in which order, and why; made by [`EventBus::plan`](crate::EventBus::plan).
///
/// Shown, it is a list for people.
///
/// ```
/// use events_core::{AnyEnvelope, Event, EventBus, EventType, pattern};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let bus = EventBus::new();
/// let _audit = bus.subscription().name("audit").priority(10).subscribe(|_: &AnyEnvelope| {});
/// let _services = bus.subscription().name("services").pattern(pattern!("service.*")).subscribe(|_: &AnyEnvelope| {});
/// let _tests = bus.subscription().name("tests").entity("test-001").subscribe(|_: &AnyEnvelope| {});
/// assert_eq!(
///     bus.plan::<Started>().to_string(),
///     "quick_test.started\n\
///      1. audit: priority 10\n\
///      2. tests: priority 0, only entity test-001\n\
///      -  services: not told, its pattern is service.*\n",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    event_type: &'static EventType,
    steps: Vec<PlanStep>,
}

/// What one subscription has to do with events of a type.
#[derive(Clone, Debug)]
pub struct PlanStep {
    observer: Cow<'static, str>,
    priority: i32,
    patterns: Vec<Pattern>,
    entity_id: Option<EntityId>,
    has_filter: bool,
    remaining: Option<usize>,
    verdict: PlanVerdict,
}

/// Whether an observer would be told, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanVerdict {
    /// It would be told; of events that pass its entity and its filter, if it has any.
    Told,
    /// Its subscription is switched off.
    SwitchedOff,
    /// The type matches none of its patterns, which are these.
    Patterns(Vec<Pattern>),
    /// It takes other types: [`Observer::is_interested`](crate::Observer::is_interested) said no, or its closure is over another.
    NotInterested,
    /// It panicked with this message when asked whether it is interested. An event would fail in it.
    Undecided(String),
}

impl Plan {
    pub(super) fn new<E: Event>(entries: &[impl AsRef<Entry>]) -> Self {
        let event_type = E::DESCRIPTOR.event_type();
        let step = |entry: &Entry| PlanStep::new(entry, event_type, TypeId::of::<E>());
        // One that took its last event has ended, though its observer may still run.
        let standing = entries.iter().map(AsRef::as_ref).filter(|entry| entry.remaining() != Some(0));
        Self { event_type, steps: standing.map(step).collect() }
    }

    /// The type of event.
    pub fn event_type(&self) -> &'static EventType {
        self.event_type
    }

    /// All subscriptions, in the order in which they are asked.
    pub fn steps(&self) -> &[PlanStep] {
        &self.steps
    }

    /// Those that would be told, in order.
    pub fn told(&self) -> impl Iterator<Item = &PlanStep> {
        self.steps.iter().filter(|step| step.is_told())
    }
}

impl PlanStep {
    fn new(entry: &Entry, event_type: &EventType, payload: TypeId) -> Self {
        let options = entry.options();
        let verdict = match entry.wants(event_type, payload) {
            Ok(true) => PlanVerdict::Told,
            Err(message) => PlanVerdict::Undecided(message),
            Ok(false) if !entry.is_enabled() => PlanVerdict::SwitchedOff,
            Ok(false) if !options.filter.takes_type(event_type) => {
                PlanVerdict::Patterns(options.filter.patterns.clone())
            }
            Ok(false) => PlanVerdict::NotInterested,
        };
        Self {
            observer: entry.name(),
            priority: options.priority,
            patterns: options.filter.patterns.clone(),
            entity_id: options.filter.entity_id.clone(),
            has_filter: options.predicate.is_some(),
            remaining: entry.remaining(),
            verdict,
        }
    }

    /// The observer: the name its subscription was given, else its id, else that of its Rust type.
    pub fn observer(&self) -> &str {
        &self.observer
    }

    /// The priority of the subscription.
    pub fn priority(&self) -> i32 {
        self.priority
    }

    /// The patterns over types that it was given, one of which must match.
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The one entity whose events it takes.
    pub fn entity_id(&self) -> Option<&EntityId> {
        self.entity_id.as_ref()
    }

    /// Whether it asks a predicate at each event.
    pub fn has_filter(&self) -> bool {
        self.has_filter
    }

    /// How many more events it takes, if that is limited.
    pub fn remaining(&self) -> Option<usize> {
        self.remaining
    }

    /// Whether it would be told, and if not, why.
    pub fn verdict(&self) -> &PlanVerdict {
        &self.verdict
    }

    /// Whether it would be told. One that cannot decide is not: an event fails in it before.
    pub fn is_told(&self) -> bool {
        self.verdict == PlanVerdict::Told
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.event_type)?;
        for (n, step) in self.told().enumerate() {
            writeln!(f, "{}. {step}", n + 1)?;
        }
        self.steps.iter().filter(|step| !step.is_told()).try_for_each(|step| writeln!(f, "-  {step}"))
    }
}

impl fmt::Display for PlanStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.observer)?;
        match &self.verdict {
            PlanVerdict::SwitchedOff => return f.write_str("not told, switched off"),
            PlanVerdict::Patterns(patterns) => {
                f.write_str(if patterns.len() == 1 {
                    "not told, its pattern is "
                } else {
                    "not told, its patterns are "
                })?;
                return joined(f, patterns, " and ");
            }
            PlanVerdict::NotInterested => return f.write_str("not told, takes other types"),
            PlanVerdict::Undecided(message) => {
                write!(f, "fails, it panicked when asked whether it is interested ({message}); ")?;
            }
            PlanVerdict::Told => {}
        }
        write!(f, "priority {}", self.priority)?;
        if !self.patterns.is_empty() {
            f.write_str(", matches ")?;
            joined(f, &self.patterns, " or ")?;
        }
        if let Some(id) = &self.entity_id {
            write!(f, ", only entity {id}")?;
        }
        if self.has_filter {
            f.write_str(", if its filter holds")?;
        }
        if let Some(remaining) = self.remaining {
            write!(f, ", for {remaining} more {}", if remaining == 1 { "event" } else { "events" })?;
        }
        Ok(())
    }
}

fn joined(f: &mut fmt::Formatter<'_>, patterns: &[Pattern], by: &str) -> fmt::Result {
    patterns.iter().enumerate().try_for_each(|(n, pattern)| write!(f, "{}{pattern}", if n == 0 { "" } else { by }))
}
