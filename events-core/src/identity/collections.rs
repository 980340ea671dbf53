//! Arrays and maps of the canonical form: counted, sorted and deduplicated when they end.

use alloc::string::String;

use serde::{Serialize, ser};

use super::{
    IdentityError, cbor,
    encoder::{Encoder, Member},
    keys::KeyEncoder,
    payload::PayloadEncoder,
};
use crate::content::Content;

#[doc(hidden)]
#[derive(Debug)]
pub struct SeqEncoder<'e> {
    encoder: &'e mut Encoder,
    start: usize,
    count: usize,
    /// Where the member begins that holds this array, when the whole member is to be left out.
    pub(super) discard: Option<usize>,
}

impl<'e> SeqEncoder<'e> {
    pub(super) fn new(encoder: &'e mut Encoder, len: Option<usize>) -> Self {
        let start = encoder.out.len();
        encoder.head(cbor::major::ARRAY, len.unwrap_or(0));
        Self { encoder, start, count: 0, discard: None }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), IdentityError> {
        self.count += 1;
        value.serialize(&mut *self.encoder)
    }

    fn finish(self) {
        self.encoder.patch_head(self.start, cbor::major::ARRAY, self.count);
        if let Some(start) = self.discard {
            self.encoder.discard(start);
        }
    }
}

macro_rules! seq_traits {
    ($($trait:ident $method:ident;)*) => {$(
        impl ser::$trait for SeqEncoder<'_> {
            type Ok = ();
            type Error = IdentityError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), IdentityError> {
                self.element(value)
            }

            fn end(self) -> Result<(), IdentityError> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

seq_traits! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

/// What a serde map or struct stands for.
#[derive(Debug)]
pub(super) enum Shape<'s> {
    /// A map inside the payload.
    Map,
    /// The payload itself: members that are null or named here are left out.
    Payload(&'s [&'s str]),
    /// The text of a number.
    Number,
    /// The text of a JSON value; the payload itself, where there is a list of names.
    Raw(Option<&'s [&'s str]>),
}

/// A map under way: its members are put in order when it ends.
#[derive(Debug)]
pub(super) struct OpenMap {
    start: usize,
    first: usize,
}

impl OpenMap {
    pub(super) fn begin(encoder: &mut Encoder, len: Option<usize>) -> Self {
        let this = Self { start: encoder.out.len(), first: encoder.members.len() };
        encoder.head(cbor::major::MAP, len.unwrap_or(0));
        this
    }

    pub(super) fn key<K: Serialize + ?Sized>(encoder: &mut Encoder, key: &K) -> Result<(), IdentityError> {
        let start = encoder.out.len();
        key.serialize(KeyEncoder(encoder))?;
        let value = encoder.out.len();
        encoder.members.push(Member { key: start, value, end: value });
        Ok(())
    }

    /// The value behind the last key is written.
    pub(super) fn value_end(&self, encoder: &mut Encoder) {
        let end = encoder.out.len();
        if let Some(member) = encoder.members[self.first..].last_mut() {
            member.end = end;
        }
    }

    /// Puts the members in order, without those that are null where these stand for absent ones.
    pub(super) fn finish(self, encoder: &mut Encoder, drop_null: bool) -> Result<(), IdentityError> {
        let Encoder { out, members, scratch, .. } = &mut *encoder;
        let entries = &mut members[self.first..];
        let key = |member: &Member| &out[member.key..member.value];
        let sorted = entries.windows(2).all(|pair| key(&pair[0]) < key(&pair[1]));
        if !sorted {
            entries.sort_unstable_by(|a, b| key(a).cmp(key(b)));
            if let Some(pair) = entries.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
                let text = &key(&pair[0])[cbor::head_len(out[pair[0].key])..];
                return Err(IdentityError::DuplicateKey { key: String::from_utf8_lossy(text).into_owned() });
            }
        }
        let absent = |member: &Member| drop_null && out[member.value..member.end] == [cbor::NULL];
        let count = entries.iter().filter(|member| !absent(member)).count();
        if sorted && count == entries.len() {
            members.truncate(self.first);
            encoder.patch_head(self.start, cbor::major::MAP, count);
        } else {
            scratch.clear();
            for member in entries.iter().filter(|member| !absent(member)) {
                scratch.extend_from_slice(&out[member.key..member.end]);
            }
            out.truncate(self.start);
            cbor::head(out, cbor::major::MAP, count as u64);
            out.extend_from_slice(scratch);
            members.truncate(self.first);
        }
        Ok(())
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub struct MapEncoder<'e, 's> {
    encoder: &'e mut Encoder,
    map: OpenMap,
    shape: Shape<'s>,
    /// The key just written is one of those left out.
    skipping: bool,
    /// As in [`SeqEncoder`].
    pub(super) discard: Option<usize>,
}

impl<'e, 's> MapEncoder<'e, 's> {
    pub(super) fn new(encoder: &'e mut Encoder, shape: Shape<'s>, len: Option<usize>) -> Self {
        let map = OpenMap::begin(encoder, len);
        if let Shape::Number | Shape::Raw(_) = shape {
            encoder.out.truncate(map.start);
        }
        Self { encoder, map, shape, skipping: false, discard: None }
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), IdentityError> {
        let start = self.encoder.out.len();
        OpenMap::key(self.encoder, key)?;
        let text = &self.encoder.out[start + cbor::head_len(self.encoder.out[start])..];
        self.skipping = matches!(self.shape, Shape::Payload(names) if names.iter().any(|name| name.as_bytes() == text));
        if self.skipping {
            self.encoder.out.truncate(start);
            self.encoder.members.pop();
        }
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), IdentityError> {
        if self.skipping {
            return Ok(());
        }
        if self.encoder.members.len() <= self.map.first {
            return Err(ser::Error::custom("a map value stands without a key"));
        }
        value.serialize(&mut *self.encoder)?;
        self.map.value_end(self.encoder);
        Ok(())
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), IdentityError> {
        if let Shape::Number | Shape::Raw(_) = self.shape {
            return value.serialize(&mut *self.encoder);
        }
        self.key(key)?;
        self.value(value)
    }

    fn finish(self) -> Result<(), IdentityError> {
        let Self { encoder, map, shape, discard, .. } = self;
        match shape {
            Shape::Number => {
                let text = encoder.take_text(map.start);
                return encoder.number(text);
            }
            Shape::Raw(skipped) => {
                let content = Content::from_json(&encoder.take_text(map.start))
                    .map_err(|reason| IdentityError::InvalidRawJson { reason })?;
                return match skipped {
                    Some(skipped) => content.serialize(PayloadEncoder::new(encoder, skipped)),
                    None => content.serialize(encoder),
                };
            }
            Shape::Map => map.finish(encoder, false)?,
            Shape::Payload(_) => map.finish(encoder, true)?,
        }
        if let Some(start) = discard {
            encoder.discard(start);
        }
        Ok(())
    }
}

impl ser::SerializeMap for MapEncoder<'_, '_> {
    type Ok = ();
    type Error = IdentityError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), IdentityError> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), IdentityError> {
        self.value(value)
    }

    fn end(self) -> Result<(), IdentityError> {
        self.finish()
    }
}

macro_rules! struct_traits {
    ($($trait:ident)*) => {$(
        impl ser::$trait for MapEncoder<'_, '_> {
            type Ok = ();
            type Error = IdentityError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), IdentityError> {
                self.field(key, value)
            }

            fn end(self) -> Result<(), IdentityError> {
                self.finish()
            }
        }
    )*};
}

struct_traits! { SerializeStruct SerializeStructVariant }
