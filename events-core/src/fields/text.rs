//! Values with parts, as compact JSON text.

use core::fmt::Write;

use serde::{
    Serialize, Serializer,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
        SerializeTupleVariant,
    },
};

use super::{Leaf, Stop, Value};
use crate::{
    content::{NUMBER, RAW_VALUE},
    text::Bounded,
};

/// Writes compact JSON text, until it is full.
pub(super) struct JsonText<'o>(pub(super) &'o mut Bounded);

/// Writes a value without parts. `as_key`: in quotes, whatever it is.
fn leaf<T: Serialize + ?Sized>(out: &mut Bounded, value: &T, as_key: bool) -> Result<(), Stop> {
    let mut written = Ok(());
    value.serialize(Leaf(&mut |value| {
        written = match value {
            Value::Text(text) => quoted(out, text),
            value if as_key => write!(out, "\"{value}\""),
            value => write!(out, "{value}"),
        };
    }))?;
    Ok(written?)
}

fn quoted(out: &mut Bounded, text: &str) -> core::fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\0'..='\x1f' => write!(out, "\\u{:04x}", u32::from(c))?,
            _ => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

macro_rules! leaves {
    ($($method:ident($type:ty);)*) => {$(
        fn $method(self, value: $type) -> Result<(), Stop> {
            leaf(self.0, &value, false)
        }
    )*};
}

impl<'o> Serializer for JsonText<'o> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Parts<'o>;
    type SerializeTuple = Parts<'o>;
    type SerializeTupleStruct = Parts<'o>;
    type SerializeTupleVariant = Parts<'o>;
    type SerializeMap = Parts<'o>;
    type SerializeStruct = Parts<'o>;
    type SerializeStructVariant = Parts<'o>;

    leaves! {
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
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Stop> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Stop> {
        leaf(self.0, &(), false)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        leaf(self.0, &(), false)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Stop> {
        leaf(self.0, &(), false)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Stop> {
        self.serialize_str(variant)
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
        let mut parts = Parts::begin(self.0, "{", "}")?;
        parts.entry(variant, value)?;
        parts.finish()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'o>, Stop> {
        Parts::begin(self.0, "[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'o>, Stop> {
        Parts::begin(self.0, "[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'o>, Stop> {
        Parts::begin(self.0, "[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'o>, Stop> {
        Parts::begin_variant(self.0, variant, "[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'o>, Stop> {
        Parts::begin(self.0, "{", "}")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'o>, Stop> {
        let is_verbatim = name == NUMBER || name == RAW_VALUE;
        let (open, close) = if is_verbatim { ("", "") } else { ("{", "}") };
        Ok(Parts { is_verbatim, ..Parts::begin(self.0, open, close)? })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'o>, Stop> {
        Parts::begin_variant(self.0, variant, "{", "}}")
    }
}

/// An array or an object, being written.
pub(super) struct Parts<'o> {
    out: &'o mut Bounded,
    close: &'static str,
    is_empty: bool,
    /// The one field is text to be written as it is.
    is_verbatim: bool,
}

impl<'o> Parts<'o> {
    fn begin(out: &'o mut Bounded, open: &str, close: &'static str) -> Result<Self, Stop> {
        out.write_str(open)?;
        Ok(Self { out, close, is_empty: true, is_verbatim: false })
    }

    fn begin_variant(out: &'o mut Bounded, variant: &str, open: &str, close: &'static str) -> Result<Self, Stop> {
        out.write_char('{')?;
        quoted(out, variant)?;
        out.write_char(':')?;
        Self::begin(out, open, close)
    }

    fn separate(&mut self) -> Result<(), Stop> {
        if !core::mem::take(&mut self.is_empty) {
            self.out.write_char(',')?;
        }
        Ok(())
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.separate()?;
        leaf(self.out, key, true)?;
        Ok(self.out.write_char(':')?)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        value.serialize(JsonText(self.out))
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.separate()?;
        self.value(value)
    }

    fn entry<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Stop> {
        if self.is_verbatim {
            let mut written = Ok(());
            value.serialize(Leaf(&mut |value| {
                if let Value::Text(text) = value {
                    written = self.out.write_str(text);
                }
            }))?;
            return Ok(written?);
        }
        self.key(key)?;
        self.value(value)
    }

    fn finish(self) -> Result<(), Stop> {
        Ok(self.out.write_str(self.close)?)
    }
}

macro_rules! arrays {
    ($($trait:ident $method:ident;)*) => {$(
        impl $trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
                self.element(value)
            }

            fn end(self) -> Result<(), Stop> {
                self.finish()
            }
        }
    )*};
}

arrays! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! objects {
    ($($trait:ident)*) => {$(
        impl $trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Stop> {
                self.entry(key, value)
            }

            fn end(self) -> Result<(), Stop> {
                self.finish()
            }
        }
    )*};
}

objects! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.value(value)
    }

    fn end(self) -> Result<(), Stop> {
        self.finish()
    }
}
