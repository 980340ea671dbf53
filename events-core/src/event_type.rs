//! The name of a kind of event: `quick_test.started`.

use alloc::string::{String, ToString};
use core::str::FromStr;

use crate::{
    grammar::{self, Wildcards},
    text::{Text, as_text, from_checked_text},
};

/// The full name of a kind of event, such as `quick_test.started`.
///
/// Two or more segments of `[a-z][a-z0-9_]*`, joined by `.`. The last segment is the event's [`name`](Self::name); all
/// before it is the [`entity_type`](Self::entity_type), unless the event declares another one. Two event types are equal
/// when their full names are.
///
/// ```
/// use events_core::EventType;
///
/// const STARTED: EventType = EventType::from_static("quick_test.started");
/// assert_eq!(STARTED.entity_type(), "quick_test");
/// assert_eq!(STARTED.name(), "started");
///
/// let error = EventType::new("QuickTest.Started").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "malformed event type `QuickTest.Started`: only lower-case letters, digits and `_` may stand in a segment; \
///      expected two or more segments of `[a-z][a-z0-9_]*` joined by `.`, e.g. `quick_test.started`",
/// );
/// ```
#[derive(Clone)]
pub struct EventType {
    full: Text,
    entity_type: Text,
}

as_text!(EventType);
from_checked_text!(EventType);

impl EventType {
    /// Reads an event type from text.
    ///
    /// # Errors
    ///
    /// [`InvalidEventType`] when the text does not follow the grammar.
    pub fn new(full: &str) -> Result<Self, InvalidEventType> {
        match grammar::check(full, 2, Wildcards::Refused) {
            Ok(()) => Ok(Self { full: full.into(), entity_type: full[..grammar::last_dot(full)].into() }),
            Err(rule) => Err(InvalidEventType { text: full.to_string(), rule }),
        }
    }

    /// An event type from a literal, for use in `const` items.
    ///
    /// # Panics
    ///
    /// When the literal does not follow the grammar: in a `const` item that is a compile error.
    ///
    /// ```compile_fail,E0080
    /// const BAD: events_core::EventType = events_core::EventType::from_static("Started");
    /// ```
    pub const fn from_static(full: &'static str) -> Self {
        if let Err(rule) = grammar::check(full, 2, Wildcards::Refused) {
            panic!("{}", rule);
        }
        let (entity_type, _) = full.split_at(grammar::last_dot(full));
        Self { full: Text::from_static(full), entity_type: Text::from_static(entity_type) }
    }

    /// The same with an entity type of its own, where it is not the name's own prefix.
    ///
    /// ```
    /// use events_core::EventType;
    ///
    /// const STARTED: EventType = EventType::from_static_with("my_test.started", "custom_test");
    /// assert_eq!(STARTED.entity_type(), "custom_test");
    /// ```
    ///
    /// # Panics
    ///
    /// As [`from_static`](Self::from_static); the entity type follows the same grammar, with one segment or more.
    pub const fn from_static_with(full: &'static str, entity_type: &'static str) -> Self {
        if let Err(rule) = grammar::check(full, 2, Wildcards::Refused) {
            panic!("{}", rule);
        }
        if let Err(rule) = grammar::check(entity_type, 1, Wildcards::Refused) {
            panic!("{}", rule);
        }
        Self { full: Text::from_static(full), entity_type: Text::from_static(entity_type) }
    }

    /// An event type of two literals that are known to follow the grammar.
    pub(crate) const fn from_checked(full: &'static str, entity_type: &'static str) -> Self {
        Self { full: Text::from_static(full), entity_type: Text::from_static(entity_type) }
    }

    /// The full name of a type made from a literal; empty for one read at run time, of which there are none in `const`s.
    pub(crate) const fn name_in_const(&self) -> &str {
        match &self.full {
            Text::Static(text) => text,
            Text::Shared(_) => "",
        }
    }

    /// The entity type of a type made from literals; empty for one read at run time, of which there are none in `const`s.
    pub(crate) const fn entity_type_in_const(&self) -> &'static str {
        match &self.entity_type {
            Text::Static(text) => text,
            Text::Shared(_) => "",
        }
    }

    /// The full name: `quick_test.started`.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// The type of the entity the event is about: `quick_test`.
    pub fn entity_type(&self) -> &str {
        &self.entity_type
    }

    /// The last segment: `started`.
    pub fn name(&self) -> &str {
        &self.full[grammar::last_dot(&self.full) + 1..]
    }
}

impl FromStr for EventType {
    type Err = InvalidEventType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

/// Text that is not an event type: which text, and the rule it breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "malformed event type `{}`: {rule}; expected two or more segments of `[a-z][a-z0-9_]*` joined by `.`, \
     e.g. `quick_test.started`",
    text.escape_debug()
)]
#[non_exhaustive]
pub struct InvalidEventType {
    /// The text as it was given.
    pub text: String,
    /// The rule it breaks, in words.
    pub rule: &'static str,
}
