//! [`Content`] as a source of values.

use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::{
    Deserializer,
    de::{
        self, IntoDeserializer, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

use super::Content;

pub(crate) struct ContentDeserializer<E> {
    content: Content,
    error: PhantomData<E>,
}

impl<E> ContentDeserializer<E> {
    pub(super) fn new(content: Content) -> Self {
        Self { content, error: PhantomData }
    }
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
