//! Why the options of an observer were refused, and where.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use crate::{source::Span, suggest};

/// Why options were refused, and where.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    /// `None` until it is known.
    pub(crate) span: Option<Span>,
}

/// Why options were refused.
#[derive(Debug)]
pub(crate) enum Reason {
    UnknownKey { key: String, expected: Vec<String> },
    MissingKey { key: String },
    Message(String),
}

impl Refusal {
    fn new(reason: Reason) -> Self {
        Self { reason, span: None }
    }

    /// Whether this is the unknown key that was probably meant to be the one that is missing.
    pub(crate) fn explains(&self, other: &Self) -> bool {
        match (&self.reason, &other.reason) {
            (Reason::UnknownKey { key, expected }, Reason::MissingKey { key: missing }) => {
                suggest::nearest(key, expected) == Some(missing)
            }
            _ => false,
        }
    }

    /// The innermost place counts.
    pub(crate) fn at(mut self, span: &Span) -> Self {
        self.span.get_or_insert_with(|| span.clone());
        self
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::UnknownKey { key, .. } => write!(f, "unknown key `{}`", key.escape_debug()),
            Reason::MissingKey { key } => write!(f, "missing key `{}`", key.escape_debug()),
            Reason::Message(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Refusal {}

impl Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Reason::Message(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_field(key: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Reason::UnknownKey { key: key.to_owned(), expected: names(expected) })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Reason::MissingKey { key: key.to_owned() })
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        let expected = names(expected);
        let meant = suggest::did_you_mean(found, &expected);
        let separator = if meant.is_empty() { ";" } else { "" };
        Self::custom(format_args!("unknown value `{found}`{meant}{separator} expected {}", suggest::one_of(&expected)))
    }
}
