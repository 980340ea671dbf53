//! [`Content`] from anything that can be written.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::{cell::Cell, fmt::Display};

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
        value.serialize(ContentSerializer { limit, left: None })
    }

    /// An enum's variant with something in it: an object with one member.
    fn variant(name: &str, content: Self) -> Self {
        Self::Map(Vec::from([(Self::Text(name.into()), content)]))
    }
}

/// Keeps what a text of limited length can show. An item, wherever it stands, begins at least one byte behind the one before:
/// so as many items as the text has bytes fill it, and what is left out stands behind the cut.
#[derive(Clone, Copy)]
struct ContentSerializer<'m> {
    /// How many items of each member of the payload are kept.
    limit: usize,
    /// How many more are of the member that is being written; `None` for the payload itself.
    left: Option<&'m Cell<usize>>,
}

impl<'m> ContentSerializer<'m> {
    fn part<T: Serialize + ?Sized>(self, value: &T) -> Result<Content, ContentError> {
        match self.left {
            Some(_) => value.serialize(self),
            None => value.serialize(ContentSerializer { left: Some(&Cell::new(self.limit)), ..self }),
        }
    }

    /// Whether one more item is kept.
    fn has_room(self) -> bool {
        let Some(left) = self.left else { return true };
        let more = left.get().checked_sub(1);
        left.set(more.unwrap_or(0));
        more.is_some()
    }

    fn items(self, variant: Option<&'static str>) -> Items<'m> {
        Items { serializer: self, list: Vec::new(), variant }
    }

    fn members(self, name: &'static str, variant: Option<&'static str>) -> Members<'m> {
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

impl<'m> Serializer for ContentSerializer<'m> {
    type Ok = Content;
    type Error = ContentError;
    type SerializeSeq = Items<'m>;
    type SerializeTuple = Items<'m>;
    type SerializeTupleStruct = Items<'m>;
    type SerializeTupleVariant = Items<'m>;
    type SerializeMap = Members<'m>;
    type SerializeStruct = Members<'m>;
    type SerializeStructVariant = Members<'m>;

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
        let content = if self.has_room() { self.part(value)? } else { Content::Null };
        Ok(Content::variant(variant, content))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'m>, ContentError> {
        Ok(self.items(None))
    }

    fn serialize_tuple(self, len: usize) -> Result<Items<'m>, ContentError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items<'m>, ContentError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'m>, ContentError> {
        Ok(self.items(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'m>, ContentError> {
        Ok(self.members("", None))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'m>, ContentError> {
        Ok(self.members(name, None))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'m>, ContentError> {
        Ok(self.members(name, Some(variant)))
    }
}

struct Items<'m> {
    serializer: ContentSerializer<'m>,
    list: Vec<Content>,
    variant: Option<&'static str>,
}

impl Items<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ContentError> {
        if self.serializer.has_room() {
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
        impl $trait for Items<'_> {
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

struct Members<'m> {
    serializer: ContentSerializer<'m>,
    entries: Vec<(Content, Content)>,
    /// Of the value that comes next.
    key: Option<Content>,
    /// The struct's; by it `serde_json` tells what is no struct.
    name: &'static str,
    variant: Option<&'static str>,
}

impl Members<'_> {
    /// What is no struct has no members: its text is kept wherever it is.
    fn has_room(&self) -> bool {
        matches!(self.name, NUMBER | RAW_VALUE) || self.serializer.has_room()
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

impl SerializeMap for Members<'_> {
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
        impl $trait for Members<'_> {
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

    #[test]
    fn no_more_is_kept_than_a_text_has_bytes() {
        fn nodes(content: &Content) -> usize {
            1 + match content {
                Content::Seq(items) => items.iter().map(nodes).sum(),
                Content::Map(members) => members.iter().map(|(_, value)| nodes(value)).sum(),
                _ => 0,
            }
        }
        let cube = vec![vec![vec![1_u8; 30]; 30]; 30];
        let content = Content::of(&BTreeMap::from([("a", &cube), ("b", &cube)]), 20).unwrap();
        // The payload, both members, and of each as many items as it has bytes.
        assert_eq!(nodes(&content), 1 + 2 * (1 + 20));
    }

    #[cfg(feature = "json")]
    #[test]
    fn raw_json_behind_the_cut_is_raw_json() {
        let raw = || serde_json::value::RawValue::from_string("12".into()).unwrap();
        for limit in 0..10 {
            let shown = text(vec![raw(), raw()], limit);
            let whole = r#"{"member":[12,12]}"#;
            let end = whole.len().min(r#"{"member":"#.len() + limit + 1);
            assert_eq!(shown.get(..end), whole.get(..end), "{limit}");
        }
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
