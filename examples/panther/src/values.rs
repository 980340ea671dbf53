//! Types that the events of several domains have fields of.

use std::{collections::BTreeMap, fmt};

use events_core::EventData;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What has no shape of its own: configurations, details, summaries. Sorted, as its id is made of it.
pub type Details = BTreeMap<String, Value>;

/// What a monitor finds: a number mostly.
///
/// ```
/// use events_panther::values::MetricValue;
///
/// let found: MetricValue = serde_json::from_str("3").unwrap();
/// assert_eq!((found, MetricValue::from(0.5).to_string()), (MetricValue::Integer(3), "0.5".to_owned()));
/// ```
#[derive(EventData, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "these are the scalars of JSON")]
pub enum MetricValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// What is no number: the name of a state.
    Text(String),
}

impl From<bool> for MetricValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for MetricValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for MetricValue {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for MetricValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for MetricValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for MetricValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// How much a service may use; nothing, where it may use what it likes.
#[derive(EventData, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResourceLimits {
    /// Processors, in units of one: 0.5 is half of one.
    pub cpus: Option<f64>,
    /// Memory, in bytes.
    pub memory_bytes: Option<u64>,
    /// Files and sockets that are open at a time.
    pub open_files: Option<u64>,
    /// Time that it may run, in seconds.
    pub seconds: Option<f64>,
}
