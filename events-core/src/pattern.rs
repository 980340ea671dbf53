//! Patterns over event types, with the wildcards of NATS subjects.

use alloc::string::{String, ToString};
use core::str::FromStr;

use crate::{
    EventType,
    grammar::{self, Wildcards},
    text::{Text, as_text, from_checked_text},
};

/// A pattern over event types: `*` stands for one segment, `>` at the end for one or more.
///
/// ```
/// use events_core::{EventType, Pattern, pattern};
///
/// const OF_TESTS: Pattern = pattern!("quick_test.*");
/// assert!(OF_TESTS.matches(&EventType::from_static("quick_test.started")));
/// assert!(!OF_TESTS.matches(&EventType::from_static("quick_test.step.started")));
/// assert!(pattern!("quick_test.>").matches(&EventType::from_static("quick_test.step.started")));
/// assert!(pattern!("*.failed").matches(&EventType::from_static("step.failed")));
///
/// let error = "quick_test.>.failed".parse::<Pattern>().unwrap_err();
/// assert_eq!(error.rule, "`>` may stand only at the end");
/// ```
#[derive(Clone)]
pub struct Pattern(Text);

as_text!(Pattern);
from_checked_text!(Pattern);

/// A [`Pattern`] from a literal, checked while compiling.
///
/// ```compile_fail,E0080
/// let all_failures = events_core::pattern!("*.Failed");
/// ```
#[macro_export]
macro_rules! pattern {
    ($pattern:expr $(,)?) => {{
        // An item, not a `const` block: it is checked by `cargo check` as well.
        const PATTERN: $crate::Pattern = $crate::Pattern::from_static($pattern);
        PATTERN
    }};
}

impl Pattern {
    /// Reads a pattern from text.
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] when a segment is neither a name (`[a-z][a-z0-9_]*`) nor a wildcard, or `>` is not the last.
    pub fn new(pattern: &str) -> Result<Self, InvalidPattern> {
        match grammar::check(pattern, 1, Wildcards::Allowed) {
            Ok(()) => Ok(Self(pattern.into())),
            Err(rule) => Err(InvalidPattern { text: pattern.to_string(), rule }),
        }
    }

    /// A pattern from a literal; [`pattern!`](crate::pattern) checks it while compiling.
    ///
    /// # Panics
    ///
    /// When the literal is malformed.
    pub const fn from_static(pattern: &'static str) -> Self {
        if let Err(rule) = grammar::check(pattern, 1, Wildcards::Allowed) {
            panic!("{}", rule);
        }
        Self(Text::from_static(pattern))
    }

    /// The pattern as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an event type matches.
    pub fn matches(&self, event_type: &EventType) -> bool {
        let mut names = event_type.as_str().split('.');
        for segment in self.0.split('.') {
            match (segment, names.next()) {
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (segment, Some(name)) if segment == name => {}
                _ => return false,
            }
        }
        names.next().is_none()
    }
}

impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(pattern: &str) -> Result<Self, Self::Err> {
        Self::new(pattern)
    }
}

/// Text that is not a pattern: which text, and the rule it breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "malformed pattern `{}`: {rule}; expected names and wildcards joined by `.`, e.g. `quick_test.*` or `quick_test.>`",
    text.escape_debug()
)]
#[non_exhaustive]
pub struct InvalidPattern {
    /// The text as it was given.
    pub text: String,
    /// The rule it breaks, in words.
    pub rule: &'static str,
}
