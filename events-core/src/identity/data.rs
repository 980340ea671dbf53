//! [`EventData`] for the types of std, `uuid` and `serde_json`.

use alloc::{
    borrow::{Cow, ToOwned},
    boxed::Box,
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
    string::String,
    sync::Arc,
    vec::Vec,
};
use core::time::Duration;

use uuid::Uuid;

use super::{
    cbor,
    writer::{CanonicalWriter, EventData},
};

macro_rules! scalars {
    ($($type:ty => $write:ident;)*) => {$(
        impl EventData for $type {
            #[inline]
            fn encode(&self, writer: &mut CanonicalWriter) {
                cbor::$write(writer.out(), (*self).into());
            }
        }
    )*};
}

scalars! {
    u8 => unsigned;
    u16 => unsigned;
    u32 => unsigned;
    u64 => unsigned;
    u128 => wide_unsigned;
    i8 => signed;
    i16 => signed;
    i32 => signed;
    i64 => signed;
    i128 => wide_signed;
    f32 => single;
    f64 => double;
}

impl EventData for usize {
    #[inline]
    fn encode(&self, writer: &mut CanonicalWriter) {
        cbor::unsigned(writer.out(), *self as u64);
    }
}

impl EventData for isize {
    #[inline]
    fn encode(&self, writer: &mut CanonicalWriter) {
        cbor::signed(writer.out(), *self as i64);
    }
}

impl EventData for bool {
    #[inline]
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.out().push(if *self { cbor::TRUE } else { cbor::FALSE });
    }
}

impl EventData for char {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.text(self.encode_utf8(&mut [0; 4]));
    }
}

impl EventData for str {
    #[inline]
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.text(self);
    }
}

impl EventData for String {
    #[inline]
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.text(self);
    }
}

impl EventData for () {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.out().push(cbor::NULL);
    }
}

impl<T: EventData> EventData for Option<T> {
    #[inline]
    fn encode(&self, writer: &mut CanonicalWriter) {
        match self {
            Some(value) => value.encode(writer),
            None => writer.out().push(cbor::NULL),
        }
    }
}

macro_rules! pointers {
    ($($type:ty)*) => {$(
        impl<T: EventData + ?Sized> EventData for $type {
            #[inline]
            fn encode(&self, writer: &mut CanonicalWriter) {
                (**self).encode(writer);
            }
        }
    )*};
}

pointers! { &T Box<T> Arc<T> Rc<T> }

impl<T: EventData + ToOwned + ?Sized> EventData for Cow<'_, T> {
    fn encode(&self, writer: &mut CanonicalWriter) {
        (**self).encode(writer);
    }
}

impl<T: EventData> EventData for [T] {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.array(self.iter());
    }
}

impl<T: EventData, const N: usize> EventData for [T; N] {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.array(self.iter());
    }
}

macro_rules! sequences {
    ($($type:ty)*) => {$(
        impl<T: EventData> EventData for $type {
            fn encode(&self, writer: &mut CanonicalWriter) {
                writer.array(self.iter());
            }
        }
    )*};
}

sequences! { Vec<T> VecDeque<T> BTreeSet<T> }

macro_rules! tuples {
    ($($($name:ident)+ = $len:literal;)*) => {$(
        impl<$($name: EventData),+> EventData for ($($name,)+) {
            fn encode(&self, writer: &mut CanonicalWriter) {
                #[expect(non_snake_case, reason = "the bindings are named after the types")]
                let ($($name,)+) = self;
                writer.array_head($len);
                $($name.encode(writer);)+
            }
        }
    )*};
}

tuples! {
    A = 1;
    A B = 2;
    A B C = 3;
    A B C D = 4;
    A B C D E = 5;
    A B C D E F = 6;
    A B C D E F G = 7;
    A B C D E F G H = 8;
}

/// As serde shows it: `{"secs": …, "nanos": …}`.
impl EventData for Duration {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.raw(b"\xa2\x64secs");
        self.as_secs().encode(writer);
        writer.raw(b"\x65nanos");
        self.subsec_nanos().encode(writer);
    }
}

impl EventData for Uuid {
    fn encode(&self, writer: &mut CanonicalWriter) {
        writer.text(self.hyphenated().encode_lower(&mut Self::encode_buffer()));
    }
}

/// A map key that is text.
pub(super) trait TextKey {
    fn text(&self) -> &str;
}

macro_rules! text_keys {
    ($($type:ty)*) => {$(
        impl TextKey for $type {
            fn text(&self) -> &str {
                self
            }
        }
    )*};
}

text_keys! { String &str Box<str> Arc<str> Rc<str> Cow<'_, str> }

/// Maps with so many entries are sorted without allocating.
const ON_STACK: usize = 8;

/// A map from distinct texts: sorted by length, then by bytes, which is the order of the encoded keys.
fn text_map<'m, K: TextKey + 'm, V: EventData + 'm>(
    writer: &mut CanonicalWriter,
    entries: impl ExactSizeIterator<Item = (&'m K, &'m V)>,
) {
    let entries = entries.map(|(key, value)| (key.text(), value));
    writer.encoder.head(cbor::major::MAP, entries.len());
    if entries.len() > ON_STACK {
        let mut entries: Vec<_> = entries.map(Some).collect();
        return sorted_entries(writer, &mut entries);
    }
    let mut slots = [None; ON_STACK];
    let mut len = 0;
    for (slot, entry) in slots.iter_mut().zip(entries) {
        *slot = Some(entry);
        len += 1;
    }
    sorted_entries(writer, &mut slots[..len]);
}

fn sorted_entries<V: EventData>(writer: &mut CanonicalWriter, entries: &mut [Option<(&str, &V)>]) {
    entries.sort_unstable_by_key(|entry| entry.map(|(key, _)| (key.len(), key)));
    for (key, value) in entries.iter().flatten() {
        writer.text(key);
        value.encode(writer);
    }
}

impl<K: TextKey, V: EventData> EventData for BTreeMap<K, V> {
    fn encode(&self, writer: &mut CanonicalWriter) {
        text_map(writer, self.iter());
    }
}

#[cfg(feature = "std")]
impl<K: TextKey, V: EventData, S> EventData for std::collections::HashMap<K, V, S> {
    fn encode(&self, writer: &mut CanonicalWriter) {
        text_map(writer, self.iter());
    }
}

macro_rules! other_keys {
    ($($key:ty)*) => {$(
        impl<V: EventData> EventData for BTreeMap<$key, V> {
            fn encode(&self, writer: &mut CanonicalWriter) {
                writer.unsorted_map(self.iter());
            }
        }

        #[cfg(feature = "std")]
        impl<V: EventData, S> EventData for std::collections::HashMap<$key, V, S> {
            fn encode(&self, writer: &mut CanonicalWriter) {
                writer.unsorted_map(self.iter());
            }
        }
    )*};
}

other_keys! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char }

#[cfg(feature = "json")]
impl EventData for serde_json::Value {
    fn encode(&self, writer: &mut CanonicalWriter) {
        match self {
            Self::Null => writer.out().push(cbor::NULL),
            Self::Bool(value) => value.encode(writer),
            Self::Number(number) => number.encode(writer),
            Self::String(text) => writer.text(text),
            Self::Array(items) => items.encode(writer),
            Self::Object(map) => map.encode(writer),
        }
    }
}

#[cfg(feature = "json")]
impl EventData for serde_json::Number {
    fn encode(&self, writer: &mut CanonicalWriter) {
        if let Some(value) = self.as_u64() {
            value.encode(writer);
        } else if let Some(value) = self.as_i64() {
            value.encode(writer);
        } else {
            // A float; or, where another crate turned `arbitrary_precision` on, any text.
            writer.serialize(self);
        }
    }
}

#[cfg(feature = "json")]
impl EventData for serde_json::Map<String, serde_json::Value> {
    fn encode(&self, writer: &mut CanonicalWriter) {
        text_map(writer, self.iter());
    }
}
