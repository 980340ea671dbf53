//! Any serde value, kept in order: for JSON text inside a payload, and for the payload of an event enum whose type is
//! named only after it.

mod deserializer;
#[cfg(feature = "json")]
mod raw;
#[cfg(any(feature = "console", feature = "tracing", feature = "testing"))]
mod serializer;
#[cfg(any(feature = "console", feature = "tracing", feature = "testing"))]
mod text;

use alloc::{string::String, vec::Vec};
use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::{SerializeMap, SerializeStruct},
};

use self::deserializer::ContentDeserializer;
#[cfg(any(feature = "console", feature = "tracing", feature = "testing"))]
pub(crate) use self::serializer::ContentError;

/// The struct by which `serde_json` passes the text of a number (feature `arbitrary_precision`).
pub(crate) const NUMBER: &str = "$serde_json::private::Number";
/// The struct by which `serde_json` passes raw JSON text.
pub(crate) const RAW_VALUE: &str = "$serde_json::private::RawValue";

pub(crate) enum Content {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    WideUnsigned(u128),
    WideSigned(i128),
    Float(f64),
    /// The text of a number in JSON.
    #[cfg_attr(
        not(any(feature = "json", feature = "console", feature = "tracing", feature = "testing")),
        expect(dead_code, reason = "only `serde_json` writes it")
    )]
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
    Seq(Vec<Content>),
    Map(Vec<(Content, Content)>),
}

impl Content {
    #[cfg(feature = "json")]
    pub(crate) fn from_json(text: &str) -> Result<Self, String> {
        raw::parse(text, 0)
    }

    #[cfg(not(feature = "json"))]
    pub(crate) fn from_json(_: &str) -> Result<Self, String> {
        Err("the feature `json` of `events-core` is off".into())
    }

    pub(crate) fn deserializer<E>(self) -> ContentDeserializer<E> {
        ContentDeserializer::new(self)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// `raw`: JSON text was asked for, which keeps numbers as they are written. Only `serde_json` gives it.
        struct ContentVisitor {
            raw: bool,
        }

        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Content, E> {
                Ok(Content::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Content, E> {
                Ok(Content::Signed(value))
            }

            fn visit_i128<E>(self, value: i128) -> Result<Content, E> {
                Ok(Content::WideSigned(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Content, E> {
                Ok(Content::Unsigned(value))
            }

            fn visit_u128<E>(self, value: u128) -> Result<Content, E> {
                Ok(Content::WideUnsigned(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Content, E> {
                Ok(Content::Float(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Content, E> {
                Ok(Content::Text(value.into()))
            }

            fn visit_string<E>(self, value: String) -> Result<Content, E> {
                Ok(Content::Text(value))
            }

            fn visit_bytes<E>(self, value: &[u8]) -> Result<Content, E> {
                Ok(Content::Bytes(value.into()))
            }

            fn visit_unit<E>(self) -> Result<Content, E> {
                Ok(Content::Null)
            }

            fn visit_none<E>(self) -> Result<Content, E> {
                Ok(Content::Null)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
                Content::deserialize(deserializer)
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
                deserializer.deserialize_any(Self { raw: false })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
                let mut seq = Vec::new();
                while let Some(element) = access.next_element()? {
                    seq.push(element);
                }
                Ok(Content::Seq(seq))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
                let mut map = Vec::new();
                while let Some(key) = access.next_key()? {
                    if self.raw && matches!(&key, Content::Text(text) if text == RAW_VALUE) {
                        return Content::from_json(&access.next_value::<String>()?).map_err(de::Error::custom);
                    }
                    map.push((key, access.next_value()?));
                }
                Ok(Content::Map(map))
            }
        }

        if cfg!(feature = "json") {
            deserializer.deserialize_newtype_struct(RAW_VALUE, ContentVisitor { raw: true })
        } else {
            deserializer.deserialize_any(ContentVisitor { raw: false })
        }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Signed(value) => serializer.serialize_i64(*value),
            Self::WideUnsigned(value) => serializer.serialize_u128(*value),
            Self::WideSigned(value) => serializer.serialize_i128(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Number(text) => {
                let mut number = serializer.serialize_struct(NUMBER, 1)?;
                number.serialize_field(NUMBER, text)?;
                number.end()
            }
            Self::Text(value) => serializer.serialize_str(value),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            Self::Seq(seq) => serializer.collect_seq(seq),
            Self::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (key, value) in map {
                    out.serialize_entry(key, value)?;
                }
                out.end()
            }
        }
    }
}
