//! The content id over serde's data model: numbers, keys, variants, attributes, and what has no canonical form.

use std::collections::BTreeMap;

use events_core::{Envelope, Event, EventId, IdentityError, JsonError};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::identity::{error, hex, id};

#[derive(Serialize)]
pub(crate) struct V<T> {
    pub(crate) v: T,
}

pub(crate) fn v<T: Serialize>(value: T) -> String {
    hex(&V { v: value }).strip_prefix("a16176").unwrap().to_owned()
}

#[test]
fn numbers_are_their_value_alone() {
    for same in [v(3_u8), v(3_i8), v(3_u64), v(3_i64), v(3_u128), v(3_i128), v(3.0_f32), v(3.0_f64)] {
        assert_eq!(same, "03");
    }
    assert_eq!(v(-0.0_f64), "00");
    assert_eq!(v(-0.0_f32), "00");
    assert_eq!(v(0.1_f32), v(0.1_f64));
    assert_eq!(v(16_777_216.0_f32), v(16_777_216_u32));
    assert_ne!(v(0.1_f64), v(0.100_000_001_490_116_12_f64));
    assert_eq!(v(i64::MIN), "3b7fffffffffffffff");
    assert_eq!(v(u64::MAX), "1bffffffffffffffff");
    assert_eq!(v(u128::from(u64::MAX)), v(u64::MAX));
    assert_eq!(v(i128::from(i64::MIN)), v(i64::MIN));
    assert_eq!(v(i128::from(i64::MIN) - 1), "3b8000000000000000");
    assert_eq!(v(1_u128 << 64), v(18_446_744_073_709_551_616.0_f64));
    assert_eq!(v((1_u128 << 64) + 1), "c249010000000000000001");
    assert_eq!(v(-(1_i128 << 64) - 1), "c349010000000000000000");
    assert_eq!(v(u128::MAX), "c250ffffffffffffffffffffffffffffffff");
}

#[test]
fn nan_and_the_infinities_have_bytes_but_no_json() {
    #[derive(Event, Serialize)]
    #[event_type("sample.measured")]
    struct Measured {
        value: f64,
        also: f32,
    }
    for (value, bytes) in [(f64::NAN, "f97e00"), (f64::INFINITY, "f97c00"), (f64::NEG_INFINITY, "f9fc00")] {
        assert_eq!(v(value), bytes);
        let event = Measured { value, also: 1.0 }.for_entity("e").unwrap();
        assert!(event.id().is_content());
        let refused = event.to_json().unwrap_err();
        assert!(matches!(refused, JsonError::Unrepresentable { source: IdentityError::NotFinite { .. }, .. }));
        assert_eq!(
            refused.to_string(),
            format!("event `sample.measured` cannot be written as JSON: JSON has no number {value}")
        );
        event.payload_json().unwrap_err();
    }
    Measured { value: 1.0, also: f32::NAN }.for_entity("e").unwrap().to_json().unwrap_err();
    Measured { value: 1.0, also: 1.5 }.for_entity("e").unwrap().to_json().unwrap();
}

#[test]
fn lengths_take_the_shortest_head() {
    for (len, head) in
        [(0, "60"), (23, "77"), (24, "7818"), (255, "78ff"), (256, "790100"), (65535, "79ffff"), (65536, "7a00010000")]
    {
        let text = "x".repeat(len);
        let written = format!("{head}{}", "78".repeat(len));
        assert_eq!(v(&text), written, "{len}");
        assert_eq!(hex(&BTreeMap::from([(&text, 1)])), format!("a1{written}01"), "{len}");
        assert_eq!(hex(&json!({ "v": vec![0_u8; len] })).len(), 2 * (1 + 2 + head.len() / 2 + len), "{len}");
    }
}

#[test]
fn long_keys_are_ordered_by_length_then_bytes() {
    let keys = [
        "b",
        "aa",
        &"a".repeat(23),
        &"a".repeat(24),
        &"b".repeat(255),
        &"a".repeat(256),
        &"c".repeat(65535),
        &"a".repeat(65536),
    ];
    let sorted: String = keys.iter().map(|key| hex(&BTreeMap::from([(key, 1)]))[2..].to_owned()).collect();
    let map: BTreeMap<&str, u8> = keys.iter().map(|key| (*key, 1)).collect();
    assert_eq!(hex(&map), format!("a8{sorted}"));
}

#[test]
fn displayed_text_of_any_length_is_text() {
    struct Long(usize);
    impl Serialize for Long {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&"x".repeat(self.0))
        }
    }
    for len in [0, 23, 24, 255, 256, 65_535, 65_536] {
        assert_eq!(v(Long(len)), v("x".repeat(len)), "{len}");
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
enum Side {
    Left,
    #[serde(rename = "right-hand")]
    Right,
}

#[test]
fn keys_that_json_shows_as_text_are_text() {
    assert_eq!(id(&BTreeMap::from([(1, 2), (-3, 4)])), id(&json!({"1": 2, "-3": 4})));
    assert_eq!(id(&BTreeMap::from([(u128::MAX, 2)])), id(&json!({u128::MAX.to_string(): 2})));
    assert_eq!(id(&BTreeMap::from([(true, 2), (false, 4)])), id(&json!({"true": 2, "false": 4})));
    assert_eq!(id(&BTreeMap::from([('é', 2)])), id(&json!({"é": 2})));
    assert_eq!(id(&BTreeMap::from([(Side::Left, 2), (Side::Right, 4)])), id(&json!({"Left": 2, "right-hand": 4})));
    assert_eq!(id(&BTreeMap::from([(Some("a"), 2)])), id(&json!({"a": 2})));
}

#[test]
fn other_keys_are_refused() {
    #[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
    struct Compound {
        x: u8,
    }
    let unsupported = |found: IdentityError, what| {
        assert_eq!(found.to_string(), format!("a map key must be text, an integer, a bool or a char, found {what}"));
        assert!(matches!(found, IdentityError::UnsupportedKey { .. }));
    };
    unsupported(error(&FloatKey), "a float");
    unsupported(error(&BTreeMap::from([(Option::<u8>::None, 1)])), "null");
    unsupported(error(&BTreeMap::from([((), 1)])), "null");
    unsupported(error(&BTreeMap::from([(Compound { x: 1 }, 1)])), "a struct");
    unsupported(error(&BTreeMap::from([([1, 2], 1)])), "an array");
    unsupported(error(&V { v: BTreeMap::from([((1, 2), 1)]) }), "an array");
}

struct FloatKey;

impl Serialize for FloatKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(1.5, 1)])
    }
}

#[test]
fn a_key_may_stand_once() {
    #[derive(Serialize)]
    struct Flat {
        name: &'static str,
        #[serde(flatten)]
        rest: BTreeMap<&'static str, Value>,
    }
    let flat = |key| Flat { name: "n", rest: [(key, json!(1))].into() };
    assert_eq!(id(&flat("other")), id(&json!({"name": "n", "other": 1})));
    let duplicate = error(&flat("name"));
    assert_eq!(duplicate, error(&V { v: flat("name") }));
    assert!(matches!(&duplicate, IdentityError::DuplicateKey { key, .. } if key == "name"));
    assert_eq!(duplicate.to_string(), "the key \"name\" stands twice in one map");
}

#[test]
fn a_payload_is_an_object() {
    for (found, what) in [
        (error(&1), "a number"),
        (error(&1.5), "a number"),
        (error("text"), "text"),
        (error(&'c'), "text"),
        (error(&true), "a bool"),
        (error(&[1, 2]), "an array"),
        (error(&vec![1]), "an array"),
        (error(&(1, "a")), "an array"),
        (error(&Side::Left), "text"),
        (error(&json!([{"a": 1}])), "an array"),
    ] {
        assert_eq!(found.to_string(), format!("a payload must be a JSON object, found {what}"));
        assert!(matches!(found, IdentityError::NotAnObject { .. }));
    }
}

#[test]
fn an_error_of_the_payload_is_passed_on() {
    struct Broken;
    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("out of ink"))
        }
    }
    assert_eq!(error(&V { v: Broken }).to_string(), "the payload cannot be serialized: out of ink");
}

#[derive(Clone, Serialize)]
enum External {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { a: Option<u8> },
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Internal {
    Nothing,
    BigThing { x: u8 },
}

#[derive(Serialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    One(u8),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Untagged {
    Text(&'static str),
}

#[test]
fn every_shape_of_serde_has_the_id_of_its_json() {
    #[derive(Serialize)]
    struct Newtype(u8);
    #[derive(Serialize)]
    struct Tuple(u8, &'static str);
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Zoo {
        very_long_name: u8,
        #[serde(rename = "other name")]
        renamed: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        left_out: Option<u8>,
        #[serde(skip)]
        _skipped: u8,
        #[serde(flatten)]
        flat: BTreeMap<&'static str, u8>,
        variants: Vec<External>,
        internal: (Internal, Internal),
        adjacent: Adjacent,
        untagged: Untagged,
        unit: (Unit, ()),
        newtype: Newtype,
        tuple: Tuple,
        #[expect(clippy::option_option, reason = "JSON does not tell the two apart")]
        nested: Option<Option<u8>>,
        bytes: Bytes,
        ip: std::net::IpAddr,
        uuid: uuid::Uuid,
        duration: std::time::Duration,
    }
    let zoo = Zoo {
        very_long_name: 1,
        renamed: 2,
        left_out: None,
        _skipped: 3,
        flat: [("b", 1), ("a", 2)].into(),
        variants: vec![External::Unit, External::Newtype(1), External::Tuple(2, 3), External::Struct { a: None }],
        internal: (Internal::Nothing, Internal::BigThing { x: 1 }),
        adjacent: Adjacent::One(1),
        untagged: Untagged::Text("t"),
        unit: (Unit, ()),
        newtype: Newtype(1),
        tuple: Tuple(1, "a"),
        nested: Some(None),
        bytes: Bytes(&[0, 23, 24, 255]),
        ip: [127, 0, 0, 1].into(),
        uuid: uuid::Uuid::from_u128(7),
        duration: std::time::Duration::from_millis(1500),
    };
    let text = serde_json::to_string(&zoo).unwrap();
    let untyped: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(hex(&zoo), hex(&untyped), "{text}");
}

/// What `serde_bytes` passes on.
struct Bytes(&'static [u8]);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[test]
fn an_enum_may_be_the_payload() {
    assert_eq!(id(&External::Newtype(1)), id(&json!({"Newtype": 1})));
    assert_eq!(id(&External::Tuple(1, 2)), id(&json!({"Tuple": [1, 2]})));
    assert_eq!(id(&External::Struct { a: None }), id(&json!({"Struct": {"a": null}})));
    assert_eq!(id(&Internal::BigThing { x: 1 }), id(&json!({"kind": "big_thing", "x": 1})));
    let skipping = |payload: &External| {
        EventId::content_skipping("t.v", "t", "e", payload, &["Newtype", "Tuple", "Struct"]).unwrap()
    };
    for left_out in [External::Newtype(1), External::Tuple(1, 2), External::Struct { a: Some(1) }] {
        assert_eq!(skipping(&left_out), id(&json!({})));
    }
}

#[test]
fn a_skipped_member_may_hold_anything() {
    #[derive(Event, Serialize)]
    #[event_type("sample.measured")]
    struct Measured {
        value: u8,
        #[event(skip_id)]
        float: f64,
        #[event(skip_id)]
        float_keys: Option<FloatKey>,
    }
    let id = |float, float_keys| {
        Envelope::builder(Measured { value: 1, float, float_keys }, "e").build().map(|event| event.id()).unwrap()
    };
    assert_eq!(id(f64::NAN, Some(FloatKey)), id(0.0, None));
    assert_eq!(id(1.0, None), EventId::content("sample.measured", "sample", "e", &json!({"value": 1})).unwrap());
}
