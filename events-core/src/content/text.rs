//! [`Content`] for people: as JSON, with a space behind each `:` and `,`. What JSON cannot carry is shown all the same.

use alloc::string::ToString as _;
use core::fmt::{self, Write as _};

use super::Content;

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Unsigned(value) => write!(f, "{value}"),
            Self::Signed(value) => write!(f, "{value}"),
            Self::WideUnsigned(value) => write!(f, "{value}"),
            Self::WideSigned(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => write_text(f, text),
            Self::Bytes(bytes) => write!(f, "{bytes:?}"),
            Self::Seq(items) => {
                f.write_str("[")?;
                for (n, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if n == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Map(members) => {
                f.write_str("{")?;
                for (n, (key, value)) in members.iter().enumerate() {
                    f.write_str(if n == 0 { "" } else { ", " })?;
                    match key {
                        Self::Text(key) => write_text(f, key)?,
                        // A number as a key is text in JSON.
                        key => write_text(f, &key.to_string())?,
                    }
                    write!(f, ": {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Between quotes, on one line.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(f, "\\{char}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
            char => f.write_char(char)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use alloc::{
        collections::BTreeMap,
        string::{String, ToString as _},
        vec::Vec,
    };

    use serde::Serialize;

    use crate::content::Content;

    #[derive(Serialize)]
    enum Kind {
        Unit,
        Newtype(u8),
        Tuple(i8, f32),
        Struct { text: &'static str },
    }

    #[derive(Serialize)]
    struct Everything {
        kinds: Vec<Kind>,
        keys: BTreeMap<u32, Option<bool>>,
        wide: (u128, i128),
        floats: [f64; 3],
        nothing: (),
        char: char,
    }

    fn shown<T: Serialize>(value: &T) -> String {
        std::format!("{}", Content::of(value).unwrap())
    }

    #[test]
    fn everything_is_shown_as_json() {
        let everything = Everything {
            kinds: Vec::from([
                Kind::Unit,
                Kind::Newtype(1),
                Kind::Tuple(-2, 0.1),
                Kind::Struct { text: "a \"b\"\n\u{1}" },
            ]),
            keys: BTreeMap::from([(1, None), (2, Some(true))]),
            wide: (u128::MAX, i128::MIN),
            floats: [1.0, f64::NAN, 1e300],
            nothing: (),
            char: 'ß',
        };
        assert_eq!(
            shown(&everything),
            r#"{"kinds": ["Unit", {"Newtype": 1}, {"Tuple": [-2, 0.1]}, {"Struct": {"text": "a \"b\"\n\u0001"}}], "keys": {"1": null, "2": true}, "wide": [340282366920938463463374607431768211455, -170141183460469231731687303715884105728], "floats": [1.0, NaN, 1e300], "nothing": null, "char": "ß"}"#
        );
    }

    #[cfg(feature = "json")]
    #[test]
    fn raw_json_is_shown_as_what_it_says() {
        let raw = serde_json::value::RawValue::from_string(r#"{"b":[1.10,"x"]}"#.into()).unwrap();
        assert_eq!(shown(&raw), r#"{"b": [1.10, "x"]}"#);
    }

    #[test]
    fn a_refusal_is_told() {
        struct Refusing;
        impl Serialize for Refusing {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("no"))
            }
        }
        assert_eq!(Content::of(&[Refusing]).err().unwrap().to_string(), "no");
    }
}
