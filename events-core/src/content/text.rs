//! [`Content`] as JSON text: compact, and with `{:#}` for people, with a space behind each `:` and `,`. What JSON cannot carry is
//! shown all the same, and control characters never.

#[cfg(any(feature = "console", feature = "tracing"))]
use alloc::string::String;
use alloc::string::ToString as _;
use core::fmt::{self, Write as _};

use super::Content;
#[cfg(any(feature = "console", feature = "tracing"))]
use crate::text::Bounded;

impl Content {
    /// The compact text; what is longer is cut to `limit` bytes and marked.
    #[cfg(any(feature = "console", feature = "tracing"))]
    pub(crate) fn text(&self, limit: usize) -> String {
        let mut text = Bounded::new(limit);
        let written = write!(text, "{self}");
        text.finish(written)
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Unsigned(value) => write!(f, "{value}"),
            Self::Signed(value) => write!(f, "{value}"),
            Self::WideUnsigned(value) => write!(f, "{value}"),
            Self::WideSigned(value) => write!(f, "{value}"),
            Self::Float(value) => f.write_str(zmij::Buffer::new().format(*value)),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => write_text(f, text),
            Self::Bytes(bytes) => write_parts(f, ['[', ']'], bytes, |f, byte| write!(f, "{byte}")),
            Self::Seq(items) => write_parts(f, ['[', ']'], items, |f, item| item.fmt(f)),
            Self::Map(members) => write_parts(f, ['{', '}'], members, |f, (key, value)| {
                match key {
                    Self::Text(key) => write_text(f, key)?,
                    // A number as a key is text in JSON.
                    key => write_text(f, &key.to_string())?,
                }
                f.write_str(if f.alternate() { ": " } else { ":" })?;
                value.fmt(f)
            }),
        }
    }
}

fn write_parts<T>(
    f: &mut fmt::Formatter<'_>,
    [open, close]: [char; 2],
    parts: impl IntoIterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    f.write_char(open)?;
    for (n, part) in parts.into_iter().enumerate() {
        if n > 0 {
            f.write_str(if f.alternate() { ", " } else { "," })?;
        }
        write(f, part)?;
    }
    f.write_char(close)
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

    use serde::{Serialize, Serializer};

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
        bytes: Bytes,
        nothing: (),
        char: char,
    }

    struct Bytes;

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&[1, 2])
        }
    }

    fn shown<T: Serialize>(value: &T) -> String {
        alloc::format!("{:#}", Content::of(value, usize::MAX).unwrap())
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
            bytes: Bytes,
            nothing: (),
            char: 'ß',
        };
        let text = r#"{"kinds": ["Unit", {"Newtype": 1}, {"Tuple": [-2, 0.1]}, {"Struct": {"text": "a \"b\"\n\u0001"}}], "keys": {"1": null, "2": true}, "wide": [340282366920938463463374607431768211455, -170141183460469231731687303715884105728], "floats": [1.0, NaN, 1e+300], "bytes": [1, 2], "nothing": null, "char": "ß"}"#;
        assert_eq!(shown(&everything), text);
        let compact = Content::of(&everything, usize::MAX).unwrap().to_string();
        assert_eq!(compact, text.replace(": ", ":").replace(", ", ","));
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
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("no"))
            }
        }
        assert_eq!(Content::of(&[Refusing], usize::MAX).err().unwrap().to_string(), "no");
    }
}
