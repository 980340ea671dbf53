//! What `#[derive(Event)]` accepts and what it says of the type.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use events_core::{Emitter, EntityEmitter, Envelope, Event, EventBus, EventType, FieldDescriptor, IdentityPolicy};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::{Log, QuickTestBeat, QuickTestCreated, ServiceEmitter, delivered};

#[derive(Emitter, Debug)]
#[emitter(entity_type = "sample")]
struct SampleEmitter(EntityEmitter);

#[derive(Emitter, Debug)]
#[emitter(entity_type = "sample")]
struct TypedEmitter<T> {
    emitter: EntityEmitter,
    _last: Option<T>,
}

fn sample() -> SampleEmitter {
    SampleEmitter::new(&EventBus::new(), 1)
}

/// What one emitted event is written as.
#[track_caller]
fn payload(
    emitter: &impl Emitter,
    emit: impl FnOnce() -> Result<events_core::Receipt, events_core::EmitError>,
) -> serde_json::Value {
    let log = Log::new();
    let seen = log.clone();
    let _subscription = emitter
        .entity_emitter()
        .bus()
        .subscribe(move |event: &events_core::AnyEnvelope| seen.push(event.payload_json().unwrap()));
    delivered(emit());
    serde_json::from_str(&log.take()[0]).unwrap()
}

#[derive(Event, Serialize)]
#[event_type("sample.bounded")]
#[event(emitter = SampleEmitter)]
struct Bounded<T: Clone, U = u8>
where
    Vec<T>: Default,
{
    value: T,
    other: U,
}

#[derive(Event, Serialize)]
#[event_type("sample.sized")]
#[event(emitter = SampleEmitter)]
struct OfSize<const N: usize> {
    value: u8,
}

#[derive(Event, Serialize)]
#[event_type("sample.keyed")]
#[event(emitter = TypedEmitter<u8>, bound = "T: Send + Sync + Serialize + Ord + 'static")]
struct Keyed<T> {
    value: BTreeMap<T, u8>,
}

#[test]
fn a_generic_struct_is_an_event_for_every_type_that_fits() {
    let emitter = sample();
    assert_eq!(payload(&emitter, || emitter.emit_bounded(vec![1], Some(2))), json!({"value": [1], "other": 2}));
    assert_eq!(payload(&emitter, || emitter.emit_bounded(1.5, "x")), json!({"value": 1.5, "other": "x"}));
    assert_eq!(payload(&emitter, || emitter.emit(Bounded { value: 1, other: 2_u8 })), json!({"value": 1, "other": 2}));
    assert_eq!(payload(&emitter, || emitter.emit_sized::<4>(1)), json!({"value": 1}));
    let typed = TypedEmitter::<u8>::new(&EventBus::new(), 1);
    assert_eq!(payload(&typed, || typed.emit_keyed([('a', 1)].into())), json!({"value": {"a": 1}}));
    let (bytes, flags) = (Bounded::<u8> { value: 1, other: 1 }, Bounded { value: true, other: () });
    let (bytes, flags) = (bytes.for_entity(1).unwrap().erase(), flags.for_entity(1).unwrap().erase());
    assert!(bytes.payload::<Bounded<u8>>().is_some() && flags.payload::<Bounded<u8>>().is_none());
}

#[test]
fn the_struct_says_its_type_its_version_and_its_identity() {
    #[derive(Event, Serialize)]
    #[event_type("my_test.step.started")]
    #[event(entity_type = "custom.test", version = 7)]
    struct Custom {}
    const TYPE: EventType = Custom::TYPE;
    assert_eq!((TYPE.as_str(), TYPE.entity_type(), TYPE.name()), ("my_test.step.started", "custom.test", "started"));
    assert_eq!((Custom::VERSION, Custom::DESCRIPTOR.version()), (7, 7));
    assert_eq!(Custom {}.for_entity(1).unwrap().entity_type(), "custom.test");
    assert_eq!((QuickTestCreated::VERSION, QuickTestCreated::IDENTITY), (1, IdentityPolicy::Content));
    assert_eq!(QuickTestBeat::IDENTITY, IdentityPolicy::Unique);
    assert_eq!(QuickTestBeat::DESCRIPTOR.identity(), IdentityPolicy::Unique);
}

/// A thing was described,
/// in two lines.
///
/// And a paragraph.
#[derive(Event, Serialize)]
#[event_type("sample.described")]
#[event(emitter = SampleEmitter)]
#[serde(rename_all = "camelCase")]
struct Described {
    /// Which one.
    /// In full.
    test_name: String,
    #[expect(clippy::type_complexity, reason = "the descriptor shows it as it is written")]
    #[event(skip_id, default)]
    long_map: BTreeMap<String, Vec<Option<(u8, [u16; 4])>>>,
    #[event(skip_id, now)]
    #[serde(rename(serialize = "at", deserialize = "time"))]
    start_time: DateTime<Utc>,
    #[event(default = "a text")]
    text: &'static str,
    r#type: Duration,
}

#[test]
fn the_descriptor_says_everything_known_while_compiling() {
    const FIELDS: &[FieldDescriptor] = Described::DESCRIPTOR.fields();
    let descriptor = Described::DESCRIPTOR;
    assert_eq!(descriptor.event_type(), &Described::TYPE);
    assert_eq!(descriptor.docs(), "A thing was described,\nin two lines.\n\nAnd a paragraph.");
    assert_eq!(descriptor.skipped(), ["longMap", "at"]);
    assert_eq!(
        FIELDS,
        [
            FieldDescriptor::new("testName", "String").with_docs("Which one.\nIn full."),
            FieldDescriptor::new("longMap", "BTreeMap<String, Vec<Option<(u8, [u16; 4])>>>")
                .with_skip_id()
                .with_filled(),
            FieldDescriptor::new("at", "DateTime<Utc>").with_skip_id().with_filled(),
            FieldDescriptor::new("text", "&'static str").with_filled(),
            FieldDescriptor::new("type", "Duration"),
        ]
    );
    assert!(FIELDS[1].skips_id() && FIELDS[1].is_filled() && !FIELDS[0].skips_id() && !FIELDS[0].is_filled());
    assert_eq!(
        (FIELDS[0].name(), FIELDS[0].type_name(), FIELDS[0].docs()),
        ("testName", "String", "Which one.\nIn full.")
    );
}

#[test]
fn skipped_members_go_by_their_names_in_the_text() {
    let of = |at: i64, name: &str| {
        let event = Described {
            test_name: name.into(),
            long_map: [("x".into(), vec![])].into(),
            start_time: DateTime::from_timestamp(at, 0).unwrap(),
            text: "x",
            r#type: Duration::ZERO,
        };
        event.for_entity(1).unwrap().id()
    };
    assert_eq!(of(1, "n"), of(2, "n"));
    assert_ne!(of(1, "n"), of(1, "m"));
}

#[derive(Event, Clone, Debug, Serialize)]
#[event_type("sample.filled")]
#[event(emitter = SampleEmitter)]
struct Filled {
    #[event(default = Vec::<(u8, u8)>::from_iter([(1, 2), (3, 4)]))]
    pairs: Vec<(u8, u8)>,
    #[event(default = BTreeMap::<String, Vec<Vec<u8>>>::new(), skip_id)]
    map: BTreeMap<String, Vec<Vec<u8>>>,
    #[event(default = { let (a, b) = (1, 2); a + b })]
    block: u8,
    #[event(default = if cfg!(test) { "yes" } else { "no" })]
    branch: &'static str,
    #[event(skip_id, default = 7 << 1)]
    shifted: u8,
    #[event(default = "a, b".to_owned())]
    text: String,
    r#match: String,
    #[event(now)]
    maybe: Option<DateTime<Utc>>,
    #[event(now, skip_id)]
    system: SystemTime,
    self_: u8,
}

#[test]
fn any_expression_may_be_a_default() {
    let emitter = sample();
    let written = payload(&emitter, || emitter.emit_filled("m", 9));
    let (now, system) = (written["maybe"].clone(), written["system"].clone());
    assert!(now.is_string() && system["secs_since_epoch"].is_u64());
    assert_eq!(
        written,
        json!({
            "pairs": [[1, 2], [3, 4]], "map": {}, "block": 3, "branch": "yes", "shifted": 14, "text": "a, b", "match": "m",
            "maybe": now, "system": system, "self_": 9,
        })
    );
}

/// A unit struct.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("sample.match")]
#[event(emitter = SampleEmitter)]
struct Match;

#[test]
fn a_unit_struct_is_an_event_and_a_name_may_be_a_keyword() {
    let emitter = sample();
    assert_eq!(payload(&emitter, || emitter.emit_match()), json!(null));
    assert_eq!(Match::DESCRIPTOR.docs(), "A unit struct.");
    assert!(Match::DESCRIPTOR.fields().is_empty());
}

macro_rules! measured {
    ($vis:vis $name:ident: $ty:ty, $type:literal, $docs:literal, $version:literal, $default:expr, $emitter:ty) => {
        #[doc = $docs]
        #[derive(Event, Serialize)]
        #[event_type($type)]
        #[event(emitter = $emitter, version = $version)]
        $vis struct $name {
            $vis value: $ty,
            #[event(default = $default)]
            filled: $ty,
            $vis name: String,
        }
    };
}

measured!(pub(crate) Measured: Vec<u8>, "sample.measured", "From a macro.", 4, vec![1, 2], SampleEmitter);
measured!(Weighed: String, "sample.weighed", "Too.", 1, "x".to_owned(), SampleEmitter);

#[test]
fn a_macro_may_write_the_struct() {
    let emitter = sample();
    assert_eq!(
        payload(&emitter, || emitter.emit_measured(vec![9], "n")),
        json!({"value": [9], "filled": [1, 2], "name": "n"})
    );
    assert_eq!(payload(&emitter, || emitter.emit_weighed("w", "n")), json!({"value": "w", "filled": "x", "name": "n"}));
    assert_eq!((Measured::VERSION, Measured::DESCRIPTOR.docs()), (4, "From a macro."));
    assert_eq!(Measured::DESCRIPTOR.fields()[0].type_name(), "Vec<u8>");
}

mod inner {
    use super::{EntityEmitter, Event, Serialize};

    #[derive(events_core::Emitter, Debug)]
    #[emitter(entity_type = "sample")]
    pub(super) struct InnerEmitter(EntityEmitter);

    #[derive(Event, Serialize)]
    #[event_type("sample.private")]
    #[event(emitter = InnerEmitter)]
    struct Private {
        a: u8,
    }

    #[derive(Event, Serialize)]
    #[event_type("sample.shared")]
    #[event(emitter = InnerEmitter)]
    pub(super) struct Shared {
        a: u8,
    }

    pub(super) fn emit_private(emitter: &InnerEmitter) -> Result<events_core::Receipt, events_core::EmitError> {
        emitter.emit_private(1)
    }
}

#[test]
fn an_emit_method_is_as_visible_as_its_event() {
    let emitter = inner::InnerEmitter::new(&EventBus::new(), 1);
    delivered(inner::emit_private(&emitter));
    delivered(emitter.emit_shared(1));
    assert_eq!(inner::Shared::TYPE, "sample.shared");
}

/// A crate of one's own that hands the events on.
mod facade {
    pub(crate) mod deep {
        pub(crate) use ::events_core::*;
    }
}

mod through_a_facade {
    // The name of the crate itself means something else here.
    mod events_core {}

    #[derive(super::facade::deep::Event, Clone, Debug, serde::Serialize)]
    #[event_type("sample.passed")]
    #[event(emitter = Through, crate = super::facade::deep)]
    pub(super) struct Passed {
        pub(super) name: String,
    }

    #[derive(super::facade::deep::Emitter, Debug)]
    #[emitter(entity_type = "sample", crate = super::facade::deep)]
    pub(super) struct Through(super::facade::deep::EntityEmitter);

    #[derive(super::facade::deep::EventEnum, Clone, Debug)]
    #[event_enum(crate = super::facade::deep)]
    pub(super) enum Any {
        Passed(Passed),
    }

    #[derive(super::facade::deep::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    #[state_machine(crate = super::facade::deep)]
    pub(super) enum State {
        #[state(initial, on(Passed => Done))]
        Open,
        #[state(terminal)]
        Done,
    }
}

#[test]
fn the_crate_may_go_by_another_path() {
    use through_a_facade::{Any, Passed, State, Through};
    let emitter = Through::new(&EventBus::new(), 1);
    assert_eq!(payload(&emitter, || emitter.emit_passed("x")), json!({"name": "x"}));
    let event: Envelope<Passed> = Passed { name: "x".into() }.for_entity(1).unwrap();
    let mut state = events_core::StateManager::<State>::new();
    assert_eq!(state.apply(&event).unwrap().map(|transition| transition.to), Some(State::Done));
    let Any::Passed(passed) = Any::try_from(&event.erase()).unwrap();
    assert_eq!(passed.name, "x");
}

#[derive(Event, Serialize)]
#[event_type("service.moved")]
#[event(emitter = ServiceEmitter)]
struct Moved {
    to: String,
}

#[test]
fn an_event_of_another_module_goes_to_its_emitter() {
    delivered(ServiceEmitter::new(&EventBus::new(), 1).emit_moved("there"));
}
