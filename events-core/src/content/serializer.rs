//! [`Content`] from anything that can be written.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt::Display;

use serde::{
    Serialize, Serializer,
    ser::{
        self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::{Content, NUMBER, RAW_VALUE};

/// What a value's own `Serialize` said.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ContentError(String);

impl ser::Error for ContentError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl Content {
    /// What a value writes.
    pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, ContentError> {
        value.serialize(ContentSerializer)
    }

    /// An enum's variant with something in it: an object with one member.
    fn variant(name: &str, content: Self) -> Self {
        Self::Map(Vec::from([(Self::Text(name.into()), content)]))
    }
}

struct ContentSerializer;

macro_rules! scalars {
    ($($method:ident($type:ty) $variant:ident;)*) => {$(
        fn $method(self, value: $type) -> Result<Content, ContentError> {
            Ok(Content::$variant(value.into()))
        }
    )*};
}

impl Serializer for ContentSerializer {
    type Ok = Content;
    type Error = ContentError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    scalars! {
        serialize_bool(bool) Bool;
        serialize_i8(i8) Signed;
        serialize_i16(i16) Signed;
        serialize_i32(i32) Signed;
        serialize_i64(i64) Signed;
        serialize_i128(i128) WideSigned;
        serialize_u8(u8) Unsigned;
        serialize_u16(u16) Unsigned;
        serialize_u32(u32) Unsigned;
        serialize_u64(u64) Unsigned;
        serialize_u128(u128) WideUnsigned;
        serialize_f64(f64) Float;
        serialize_char(char) Text;
        serialize_str(&str) Text;
        serialize_bytes(&[u8]) Bytes;
    }

    /// As the shortest text that means it says it: `0.1`, and not the nearest 64-bit float.
    fn serialize_f32(self, value: f32) -> Result<Content, ContentError> {
        Ok(Content::Float(format!("{value:?}").parse().unwrap_or_else(|_| value.into())))
    }

    fn serialize_none(self) -> Result<Content, ContentError> {
        Ok(Content::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Content, ContentError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Content, ContentError> {
        Ok(Content::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Content, ContentError> {
        Ok(Content::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Content, ContentError> {
        Ok(Content::Text(variant.into()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Content, ContentError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Content, ContentError> {
        Ok(Content::variant(variant, Content::of(value)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, ContentError> {
        Ok(Items { items: Vec::new(), variant: None })
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, ContentError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items, ContentError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items, ContentError> {
        Ok(Items { items: Vec::new(), variant: Some(variant) })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, ContentError> {
        Ok(Members { entries: Vec::new(), name: "", variant: None })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members, ContentError> {
        Ok(Members { entries: Vec::new(), name, variant: None })
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, ContentError> {
        Ok(Members { entries: Vec::new(), name, variant: Some(variant) })
    }
}

struct Items {
    items: Vec<Content>,
    variant: Option<&'static str>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ContentError> {
        self.items.push(Content::of(value)?);
        Ok(())
    }

    fn content(self) -> Content {
        let items = Content::Seq(self.items);
        match self.variant {
            Some(variant) => Content::variant(variant, items),
            None => items,
        }
    }
}

macro_rules! items {
    ($($trait:ident $method:ident;)*) => {$(
        impl $trait for Items {
            type Ok = Content;
            type Error = ContentError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ContentError> {
                self.push(value)
            }

            fn end(self) -> Result<Content, ContentError> {
                Ok(self.content())
            }
        }
    )*};
}

items! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

struct Members {
    entries: Vec<(Content, Content)>,
    /// The struct's; by it `serde_json` tells what is no struct.
    name: &'static str,
    variant: Option<&'static str>,
}

impl Members {
    fn push<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), ContentError> {
        self.entries.push((Content::Text(key.into()), Content::of(value)?));
        Ok(())
    }

    fn content(mut self) -> Result<Content, ContentError> {
        if let (NUMBER | RAW_VALUE, Some((_, Content::Text(text)))) = (self.name, self.entries.last_mut()) {
            let text = core::mem::take(text);
            return match self.name {
                RAW_VALUE => Content::from_json(&text).map_err(ContentError),
                _ => Ok(Content::Number(text)),
            };
        }
        let members = Content::Map(self.entries);
        Ok(match self.variant {
            Some(variant) => Content::variant(variant, members),
            None => members,
        })
    }
}

impl SerializeMap for Members {
    type Ok = Content;
    type Error = ContentError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ContentError> {
        self.entries.push((Content::of(key)?, Content::Null));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ContentError> {
        let value = Content::of(value)?;
        if let Some((_, last)) = self.entries.last_mut() {
            *last = value;
        }
        Ok(())
    }

    fn end(self) -> Result<Content, ContentError> {
        self.content()
    }
}

macro_rules! members {
    ($($trait:ident)*) => {$(
        impl $trait for Members {
            type Ok = Content;
            type Error = ContentError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), ContentError> {
                self.push(key, value)
            }

            fn end(self) -> Result<Content, ContentError> {
                self.content()
            }
        }
    )*};
}

members! { SerializeStruct SerializeStructVariant }
