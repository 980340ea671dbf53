//! The canonical form against a second encoder, written here straight from the specification and sharing no code with it.

use std::{collections::HashMap, sync::LazyLock};

use events_core::{EventId, identity};
use proptest::{collection, num, prelude::*};
use serde_json::{Map, Value};

/// Every finite half-precision value, by the bits of the double with that value.
static HALVES: LazyLock<HashMap<u64, u16>> = LazyLock::new(|| {
    let value = |bits: u16| {
        let (sign, exponent, mantissa) = (bits >> 15, i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
        let magnitude = match exponent {
            0 => mantissa * 2f64.powi(-24),
            _ => (1024.0 + mantissa) * 2f64.powi(exponent - 25),
        };
        if sign == 0 { magnitude } else { -magnitude }
    };
    (0..=u16::MAX).filter(|bits| bits & 0x7c00 != 0x7c00).map(|bits| (value(bits).to_bits(), bits)).collect()
});

fn head(major: u8, argument: u64) -> Vec<u8> {
    let big = argument.to_be_bytes();
    let major = major << 5;
    match argument {
        0..=23 => vec![major | big[7]],
        24..=0xff => vec![major | 0x18, big[7]],
        0x100..=0xffff => [&[major | 0x19][..], &big[6..]].concat(),
        0x1_0000..=0xffff_ffff => [&[major | 0x1a][..], &big[4..]].concat(),
        _ => [&[major | 0x1b][..], &big].concat(),
    }
}

fn text(text: &str) -> Vec<u8> {
    [head(3, text.len() as u64), text.as_bytes().to_vec()].concat()
}

fn float(value: f64) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "the value is a whole number in the range of the type")]
    if value.fract() == 0.0 && (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&value) {
        let whole = value as i128;
        return match u64::try_from(whole) {
            Ok(argument) => head(0, argument),
            Err(_) => head(1, u64::try_from(-1 - whole).unwrap()),
        };
    }
    if let Some(half) = HALVES.get(&value.to_bits()) {
        return [&[0xf9][..], &half.to_be_bytes()].concat();
    }
    #[expect(clippy::cast_possible_truncation, reason = "compared with the value")]
    let single = value as f32;
    if f64::from(single).to_bits() == value.to_bits() {
        return [&[0xfa][..], &single.to_be_bytes()].concat();
    }
    [&[0xfb][..], &value.to_be_bytes()].concat()
}

fn map(members: impl Iterator<Item = (Vec<u8>, Vec<u8>)>) -> Vec<u8> {
    let mut members: Vec<_> = members.collect();
    members.sort();
    let all = members.iter().flat_map(|(key, value)| [key.as_slice(), value]).collect::<Vec<_>>().concat();
    [head(5, members.len() as u64), all].concat()
}

fn reference(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => vec![0xf6],
        Value::Bool(false) => vec![0xf4],
        Value::Bool(true) => vec![0xf5],
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(unsigned), ..) => head(0, unsigned),
            (None, Some(signed), _) => head(1, u64::try_from(-1 - i128::from(signed)).unwrap()),
            (None, None, Some(double)) => float(double),
            _ => unreachable!("a number is one of the three"),
        },
        Value::String(string) => text(string),
        Value::Array(items) => [head(4, items.len() as u64), items.iter().flat_map(reference).collect()].concat(),
        Value::Object(members) => map(members.iter().map(|(key, value)| (text(key), reference(value)))),
    }
}

fn reference_message(event_type: &str, entity_type: &str, entity_id: &str, payload: &Map<String, Value>) -> Vec<u8> {
    let members = payload.iter().filter(|(_, value)| !value.is_null());
    let payload = map(members.map(|(key, value)| (text(key), reference(value))));
    [vec![0x84], text(event_type), text(entity_type), text(entity_id), payload].concat()
}

fn strings() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => ".{0,6}",
        2 => "[a-c]{0,3}",
        1 => (prop_oneof![20..28_usize, 250..260_usize]).prop_map(|len| "k".repeat(len)),
    ]
}

fn numbers() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-300..300_i64).prop_map(Value::from),
        (num::f64::NORMAL | num::f64::SUBNORMAL | num::f64::ZERO | num::f64::NEGATIVE | num::f64::POSITIVE)
            .prop_map(Value::from),
        (-1e20..1e20_f64).prop_map(|value| Value::from(value.trunc())),
        (num::f32::NORMAL | num::f32::SUBNORMAL | num::f32::NEGATIVE).prop_map(|value| Value::from(f64::from(value))),
        // Around the exponents where a half ends, and on both sides of its precision.
        (1..4096_u32, -30..20_i32)
            .prop_map(|(mantissa, exponent)| Value::from(f64::from(mantissa) * 2f64.powi(exponent))),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        5 => numbers(),
        3 => strings().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            collection::hash_map(strings(), inner, 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn objects() -> impl Strategy<Value = Map<String, Value>> {
    collection::hash_map(strings(), values(), 0..30).prop_map(|members| members.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn the_canonical_form_is_that_of_the_specification(
        payload in objects(), event_type in strings(), entity_type in strings(), entity_id in strings(),
    ) {
        let found = identity::canonical(&event_type, &entity_type, &entity_id, &payload, &[]).unwrap();
        prop_assert_eq!(found, reference_message(&event_type, &entity_type, &entity_id, &payload));
    }

    /// Fails when `serde_json` is built without `float_roundtrip`.
    #[test]
    fn a_round_trip_through_text_keeps_the_id(payload in objects()) {
        let text = serde_json::to_string(&payload).unwrap();
        let again: Value = serde_json::from_str(&text).unwrap();
        let id = |payload: &Value| EventId::content("t.v", "t", "e", payload).unwrap();
        prop_assert_eq!(id(&Value::Object(payload)), id(&again));
    }

    #[test]
    fn a_single_precision_float_has_the_id_of_its_text(
        value in num::f32::NORMAL | num::f32::SUBNORMAL | num::f32::ZERO | num::f32::NEGATIVE | num::f32::POSITIVE,
    ) {
        let typed = std::collections::BTreeMap::from([("v", value)]);
        let again: Value = serde_json::from_str(&serde_json::to_string(&typed).unwrap()).unwrap();
        let id = identity::canonical("t.v", "t", "e", &typed, &[]).unwrap();
        prop_assert_eq!(id, identity::canonical("t.v", "t", "e", &again, &[]).unwrap());
    }

    #[test]
    fn wide_integers_follow_their_value(value in any::<i128>(), shift in 0..128_u32) {
        let value = value >> shift;
        let typed = std::collections::BTreeMap::from([("v", value)]);
        let found = identity::canonical("t.v", "t", "e", &typed, &[]).unwrap();
        prop_assert_eq!(&found[12..], wide(value));
    }
}

/// An integer of any width, by the three rules for numbers.
fn wide(value: i128) -> Vec<u8> {
    let (major, argument) = if value >= 0 { (0, value.unsigned_abs()) } else { (1, (-1 - value).unsigned_abs()) };
    let in_64_bits = u64::try_from(value).is_ok() || i64::try_from(value).is_ok();
    #[expect(clippy::cast_precision_loss, reason = "compared with the value")]
    let double = value as f64;
    #[expect(clippy::cast_possible_truncation, reason = "doubles of this size are whole numbers")]
    if !in_64_bits && double < 2f64.powi(127) && double as i128 == value {
        return float(double);
    }
    if let Ok(argument) = u64::try_from(argument) {
        return head(major, argument);
    }
    let bytes = argument.to_be_bytes();
    let digits = &bytes[argument.leading_zeros() as usize / 8..];
    [vec![0xc2 + major], head(2, digits.len() as u64), digits.to_vec()].concat()
}

/// Doubles that `serde_json` re-reads one unit off unless its feature `float_roundtrip` is on.
#[test]
fn hard_doubles_survive_json_text() {
    for double in [
        31.245_270_191_439_438,
        121.487_919_511_619_45,
        0.985_690_694_632_867_1,
        0.212_918_907_267_134_58,
        0.925_933_892_649_635_9,
        0.441_661_307_168_167_16,
        0.972_610_478_803_384_9,
        0.419_524_813_252_858_84,
        1.234_567_890_123_456_7e-300,
        8.988_465_674_311_579e307,
        // These come through in either case, and mark the ends of the range.
        2.225_073_858_507_201_4e-308,
        2.225_073_858_507_201e-308,
        5e-324,
        f64::MAX,
    ] {
        let typed = std::collections::BTreeMap::from([("v", double)]);
        let again: Value = serde_json::from_str(&serde_json::to_string(&typed).unwrap()).unwrap();
        assert_eq!(again["v"].as_f64().map(f64::to_bits), Some(double.to_bits()), "{double:e}");
        let id = EventId::content("t.v", "t", "e", &typed).unwrap();
        assert_eq!(id, EventId::content("t.v", "t", "e", &again).unwrap());
    }
}
