//! What events say in numbers, and what a recorder is told of it.

use std::{collections::BTreeMap, error::Error, fmt, time::Duration};

use events_core::{
    CounterValue, Event, EventBus, MetricClash, MetricDescriptor, MetricKind, MetricValue, MetricsObserver,
};
use metrics::{SharedString, Unit};
use metrics_util::{
    CompositeKey,
    debugging::{DebugValue, DebuggingRecorder},
};
use serde::Serialize;

/// A protocol, as a label.
#[derive(Clone, Copy, Debug, Serialize)]
enum Protocol {
    Udp,
    Quic,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "udp",
            Self::Quic => "quic",
        })
    }
}

/// A quick test was measured.
#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
struct Measured {
    protocol: Protocol,
    #[serde(rename = "try")]
    r#try: u8,
    /// Packets that were sent.
    #[event(metric(counter, name = "packets_sent_total", unit = "count", labels(protocol, r#try)))]
    packets: u32,
    /// How long the test took.
    #[event(metric(histogram, unit = "seconds"), skip_id)]
    took: Duration,
    #[event(metric(gauge), metric(histogram, name = "loss_spread", unit = "percent"))]
    loss: Option<f32>,
    #[event(metric(gauge, name = "healthy"))]
    healthy: bool,
    #[event(metric(counter))]
    retries: Option<u64>,
}

fn measured() -> Measured {
    Measured {
        protocol: Protocol::Udp,
        r#try: 1,
        packets: 100,
        took: Duration::from_millis(250),
        loss: Some(0.5),
        healthy: true,
        retries: None,
    }
}

/// `name{label=value}`, and what was told of it.
type Values = BTreeMap<String, String>;
/// Names, with their unit and docs.
type Descriptions = BTreeMap<String, (Option<Unit>, SharedString)>;

/// What a recorder was told meanwhile.
fn told(run: impl FnOnce()) -> (Values, Descriptions) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, run);
    let mut values = BTreeMap::new();
    let mut descriptions = BTreeMap::new();
    for (key, unit, docs, value) in snapshotter.snapshot().into_vec() {
        let (kind, key) = CompositeKey::into_parts(key);
        let labels: Vec<String> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let value = match value {
            DebugValue::Counter(count) => format!("{kind:?} {count}"),
            DebugValue::Gauge(number) => format!("{kind:?} {number}"),
            DebugValue::Histogram(numbers) => {
                format!("{kind:?} {:?}", numbers.iter().map(|number| number.0).collect::<Vec<_>>())
            }
        };
        values.insert(format!("{}{{{}}}", key.name(), labels.join(",")), value);
        descriptions.insert(key.name().to_owned(), (unit, docs.unwrap_or_default()));
    }
    (values, descriptions)
}

fn emit(bus: &EventBus, event: impl Event) {
    bus.emit(event.for_entity("e").unwrap()).unwrap().into_result().unwrap();
}

#[test]
fn the_fields_of_an_event_feed_metrics() {
    let bus = EventBus::new();
    let _metrics = bus.observe(MetricsObserver::new());
    let (values, descriptions) = told(|| {
        emit(&bus, measured());
        emit(&bus, Measured { packets: 5, loss: None, retries: Some(2), healthy: false, ..measured() });
        emit(&bus, Measured { protocol: Protocol::Quic, packets: 1, ..measured() });
    });
    let expected = [
        ("events_total{event_type=quick_test.measured,entity_type=quick_test}", "Counter 3"),
        ("healthy{}", "Gauge 1"),
        ("loss_spread{}", "Histogram [0.5, 0.5]"),
        ("packets_sent_total{protocol=quic,try=1}", "Counter 1"),
        ("packets_sent_total{protocol=udp,try=1}", "Counter 105"),
        ("quick_test_measured_loss{}", "Gauge 0.5"),
        ("quick_test_measured_retries_total{}", "Counter 2"),
        ("quick_test_measured_took{}", "Histogram [0.25, 0.25, 0.25]"),
    ];
    assert_eq!(values, expected.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
    let said = |name: &str| descriptions[name].clone();
    assert_eq!(said("packets_sent_total"), (Some(Unit::Count), "Packets that were sent.".into()));
    assert_eq!(said("quick_test_measured_took"), (Some(Unit::Seconds), "How long the test took.".into()));
    assert_eq!(said("loss_spread").0, Some(Unit::Percent));
    assert_eq!(said("events_total").0, Some(Unit::Count));
}

/// A unit of its own, which may have no reading.
#[derive(Serialize)]
struct Celsius(Option<f32>);

impl MetricValue for Celsius {
    fn number(&self) -> Option<f64> {
        self.0.map(f64::from)
    }
}

#[derive(Serialize)]
struct Loaves(u8);

impl CounterValue for Loaves {
    fn count(&self) -> Option<u64> {
        Some(self.0.into())
    }
}

/// An oven was emptied.
#[derive(Event, Serialize)]
#[event_type("oven.emptied")]
struct Emptied {
    #[event(metric(gauge), metric(histogram, name = "oven_celsius"))]
    temperature: Celsius,
    #[event(metric(counter))]
    baked: Option<Loaves>,
}

#[test]
fn types_of_the_program_feed_metrics() {
    let bus = EventBus::new();
    let _metrics = bus.observe(MetricsObserver::new());
    let (values, _) = told(|| {
        emit(&bus, Emptied { temperature: Celsius(Some(180.5)), baked: Some(Loaves(12)) });
        emit(&bus, Emptied { temperature: Celsius(None), baked: Some(Loaves(3)) });
        emit(&bus, Emptied { temperature: Celsius(None), baked: None });
    });
    assert_eq!(values["oven_emptied_temperature{}"], "Gauge 180.5");
    assert_eq!(values["oven_celsius{}"], "Histogram [180.5]");
    assert_eq!(values["oven_emptied_baked_total{}"], "Counter 15");
}

#[test]
fn the_descriptor_names_the_metrics() {
    const METRICS: &[MetricDescriptor] = Measured::DESCRIPTOR.metrics();
    assert_eq!(METRICS.len(), 6);
    let first = METRICS[0];
    assert_eq!((first.kind(), first.name(), first.field()), (MetricKind::Counter, "packets_sent_total", "packets"));
    assert_eq!((first.unit(), first.labels()), (Some("count"), ["protocol", "try"].as_slice()));
    assert_eq!(first.docs(), "Packets that were sent.");
    assert_eq!(MetricKind::Histogram.to_string(), "histogram");
}

#[test]
fn without_a_recorder_nothing_happens() {
    let bus = EventBus::new();
    let _metrics = bus.observe(MetricsObserver::new());
    emit(&bus, measured());
}

/// The same metric, said in the same way.
#[derive(Event, Serialize)]
#[event_type("service.loaded")]
struct Loaded {
    #[event(metric(gauge, name = "healthy"))]
    healthy: u8,
}

/// The same metric as of a quick test, as another kind.
#[derive(Event, Serialize)]
#[event_type("service.checked")]
struct Checked {
    #[event(metric(counter, name = "healthy"))]
    healthy: u8,
}

#[test]
fn two_types_of_events_may_feed_one_metric() {
    let bus = EventBus::new();
    let _metrics = bus.observe(MetricsObserver::new());
    let (values, _) = told(|| {
        emit(&bus, measured());
        emit(&bus, Loaded { healthy: 7 });
    });
    assert_eq!(values["healthy{}"], "Gauge 7");
}

#[test]
fn a_metric_that_is_two_things_is_a_failure_each_time() {
    let bus = EventBus::new();
    let _metrics = bus.observe(MetricsObserver::new());
    let (values, _) = told(|| {
        emit(&bus, measured());
        for n in 0..2 {
            let receipt = bus.emit(Checked { healthy: n }.for_entity("e").unwrap()).unwrap();
            let failure = receipt.failures()[0].source().unwrap().downcast_ref::<MetricClash>().unwrap();
            assert_eq!((failure.first, failure.second), (MetricKind::Gauge, MetricKind::Counter));
            assert_eq!(
                failure.to_string(),
                "the metric `healthy` is a gauge of `quick_test.measured` and a counter of `service.checked`; give one of them \
                 another name, or both the same kind, unit and labels"
            );
        }
    });
    assert_eq!(
        values["events_total{event_type=service.checked,entity_type=service}"], "Counter 2",
        "counted all the same"
    );
    assert_eq!(values["healthy{}"], "Gauge 1");
}

#[derive(Event, Serialize)]
#[event_type("service.probed")]
struct Probed {
    #[event(metric(gauge, name = "latency"))]
    latency: f64,
    #[event(metric(counter, name = "healthy"))]
    healthy: u32,
}

#[derive(Event, Serialize)]
#[event_type("service.answered")]
struct Answered {
    #[event(metric(histogram, name = "latency"))]
    latency: f64,
}

#[test]
fn a_type_of_events_that_is_refused_has_said_nothing_of_its_other_metrics() {
    let bus = EventBus::new();
    let _metrics = bus.observe(MetricsObserver::new());
    let (values, _) = told(|| {
        emit(&bus, measured());
        let probed = Probed { latency: 0.25, healthy: 1 }.for_entity("e").unwrap();
        assert_eq!(bus.emit(probed).unwrap().failures().len(), 1);
        emit(&bus, Answered { latency: 0.5 });
    });
    assert!(values["latency{}"].starts_with("Histogram"), "{values:?}");
}
