//! [`MetricsObserver`]: what events say in numbers, told to the recorder of the program.

use std::{
    any::TypeId,
    collections::{HashMap, HashSet},
    sync::{PoisonError, RwLock},
};

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, Unit};

use super::{MetricDescriptor, MetricKind, Reading, value::Value};
use crate::{AnyEnvelope, EventDescriptor, EventType, Observer, ObserverResult};

const COUNT: &str = "events_total";
const METADATA: Metadata<'static> = Metadata::new("events", Level::INFO, None);

/// Counts events by their type, and feeds the metrics that their fields declare, to the recorder of the program: that of the crate
/// [`metrics`], for which there are exporters to Prometheus, OpenTelemetry, `StatsD` and others.
///
/// Each event adds one to the counter `events_total`, which has the labels `event_type` and `entity_type`. A metric is described,
/// with its unit and the doc comment of its field, when the first event of its type comes. Without a recorder nothing happens.
///
#[cfg_attr(feature = "derive", doc = "```")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// use events_core::{Event, EventBus, MetricsObserver};
/// use serde::Serialize;
///
/// #[derive(Event, Serialize)]
/// #[event_type("quick_test.completed")]
/// struct Completed {
///     protocol: String,
///     /// Packets that were sent.
///     #[event(metric(counter, name = "packets_sent_total", labels(protocol)))]
///     packets_sent: u64,
///     /// How long the test took.
///     #[event(metric(histogram, unit = "seconds"))] // quick_test_completed_duration
///     duration: f64,
/// }
///
/// let bus = EventBus::new();
/// let _metrics = bus.observe(MetricsObserver::new());
/// bus.emit(Completed { protocol: "udp".into(), packets_sent: 100, duration: 0.25 }.for_entity("test-001")?)?.into_result()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Two types of events may feed one metric, if they say the same of it. Where they do not, [`MetricClash`] is the failure of each
/// event of the type that came second, and its readings are not told; the event is counted all the same.
///
/// The entity id is no label: there are too many of them for most stores.
#[derive(Debug, Default)]
pub struct MetricsObserver {
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// The payloads whose metrics are described.
    types: HashMap<TypeId, Result<(), MetricClash>>,
    /// The first to say something of each name, which all others have to say as well.
    metrics: HashMap<&'static str, (MetricDescriptor, &'static EventType)>,
    described: HashSet<&'static str>,
}

/// Two types of events say different things of one metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the metric `{name}` is a {first} of `{first_type}` and a {second} of `{second_type}`; give one of them another name, or both the \
     same kind, unit and labels"
)]
#[non_exhaustive]
pub struct MetricClash {
    /// The metric's name.
    pub name: &'static str,
    /// Its kind, as said first.
    pub first: MetricKind,
    /// The type of event that said so.
    pub first_type: EventType,
    /// Its kind, as said later.
    pub second: MetricKind,
    /// The type of event that said so.
    pub second_type: EventType,
}

impl MetricsObserver {
    /// An observer that tells the recorder that is installed when an event comes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Describes the metrics of a type of event, before its first event comes.
    fn known(&self, payload: TypeId, descriptor: &'static EventDescriptor) -> Result<(), MetricClash> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).types.get(&payload) {
            return known.clone();
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let result = known.admit(descriptor);
        known.types.insert(payload, result.clone());
        result
    }
}

impl Known {
    fn admit(&mut self, descriptor: &'static EventDescriptor) -> Result<(), MetricClash> {
        let event_type = descriptor.event_type();
        let said = |metric: &MetricDescriptor| (metric.kind(), metric.unit(), metric.labels());
        for metric in descriptor.metrics() {
            if let Some((first, first_type)) = self.metrics.get(metric.name())
                && said(first) != said(metric)
            {
                return Err(MetricClash {
                    name: metric.name(),
                    first: first.kind(),
                    first_type: (*first_type).clone(),
                    second: metric.kind(),
                    second_type: event_type.clone(),
                });
            }
        }
        // Not before all of them were looked at: a type that is refused has said nothing.
        for metric in descriptor.metrics() {
            self.metrics.entry(metric.name()).or_insert((*metric, event_type));
        }
        metrics::with_recorder(|recorder| {
            if self.described.insert(COUNT) {
                let docs = "Events that were emitted, by their type.";
                recorder.describe_counter(KeyName::from_const_str(COUNT), Some(Unit::Count), docs.into());
            }
            for metric in descriptor.metrics().iter().filter(|metric| self.described.insert(metric.name())) {
                describe(recorder, metric);
            }
        });
        Ok(())
    }
}

impl Observer for MetricsObserver {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let descriptor = event.descriptor();
        let known = self.known(event.payload_type_id(), descriptor);
        metrics::with_recorder(|recorder| {
            count(recorder, event.event_type());
            if known.is_ok() {
                event.measure(&mut |reading| record(recorder, descriptor, reading));
            }
        });
        Ok(known?)
    }
}

fn describe(recorder: &dyn Recorder, metric: &MetricDescriptor) {
    let name = KeyName::from_const_str(metric.name());
    let unit = metric.unit().and_then(Unit::from_string);
    let docs = metric.docs().into();
    match metric.kind() {
        MetricKind::Counter => recorder.describe_counter(name, unit, docs),
        MetricKind::Gauge => recorder.describe_gauge(name, unit, docs),
        MetricKind::Histogram => recorder.describe_histogram(name, unit, docs),
    }
}

fn count(recorder: &dyn Recorder, event_type: &'static EventType) {
    let labels = vec![
        Label::from_static_parts("event_type", event_type.as_str()),
        Label::from_static_parts("entity_type", event_type.entity_type()),
    ];
    recorder.register_counter(&Key::from_parts(COUNT, labels), &METADATA).increment(1);
}

fn record(recorder: &dyn Recorder, descriptor: &'static EventDescriptor, reading: Reading<'_>) {
    let Some(metric) = descriptor.metrics().get(reading.metric) else { return };
    let labels = metric.labels().iter().zip(reading.labels);
    let labels: Vec<Label> = labels.map(|(name, value)| Label::new(*name, value.to_string())).collect();
    let key = Key::from_parts(metric.name(), labels);
    match (metric.kind(), reading.value) {
        (MetricKind::Counter, Value::Count(count)) => recorder.register_counter(&key, &METADATA).increment(count),
        (MetricKind::Gauge, Value::Number(number)) => recorder.register_gauge(&key, &METADATA).set(number),
        (MetricKind::Histogram, Value::Number(number)) => recorder.register_histogram(&key, &METADATA).record(number),
        // A descriptor written by hand that says something else than its readings.
        (MetricKind::Counter, Value::Number(_)) | (_, Value::Count(_)) => {}
    }
}
