//! Closed sets of events: conversions, companions, and the tagged form.

use std::{collections::BTreeMap, time::Duration};

use events_core::{
    AnyEnvelope, Emitter, Event, EventBus, EventEnum, EventKind, EventType, Overflow, TryRecvError, UnknownEventType,
    pattern,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::{
    QuickTestEvent, QuickTestEventKind, QuickTestFailed, QuickTestStarted, QuickTestStep, delivered, quick_test,
    started,
};

#[test]
fn a_payload_becomes_its_variant() {
    let event = QuickTestEvent::from(started("x"));
    assert_eq!(event, QuickTestEvent::Started(started("x")));
    assert_eq!(event.kind(), QuickTestEventKind::Started);
    assert_eq!(event.event_type(), &QuickTestStarted::TYPE);
}

#[test]
fn the_types_and_kinds_stand_in_the_order_of_the_source() {
    const TYPES: &[EventType] = QuickTestEvent::TYPES;
    let names = ["quick_test.created", "quick_test.started", "quick_test.completed", "quick_test.failed"];
    assert_eq!(TYPES.iter().map(EventType::as_str).collect::<Vec<_>>(), names);
    let kinds = QuickTestEventKind::ALL;
    assert_eq!(kinds.iter().map(ToString::to_string).collect::<Vec<_>>(), names);
    for (kind, name) in kinds.iter().zip(names) {
        assert_eq!(name.parse::<QuickTestEventKind>().unwrap(), *kind);
        assert_eq!(kind.event_type(), &name);
    }
    assert_eq!(format!("{:>20}|", QuickTestEventKind::Failed), "   quick_test.failed|");
}

#[test]
fn an_unknown_kind_lists_those_that_are_known() {
    const ONE: &[EventType] = &[EventType::from_static("a.b")];
    let error = "quick_test.startd".parse::<QuickTestEventKind>().unwrap_err();
    assert_eq!(error.found, "quick_test.startd");
    assert_eq!(error.expected, QuickTestEvent::TYPES);
    assert_eq!(
        error.to_string(),
        "unknown event type `quick_test.startd`; expected one of `quick_test.created`, `quick_test.started`, \
         `quick_test.completed`, `quick_test.failed`"
    );
    let of = |expected| UnknownEventType::new("x.y", expected).to_string();
    assert_eq!(of(&[]), "unknown event type `x.y`; expected none at all");
    assert_eq!(of(ONE), "unknown event type `x.y`; expected `a.b`");
}

#[test]
fn an_erased_envelope_is_read_back() {
    let event = started("x").for_entity("e").unwrap().erase();
    assert_eq!(QuickTestEvent::try_from(&event).unwrap(), QuickTestEvent::Started(started("x")));
    let step = QuickTestStep { n: 1 }.for_entity("e").unwrap().erase();
    let error = QuickTestEvent::try_from(&step).unwrap_err();
    assert_eq!(error, UnknownEventType::new("quick_test.step", QuickTestEvent::TYPES));
}

#[test]
fn an_event_is_tagged_with_its_type() {
    let event = QuickTestEvent::from(QuickTestFailed { error: "no".into() });
    let text = serde_json::to_string(&event).unwrap();
    assert_eq!(text, r#"{"type":"quick_test.failed","data":{"error":"no"}}"#);
    assert_eq!(serde_json::from_str::<QuickTestEvent>(&text).unwrap(), event);
    assert_eq!(serde_json::from_value::<QuickTestEvent>(serde_json::to_value(&event).unwrap()).unwrap(), event);
}

/// Everything that has to survive when the payload stands before its type.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("zoo.opened")]
struct Opened {
    by_number: BTreeMap<i64, String>,
    by_flag: BTreeMap<bool, u8>,
    by_letter: BTreeMap<char, u8>,
    by_animal: BTreeMap<Animal, u8>,
    by_id: BTreeMap<Id, u8>,
    digits_as_text: BTreeMap<String, u8>,
    some: Option<u8>,
    none: Option<u8>,
    animals: Vec<Shape>,
    biggest: u64,
    smallest: i64,
    float: f64,
    single: f32,
    letter: char,
    tuple: (u8, String),
    unit: (),
    tagged: Tagged,
    untagged: Vec<Untagged>,
    #[serde(flatten)]
    more: BTreeMap<String, serde_json::Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Animal {
    Lion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Id(u32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Unit,
    Newtype(Option<u8>),
    Tuple(u8, u8),
    Struct { a: BTreeMap<u8, u8> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    One { x: u8 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Text(String),
}

/// Nothing to say.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("zoo.closed")]
struct Closed;

#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("zoo.counted")]
struct Counted {
    visitors: u128,
    balance: i128,
}

#[expect(clippy::large_enum_variant, reason = "one event holds the whole zoo")]
#[derive(EventEnum, Clone, Debug, PartialEq)]
enum ZooEvent {
    Opened(Opened),
    Closed(Closed),
    Counted(Counted),
}

fn opened() -> Opened {
    Opened {
        by_number: [(-1, "a".into()), (i64::MAX, "b".into())].into(),
        by_flag: [(true, 1)].into(),
        by_letter: [('1', 1), ('é', 2)].into(),
        by_animal: [(Animal::Lion, 1)].into(),
        by_id: [(Id(7), 1)].into(),
        digits_as_text: [("12".into(), 1)].into(),
        some: Some(0),
        none: None,
        animals: vec![
            Shape::Unit,
            Shape::Newtype(None),
            Shape::Newtype(Some(1)),
            Shape::Tuple(1, 2),
            Shape::Struct { a: [(1, 2)].into() },
        ],
        biggest: u64::MAX,
        smallest: i64::MIN,
        float: 31.245_270_191_439_438,
        single: 0.1,
        letter: 'x',
        tuple: (1, "a".into()),
        unit: (),
        tagged: Tagged::One { x: 1 },
        untagged: vec![Untagged::Number(1), Untagged::Text("1".into())],
        more: [("extra".to_owned(), json!({"a": [1, null]}))].into(),
    }
}

/// Reads `{"data": …, "type": …}` and `{"type": …, "data": …}`.
#[track_caller]
fn assert_read_in_both_orders(event: &ZooEvent) {
    let text = serde_json::to_string(event).unwrap();
    assert_eq!(&serde_json::from_str::<ZooEvent>(&text).unwrap(), event, "the type first");
    let data = text.split_once(r#""data":"#).unwrap().1.strip_suffix('}').unwrap();
    let reversed = format!(r#"{{"other":[1],"data":{data},"type":"{}"}}"#, event.event_type());
    assert_eq!(&serde_json::from_str::<ZooEvent>(&reversed).unwrap(), event, "the data first");
}

#[test]
fn the_payload_may_stand_before_its_type() {
    assert_read_in_both_orders(&opened().into());
    assert_read_in_both_orders(&Closed.into());
    assert_read_in_both_orders(&Counted { visitors: 1, balance: -1 }.into());
}

#[test]
fn a_wide_integer_may_stand_before_its_type() {
    assert_read_in_both_orders(&Counted { visitors: u128::MAX, balance: i128::MIN }.into());
}

#[test]
fn a_payload_before_its_type_is_read_as_strictly_as_one_behind_it() {
    let read = |animals: &str| {
        let mut data = serde_json::to_value(opened()).unwrap();
        data["animals"] = serde_json::from_str(animals).unwrap();
        let first = serde_json::from_str::<ZooEvent>(&format!(r#"{{"type":"zoo.opened","data":{data}}}"#));
        let last = serde_json::from_str::<ZooEvent>(&format!(r#"{{"data":{data},"type":"zoo.opened"}}"#));
        assert_eq!(first.is_ok(), last.is_ok(), "{animals}");
        last.is_ok()
    };
    assert!(read(r#"["Unit", {"Tuple": [1, 2]}]"#));
    for wrong in [r#"["Gone"]"#, r#"[{"Tuple": [1]}]"#, r#"[{"Tuple": [1, 2, 3]}]"#, r"[{}]", r"[1]", r"[null]"] {
        assert!(!read(wrong), "{wrong}");
    }
    assert!(!read(r#"[{"Newtype": 1, "Tuple": [1, 2]}]"#), "a variant has one member");
}

#[test]
fn what_is_wrong_with_the_text_is_said() {
    for (text, message) in [
        (
            r#"{"type":"quick_test.startd","data":{}}"#,
            "unknown event type `quick_test.startd`; expected one of `quick_test.created`, ",
        ),
        (r#"{"data":{},"type":"quick_test.startd"}"#, "unknown event type `quick_test.startd`; expected one of "),
        (r#"{"data":{"error":"no"}}"#, "missing field `type`"),
        (r#"{"type":"quick_test.failed"}"#, "missing field `data`"),
        (r#"{"type":"quick_test.failed","type":"quick_test.failed","data":{"error":"no"}}"#, "duplicate field `type`"),
        (r#"{"type":"quick_test.failed","data":{"error":"no"},"data":{"error":"no"}}"#, "duplicate field `data`"),
        (r#"{"data":{"error":"no"},"data":{"error":"no"},"type":"quick_test.failed"}"#, "duplicate field `data`"),
        (r#"{"data":{"error":"no"},"type":"quick_test.failed","data":{"error":"no"}}"#, "duplicate field `data`"),
        (r#"{"type":"quick_test.failed","data":{}}"#, "missing field `error`"),
        (r#"{"data":{},"type":"quick_test.failed"}"#, "missing field `error`"),
        (r#"{"type":1,"data":{}}"#, "invalid type: integer `1`, expected a string"),
        ("[]", "invalid length 0, expected an event: an object with `type` and `data`"),
        ("\"x\"", "invalid type: string \"x\", expected an event: an object with `type` and `data`"),
    ] {
        let error = serde_json::from_str::<QuickTestEvent>(text).unwrap_err();
        assert!(error.to_string().starts_with(message), "{text}: {error}");
    }
}

#[test]
fn other_members_are_ignored() {
    let text = r#"{"x":{"y":[1]},"type":"quick_test.failed","z":null,"data":{"error":"no"},"id":7}"#;
    let event: QuickTestEvent = serde_json::from_str(text).unwrap();
    assert_eq!(event.kind(), QuickTestEventKind::Failed);
}

#[test]
fn events_that_cannot_be_read_still_make_an_enum() {
    #[derive(Event, Clone, Debug, Serialize)]
    #[event_type("sample.written")]
    struct WriteOnly {
        name: &'static str,
    }
    #[derive(EventEnum, Clone, Debug)]
    enum SampleEvent {
        Written(WriteOnly),
    }
    let event = SampleEvent::from(WriteOnly { name: "x" });
    assert_eq!(serde_json::to_value(&event).unwrap(), json!({"type": "sample.written", "data": {"name": "x"}}));
    let bus = EventBus::new();
    let receipt = bus.emit(event.for_entity("e").unwrap()).unwrap();
    assert!(receipt.is_delivered());
}

#[test]
fn a_stream_of_an_event_enum_gives_its_values_and_nothing_else() {
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestEvent>(100, Overflow::Block);
    let failures = bus.subscription().pattern(pattern!("*.failed")).stream::<QuickTestEvent>(1, Overflow::DropNewest);
    let tests = quick_test(&bus);
    let failed = |error: &str| QuickTestFailed { error: error.into() };
    delivered(tests.emit(started("x")));
    delivered(tests.emit_step(1));
    delivered(tests.emit(QuickTestEvent::from(failed("no"))));
    delivered(bus.emit(failed("never").for_entity("e").unwrap().erase()));
    bus.shutdown(Duration::from_secs(5)).unwrap();
    let expected: [QuickTestEvent; 3] = [started("x").into(), failed("no").into(), failed("never").into()];
    assert_eq!(stream.iter().collect::<Vec<_>>(), expected);
    assert_eq!((failures.recv(), failures.recv(), failures.lost()), (Some(failed("no").into()), None, 1));
}

#[test]
fn a_stream_of_an_event_enum_takes_the_very_types_of_its_variants() {
    #[derive(Event, Serialize)]
    #[event_type("quick_test.started")]
    struct OtherStarted;

    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestEvent>(100, Overflow::Block);
    let any = bus.stream::<AnyEnvelope>(100, Overflow::Block);
    delivered(bus.emit(OtherStarted.for_entity("e").unwrap()));
    assert_eq!((stream.try_recv(), any.len()), (Err(TryRecvError::Empty), 1));
    drop(stream);
    delivered(bus.emit(started("x").for_entity("e").unwrap()));
    assert_eq!((any.len(), bus.stats().subscriptions), (2, 1));
}

#[test]
fn an_event_enum_that_cannot_be_cloned_is_streamed_all_the_same() {
    #[derive(EventEnum)]
    enum Started {
        Started(QuickTestStarted),
    }

    let bus = EventBus::new();
    let stream = bus.stream::<Started>(100, Overflow::Block);
    delivered(bus.emit(started("x").for_entity("e").unwrap()));
    let Some(Started::Started(event)) = stream.recv() else { panic!("the stream is at its end") };
    assert_eq!(event, started("x"));
}
