//! [`Content`] from anything that can be written.

use alloc::{
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
    /// What a value writes; of each of its members, what a text of `limit` bytes can show.
    pub(crate) fn of<T: Serialize + ?Sized>(value: &T, limit: usize) -> Result<Self, ContentError> {
        value.serialize(ContentSerializer { most: usize::MAX, inside: limit.saturating_add(1) })
    }

    /// An enum's variant with something in it: an object with one member.
    fn variant(name: &str, content: Self) -> Self {
        Self::Map(Vec::from([(Self::Text(name.into()), content)]))
    }
}

/// Keeps what a text of limited length can show. An item of a list begins at least one byte behind the item before it, and
/// behind the beginning of the list: so as many items as the text has bytes, or as many levels, fill it, and what is left out
/// stands behind the cut.
#[derive(Clone, Copy)]
struct ContentSerializer {
    /// How many items, or members, of the value are kept.
    most: usize,
    /// How many of each of those; with none, they are left out themselves.
    inside: usize,
}

impl ContentSerializer {
    fn part<T: Serialize + ?Sized>(self, value: &T) -> Result<Content, ContentError> {
        match self.inside.checked_sub(1) {
            Some(inside) => value.serialize(Self { most: self.inside, inside }),
            None => Ok(Content::Null),
        }
    }

    fn items(self, variant: Option<&'static str>) -> Items {
        Items { serializer: self, list: Vec::new(), variant }
    }

    fn members(self, name: &'static str, variant: Option<&'static str>) -> Members {
        Members { serializer: self, entries: Vec::new(), key: None, name, variant }
    }
}

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
        serialize_u8(u8) Unsigned;
        serialize_u16(u16) Unsigned;
        serialize_u32(u32) Unsigned;
        serialize_u64(u64) Unsigned;
        serialize_f64(f64) Float;
        serialize_char(char) Text;
        serialize_str(&str) Text;
        serialize_bytes(&[u8]) Bytes;
    }

    fn serialize_i128(self, value: i128) -> Result<Content, ContentError> {
        Ok(value.try_into().map_or(Content::WideSigned(value), Content::Signed))
    }

    fn serialize_u128(self, value: u128) -> Result<Content, ContentError> {
        Ok(value.try_into().map_or(Content::WideUnsigned(value), Content::Unsigned))
    }

    /// The value of its shortest text, as it stands in JSON: `0.1`, and not the nearest 64-bit float.
    fn serialize_f32(self, value: f32) -> Result<Content, ContentError> {
        Ok(Content::Float(zmij::Buffer::new().format(value).parse().unwrap_or_else(|_| value.into())))
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
        Ok(Content::variant(variant, self.part(value)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, ContentError> {
        Ok(self.items(None))
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
        Ok(self.items(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, ContentError> {
        Ok(self.members("", None))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members, ContentError> {
        Ok(self.members(name, None))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, ContentError> {
        Ok(self.members(name, Some(variant)))
    }
}

struct Items {
    serializer: ContentSerializer,
    list: Vec<Content>,
    variant: Option<&'static str>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ContentError> {
        if self.list.len() < self.serializer.most {
            self.list.push(self.serializer.part(value)?);
        }
        Ok(())
    }

    fn content(self) -> Content {
        let items = Content::Seq(self.list);
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
    serializer: ContentSerializer,
    entries: Vec<(Content, Content)>,
    /// Of the value that comes next.
    key: Option<Content>,
    /// The struct's; by it `serde_json` tells what is no struct.
    name: &'static str,
    variant: Option<&'static str>,
}

impl Members {
    fn has_room(&self) -> bool {
        self.entries.len() < self.serializer.most
    }

    fn content(mut self) -> Content {
        if let (NUMBER | RAW_VALUE, Some((_, Content::Text(text)))) = (self.name, self.entries.last_mut()) {
            let text = core::mem::take(text);
            return match self.name {
                // Text that cannot be read, nested too deeply or without the feature `json`, is text.
                RAW_VALUE => Content::from_json(&text).unwrap_or(Content::Text(text)),
                _ => Content::Number(text),
            };
        }
        let members = Content::Map(self.entries);
        match self.variant {
            Some(variant) => Content::variant(variant, members),
            None => members,
        }
    }
}

impl SerializeMap for Members {
    type Ok = Content;
    type Error = ContentError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ContentError> {
        if self.has_room() {
            self.key = Some(self.serializer.part(key)?);
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ContentError> {
        if let Some(key) = self.key.take() {
            self.entries.push((key, self.serializer.part(value)?));
        }
        Ok(())
    }

    fn end(self) -> Result<Content, ContentError> {
        Ok(self.content())
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
                if self.has_room() {
                    self.entries.push((Content::Text(key.into()), self.serializer.part(value)?));
                }
                Ok(())
            }

            fn end(self) -> Result<Content, ContentError> {
                Ok(self.content())
            }
        }
    )*};
}

members! { SerializeStruct SerializeStructVariant }

#[cfg(test)]
mod tests {
    use alloc::{
        collections::BTreeMap,
        string::{String, ToString as _},
        vec,
        vec::Vec,
    };

    use serde::{Serialize, Serializer, ser::SerializeSeq};

    use crate::content::Content;

    /// A payload with one member, as far as a text of so many bytes can show that.
    fn text<T: Serialize>(member: T, limit: usize) -> String {
        Content::of(&BTreeMap::from([("member", member)]), limit).unwrap().to_string()
    }

    #[test]
    fn what_is_left_out_would_not_be_seen() {
        let lists: Vec<Vec<u8>> = (0..9).map(|n| vec![n; n.into()]).collect();
        let maps = BTreeMap::from([(1, lists.clone()), (2, Vec::new()), (3, lists)]);
        let value = (vec![vec![vec![[0_u8; 0]; 2]; 2]; 2], maps, "text");
        let head = r#"{"member":"#.len();
        let whole = text(&value, usize::MAX);
        for limit in 0..whole.len() {
            let shown = text(&value, limit);
            // One byte more, by which it is seen that something is cut.
            let end = whole.len().min(head + limit + 1);
            assert_eq!(shown.get(..end), whole.get(..end), "{limit}");
        }
    }

    #[test]
    fn what_would_not_be_seen_is_not_asked_for() {
        /// A list with itself in it.
        struct Endless;
        impl Serialize for Endless {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut list = serializer.serialize_seq(None)?;
                list.serialize_element(self)?;
                list.end()
            }
        }
        assert!(text(Endless, 20).contains(&"[".repeat(20)));
    }

    #[cfg(feature = "json")]
    #[test]
    fn raw_json_that_is_nested_too_deeply_is_text() {
        let deep = |levels| {
            let text = "[".repeat(levels) + &"]".repeat(levels);
            Content::of(&serde_json::value::RawValue::from_string(text).unwrap(), usize::MAX).unwrap()
        };
        assert!(matches!(deep(127), Content::Seq(_)));
        assert!(matches!(deep(128), Content::Text(text) if text.len() == 256));
    }
}
