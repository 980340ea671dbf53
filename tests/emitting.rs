//! Emitters: what the generated methods take and fill in, and what is refused before anybody is told.

use std::{
    error::Error as _,
    marker::PhantomData,
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use events_core::{
    AnyEnvelope, Clock, DedupWindow, EmitError, Emitter, EntityEmitter, Envelope, Event, EventBus, EventEnum, EventId,
    IdSource, Receipt, ValidationError, testing::Recorder,
};
use serde::Serialize;

use crate::domain::{
    Config, Log, ManualClock, QuickTestCompleted, QuickTestCreated, QuickTestEmitter, QuickTestEvent, QuickTestFailed,
    QuickTestStarted, ServiceEmitter, Ticking, delivered, quick_test, started,
};

/// An emitter with parameters of its own.
#[derive(Emitter)]
#[emitter(entity_type = "sample")]
struct Samples<T: Clone>
where
    Vec<T>: PartialEq,
{
    emitter: EntityEmitter,
    last: PhantomData<T>,
}

/// One parameter is the emitter's, the others are the method's.
#[derive(Event, Debug, PartialEq, Serialize)]
#[event_type("sample.measured")]
#[event(emitter = Samples<T>)]
#[serde(bound = "T: Serialize, U: Serialize")]
struct Measured<T: Clone, U, const N: usize>
where
    Vec<T>: PartialEq,
    U: Copy,
{
    name: String,
    value: T,
    others: Vec<U>,
    #[event(default = N)]
    width: usize,
    #[event(default)]
    #[serde(skip)]
    marker: PhantomData<[u8; N]>,
}

/// Its keys have no text.
#[derive(Event, Serialize)]
#[event_type("service.mapped")]
#[event(emitter = ServiceEmitter)]
struct Mapped {
    ports: std::collections::BTreeMap<(u8, u8), u8>,
}

/// Its validator returns text.
#[derive(Event, Serialize)]
#[event_type("service.named")]
#[event(emitter = ServiceEmitter, validate = not_empty)]
struct Named {
    name: String,
}

fn not_empty(named: &Named) -> Result<(), &'static str> {
    if named.name.is_empty() { Err("a name must not be empty") } else { Ok(()) }
}

/// A bus with a clock, and everything of one type that is told.
fn watched<E: Event + Clone>() -> (EventBus, ManualClock, Log<Envelope<E>>) {
    let (clock, log) = (ManualClock::default(), Log::new());
    let bus = EventBus::builder().clock(clock.clone()).build();
    let seen = log.clone();
    bus.subscribe(move |event: &Envelope<E>| seen.push(event.clone())).detach();
    (bus, clock, log)
}

#[test]
fn an_emit_method_takes_the_fields_in_order_and_fills_the_rest() {
    let (bus, _clock, log) = watched::<QuickTestCreated>();
    delivered(quick_test(&bus).emit_created("a literal"));
    delivered(quick_test(&bus).emit_created(String::from("a string")));
    delivered(quick_test(&bus).emit_created('c'));
    let names: Vec<String> = log
        .take()
        .iter()
        .map(|event| {
            assert_eq!(event.config, Config::from([("retries".to_owned(), 3)]));
            assert_eq!((event.entity_type(), event.entity_id().as_str()), ("quick_test", "test-001"));
            event.test_name.clone()
        })
        .collect();
    assert_eq!(names, ["a literal", "a string", "c"]);
    let (bus, _clock, log) = watched::<QuickTestStarted>();
    delivered(quick_test(&bus).emit_started("name", Config::from([("a".to_owned(), 1)])));
    assert_eq!(log.take()[0].config["a"], 1);
}

#[test]
fn one_reading_of_the_clock_serves_the_envelope_and_the_field() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(Ticking(clock.clone())).build();
    let recorder = Recorder::on(&bus);
    let before = clock.now();
    delivered(quick_test(&bus).emit_started("name", Config::new()));
    assert_eq!(clock.now(), before + TimeDelta::seconds(1));
    let told = recorder.of::<QuickTestStarted>();
    assert_eq!((told[0].time(), told[0].start_time), (clock.now(), clock.now()));
}

#[test]
fn a_literal_overrides_what_a_method_would_fill() {
    let (bus, clock, log) = watched::<QuickTestCreated>();
    clock.advance(Duration::from_secs(9));
    let literal = QuickTestCreated {
        test_name: "name".into(),
        config: Config::new(),
        creation_time: DateTime::from_timestamp(1, 0).unwrap(),
    };
    delivered(quick_test(&bus).emit(literal.clone()));
    let told = log.take();
    assert_eq!(told[0].payload(), &literal);
    assert_eq!(told[0].time(), DateTime::from_timestamp(9, 0).unwrap());
}

#[test]
fn a_default_without_a_value_is_that_of_the_type() {
    let (bus, _clock, log) = watched::<QuickTestCompleted>();
    delivered(quick_test(&bus).emit_completed(0.5));
    assert_eq!(log.take()[0].payload(), &QuickTestCompleted { success_rate: 0.5, note: None });
}

#[test]
fn an_enum_value_is_the_event_it_wraps() {
    let (bus, clock, log) = watched::<QuickTestFailed>();
    let any = Log::new();
    let seen = any.clone();
    bus.subscribe(move |event: &AnyEnvelope| seen.push((event.id(), event.time()))).detach();
    let enums = Log::new();
    let seen = enums.clone();
    bus.subscribe(move |event: &QuickTestEvent| seen.push(event.kind().to_string())).detach();
    clock.advance(Duration::from_secs(1));
    let failed = QuickTestFailed { error: "no".into() };
    let plain = delivered(quick_test(&bus).emit(failed.clone()));
    let wrapped = delivered(quick_test(&bus).emit(QuickTestEvent::from(failed.clone())));
    let sealed = QuickTestEvent::from(failed.clone()).for_entity("test-001").unwrap();
    assert_eq!([wrapped, sealed.id(), failed.for_entity("test-001").unwrap().id()], [plain; 3]);
    assert_eq!(log.take().len(), 2);
    assert_eq!(any.take(), [(plain, bus.now()); 2]);
    assert_eq!(enums.take(), ["quick_test.failed"; 2]);
}

#[test]
fn an_enum_value_is_a_duplicate_of_the_event_it_wraps() {
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    delivered(quick_test(&bus).emit(started("x")));
    assert!(quick_test(&bus).emit(QuickTestEvent::from(started("x"))).unwrap().is_duplicate());
}

#[track_caller]
fn assert_nobody_was_told(bus: &EventBus, refused: u64) {
    let stats = bus.stats();
    assert_eq!((stats.refused, stats.delivered, stats.unobserved, stats.duplicates), (refused, 0, 0, 0));
}

#[test]
fn an_empty_entity_id_is_refused() {
    let (bus, _clock, log) = watched::<QuickTestFailed>();
    let nobody = QuickTestEmitter::new(&bus, "");
    let error = nobody.emit_failed("no").unwrap_err();
    assert!(matches!(&error, EmitError::EntityId { source, .. } if source.id.is_empty()));
    assert_eq!(
        error.to_string(),
        "event `quick_test.failed` has no entity: invalid entity id \"\": an entity id must not be empty"
    );
    assert!(error.source().is_some());
    nobody.emit(QuickTestEvent::from(QuickTestFailed { error: "no".into() })).unwrap_err();
    assert!(log.take().is_empty());
    assert_nobody_was_told(&bus, 2);
}

#[test]
fn an_invalid_payload_is_refused() {
    let (bus, _clock, log) = watched::<QuickTestCompleted>();
    let tests = quick_test(&bus);
    let error = tests.emit_completed(1.5).unwrap_err();
    let EmitError::Invalid { event_type, source, .. } = &error else { panic!("{error}") };
    assert_eq!(error.event_type(), *event_type);
    assert_eq!(**event_type, "quick_test.completed");
    let told = (source.field_name(), source.value_text(), source.rule());
    assert_eq!(told, (Some("success_rate"), Some("1.5"), "must lie between 0 and 1"));
    assert_eq!(
        error.to_string(),
        "event `quick_test.completed` is invalid: `success_rate` is 1.5: must lie between 0 and 1"
    );
    tests.emit(QuickTestCompleted { success_rate: f64::NAN, note: None }).unwrap_err();
    tests.emit(QuickTestEvent::from(QuickTestCompleted { success_rate: -1.0, note: None })).unwrap_err();
    assert!(log.take().is_empty());
    assert_nobody_was_told(&bus, 3);
}

#[test]
fn a_payload_without_a_canonical_form_is_refused() {
    let bus = EventBus::new();
    let error = ServiceEmitter::new(&bus, 1).emit_mapped([((1, 2), 3)].into()).unwrap_err();
    assert!(matches!(error, EmitError::Identity { .. }));
    assert_eq!(
        error.to_string(),
        "event `service.mapped` has no content id: a map key must be text, an integer, a bool or a char, found an array"
    );
    assert_nobody_was_told(&bus, 1);
}

#[test]
fn a_validator_may_return_text() {
    let services = ServiceEmitter::new(&EventBus::new(), 1);
    let error = services.emit_named("").unwrap_err();
    assert!(
        matches!(error, EmitError::Invalid { source, .. } if source == ValidationError::new("a name must not be empty"))
    );
    delivered(services.emit_named("x"));
}

#[test]
fn every_kind_of_id_names_the_entity() {
    let (bus, _clock, log) = watched::<QuickTestFailed>();
    let uuid = uuid::Uuid::from_u128(0xABCD);
    let emitters = [
        QuickTestEmitter::new(&bus, "text"),
        QuickTestEmitter::new(&bus, String::from("string")),
        QuickTestEmitter::new(&bus, -7_i64),
        QuickTestEmitter::new(&bus, u128::MAX),
        QuickTestEmitter::new(&bus, uuid),
    ];
    for tests in &emitters {
        delivered(tests.emit_failed("no"));
    }
    let ids: Vec<String> = log.take().iter().map(|event| event.entity_id().to_string()).collect();
    let max = u128::MAX.to_string();
    assert_eq!(ids, ["text", "string", "-7", &max, "00000000-0000-0000-0000-00000000abcd"]);
}

#[test]
fn an_emitter_knows_its_bus_and_its_entity() {
    #[derive(Emitter, Clone, Debug)]
    #[emitter(entity_type = "quick_test")]
    struct Wide {
        retries: u8,
        inner: EntityEmitter,
        at: Option<DateTime<Utc>>,
    }
    let bus = EventBus::new();
    let wide = Wide::new(&bus, "e");
    assert_eq!((wide.retries, wide.at, wide.entity_id().as_str()), (0, None, "e"));
    assert_eq!(Wide::ENTITY_TYPE, "quick_test");
    let _subscription = wide.entity_emitter().bus().subscribe(|_: &AnyEnvelope| ());
    assert_eq!(bus.stats().subscriptions, 1);
    assert!(std::ptr::eq(wide.entity_emitter(), &raw const wide.inner));
    let tests = quick_test(&bus);
    tests.started_at.set(Some(bus.now()));
    assert!(quick_test(&bus).started_at.get().is_none(), "an emitter's own fields are its own");
    assert!(tests.started_at.get().is_some());
}

#[test]
fn an_event_nobody_wants_is_counted() {
    let bus = EventBus::new();
    let receipt = quick_test(&bus).emit_step(1).unwrap();
    assert!(matches!(receipt, Receipt::Delivered { observers: 0, .. }));
    assert_eq!((bus.stats().unobserved, bus.stats().delivered), (1, 1));
}

#[test]
fn a_generic_emitter_emits_its_own_parameters() {
    let bus = EventBus::new();
    let log = Log::new();
    let seen = log.clone();
    let _s = bus.subscribe(move |event: &Envelope<Measured<u8, u16, 4>>| seen.push((event.value, event.width)));
    let samples = Samples::<u8>::new(&bus, "s");
    delivered(samples.emit_measured::<u16, 4>("one", 1, vec![2]));
    delivered(samples.emit_measured::<u16, 5>("two", 2, vec![2]));
    let (name, others) = ("three".into(), vec![]);
    delivered(samples.emit(Measured::<u8, u16, 4> { name, value: 3, others, width: 1, marker: PhantomData }));
    assert_eq!(log.take(), [(1, 4), (3, 1)]);
}

/// Numbers the ids it gives.
#[derive(Debug, Default)]
struct Numbered(AtomicU64);

impl IdSource for Numbered {
    fn unique(&self, time: DateTime<Utc>) -> EventId {
        let n = self.0.fetch_add(1, SeqCst);
        EventId::from_uuid(uuid::Uuid::from_u128(u128::from(time.timestamp().unsigned_abs()) * 100 + u128::from(n)))
    }
}

#[test]
fn ids_of_unique_events_come_from_the_source_of_the_bus() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).ids(Numbered::default()).build();
    let tests = quick_test(&bus);
    let number = |receipt: Result<Receipt, EmitError>| delivered(receipt).as_uuid().as_u128();
    assert_eq!([number(tests.emit_beat(1)), number(tests.emit_beat(1))], [0, 1]);
    assert!(delivered(tests.emit_step(1)).is_content());
    clock.advance(Duration::from_secs(7));
    assert_eq!(number(tests.emit_beat(1)), 702);
}
