//! Map keys: all of them are text.

use core::fmt;

use serde::{Serialize, Serializer, ser::Impossible};

use super::{IdentityError, encoder::Encoder};

/// Writes one key: text as it is, integers in decimal, `true` and `false`, a char, the name of a unit variant.
pub(super) struct KeyEncoder<'e>(pub(super) &'e mut Encoder);

fn unsupported<T>(found: &'static str) -> Result<T, IdentityError> {
    Err(IdentityError::UnsupportedKey { found })
}

macro_rules! display {
    ($($method:ident($type:ty);)*) => {$(
        fn $method(self, value: $type) -> Result<(), IdentityError> {
            self.0.display(&value)
        }
    )*};
}

impl Serializer for KeyEncoder<'_> {
    type Ok = ();
    type Error = IdentityError;
    type SerializeSeq = Impossible<(), IdentityError>;
    type SerializeTuple = Impossible<(), IdentityError>;
    type SerializeTupleStruct = Impossible<(), IdentityError>;
    type SerializeTupleVariant = Impossible<(), IdentityError>;
    type SerializeMap = Impossible<(), IdentityError>;
    type SerializeStruct = Impossible<(), IdentityError>;
    type SerializeStructVariant = Impossible<(), IdentityError>;

    display! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_char(char);
    }

    fn serialize_str(self, value: &str) -> Result<(), IdentityError> {
        self.0.text(value);
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), IdentityError> {
        self.0.display(value)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), IdentityError> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), IdentityError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), IdentityError> {
        value.serialize(self)
    }

    fn serialize_f32(self, _: f32) -> Result<(), IdentityError> {
        unsupported("a float")
    }

    fn serialize_f64(self, _: f64) -> Result<(), IdentityError> {
        unsupported("a float")
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), IdentityError> {
        unsupported("bytes")
    }

    fn serialize_none(self) -> Result<(), IdentityError> {
        unsupported("null")
    }

    fn serialize_unit(self) -> Result<(), IdentityError> {
        unsupported("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), IdentityError> {
        unsupported("null")
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), IdentityError> {
        unsupported("an enum variant with data")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, IdentityError> {
        unsupported("an array")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, IdentityError> {
        unsupported("an array")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, IdentityError> {
        unsupported("an array")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, IdentityError> {
        unsupported("an enum variant with data")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, IdentityError> {
        unsupported("a map")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, IdentityError> {
        unsupported("a struct")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, IdentityError> {
        unsupported("an enum variant with data")
    }
}
