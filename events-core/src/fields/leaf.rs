//! Values without parts.

use alloc::format;

use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeStruct},
};

use super::{Stop, Value, refuse};
use crate::content::{NUMBER, RAW_VALUE};

/// Tells a value without parts; any other is [`Stop::Nested`].
pub(super) struct Leaf<'t>(pub(super) &'t mut dyn FnMut(Value<'_>));

impl Leaf<'_> {
    #[expect(clippy::unnecessary_wraps, reason = "the end of every method")]
    fn tell(self, value: Value<'_>) -> Result<(), Stop> {
        (self.0)(value);
        Ok(())
    }
}

macro_rules! scalars {
    ($($method:ident($type:ty) $value:ident;)*) => {$(
        fn $method(self, value: $type) -> Result<(), Stop> {
            self.tell(Value::$value(value.into()))
        }
    )*};
}

type NoParts = Impossible<(), Stop>;

impl<'t> Serializer for Leaf<'t> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = NoParts;
    type SerializeTuple = NoParts;
    type SerializeTupleStruct = NoParts;
    type SerializeTupleVariant = NoParts;
    type SerializeMap = NoParts;
    type SerializeStruct = Verbatim<'t>;
    type SerializeStructVariant = NoParts;

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
        serialize_str(&str) Text;
    }

    refuse! {
        serialize_bytes(&[u8]) -> ();
        serialize_seq(Option<usize>) -> NoParts;
        serialize_tuple(usize) -> NoParts;
        serialize_tuple_struct(&'static str, usize) -> NoParts;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> NoParts;
        serialize_map(Option<usize>) -> NoParts;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> NoParts;
    }

    /// The value of its shortest text, as it stands in JSON.
    fn serialize_f32(self, value: f32) -> Result<(), Stop> {
        let double = zmij::Buffer::new().format(value).parse().unwrap_or_else(|_| f64::from(value));
        self.tell(Value::Float(double))
    }

    fn serialize_i128(self, value: i128) -> Result<(), Stop> {
        match value.try_into() {
            Ok(value) => self.serialize_i64(value),
            Err(_) => self.tell(Value::Nested(&format!("{value}"))),
        }
    }

    fn serialize_u128(self, value: u128) -> Result<(), Stop> {
        match value.try_into() {
            Ok(value) => self.serialize_u64(value),
            Err(_) => self.tell(Value::Nested(&format!("{value}"))),
        }
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        self.tell(Value::Text(value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_none(self) -> Result<(), Stop> {
        self.tell(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        self.tell(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Stop> {
        self.tell(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Stop> {
        self.tell(Value::Text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Stop> {
        Err(Stop::Nested)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Verbatim<'t>, Stop> {
        if name == NUMBER || name == RAW_VALUE { Ok(Verbatim(self)) } else { Err(Stop::Nested) }
    }
}

/// The text of a number or of a JSON value, as `serde_json` passes it: the one field of a struct.
pub(super) struct Verbatim<'t>(Leaf<'t>);

impl SerializeStruct for Verbatim<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Stop> {
        let tell = &mut *self.0.0;
        value.serialize(Leaf(&mut |value| match value {
            Value::Text(text) => tell(Value::Nested(text)),
            other => tell(other),
        }))
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}
