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
}

impl Members {
    /// A map of so many members; [`end`](Self::end) corrects the number when fewer came.
    #[inline]
    pub fn begin(writer: &mut CanonicalWriter, declared: usize) -> Self {
        let start = writer.out().len();
        writer.encoder.head(cbor::major::MAP, declared);
        Self { start, declared, count: 0, key: 0, value: 0 }
    }

    /// Writes an encoded key; the value follows.
    #[inline]
    pub fn key<const N: usize>(&mut self, writer: &mut CanonicalWriter, key: &[u8; N]) {
        let out = writer.out();
        self.key = out.len();
        out.extend_from_slice(key);
        self.value = self.key + N;
        self.count += 1;
    }

    /// Takes the last member back if its value is null: at the top level of a payload, null stands for an absent member.
    #[inline]
    pub fn drop_null(&mut self, writer: &mut CanonicalWriter) {
        let out = writer.out();
        if out.len() == self.value + 1 && out[self.value] == cbor::NULL {
            out.truncate(self.key);
            self.count -= 1;
        }
    }

    /// All members are written.
    #[inline]
    pub fn end(self, writer: &mut CanonicalWriter) {
        if self.count != self.declared {
            writer.encoder.patch_head(self.start, cbor::major::MAP, self.count);
        }
    }
}

/// A field of a type that may write itself or not: method lookup finds the method of the type itself, where its bound holds,
/// before that of [`ViaSerde`].
#[derive(Debug)]
pub struct Probe<'v, T: ?Sized>(pub &'v T);

impl<T: EventData + ?Sized> Probe<'_, T> {
    /// Writes a field of a type that writes itself.
    #[inline]
    pub fn __events_encode(self, writer: &mut CanonicalWriter) {
        self.0.encode(writer);
    }

    /// Writes a member of a payload, unless it is null: one call, for the sake of those who compile it.
    #[inline]
    pub fn __events_member<const N: usize>(self, members: &mut Members, writer: &mut CanonicalWriter, key: &[u8; N]) {
        members.key(writer, key);
        self.0.encode(writer);
        members.drop_null(writer);
    }
}

/// The way of all other types that have one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a payload",
    label = "neither `EventData` nor `Serialize`",
    note = "add `#[derive(serde::Serialize)]` to the type of the field"
)]
pub trait ViaSerde {
    /// Writes the field. Named so that no method of a trait for all types, which may be in scope, is taken for it.
    fn __events_encode(self, writer: &mut CanonicalWriter);

    /// Writes a member of a payload, unless it is null.
    fn __events_member<const N: usize>(self, members: &mut Members, writer: &mut CanonicalWriter, key: &[u8; N]);
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> ViaSerde for Probe<'_, T> {
    fn __events_encode(self, writer: &mut CanonicalWriter) {
        writer.serialize(self.0);
    }

    fn __events_member<const N: usize>(self, members: &mut Members, writer: &mut CanonicalWriter, key: &[u8; N]) {
        members.key(writer, key);
        writer.serialize(self.0);
        members.drop_null(writer);
    }
}

/// No way at all: a type that is neither [`EventData`] nor `Serialize`, found last since it takes the probe by reference.
///
/// That such a field cannot be written is said where the payload's `Serialize` is derived, and once is enough. Where that is
/// written by hand, it may know what to do with the field: the whole payload is left to it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a payload",
    label = "neither `EventData` nor `Serialize`",
    note = "add `#[derive(serde::Serialize)]` to the type of the field"
)]
pub trait NoWay {
    /// Leaves the payload to its `Serialize`.
    fn __events_encode(self, writer: &mut CanonicalWriter);

    /// The same for a member of a payload.
    fn __events_member<const N: usize>(self, members: &mut Members, writer: &mut CanonicalWriter, key: &[u8; N]);
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> NoWay for &Probe<'_, T> {
    fn __events_encode(self, writer: &mut CanonicalWriter) {
        writer.leave_to_serde();
    }

    fn __events_member<const N: usize>(self, _: &mut Members, writer: &mut CanonicalWriter, _: &[u8; N]) {
        writer.leave_to_serde();
    }
}
