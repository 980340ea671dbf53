//! The options of an observer, read into the type of its factory; each error knows where it belongs.

use std::{cell::RefCell, slice};

use serde::{
    Deserialize,
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Unexpected,
        VariantAccess, Visitor, value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};

use crate::{
    node::{Key, Node, Value},
    refusal::Refusal,
};

/// Reads options. A key of a struct that is ignored is an error, whether its type asks for that or not.
pub(crate) fn read<O: DeserializeOwned>(options: &Node) -> Result<O, Vec<Refusal>> {
    let unknown = RefCell::new(Vec::new());
    let result = O::deserialize(Reader { node: options, member: None, unknown: &unknown });
    let mut refusals = unknown.into_inner();
    match result {
        Ok(options) if refusals.is_empty() => return Ok(options),
        Ok(_) => {}
        // A key that is missing because it is misspelt is one mistake.
        Err(refusal) if refusals.iter().any(|unknown| unknown.explains(&refusal)) => {}
        Err(refusal) => refusals.push(refusal),
    }
    Err(refusals)
}

/// A member of a struct.
#[derive(Clone, Copy)]
struct Member<'de> {
    key: &'de Key,
    /// The fields of the struct.
    fields: &'static [&'static str],
}

/// A value of the tree as a deserializer.
#[derive(Clone, Copy)]
struct Reader<'de> {
    node: &'de Node,
    member: Option<Member<'de>>,
    /// The members that were ignored.
    unknown: &'de RefCell<Vec<Refusal>>,
}

impl<'de> Reader<'de> {
    fn list<V: Visitor<'de>>(self, items: &'de [Node], visitor: V) -> Result<V::Value, Refusal> {
        let mut list = Items { left: items.iter(), unknown: self.unknown };
        let value = visitor.visit_seq(&mut list)?;
        match list.left.len() {
            0 => Ok(value),
            left => {
                let read = items.len() - left;
                Err(Refusal::custom(format_args!("expected {read} elements, found {}", items.len())))
            }
        }
    }

    /// The entries of a table; of a struct if it has fields.
    fn entries(self, entries: &'de [(Key, Node)], fields: Option<&'static [&'static str]>) -> Entries<'de> {
        Entries { left: entries.iter(), value: None, fields, unknown: self.unknown }
    }

    /// A type without content takes no option.
    fn unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let Value::Table(entries) = &self.node.value else { return self.deserialize_any(visitor) };
        for (key, _) in entries {
            self.unknown.borrow_mut().push(Refusal::unknown_field(&key.name, &[]).at(&key.span));
        }
        visitor.visit_unit()
    }

    /// Marks an error with the place of this value, unless it has one.
    fn located<T>(self, result: Result<T, Refusal>) -> Result<T, Refusal> {
        result.map_err(|refusal| refusal.at(&self.node.span))
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.located(match &self.node.value {
            Value::Nothing => visitor.visit_unit(),
            Value::Boolean(boolean) => visitor.visit_bool(*boolean),
            Value::Integer(integer) => match (i64::try_from(*integer), u64::try_from(*integer)) {
                (Ok(integer), _) => visitor.visit_i64(integer),
                (_, Ok(integer)) => visitor.visit_u64(integer),
                _ => visitor.visit_i128(*integer),
            },
            Value::Float(float) => visitor.visit_f64(*float),
            Value::Text(text) | Value::Date(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => self.list(items, visitor),
            Value::Table(entries) => visitor.visit_map(self.entries(entries, None)),
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.located(match self.node.value {
            Value::Nothing => visitor.visit_none(),
            _ => visitor.visit_some(self),
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.unit(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        self.unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        self.located(visitor.visit_newtype_struct(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match &self.node.value {
            Value::Table(entries) => self.located(visitor.visit_map(self.entries(entries, Some(fields)))),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.located(match &self.node.value {
            Value::Text(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Value::Table(entries) => match &entries[..] {
                [(key, node)] => visitor.visit_enum(Variant { key, content: Reader { node, member: None, ..self } }),
                _ => Err(Refusal::invalid_type(Unexpected::Map, &"a string, or a table with one key")),
            },
            _ => return self.deserialize_any(visitor),
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if let Some(Member { key, fields }) = self.member
            && !fields.contains(&key.name.as_str())
        {
            self.unknown.borrow_mut().push(Refusal::unknown_field(&key.name, fields).at(&key.span));
        }
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple tuple_struct map
        identifier
    }
}

/// The items of a list.
struct Items<'de> {
    left: slice::Iter<'de, Node>,
    unknown: &'de RefCell<Vec<Refusal>>,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        let Some(node) = self.left.next() else { return Ok(None) };
        let reader = Reader { node, member: None, unknown: self.unknown };
        reader.located(seed.deserialize(reader)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// The entries of a table.
struct Entries<'de> {
    left: slice::Iter<'de, (Key, Node)>,
    /// That of the key that was read last.
    value: Option<Reader<'de>>,
    fields: Option<&'static [&'static str]>,
    unknown: &'de RefCell<Vec<Refusal>>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some((key, node)) = self.left.next() else { return Ok(None) };
        let member = self.fields.map(|fields| Member { key, fields });
        self.value = Some(Reader { node, member, unknown: self.unknown });
        seed.deserialize(KeyReader(key)).map(Some).map_err(|refusal| refusal.at(&key.span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let reader = self.value.take().ok_or_else(|| Refusal::custom("a value was asked for before its key"))?;
        reader.located(seed.deserialize(reader))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// A variant of an enum that has content: a table with one key.
struct Variant<'de> {
    key: &'de Key,
    content: Reader<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Refusal;
    type Variant = Reader<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Reader<'de>), Refusal> {
        let variant = seed.deserialize(KeyReader(self.key)).map_err(|refusal| refusal.at(&self.key.span))?;
        Ok((variant, self.content))
    }
}

/// The content of a variant.
impl<'de> VariantAccess<'de> for Reader<'de> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refusal> {
        self.located(seed.deserialize(self))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_struct("", fields, visitor)
    }
}

/// A key of the tree as a deserializer.
#[derive(Clone, Copy)]
struct KeyReader<'de>(&'de Key);

/// A key is text, in TOML as in the tree: one that is asked for as a number or a bool is read as one.
macro_rules! parse_key {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            match self.0.name.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = Refusal;

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

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(&self.0.name)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_enum(BorrowedStrDeserializer::new(&self.0.name))
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
