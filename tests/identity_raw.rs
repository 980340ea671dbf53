//! The content id of values that `serde_json` passes on as text: raw JSON, and numbers of arbitrary precision.

use events_core::{IdentityError, identity};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::{json, value::RawValue};

use crate::identity::{error, id};
use crate::identity_serde::{V, v};

#[test]
fn raw_json_is_canonicalised() {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    assert_eq!(id(&V { v: raw(r#"{ "b": 1.0, "a": [null, "x"] }"#) }), id(&json!({"v": {"a": [null, "x"], "b": 1}})));
    assert_eq!(id(&raw(r#"{"v": 1, "gone": null}"#)), id(&json!({"v": 1})));
    assert!(matches!(error(&raw("[1]")), IdentityError::NotAnObject { .. }));
    assert!(matches!(error(&raw(r#"{"a": 1, "a": 2}"#)), IdentityError::DuplicateKey { .. }));
    assert!(matches!(error(&V { v: raw("1e400") }), IdentityError::UnsupportedNumber { .. }));
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert!(matches!(error(&V { v: raw(&deep) }), IdentityError::InvalidRawJson { .. }));
    let bytes = identity::canonical("t.v", "t", "e", &raw(r#"{"v": 1, "at": 2}"#), &["at"]).unwrap();
    assert_eq!(bytes, identity::canonical("t.v", "t", "e", &json!({"v": 1}), &[]).unwrap());
}

#[test]
fn a_wide_integer_in_raw_json_keeps_its_value() {
    for value in [(1_u128 << 64) + 1, u128::from(u64::MAX) * 3 + 1] {
        assert_eq!(v(RawValue::from_string(value.to_string()).unwrap()), v(value), "{value}");
    }
}

/// What `serde_json` passes on for a number when some crate switches on its feature `arbitrary_precision`.
struct NumberText(&'static str);

impl Serialize for NumberText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut number = serializer.serialize_struct("$serde_json::private::Number", 1)?;
        number.serialize_field("$serde_json::private::Number", self.0)?;
        number.end()
    }
}

#[test]
fn number_text_is_its_value() {
    for text in ["0", "-1", "1.0", "1e2", "-0.0", "0.1", "18446744073709551615", "-9223372036854775808", "5e-324"] {
        let plain: serde_json::Number = text.parse().unwrap();
        assert_eq!(v(NumberText(text)), v(&plain), "{text}");
    }
    assert_eq!(v(NumberText("18446744073709551617")), v((1_u128 << 64) + 1));
    assert_eq!(v(NumberText("340282366920938463463374607431768211455")), v(u128::MAX));
    let two_pow_128 = NumberText("340282366920938463463374607431768211456");
    assert_eq!(v(two_pow_128), v(2_f64.powi(128)), "wider than 128 bits, but exactly a double");
    for text in ["1e400", "340282366920938463463374607431768211457", "-1000000000000000000000000000000000000000"] {
        let refused = error(&V { v: NumberText(text) });
        assert!(matches!(&refused, IdentityError::UnsupportedNumber { text: found, .. } if found == text), "{refused}");
    }
    assert!(matches!(error(&NumberText("1")), IdentityError::NotAnObject { .. }));
}

/// Without the feature `arbitrary_precision` such a member is one like any other, in raw text as in a value.
#[test]
fn a_reserved_member_name_stands_for_itself() {
    let text = r#"{"$serde_json::private::Number": "1"}"#;
    let raw = RawValue::from_string(text.to_owned()).unwrap();
    assert_ne!(v(raw), v(1));
}
