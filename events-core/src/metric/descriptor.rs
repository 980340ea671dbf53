//! What is known of a metric at compile time.

use core::fmt;

/// How a metric's values are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// Each value is added to the sum so far.
    Counter,
    /// The last value counts.
    Gauge,
    /// How often which values came.
    Histogram,
}

impl fmt::Display for MetricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        })
    }
}

/// A metric that a field of an event feeds: `#[event(metric(counter, name = "…", unit = "…", labels(field, …)))]`.
///
/// ```
/// use events_core::{MetricDescriptor, MetricKind};
///
/// const SENT: MetricDescriptor = MetricDescriptor::new(MetricKind::Counter, "packets_sent_total", "packets_sent")
///     .with_unit("count")
///     .with_labels(&["protocol"]);
/// assert_eq!((SENT.field(), SENT.labels()), ("packets_sent", ["protocol"].as_slice()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricDescriptor {
    kind: MetricKind,
    name: &'static str,
    field: &'static str,
    unit: Option<&'static str>,
    labels: &'static [&'static str],
    docs: &'static str,
}

impl MetricDescriptor {
    /// A metric that is fed by the field with this name in the JSON form.
    pub const fn new(kind: MetricKind, name: &'static str, field: &'static str) -> Self {
        Self { kind, name, field, unit: None, labels: &[], docs: "" }
    }

    /// Sets the unit, as the crate `metrics` calls it: `seconds`, `bytes`, `count`, …
    #[must_use]
    pub const fn with_unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Sets the labels: the fields that the values are told apart by, as they are called in the JSON form.
    #[must_use]
    pub const fn with_labels(mut self, labels: &'static [&'static str]) -> Self {
        self.labels = labels;
        self
    }

    /// Sets the documentation, that of the field.
    #[must_use]
    pub const fn with_docs(mut self, docs: &'static str) -> Self {
        self.docs = docs;
        self
    }

    /// How its values are put together.
    pub const fn kind(&self) -> MetricKind {
        self.kind
    }

    /// The metric's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The field it is fed by, as it is called in the JSON form.
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The unit, as the crate `metrics` calls it.
    pub const fn unit(&self) -> Option<&'static str> {
        self.unit
    }

    /// The fields that the values are told apart by.
    pub const fn labels(&self) -> &'static [&'static str] {
        self.labels
    }

    /// The doc comment of the field.
    pub const fn docs(&self) -> &'static str {
        self.docs
    }
}
