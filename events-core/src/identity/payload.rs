//! The payload as a whole: it must be a JSON object, and some of its members are left out.

use core::fmt;

use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeMap as _},
};

use super::{
    IdentityError, cbor,
    collections::{MapEncoder, SeqEncoder, Shape},
    encoder::Encoder,
};

pub(super) struct PayloadEncoder<'e, 's> {
    encoder: &'e mut Encoder,
    skipped: &'s [&'s str],
}

impl<'e, 's> PayloadEncoder<'e, 's> {
    pub(super) fn new(encoder: &'e mut Encoder, skipped: &'s [&'s str]) -> Self {
        Self { encoder, skipped }
    }

    /// Where the only member of an externally tagged enum begins, when that member is to be left out.
    fn discard(&self, variant: &str, start: usize) -> Option<usize> {
        self.skipped.contains(&variant).then_some(start)
    }
}

fn not_an_object<T>(found: &'static str) -> Result<T, IdentityError> {
    Err(IdentityError::NotAnObject { found })
}

macro_rules! refuse {
    ($($method:ident($type:ty) $found:literal;)*) => {$(
        fn $method(self, _: $type) -> Result<(), IdentityError> {
            not_an_object($found)
        }
    )*};
}

impl<'e, 's> Serializer for PayloadEncoder<'e, 's> {
    type Ok = ();
    type Error = IdentityError;
    type SerializeSeq = Impossible<(), IdentityError>;
    type SerializeTuple = Impossible<(), IdentityError>;
    type SerializeTupleStruct = Impossible<(), IdentityError>;
    type SerializeTupleVariant = SeqEncoder<'e>;
    type SerializeMap = MapEncoder<'e, 's>;
    type SerializeStruct = MapEncoder<'e, 's>;
    type SerializeStructVariant = MapEncoder<'e, 's>;

    refuse! {
        serialize_bool(bool) "a bool";
        serialize_i8(i8) "a number";
        serialize_i16(i16) "a number";
        serialize_i32(i32) "a number";
        serialize_i64(i64) "a number";
        serialize_i128(i128) "a number";
        serialize_u8(u8) "a number";
        serialize_u16(u16) "a number";
        serialize_u32(u32) "a number";
        serialize_u64(u64) "a number";
        serialize_u128(u128) "a number";
        serialize_f32(f32) "a number";
        serialize_f64(f64) "a number";
        serialize_char(char) "text";
        serialize_str(&str) "text";
        serialize_bytes(&[u8]) "an array";
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), IdentityError> {
        not_an_object("text")
    }

    /// Nothing to say is the empty object.
    fn serialize_unit(self) -> Result<(), IdentityError> {
        self.encoder.head(cbor::major::MAP, 0);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), IdentityError> {
        self.serialize_unit()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), IdentityError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), IdentityError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), IdentityError> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), IdentityError> {
        not_an_object("text")
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), IdentityError> {
        let mut map = MapEncoder::new(self.encoder, Shape::Payload(self.skipped), Some(1));
        map.serialize_entry(variant, value)?;
        map.end()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, IdentityError> {
        not_an_object("an array")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, IdentityError> {
        not_an_object("an array")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, IdentityError> {
        not_an_object("an array")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<SeqEncoder<'e>, IdentityError> {
        let start = self.encoder.variant(variant);
        let discard = self.discard(variant, start);
        let mut seq = SeqEncoder::new(self.encoder, Some(len));
        seq.discard = discard;
        Ok(seq)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<MapEncoder<'e, 's>, IdentityError> {
        Ok(MapEncoder::new(self.encoder, Shape::Payload(self.skipped), len))
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<MapEncoder<'e, 's>, IdentityError> {
        match Encoder::shape(name, Some(self.skipped)) {
            Shape::Number => not_an_object("a number"),
            shape => Ok(MapEncoder::new(self.encoder, shape, Some(len))),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<MapEncoder<'e, 's>, IdentityError> {
        let start = self.encoder.variant(variant);
        let discard = self.discard(variant, start);
        let mut map = MapEncoder::new(self.encoder, Shape::Map, Some(len));
        map.discard = discard;
        Ok(map)
    }
}
