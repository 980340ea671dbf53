//! Any serde value, kept in order: for JSON text inside a payload, and for the payload of an event enum whose type is
//! named only after it.

use alloc::{string::String, vec::Vec};
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        self, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
    ser::{SerializeMap, SerializeStruct},
};

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
    #[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only JSON text is read into it"))]
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
        ContentDeserializer { content: self, error: PhantomData }
    }
}

/// JSON text read level by level, so that numbers keep their text: a 64-bit float holds few of the wide integers.
#[cfg(feature = "json")]
mod raw {
    use alloc::{
        format,
        string::{String, ToString as _},
        vec::Vec,
    };
    use core::fmt;

    use serde::{
        Deserialize,
        de::{MapAccess, Visitor},
    };
    use serde_json::value::RawValue;

    use super::Content;

    /// As deep as `serde_json` reads.
    const MAX_DEPTH: usize = 128;

    pub(super) fn parse(text: &str, depth: usize) -> Result<Content, String> {
        if depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} levels deep"));
        }
        let text = text.trim_ascii();
        match text.as_bytes().first() {
            Some(b'{') => {
                let Members(members) = read(text)?;
                let read = |(key, value): (String, &RawValue)| Ok((Content::Text(key), parse(value.get(), depth + 1)?));
                members.into_iter().map(read).collect::<Result<_, String>>().map(Content::Map)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = read(text)?;
                items.into_iter().map(|item| parse(item.get(), depth + 1)).collect::<Result<_, _>>().map(Content::Seq)
            }
            Some(b'-' | b'0'..=b'9') => read::<&RawValue>(text).map(|number| Content::Number(number.get().into())),
            Some(b'"') => read(text).map(Content::Text),
            _ => Ok(read::<Option<bool>>(text)?.map_or(Content::Null, Content::Bool)),
        }
    }

    fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// The members of an object, repeated names included.
    struct Members<'t>(Vec<(String, &'t RawValue)>);

    impl<'de> Deserialize<'de> for Members<'de> {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct MembersVisitor;

            impl<'de> Visitor<'de> for MembersVisitor {
                type Value = Members<'de>;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members<'de>, A::Error> {
                    let mut members = Vec::new();
                    while let Some(member) = access.next_entry()? {
                        members.push(member);
                    }
                    Ok(Members(members))
                }
            }

            deserializer.deserialize_map(MembersVisitor)
        }
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

pub(crate) struct ContentDeserializer<E> {
    content: Content,
    error: PhantomData<E>,
}

impl<E: de::Error> IntoDeserializer<'_, E> for Content {
    type Deserializer = ContentDeserializer<E>;

    fn into_deserializer(self) -> Self::Deserializer {
        self.deserializer()
    }
}

type Members = core::iter::Map<alloc::vec::IntoIter<(Content, Content)>, fn((Content, Content)) -> (Key, Content)>;

fn members<'de, E: de::Error>(map: Vec<(Content, Content)>) -> MapDeserializer<'de, Members, E> {
    MapDeserializer::new(map.into_iter().map(|(key, value)| (Key(key), value)))
}

impl<'de, E: de::Error> Deserializer<'de> for ContentDeserializer<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Null => visitor.visit_unit(),
            Content::Bool(value) => visitor.visit_bool(value),
            Content::Unsigned(value) => visitor.visit_u64(value),
            Content::Signed(value) => visitor.visit_i64(value),
            Content::WideUnsigned(value) => visitor.visit_u128(value),
            Content::WideSigned(value) => visitor.visit_i128(value),
            Content::Float(value) => visitor.visit_f64(value),
            Content::Number(text) => {
                if let Ok(value) = text.parse::<u64>() {
                    visitor.visit_u64(value)
                } else if let Ok(value) = text.parse::<i64>() {
                    visitor.visit_i64(value)
                } else if let Ok(value) = text.parse::<u128>() {
                    visitor.visit_u128(value)
                } else if let Ok(value) = text.parse::<i128>() {
                    visitor.visit_i128(value)
                } else {
                    match text.parse::<f64>() {
                        Ok(value) if value.is_finite() => visitor.visit_f64(value),
                        _ => Err(E::custom(format_args!("the number {text} is out of range"))),
                    }
                }
            }
            Content::Text(value) => visitor.visit_string(value),
            Content::Bytes(value) => visitor.visit_byte_buf(value),
            Content::Seq(seq) => {
                let mut access = SeqDeserializer::new(seq.into_iter());
                let value = visitor.visit_seq(&mut access)?;
                access.end()?;
                Ok(value)
            }
            Content::Map(map) => {
                let mut access = members(map);
                let value = visitor.visit_map(&mut access)?;
                access.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.content {
            Content::Text(variant) => variant.into_deserializer().deserialize_enum(name, variants, visitor),
            Content::Map(map) if map.len() == 1 => visitor.visit_enum(MapAccessDeserializer::new(members(map))),
            Content::Map(_) => Err(E::custom("expected an object with one member, the variant of an enum")),
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A map key: text that is asked for as an integer or a bool is read as one, since JSON has no other keys.
struct Key(Content);

struct KeyDeserializer<E>(ContentDeserializer<E>);

impl<E: de::Error> IntoDeserializer<'_, E> for Key {
    type Deserializer = KeyDeserializer<E>;

    fn into_deserializer(self) -> Self::Deserializer {
        KeyDeserializer(self.0.deserializer())
    }
}

macro_rules! parse_key {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            if let Content::Text(text) = &self.0.content
                && let Ok(value) = text.parse()
            {
                return visitor.$visit(value);
            }
            self.0.$method(visitor)
        }
    )*};
}

impl<'de, E: de::Error> Deserializer<'de> for KeyDeserializer<E> {
    type Error = E;

    parse_key! {
        deserialize_bool visit_bool;
        deserialize_i8 visit_i8;
        deserialize_i16 visit_i16;
        deserialize_i32 visit_i32;
        deserialize_i64 visit_i64;
        deserialize_i128 visit_i128;
        deserialize_u8 visit_u8;
        deserialize_u16 visit_u16;
        deserialize_u32 visit_u32;
        deserialize_u64 visit_u64;
        deserialize_u128 visit_u128;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
