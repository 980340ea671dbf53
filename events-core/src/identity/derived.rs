//! What derived code writes with: members in an order known while compiling, and the choice between a field's two ways.

use serde::Serialize;

use super::{
    IdentityError, cbor,
    encoder::Encoder,
    writer::{CanonicalWriter, EventData},
};

/// The members of a derived struct inside a payload, in canonical order, of which some may be left out.
#[derive(Debug)]
pub struct Members {
    start: usize,
    declared: usize,
    count: usize,
}

impl Members {
    /// A map of so many members; [`end`](Self::end) corrects the number when fewer came.
    #[inline]
    pub fn begin(writer: &mut CanonicalWriter, declared: usize) -> Self {
        let start = writer.out().len();
        writer.encoder.head(cbor::major::MAP, declared);
        Self { start, declared, count: 0 }
    }

    /// Writes an encoded key; the value follows.
    #[inline]
    pub fn key<const N: usize>(&mut self, writer: &mut CanonicalWriter, key: &[u8; N]) {
        writer.out().extend_from_slice(key);
        self.count += 1;
    }

    /// All members are written.
    #[inline]
    pub fn end(self, writer: &mut CanonicalWriter) {
        if self.count != self.declared {
            writer.encoder.patch_head(self.start, cbor::major::MAP, self.count);
        }
    }
}

/// The map of a derived payload, which is being written.
#[derive(Debug, Default)]
pub(super) struct Payload {
    start: usize,
    declared: usize,
    /// Members that are left out.
    absent: usize,
}

/// The members of a derived payload. Their state is the writer's, for the sake of those who compile the calls.
impl CanonicalWriter {
    /// A payload of so many members; [`__events_end`](Self::__events_end) corrects the number when fewer came.
    #[doc(hidden)]
    #[inline]
    pub fn __events_begin(&mut self, declared: usize) {
        self.payload = Payload { start: self.out().len(), declared, absent: 0 };
        self.encoder.head(cbor::major::MAP, declared);
    }

    /// A member that is left out.
    #[doc(hidden)]
    #[inline]
    pub fn __events_absent(&mut self) {
        self.payload.absent += 1;
    }

    /// A member that a function like those of `#[serde(serialize_with = "…")]` writes.
    #[doc(hidden)]
    pub fn __events_member_with<T: ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
        serialize: impl FnOnce(&T, &mut Encoder) -> Result<(), IdentityError>,
    ) {
        self.member(key, |writer| writer.serialize_with(value, serialize));
    }

    /// All members are written.
    #[doc(hidden)]
    #[inline]
    pub fn __events_end(&mut self) {
        let Payload { start, declared, absent } = self.payload;
        if absent != 0 {
            self.encoder.patch_head(start, cbor::major::MAP, declared - absent);
        }
    }

    /// Writes a member, unless it is null: at the top level of a payload, null stands for an absent member.
    #[inline]
    fn member(&mut self, key: &'static str, write: impl FnOnce(&mut Self)) {
        let start = self.out().len();
        self.out().extend_from_slice(key.as_bytes());
        write(self);
        let (value, out) = (start + key.len(), self.out());
        if out.len() == value + 1 && out[value] == cbor::NULL {
            out.truncate(start);
            self.__events_absent();
        }
    }
}

/// A reference to a field of a type that may write itself or not: method lookup finds the method of the type itself, where its
/// bound holds, before that of [`ViaSerde`].
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by generated code")]
pub struct Probe<R>(pub R);

impl<T: EventData + ?Sized> Probe<&T> {
    /// Writes a field of a type that writes itself.
    #[inline]
    pub fn __events_encode(self, writer: &mut CanonicalWriter) {
        self.0.encode(writer);
    }

    /// Writes a member of a payload, unless it is null: one call, for the sake of those who compile it. The key is encoded.
    #[inline]
    pub fn __events_member(self, writer: &mut CanonicalWriter, key: &'static str) {
        writer.member(key, |writer| self.0.encode(writer));
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
    fn __events_member(self, writer: &mut CanonicalWriter, key: &'static str);
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> ViaSerde for Probe<&T> {
    fn __events_encode(self, writer: &mut CanonicalWriter) {
        writer.serialize(self.0);
    }

    fn __events_member(self, writer: &mut CanonicalWriter, key: &'static str) {
        writer.member(key, |writer| writer.serialize(self.0));
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
    fn __events_member(self, writer: &mut CanonicalWriter, key: &'static str);
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> NoWay for &Probe<&T> {
    fn __events_encode(self, writer: &mut CanonicalWriter) {
        writer.leave_to_serde();
    }

    fn __events_member(self, writer: &mut CanonicalWriter, _: &'static str) {
        writer.leave_to_serde();
    }
}
