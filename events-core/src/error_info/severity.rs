//! How bad an error is.

use alloc::string::{String, ToString};
use core::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::identity::{CanonicalWriter, EventData};

/// How bad an error is: the levels of syslog (RFC 5424, table 2) that speak of errors and are not about a whole system.
///
/// They are ordered, and written in lower case.
///
/// ```
/// use events_core::Severity;
///
/// assert!(Severity::Warning < Severity::Critical);
/// assert_eq!("critical".parse(), Ok(Severity::Critical));
/// assert_eq!(Severity::default().to_string(), "error");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Work went on, with less than was wanted.
    Warning,
    /// What was asked for could not be done (the default).
    #[default]
    Error,
    /// More than what was asked for is in danger: somebody should look at once.
    Critical,
}

impl Severity {
    const ALL: [Self; 3] = [Self::Warning, Self::Error, Self::Critical];

    /// The name: `warning`, `error` or `critical`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|severity| severity.as_str() == text);
        found.ok_or_else(|| UnknownSeverity { text: text.to_string() })
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl EventData for Severity {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.text(self.as_str());
    }
}

/// Text that names no [`Severity`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown severity {text:?}; expected `warning`, `error` or `critical`")]
#[non_exhaustive]
pub struct UnknownSeverity {
    /// The text as it was given.
    pub text: String,
}
