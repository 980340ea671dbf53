//! The serde `Serializer` that writes any value in canonical form.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{Serialize, Serializer, ser};

use super::{
    IdentityError, buffer, cbor,
    collections::{MapEncoder, SeqEncoder, Shape},
};
use crate::content::{NUMBER, RAW_VALUE};

#[doc(hidden)]
#[derive(Debug)]
pub struct Encoder {
    pub(super) out: Vec<u8>,
    /// The members of all maps under way, innermost last.
    pub(super) members: Vec<Member>,
    /// Where the members of one map are put in order.
    pub(super) scratch: Vec<u8>,
    /// Whether NaN and the infinities are refused.
    finite: bool,
}

/// Where a map member stands in the output: the encoded key, then the encoded value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) key: usize,
    pub(super) value: usize,
    pub(super) end: usize,
}

impl Encoder {
    pub(super) fn new() -> Self {
        Self { out: buffer::take(), members: Vec::new(), scratch: Vec::new(), finite: false }
    }

    #[cfg(feature = "json")]
    pub(super) fn finite() -> Self {
        Self { finite: true, ..Self::new() }
    }

    /// The message up to the entity id: `84 text(event type) text(entity type)`.
    pub(super) fn event_head(&mut self, event_type: &str, entity_type: &str) {
        self.head(cbor::major::ARRAY, 4);
        self.text(event_type);
        self.text(entity_type);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    #[inline]
    pub(super) fn head(&mut self, major: u8, argument: usize) {
        cbor::head(&mut self.out, major, argument as u64);
    }

    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        cbor::text(&mut self.out, text);
    }

    /// The text of a `Display` value, without a string in between.
    pub(super) fn display(&mut self, value: &(impl fmt::Display + ?Sized)) -> Result<(), IdentityError> {
        struct Tail<'o>(&'o mut Vec<u8>);

        impl fmt::Write for Tail<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0.extend_from_slice(text.as_bytes());
                Ok(())
            }
        }

        let start = self.out.len();
        self.head(cbor::major::TEXT, 0);
        fmt::Write::write_fmt(&mut Tail(&mut self.out), format_args!("{value}")).map_err(ser::Error::custom)?;
        let len = self.out.len() - start - 1;
        self.patch_head(start, cbor::major::TEXT, len);
        Ok(())
    }

    /// Corrects a head that was written before its argument was known.
    pub(super) fn patch_head(&mut self, start: usize, major: u8, argument: usize) {
        let guessed = cbor::head_len(self.out[start]);
        // The right head goes to the end for a moment, and from there over the guessed one.
        let end = self.out.len();
        cbor::head(&mut self.out, major, argument as u64);
        let len = self.out.len() - end;
        if guessed == len {
            self.out.copy_within(end.., start);
            self.out.truncate(end);
        } else {
            self.out[start + guessed..].rotate_right(len);
            self.out.drain(start..start + guessed);
        }
    }

    /// Takes back the text item written at `start`.
    pub(super) fn take_text(&mut self, start: usize) -> String {
        let text = start + self.out.get(start).map_or(0, |&first| cbor::head_len(first));
        let taken = String::from_utf8_lossy(self.out.get(text..).unwrap_or_default()).into_owned();
        self.out.truncate(start);
        taken
    }

    /// A number given as its JSON text.
    pub(super) fn number(&mut self, text: String) -> Result<(), IdentityError> {
        if let Ok(value) = text.parse::<i128>() {
            cbor::wide_signed(&mut self.out, value);
        } else if let Ok(value) = text.parse::<u128>() {
            cbor::wide_unsigned(&mut self.out, value);
        } else {
            // An integer of more than 128 bits has a canonical form here only if it is exactly a double.
            let integer = text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
            match text.parse::<f64>() {
                Ok(value) if value.is_finite() && (!integer || format!("{value:.0}") == text) => {
                    cbor::double(&mut self.out, value);
                }
                _ => return Err(IdentityError::UnsupportedNumber { text }),
            }
        }
        Ok(())
    }

    /// The shape of a struct: an ordinary one, or one of the two by which `serde_json` passes number text and raw JSON.
    pub(super) fn shape<'s>(name: &str, skipped: Option<&'s [&'s str]>) -> Shape<'s> {
        match name {
            NUMBER => Shape::Number,
            RAW_VALUE => Shape::Raw(skipped),
            _ => skipped.map_or(Shape::Map, Shape::Payload),
        }
    }

    /// `{variant: …}`, up to the value. Returns where it starts.
    pub(super) fn variant(&mut self, variant: &str) -> usize {
        let start = self.out.len();
        self.head(cbor::major::MAP, 1);
        self.text(variant);
        start
    }

    /// Puts an empty map in the place of what was written since `start`.
    pub(super) fn discard(&mut self, start: usize) {
        self.out.truncate(start);
        self.head(cbor::major::MAP, 0);
    }
}

macro_rules! serialize_with {
    ($($method:ident($value:ident: $type:ty) $write:ident;)*) => {$(
        fn $method(self, $value: $type) -> Result<(), IdentityError> {
            cbor::$write(&mut self.out, $value.into());
            Ok(())
        }
    )*};
}

impl<'e> Serializer for &'e mut Encoder {
    type Ok = ();
    type Error = IdentityError;
    type SerializeSeq = SeqEncoder<'e>;
    type SerializeTuple = SeqEncoder<'e>;
    type SerializeTupleStruct = SeqEncoder<'e>;
    type SerializeTupleVariant = SeqEncoder<'e>;
    type SerializeMap = MapEncoder<'e, 'static>;
    type SerializeStruct = MapEncoder<'e, 'static>;
    type SerializeStructVariant = MapEncoder<'e, 'static>;

    serialize_with! {
        serialize_i8(value: i8) signed;
        serialize_i16(value: i16) signed;
        serialize_i32(value: i32) signed;
        serialize_i64(value: i64) signed;
        serialize_i128(value: i128) wide_signed;
        serialize_u8(value: u8) unsigned;
        serialize_u16(value: u16) unsigned;
        serialize_u32(value: u32) unsigned;
        serialize_u64(value: u64) unsigned;
        serialize_u128(value: u128) wide_unsigned;
    }

    fn serialize_f32(self, value: f32) -> Result<(), IdentityError> {
        if self.finite && !value.is_finite() {
            return Err(IdentityError::NotFinite { value: value.to_string() });
        }
        cbor::single(&mut self.out, value);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), IdentityError> {
        if self.finite && !value.is_finite() {
            return Err(IdentityError::NotFinite { value: value.to_string() });
        }
        cbor::double(&mut self.out, value);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), IdentityError> {
        self.out.push(if value { cbor::TRUE } else { cbor::FALSE });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), IdentityError> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), IdentityError> {
        self.text(value);
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), IdentityError> {
        self.display(value)
    }

    /// Bytes are an array of integers, as JSON shows them.
    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), IdentityError> {
        self.head(cbor::major::ARRAY, bytes.len());
        for &byte in bytes {
            cbor::unsigned(&mut self.out, byte.into());
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), IdentityError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), IdentityError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), IdentityError> {
        self.out.push(cbor::NULL);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), IdentityError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), IdentityError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), IdentityError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), IdentityError> {
        self.variant(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<SeqEncoder<'e>, IdentityError> {
        Ok(SeqEncoder::new(self, len))
    }

    fn serialize_tuple(self, len: usize) -> Result<SeqEncoder<'e>, IdentityError> {
        Ok(SeqEncoder::new(self, Some(len)))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<SeqEncoder<'e>, IdentityError> {
        Ok(SeqEncoder::new(self, Some(len)))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<SeqEncoder<'e>, IdentityError> {
        self.variant(variant);
        Ok(SeqEncoder::new(self, Some(len)))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<MapEncoder<'e, 'static>, IdentityError> {
        Ok(MapEncoder::new(self, Shape::Map, len))
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<MapEncoder<'e, 'static>, IdentityError> {
        Ok(MapEncoder::new(self, Encoder::shape(name, None), Some(len)))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<MapEncoder<'e, 'static>, IdentityError> {
        self.variant(variant);
        Ok(MapEncoder::new(self, Shape::Map, Some(len)))
    }
}
