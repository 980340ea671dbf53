//! The payload itself: an object, whose members are told one by one.

use alloc::string::{String, ToString};

use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeMap, SerializeStruct},
};

use super::{Leaf, Stop, Tell, Value, refuse, tell_member};
use crate::content::{Content, NUMBER, RAW_VALUE};

/// Tells the members of an object; any other value is [`Stop::Nested`].
pub(super) struct Top<'a, 't> {
    pub(super) limit: usize,
    pub(super) tell: &'a mut Tell<'t>,
}

type None = Impossible<(), Stop>;

impl<'a, 't> Serializer for Top<'a, 't> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = None;
    type SerializeTuple = None;
    type SerializeTupleStruct = None;
    type SerializeTupleVariant = None;
    type SerializeMap = Members<'a, 't>;
    type SerializeStruct = Members<'a, 't>;
    type SerializeStructVariant = None;

    refuse! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> None;
        serialize_tuple(usize) -> None;
        serialize_tuple_struct(&'static str, usize) -> None;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> None;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> None;
    }

    fn serialize_none(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        tell_member(variant, value, self.limit, self.tell)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a, 't>, Stop> {
        Ok(Members { top: self, key: String::new(), is_raw: false })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'a, 't>, Stop> {
        match name {
            NUMBER => Err(Stop::Nested),
            name => Ok(Members { top: self, key: String::new(), is_raw: name == RAW_VALUE }),
        }
    }
}

/// The members, one after the other.
pub(super) struct Members<'a, 't> {
    top: Top<'a, 't>,
    key: String,
    /// The one field is JSON text.
    is_raw: bool,
}

impl Members<'_, '_> {
    fn raw<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        let mut content = Err(String::new());
        value.serialize(Leaf(&mut |value| {
            if let Value::Text(text) = value {
                content = Content::from_json(text);
            }
        }))?;
        let content = content.map_err(Stop::Refused)?;
        content.serialize(Top { limit: self.top.limit, tell: self.top.tell })
    }
}

impl SerializeStruct for Members<'_, '_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Stop> {
        if self.is_raw {
            return self.raw(value);
        }
        tell_member(name, value, self.top.limit, self.top.tell)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

impl SerializeMap for Members<'_, '_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        let text = &mut self.key;
        key.serialize(Leaf(&mut |value| *text = value.to_string()))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        tell_member(&self.key, value, self.top.limit, self.top.tell)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}
