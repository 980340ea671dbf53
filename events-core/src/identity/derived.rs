//! What derived code writes with: members in an order known while compiling, and the choice between a field's two ways.

use serde::Serialize;

use super::{
    cbor,
    writer::{CanonicalWriter, EventData},
};

/// The members of a derived struct, in canonical order, of which some may be left out.
#[derive(Debug)]
pub struct Members {
    start: usize,
    declared: usize,
    count: usize,
    /// Where the last member begins, and its value.
    key: usize,
    value: usize,
    drop_null: bool,
}

impl Members {
    /// A struct inside the payload.
    #[inline]
    pub fn nested(writer: &mut CanonicalWriter, declared: usize) -> Self {
        Self::begin(writer, declared, false)
    }

    /// The payload itself: a member that is null is left out.
    #[inline]
    pub fn payload(writer: &mut CanonicalWriter, declared: usize) -> Self {
        Self::begin(writer, declared, true)
    }

    fn begin(writer: &mut CanonicalWriter, declared: usize, drop_null: bool) -> Self {
        let start = writer.out().len();
        writer.encoder.head(cbor::major::MAP, declared);
        let first = writer.out().len();
        Self { start, declared, count: 0, key: first, value: first, drop_null }
    }

    /// Writes an encoded key; the value follows.
    #[inline]
    pub fn key(&mut self, writer: &mut CanonicalWriter, key: &[u8]) {
        self.value_end(writer);
        let out = writer.out();
        self.key = out.len();
        out.extend_from_slice(key);
        self.value = out.len();
    }

    /// Counts the last member, or takes it back.
    #[inline]
    fn value_end(&mut self, writer: &mut CanonicalWriter) {
        if self.key == self.value {
            return;
        }
        let out = writer.out();
        if self.drop_null && out[self.value..] == [cbor::NULL] {
            out.truncate(self.key);
        } else {
            self.count += 1;
        }
    }

    /// All members are written.
    #[inline]
    pub fn end(mut self, writer: &mut CanonicalWriter) {
        self.value_end(writer);
        if self.count != self.declared {
            writer.encoder.patch_head(self.start, cbor::major::MAP, self.count);
        }
    }
}

/// A field of a type that may write itself or not: method lookup finds [`ViaData`] first.
#[derive(Debug)]
pub struct Probe<'v, T: ?Sized>(pub &'v T);

/// The way of types that write themselves.
pub trait ViaData {
    /// Writes the field.
    fn events_encode(&self, writer: &mut CanonicalWriter);
}

/// The way of all other types.
pub trait ViaSerde {
    /// Writes the field.
    fn events_encode(&self, writer: &mut CanonicalWriter);
}

#[diagnostic::do_not_recommend]
impl<T: EventData + ?Sized> ViaData for Probe<'_, T> {
    #[inline]
    fn events_encode(&self, writer: &mut CanonicalWriter) {
        self.0.encode(writer);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> ViaSerde for &Probe<'_, T> {
    fn events_encode(&self, writer: &mut CanonicalWriter) {
        writer.serialize(self.0);
    }
}
