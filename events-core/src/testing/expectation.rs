//! What is expected of an event, as the macros of the assertions make it.

use crate::{AnyEnvelope, Envelope, Event, EventType};

/// Whether a payload is as expected, and if not, why.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "made by the macros")]
pub enum Verdict {
    /// It is.
    Matches,
    /// The pattern does not match; nor do these fields match theirs.
    Differs(Vec<(&'static str, &'static str)>),
    /// The pattern matches, but its guard does not hold.
    Guard {
        /// As it is written.
        guard: &'static str,
        /// Those of the pattern.
        fields: &'static [&'static str],
    },
    /// What is not written in the assertion does not hold.
    Condition,
}

impl Verdict {
    /// Of the fields, those that do not match.
    pub fn differs(fields: &[(&'static str, &'static str, bool)]) -> Self {
        let differing = fields.iter().filter(|(.., matches)| !matches);
        Self::Differs(differing.map(|(name, pattern, _)| (*name, *pattern)).collect())
    }
}

/// An event of one type, of which something holds.
// What is to be known of the type is asked for where this is made and nowhere else: a type that is no event is one error.
#[derive(Debug)]
pub struct Expectation<E, F> {
    text: &'static str,
    event_type: &'static EventType,
    downcast: fn(&AnyEnvelope) -> Option<Envelope<E>>,
    judge: F,
}

/// An expectation, as it is written in the source, and as a function.
pub fn expectation<E: Event, F: Fn(&E) -> Verdict>(text: &'static str, judge: F) -> Expectation<E, F> {
    Expectation { text, event_type: E::DESCRIPTOR.event_type(), downcast: AnyEnvelope::downcast, judge }
}

impl<E, F> Expectation<E, F> {
    /// The event, if it is of the type.
    pub(super) fn downcast(&self, event: &AnyEnvelope) -> Option<Envelope<E>> {
        (self.downcast)(event)
    }
}

/// An [`Expectation`] of any type.
pub trait Expect {
    /// As it is written in the source.
    fn text(&self) -> &'static str;
    /// The type of the event.
    fn event_type(&self) -> &'static EventType;
    /// Nothing, of an event of another type.
    fn judge(&self, event: &AnyEnvelope) -> Option<Verdict>;
}

impl<E, F: Fn(&E) -> Verdict> Expect for Expectation<E, F> {
    fn text(&self) -> &'static str {
        self.text
    }

    fn event_type(&self) -> &'static EventType {
        self.event_type
    }

    fn judge(&self, event: &AnyEnvelope) -> Option<Verdict> {
        self.downcast(event).map(|event| (self.judge)(&event))
    }
}
