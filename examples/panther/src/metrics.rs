//! What was measured.
//!
//! The entity is what was measured, an experiment, a test or a component: upstream makes an id of the metric's name and the present
//! time, under which nothing is found again. That one measurement is not taken for a duplicate of another is said by the events: all of
//! them have unique ids.
//!
//! The numbers feed metrics, for an exporter to read, by way of `MetricsObserver` (feature `metrics` of `events-core`).

use std::collections::BTreeMap;

use events_core::{Emitter, EntityEmitter, Event, EventEnum};
use serde::{Deserialize, Serialize};

use crate::values::{Details, MetricValue};

/// A number was measured.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("metrics.collected")]
#[event(emitter = MetricsEmitter, identity = unique)]
pub struct MetricCollected {
    /// What was measured: `round_trip_time`.
    pub metric_name: String,
    /// How its values are put together: `gauge`, `counter`, `histogram`.
    pub metric_type: String,
    /// The number. Its unit belongs to the name, or to the metadata.
    #[event(metric(gauge, labels(metric_name)))]
    pub value: f64,
    /// What was going on: `handshake`, `transfer`.
    #[event(default)]
    pub phase: Option<String>,
    /// The id of the test during which it was measured.
    #[event(default)]
    pub test_case: Option<String>,
    /// What was measured, where the entity is not all that is to be said.
    #[event(default)]
    pub component: Option<String>,
    /// What values are told apart by.
    #[event(default)]
    pub labels: Option<BTreeMap<String, String>>,
    /// What else is to be known of the measurement.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// The use of a resource was measured.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("metrics.resource")]
#[event(emitter = MetricsEmitter, identity = unique)]
pub struct ResourceMetric {
    /// Which resource: `cpu`, `memory`, `sockets`.
    pub resource_type: String,
    /// How much of it is used, in the unit that belongs to the resource.
    #[event(metric(gauge, labels(resource_type)))]
    pub usage_value: f64,
    /// What was measured, where the entity is not all that is to be said.
    #[event(default)]
    pub component: Option<String>,
    /// The id of the test during which it was measured.
    #[event(default)]
    pub test_case: Option<String>,
    /// What else is to be known of the measurement.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// The time that an operation took was measured.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("metrics.timing")]
#[event(emitter = MetricsEmitter, identity = unique)]
pub struct TimingMetric {
    /// What took the time: `handshake`.
    pub operation_name: String,
    /// How long it took, in seconds.
    #[event(metric(histogram, unit = "seconds", labels(operation_name)))]
    pub duration: f64,
    /// What was going on: `handshake`, `transfer`.
    #[event(default)]
    pub phase: Option<String>,
    /// The id of the test during which it was measured.
    #[event(default)]
    pub test_case: Option<String>,
    /// What was measured, where the entity is not all that is to be said.
    #[event(default)]
    pub component: Option<String>,
    /// What else is to be known of the measurement.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// Something was counted.
///
/// The counter that the number feeds adds up whatever is told, the gauge has what was told last; the label `increment` says which of
/// them means something.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("metrics.counter")]
#[event(emitter = MetricsEmitter, identity = unique)]
pub struct CounterMetric {
    /// What was counted: `packets_sent`.
    pub counter_name: String,
    /// How many: since the last event, or altogether, as `increment` says.
    #[event(metric(counter, labels(counter_name, increment)), metric(gauge, labels(counter_name, increment)))]
    pub value: u64,
    /// Whether `value` is to be added to what was told before (as it is, unless it is said), or is the whole sum.
    #[event(default = true)]
    pub increment: bool,
    /// The id of the test during which it was measured.
    #[event(default)]
    pub test_case: Option<String>,
    /// What was measured, where the entity is not all that is to be said.
    #[event(default)]
    pub component: Option<String>,
    /// What else is to be known of the measurement.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// What was measured over a time, put together.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("metrics.summary")]
#[event(emitter = MetricsEmitter, identity = unique)]
pub struct MetricsSummary {
    /// The figures, by name.
    pub metrics: BTreeMap<String, MetricValue>,
    /// The id of the test during which it was measured.
    #[event(default)]
    pub test_case: Option<String>,
    /// Which time: `test`, `last_minute`.
    #[event(default)]
    pub period: Option<String>,
    /// What else is to be known of the measurement.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// Emits the events of one thing that is measured.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "metrics")]
pub struct MetricsEmitter {
    emitter: EntityEmitter,
}

/// Everything that can be measured: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum MetricsEvent {
    /// A number was measured.
    Collected(MetricCollected),
    /// The use of a resource was measured.
    Resource(ResourceMetric),
    /// The time that an operation took was measured.
    Timing(TimingMetric),
    /// Something was counted.
    Counter(CounterMetric),
    /// What was measured over a time, put together.
    Summary(MetricsSummary),
}
