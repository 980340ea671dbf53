//! Events as events of `tracing`: names, levels and typed fields, and what it costs when nobody wants them.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use chrono::DateTime;
use events_core::{AnyEnvelope, Envelope, Event, EventBus, EventType, TracingObserver, pattern};
use serde::{Serialize, Serializer};
use tracing::{
    Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::{self, Interest},
};

use crate::domain::{Log, QuickTestFailed, QuickTestStep, ServiceReady, delivered, quick_test};

/// One event, as a subscriber sees it: name, target, level, and the fields with their kinds.
#[derive(Debug, PartialEq)]
struct Seen {
    name: &'static str,
    target: &'static str,
    level: Level,
    fields: Vec<(&'static str, String)>,
}

impl Seen {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// The fields behind those of every event.
    fn of_payload(&self) -> Vec<(&'static str, &str)> {
        self.fields[4..].iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

impl Visit for Seen {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.push((field.name(), format!("f64 {value}")));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.push((field.name(), format!("i64 {value}")));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.push((field.name(), format!("u64 {value}")));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.push((field.name(), format!("bool {value}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), format!("str {value}")));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.push((field.name(), format!("debug {value:?}")));
    }
}

/// Takes the events of some levels.
struct Collector {
    seen: Log<Seen>,
    level: Level,
    /// Whether it says once and for all what it wants.
    is_static: bool,
    registered: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

impl Collector {
    fn new(level: Level) -> Self {
        Self { seen: Log::new(), level, is_static: true, registered: Arc::default(), asked: Arc::default() }
    }
}

impl Subscriber for Collector {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target().starts_with("events::") {
            self.registered.fetch_add(1, SeqCst);
        }
        match self.is_static {
            true if *metadata.level() <= self.level => Interest::always(),
            true => Interest::never(),
            false => Interest::sometimes(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.asked.fetch_add(1, SeqCst);
        *metadata.level() <= self.level
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let metadata = event.metadata();
        assert!(event.is_contextual());
        let (name, target, level) = (metadata.name(), metadata.target(), *metadata.level());
        let mut seen = Seen { name, target, level, fields: Vec::new() };
        event.record(&mut seen);
        self.seen.push(seen);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// What subscribers said is remembered for the whole program: these tests take turns.
pub fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a collector of all levels sees meanwhile.
fn seen(observer: TracingObserver, emit: impl FnOnce(&EventBus)) -> Vec<Seen> {
    let _turn = alone();
    let collector = Collector::new(Level::TRACE);
    let seen = collector.seen.clone();
    let bus = EventBus::new();
    let _tracing = bus.observe(observer);
    subscriber::with_default(collector, || emit(&bus));
    seen.take()
}

fn emit<E: Event>(bus: &EventBus, payload: E) {
    let event = Envelope::builder(payload, "e-1").time(DateTime::UNIX_EPOCH).build().unwrap();
    bus.emit(event).unwrap().into_result().unwrap();
}

#[derive(Event, Serialize)]
#[event_type("sample.point.measured")]
struct Measured {
    unsigned: u8,
    signed: i64,
    wide: u128,
    beyond: u128,
    float: f32,
    flag: bool,
    text: String,
    letter: char,
    absent: Option<u8>,
    present: Option<u8>,
    list: Vec<u8>,
    map: BTreeMap<String, bool>,
    #[serde(rename = "else")]
    other: (),
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u8>,
    last: &'static str,
}

#[test]
fn every_field_is_a_field_of_its_own_type() {
    let seen = seen(TracingObserver::new(), |bus| {
        emit(
            bus,
            Measured {
                unsigned: 7,
                signed: -7,
                wide: 7,
                beyond: u128::MAX,
                float: 0.1,
                flag: true,
                text: "two words\n".into(),
                letter: 'x',
                absent: None,
                present: Some(1),
                list: vec![1, 2],
                map: [("k".into(), true)].into(),
                other: (),
                left_out: None,
                last: "end",
            },
        );
    });
    let [event] = &seen[..] else { panic!("one event") };
    assert_eq!((event.name, event.target), ("sample.point.measured", "events::sample::point"));
    assert_eq!(event.level, Level::INFO);
    assert_eq!(event.field("event_type"), Some("str sample.point.measured"));
    assert_eq!(event.field("entity_id"), Some("str e-1"));
    assert_eq!(event.field("event_time"), Some("str 1970-01-01T00:00:00Z"));
    assert_eq!(event.field("correlation_id"), None);
    assert_eq!(
        event.of_payload(),
        [
            ("unsigned", "u64 7"),
            ("signed", "i64 -7"),
            ("wide", "u64 7"),
            ("beyond", "debug 340282366920938463463374607431768211455"),
            ("float", "f64 0.1"),
            ("flag", "bool true"),
            ("text", "str two words\n"),
            ("letter", "str x"),
            ("present", "u64 1"),
            ("list", "debug [1,2]"),
            ("map", r#"debug {"k":true}"#),
            ("last", "str end"),
        ]
    );
}

#[test]
fn the_envelope_is_told_as_fields() {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let cause = ServiceReady { port: 1 }.for_entity("web").unwrap().id();
    let event = Envelope::builder(ServiceReady { port: 80 }, "web")
        .correlation_id("run-7")
        .causation_id(cause)
        .sequence(3)
        .trace_parent(parent.parse().unwrap())
        .build()
        .unwrap();
    let id = event.id();
    let seen = seen(TracingObserver::new(), |bus| {
        delivered(bus.emit(event));
    });
    let field = |name| seen[0].field(name).unwrap();
    assert_eq!(field("event_id"), format!("str {id}"));
    assert_eq!(field("correlation_id"), "str run-7");
    assert_eq!(field("causation_id"), format!("str {cause}"));
    assert_eq!(field("sequence"), "u64 3");
    assert_eq!(field("trace_parent"), format!("str {parent}"));
    assert_eq!(field("port"), "u64 80");
}

#[test]
fn levels_follow_from_the_name_unless_a_pattern_says_otherwise() {
    let levels = |observer| -> Vec<Level> {
        let seen = seen(observer, |bus| {
            emit(bus, QuickTestFailed { error: "e".into() });
            emit(bus, QuickTestStep { n: 1 });
            emit(bus, ServiceReady { port: 1 });
        });
        seen.iter().map(|event| event.level).collect()
    };
    assert_eq!(levels(TracingObserver::new()), [Level::ERROR, Level::INFO, Level::INFO]);
    let observer = TracingObserver::new()
        .level(pattern!("*.step"), Level::TRACE)
        .level(pattern!("quick_test.*"), Level::WARN)
        .level(pattern!("quick_test.failed"), Level::DEBUG);
    assert_eq!(levels(observer), [Level::WARN, Level::TRACE, Level::INFO]);
}

#[derive(Event, Serialize)]
#[event_type("sample.flat")]
struct Flat {
    event_id: u8,
    message: &'static str,
    payload: u8,
    #[serde(flatten)]
    rest: BTreeMap<&'static str, &'static str>,
}

/// Without the derive: nothing is known of its fields.
#[derive(Serialize)]
struct ByHand {
    n: u8,
    text: &'static str,
    none: Option<u8>,
}

impl Event for ByHand {
    const TYPE: EventType = EventType::from_static("sample.by_hand");
}

#[test]
fn members_that_are_not_described_and_names_that_are_taken_are_told_all_the_same() {
    let seen = seen(TracingObserver::new(), |bus| {
        let rest = [("a", "x y"), ("b", "z")].into();
        emit(bus, Flat { event_id: 1, message: "hello", payload: 2, rest });
        emit(bus, ByHand { n: 1, text: "t", none: None });
    });
    assert_eq!(
        seen[0].of_payload(),
        [
            ("payload.event_id", "u64 1"),
            ("message", "str hello"),
            ("payload.payload", "u64 2"),
            ("payload", r#"debug a="x y" b="z""#),
        ]
    );
    assert_eq!(seen[1].of_payload(), [("payload", r#"debug n=1 text="t""#)]);
}

#[derive(Event, Serialize)]
#[event_type("sample.taken")]
struct Taken {
    #[serde(rename = "payload.sequence")]
    first: u8,
    sequence: u8,
}

#[test]
fn no_two_fields_have_one_name() {
    let seen = seen(TracingObserver::new(), |bus| emit(bus, Taken { first: 1, sequence: 2 }));
    assert_eq!(seen[0].of_payload(), [("payload.sequence", "u64 1"), ("payload.payload.sequence", "u64 2")]);
}

#[test]
fn a_name_out_of_a_payload_is_one_word_on_one_line() {
    let seen = seen(TracingObserver::new(), |bus| {
        let rest = [("a\nERROR\u{1b}[31m", "x"), ("b c=1", "y"), ("d\u{202e}", "z"), ("größe.x-y", "ü")].into();
        emit(bus, Flat { event_id: 1, message: "hello", payload: 2, rest });
    });
    assert_eq!(
        seen[0].field("payload"),
        Some(r#"debug "a\nERROR\u{1b}[31m"="x" "b c=1"="y" "d\u{202e}"="z" größe.x-y="ü""#)
    );
}

/// Counts how often it is written.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.fetch_add(1, SeqCst);
        serializer.serialize_unit()
    }
}

#[derive(Event, Serialize)]
#[event_type("sample.counted")]
struct Sample {
    counted: Counted,
}

#[test]
fn a_level_that_nobody_wants_is_neither_asked_for_twice_nor_written() {
    let _turn = alone();
    let counted = Counted::default();
    let event = Sample { counted: counted.clone() }.for_entity("e").unwrap();
    counted.0.store(0, SeqCst);
    let bus = EventBus::new();
    let _tracing = bus.observe(TracingObserver::new());
    let emit_three = || {
        for _ in 0..3 {
            delivered(bus.emit(&event));
        }
    };

    // Nobody listens.
    emit_three();
    let collector = Collector::new(Level::WARN);
    let (seen, registered, asked) =
        (collector.seen.clone(), Arc::clone(&collector.registered), Arc::clone(&collector.asked));
    subscriber::with_default(collector, || {
        let before = registered.load(SeqCst);
        emit_three();
        assert_eq!((registered.load(SeqCst) - before, asked.load(SeqCst)), (0, 0));
    });
    assert_eq!((seen.take().len(), counted.0.load(SeqCst)), (0, 0));

    // One that decides each time is asked each time.
    let collector = Collector { is_static: false, ..Collector::new(Level::WARN) };
    let (seen, asked) = (collector.seen.clone(), Arc::clone(&collector.asked));
    subscriber::with_default(collector, emit_three);
    assert_eq!((seen.take().len(), asked.load(SeqCst), counted.0.load(SeqCst)), (0, 3, 0));

    // A new subscriber's wishes count from then on.
    let collector = Collector::new(Level::INFO);
    let seen = collector.seen.clone();
    subscriber::with_default(collector, emit_three);
    assert_eq!(seen.take().len(), 3);
}

#[derive(Event, Serialize)]
#[event_type("sample.registered")]
struct Registered {}

#[test]
fn a_type_has_one_callsite_for_each_level() {
    let _turn = alone();
    let collector = Collector::new(Level::TRACE);
    let (seen, registered) = (collector.seen.clone(), Arc::clone(&collector.registered));
    subscriber::with_default(collector, || {
        let before = registered.load(SeqCst);
        for _ in 0..3 {
            let bus = EventBus::new();
            let _both = [
                bus.observe(TracingObserver::new()),
                bus.observe(TracingObserver::new().level(pattern!("sample.>"), Level::DEBUG)),
            ];
            emit(&bus, Registered {});
        }
        assert_eq!(registered.load(SeqCst) - before, 2);
    });
    assert_eq!(seen.take().len(), 6);
}

#[test]
fn a_subscriber_that_panics_is_a_failure_in_the_receipt() {
    struct Panics(Collector);

    impl Subscriber for Panics {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            self.0.enabled(metadata)
        }
        fn event(&self, _: &tracing::Event<'_>) {
            panic!("in the subscriber");
        }
        fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
            self.0.new_span(attributes)
        }
        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    let _turn = alone();
    let bus = EventBus::new();
    let _tracing = bus.observe(TracingObserver::new());
    let others = Log::new();
    let told = others.clone();
    let _other = bus.subscribe(move |_: &AnyEnvelope| told.push(()));
    subscriber::with_default(Panics(Collector::new(Level::TRACE)), || {
        let receipt = quick_test(&bus).emit_step(1).unwrap();
        assert!(matches!(receipt.failures(), [failure] if failure.is_panic()));
    });
    assert_eq!(others.take().len(), 1);
    delivered(quick_test(&bus).emit_step(2));
}
