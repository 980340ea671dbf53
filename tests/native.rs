//! The native writer gives the bytes that serde gives: on every kind of type, under every attribute, on random values.
//!
//! Debug builds compare both for every id, so here an id that can be made at all is one that both agree on; it is compared
//! with the id of the untyped value as well.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use events_core::{Event, EventData, EventId, IdentityError, identity};
use proptest::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

/// The id of a typed event, which is that of its parts, and that of the value re-read from its JSON text.
#[track_caller]
fn id_of<E: Event>(event: &E) -> EventId {
    let (event_type, entity_type, skipped) = (E::TYPE, E::TYPE, E::DESCRIPTOR.skipped());
    let (event_type, entity_type) = (event_type.as_str(), entity_type.entity_type());
    let native = EventId::of(event, "e").unwrap();
    assert_eq!(Ok(native), EventId::content_skipping(event_type, entity_type, "e", event, skipped));
    let text = serde_json::to_string(event).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(Ok(native), EventId::content_skipping(event_type, entity_type, "e", &value, skipped), "{text}");
    native
}

#[derive(EventData, Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Nested {
    long_name: u8,
    #[serde(rename = "x")]
    other: Option<i16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    list: Vec<u64>,
    #[serde(skip)]
    _unseen: bool,
    #[serde(serialize_with = "as_text")]
    as_text: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn as_text<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

#[derive(EventData, Clone, Copy, Debug, Serialize)]
struct Unit;

#[derive(EventData, Clone, Debug, Serialize)]
struct Newtype(String);

#[derive(EventData, Clone, Debug, Serialize)]
struct Tuple(u8, String);

#[derive(EventData, Clone, Debug, Serialize)]
struct Pair<T> {
    second: T,
    a: T,
}

#[derive(EventData, Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "UPPERCASE")]
enum Outer {
    UnitVariant,
    NewtypeVariant(u8),
    TupleVariant(u8, String),
    StructVariant {
        key: u8,
        another: Option<bool>,
    },
    #[serde(rename = "own name", rename_all = "PascalCase")]
    Renamed {
        some_field: u8,
    },
}

#[derive(EventData, Clone, Debug, Serialize)]
#[serde(tag = "kind")]
enum Internally {
    Unit,
    Struct { value: u8 },
}

#[derive(EventData, Clone, Debug, Serialize)]
#[serde(tag = "kind", content = "content")]
enum Adjacently {
    Unit,
    Newtype(u8),
}

#[derive(EventData, Clone, Debug, Serialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Text(String),
}

/// Knows nothing of this framework.
#[derive(Clone, Debug, Serialize)]
struct Foreign {
    z: u8,
    a: BTreeMap<String, f32>,
}

#[derive(Event, Debug, Serialize)]
#[event_type("native.everything")]
#[expect(clippy::type_complexity, clippy::option_option, reason = "it is here for its types")]
struct Everything {
    integers: (u8, u16, u32, u64, u128, i8, i16),
    wide: (i32, i64, i128, usize, isize),
    floats: (f32, f64),
    scalars: (bool, char, ()),
    texts: (String, Box<str>, Arc<str>, Cow<'static, str>, &'static str),
    lists: (Vec<u8>, VecDeque<String>, BTreeSet<i8>, [u16; 3], Box<[bool]>),
    options: (Option<u8>, Option<u8>, Option<Option<u8>>),
    by_text: BTreeMap<String, Nested>,
    by_hash: HashMap<String, u8>,
    by_number: BTreeMap<i32, String>,
    by_char: HashMap<char, u8>,
    by_bool: BTreeMap<bool, u8>,
    nested: Nested,
    unit: Unit,
    newtype: Newtype,
    tuple: Tuple,
    pair: Pair<Option<String>>,
    outer: Vec<Outer>,
    internally: Vec<Internally>,
    adjacently: Vec<Adjacently>,
    untagged: Vec<Untagged>,
    foreign: Foreign,
    foreigners: Vec<Foreign>,
    moment: DateTime<Utc>,
    id: Uuid,
    duration: Duration,
    value: Value,
    absent: Option<Nested>,
    r#type: u8,
    #[serde(with = "in_words")]
    worded: bool,
    #[serde(skip_serializing_if = "is_zero")]
    zero: u8,
    #[event(skip_id)]
    skipped: HashMap<String, u8>,
}

mod in_words {
    use serde::Serializer;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
    pub(super) fn serialize<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if *value { "yes" } else { "no" })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_zero(value: &u8) -> bool {
    *value == 0
}

fn everything() -> Everything {
    let nested = Nested { long_name: 1, other: None, list: vec![1, 1 << 40], _unseen: true, as_text: 7 };
    let foreign = Foreign { z: 1, a: [("b".to_owned(), 0.1), ("aa".to_owned(), 2.5)].into() };
    Everything {
        integers: (u8::MAX, 256, 65_536, u64::MAX, u128::MAX, -1, i16::MIN),
        wide: (i32::MIN, i64::MIN, i128::MIN + 1, usize::MAX, isize::MIN),
        floats: (0.1, -0.0),
        scalars: (true, 'ß', ()),
        texts: ("a".into(), "b".into(), "c".into(), "d".into(), "e"),
        lists: (vec![0, 255], ["x".to_owned()].into(), [-1, 1].into(), [1, 2, 3], [true].into()),
        options: (Some(1), None, Some(None)),
        by_text: [("zz".to_owned(), nested.clone()), ("aaa".to_owned(), Nested::default())].into(),
        by_hash: (0..40).map(|n| (format!("key {n}"), n)).collect(),
        by_number: [(-1, "minus".to_owned()), (10, "ten".to_owned()), (2, "two".to_owned())].into(),
        by_char: [('z', 1), ('é', 2), ('a', 3)].into(),
        by_bool: [(true, 1), (false, 0)].into(),
        nested,
        unit: Unit,
        newtype: Newtype("n".into()),
        tuple: Tuple(1, "t".into()),
        pair: Pair { second: None, a: Some("p".into()) },
        outer: vec![
            Outer::UnitVariant,
            Outer::NewtypeVariant(1),
            Outer::TupleVariant(1, "t".into()),
            Outer::StructVariant { key: 1, another: None },
            Outer::Renamed { some_field: 1 },
        ],
        internally: vec![Internally::Unit, Internally::Struct { value: 1 }],
        adjacently: vec![Adjacently::Unit, Adjacently::Newtype(1)],
        untagged: vec![Untagged::Number(1), Untagged::Text("u".into())],
        foreign: foreign.clone(),
        foreigners: vec![foreign],
        moment: "2025-01-01T12:00:00.5Z".parse().unwrap(),
        id: Uuid::from_u128(1),
        duration: Duration::new(1, 5),
        value: serde_json::json!({"b": [1, 2.5, null, {"c": "d"}], "a": -1, "ccc": 1e300}),
        absent: None,
        r#type: 1,
        worded: true,
        zero: 0,
        skipped: [("s".to_owned(), 1)].into(),
    }
}

#[test]
fn every_kind_of_type() {
    let event = everything();
    let native = EventId::of(&event, "e").unwrap();
    let skipped = Everything::DESCRIPTOR.skipped();
    assert_eq!(Ok(native), EventId::content_skipping("native.everything", "native", "e", &event, skipped));
    // 128-bit integers do not survive a value, so the text is compared as text.
    let text = serde_json::value::RawValue::from_string(serde_json::to_string(&event).unwrap()).unwrap();
    assert_eq!(Ok(native), EventId::content_skipping("native.everything", "native", "e", &text, skipped));
}

#[derive(Event, Serialize)]
#[event_type("native.random")]
struct Random {
    value: Value,
    numbers: Vec<f64>,
    singles: Vec<f32>,
    wide: Vec<i64>,
    texts: BTreeMap<String, Option<String>>,
    nested: Option<Pair<u32>>,
}

/// Texts whose lengths lie round the places where a head grows.
fn text() -> impl Strategy<Value = String> {
    let long = prop::sample::select(vec![23, 24, 255, 256, 65_535, 65_536]);
    prop_oneof![20 => "\\PC{0,12}", 1 => (long, "[a-z]").prop_map(|(len, with)| with.repeat(len))]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 10, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..10).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..10).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn random_values(
        value in value(),
        numbers in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO, 0..8),
        singles in prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL | prop::num::f32::ZERO, 0..8),
        wide: Vec<i64>,
        texts in prop::collection::btree_map(text(), prop::option::of(text()), 0..24),
        nested in prop::option::of((any::<u32>(), any::<u32>()).prop_map(|(second, a)| Pair { second, a })),
    ) {
        id_of(&Random { value, numbers, singles, wide, texts, nested });
    }

    #[test]
    fn wide_integers(unsigned: u128, signed: i128) {
        #[derive(Event, Serialize)]
        #[event_type("native.wide")]
        struct Wide {
            unsigned: u128,
            signed: i128,
        }
        let event = Wide { unsigned, signed };
        let serde = EventId::content("native.wide", "native", "e", &event);
        prop_assert_eq!(EventId::of(&event, "e"), serde);
    }
}

#[test]
fn the_order_of_fields_in_the_source_does_not_matter() {
    #[derive(Event, Serialize)]
    #[event_type("native.ordered")]
    struct One {
        a: u8,
        longer: u8,
        b: Option<u8>,
    }
    #[derive(Event, Serialize)]
    #[event_type("native.ordered")]
    struct Other {
        longer: u8,
        a: u8,
        added_later: Option<String>,
    }
    let one = id_of(&One { a: 1, longer: 2, b: None });
    let other = id_of(&Other { longer: 2, a: 1, added_later: None });
    assert_eq!(one, other);
}

/// As when somebody writes `Serialize` by hand and derives the rest.
#[derive(Debug)]
struct HandWritten {
    seen: u8,
}

impl Serialize for HandWritten {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("elsewhere", self.seen)])
    }
}

impl EventData for HandWritten {
    fn encode(&self, writer: &mut identity::CanonicalWriter) {
        self.seen.encode(writer);
    }
}

#[derive(Event, Debug, Serialize)]
#[event_type("native.disagreeing")]
struct Disagreeing {
    inner: HandWritten,
}

#[derive(Event, Serialize)]
#[event_type("native.disagreeing")]
#[event(serde)]
struct ThroughSerde {
    inner: HandWritten,
}

#[test]
#[cfg(debug_assertions)]
fn a_hand_written_serialize_that_disagrees_is_reported() {
    let error = EventId::of(&Disagreeing { inner: HandWritten { seen: 1 } }, "e").unwrap_err();
    assert_eq!(error, IdentityError::Disagreement);
    let error = Disagreeing { inner: HandWritten { seen: 1 } }.for_entity("e").unwrap_err();
    assert!(error.to_string().starts_with("event `native.disagreeing` has no content id: the payload's `Serialize`"));
}

/// The head of a key is one byte, two, or one that is no text of its own.
#[test]
fn keys_of_every_length() {
    #[derive(Event, Serialize)]
    #[event_type("my_test.long")]
    struct Long {
        #[serde(rename = "kkkkkkkkkkkkkkkkkkkkkkkk")]
        two_bytes: u8,
        #[serde(
            rename = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
        )]
        longest_text: Option<u8>,
        #[serde(skip_serializing_if = "is_zero")]
        left_out: u8,
    }
    #[derive(Event, Serialize)]
    #[event_type("my_test.long")]
    struct Longer {
        #[serde(
            rename = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
        )]
        through_serde: u8,
    }
    id_of(&Long { two_bytes: 1, longest_text: Some(2), left_out: 3 });
    id_of(&Long { two_bytes: 1, longest_text: None, left_out: 0 });
    id_of(&Longer { through_serde: 1 });
}

#[test]
fn an_event_may_go_through_serde_alone() {
    assert_eq!(
        EventId::of(&ThroughSerde { inner: HandWritten { seen: 1 } }, "e"),
        EventId::content("native.disagreeing", "native", "e", &serde_json::json!({"inner": {"elsewhere": 1}})),
    );
}

#[test]
fn a_field_of_an_unknown_type_reports_its_own_error() {
    #[derive(Event, Serialize)]
    #[event_type("native.unencodable")]
    struct Unencodable {
        map: BTreeMap<(u8, u8), u8>,
    }
    let error = EventId::of(&Unencodable { map: [((1, 2), 3)].into() }, "e").unwrap_err();
    assert!(matches!(error, IdentityError::UnsupportedKey { found: "an array", .. }), "{error}");
}

/// Neither `EventData` nor `Serialize`.
struct Opaque(u8);

#[derive(EventData)]
struct Holder {
    opaque: Opaque,
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.opaque.0)
    }
}

#[derive(Event)]
#[event_type("native.opaque")]
struct OfOpaque {
    count: u8,
    opaque: Opaque,
    #[event(skip_id)]
    holder: Holder,
}

impl Serialize for OfOpaque {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("count", self.count), ("opaque", self.opaque.0), ("holder", self.holder.opaque.0)])
    }
}

#[derive(Event, Serialize)]
#[event_type("native.holder")]
struct OfHolder {
    count: u8,
    holder: Holder,
}

#[test]
fn a_field_that_is_written_in_no_way_leaves_the_payload_to_its_serialize() {
    let event = OfOpaque { count: 1, opaque: Opaque(2), holder: Holder { opaque: Opaque(3) } };
    let json = serde_json::json!({ "count": 1, "opaque": 2 });
    assert_eq!(EventId::of(&event, "e").unwrap(), EventId::content("native.opaque", "native", "e", &json).unwrap());
    let event = OfHolder { count: 1, holder: Holder { opaque: Opaque(2) } };
    let json = serde_json::json!({ "count": 1, "holder": 2 });
    assert_eq!(EventId::of(&event, "e").unwrap(), EventId::content("native.holder", "native", "e", &json).unwrap());
}
