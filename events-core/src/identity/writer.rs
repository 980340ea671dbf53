//! The native writer: values that write their canonical form themselves, without serde in between.

use alloc::vec::Vec;

use serde::Serialize;

use super::{
    EventId, IdentityError, buffer, cbor, collections::OpenMap, derived::Payload, encoder::Encoder, hash,
    payload::PayloadEncoder,
};

/// A value that writes its canonical form itself: faster than through serde, and the same bytes.
///
/// Implemented for the types of std, `chrono`, `uuid` and `serde_json` that payloads are made of, and by
/// `#[derive(EventData)]` for structs and enums inside payloads. A type without it works as well: it is written through its
/// `Serialize`, at two to nine times the cost.
///
/// # Writing one by hand
///
/// The bytes must be those that the type's `Serialize` gives: an implementation hands over to one of the implementations
/// here, or to [`CanonicalWriter::serialize`]. Debug builds compare both forms of every payload, and refuse to make an id
/// ([`IdentityError::Disagreement`]) when they differ.
///
/// ```
/// use events_core::identity::{CanonicalWriter, EventData};
/// use serde::Serialize;
///
/// /// A port number; written as the number.
/// #[derive(Serialize)]
/// #[serde(transparent)]
/// struct Port(u16);
///
/// impl EventData for Port {
///     fn encode(&self, writer: &mut CanonicalWriter) {
///         self.0.encode(writer);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not write its canonical form itself",
    label = "no `EventData`",
    note = "add `#[derive(EventData)]` to `{Self}`, or leave it out: fields of other types are written through `Serialize`"
)]
pub trait EventData {
    /// Appends exactly one value.
    fn encode(&self, writer: &mut CanonicalWriter);
}

/// No more than this is reserved on the guess that the items of an array are of one size.
const MAX_RESERVE: usize = 1 << 20;

/// Where [`EventData`] is written to: the one buffer of an id.
///
/// An error does not stop the writing; the first is kept and reported when the id is made.
#[derive(Debug)]
pub struct CanonicalWriter {
    pub(super) encoder: Encoder,
    error: Option<IdentityError>,
    /// A field was met that can be written in no way: what was written is void.
    left_to_serde: bool,
    pub(super) payload: Payload,
}

impl CanonicalWriter {
    /// A writer for one event, with all but the payload written. `ready` is the part before the entity id, where the derive
    /// has encoded it.
    pub(crate) fn new(ready: &[u8], event_type: &str, entity_type: &str, entity_id: &str) -> Self {
        let mut encoder = Encoder::new();
        match ready {
            [] => encoder.event_head(event_type, entity_type),
            ready => encoder.out.extend_from_slice(ready),
        }
        encoder.text(entity_id);
        Self { encoder, error: None, left_to_serde: false, payload: Payload::default() }
    }

    /// What was written is void: the payload is to be written through its `Serialize`.
    #[cold]
    pub(super) fn leave_to_serde(&mut self) {
        self.left_to_serde = true;
    }

    pub(crate) fn is_left_to_serde(&self) -> bool {
        self.left_to_serde
    }

    /// The canonical bytes, or the first error.
    pub(crate) fn bytes(&mut self) -> Result<&[u8], IdentityError> {
        match self.error.take() {
            None => Ok(&self.encoder.out),
            Some(error) => Err(error),
        }
    }

    /// The id of the bytes; the buffer is kept for the next.
    pub(crate) fn into_id(self) -> EventId {
        let bytes = self.encoder.into_bytes();
        let id = EventId::from_digest(&hash(&bytes));
        buffer::give_back(bytes);
        id
    }

    /// Appends any value through its `Serialize`.
    pub fn serialize<T: Serialize + ?Sized>(&mut self, value: &T) {
        let result = value.serialize(&mut self.encoder);
        self.keep(result);
    }

    /// Appends a value through a function like those of `#[serde(serialize_with = "…")]`.
    #[doc(hidden)]
    pub fn serialize_with<'w, T: ?Sized>(
        &'w mut self,
        value: &T,
        serialize: impl FnOnce(&T, &'w mut Encoder) -> Result<(), IdentityError>,
    ) {
        let Self { encoder, error, .. } = self;
        if let Err(found) = serialize(value, encoder) {
            error.get_or_insert(found);
        }
    }

    /// Appends a whole payload through its `Serialize`, without its nulls and the skipped members.
    #[doc(hidden)]
    pub fn payload<P: Serialize + ?Sized>(&mut self, payload: &P, skipped: &[&str]) {
        let result = payload.serialize(PayloadEncoder::new(&mut self.encoder, skipped));
        self.keep(result);
    }

    fn keep(&mut self, result: Result<(), IdentityError>) {
        if let (Err(error), None) = (result, &self.error) {
            self.error = Some(error);
        }
    }

    /// Appends text.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.encoder.text(text);
    }

    /// Appends text that is known to be ASCII.
    pub(super) fn ascii(&mut self, text: &[u8]) {
        self.encoder.head(cbor::major::TEXT, text.len());
        self.encoder.out.extend_from_slice(text);
    }

    /// Appends an array.
    pub fn array<'t, T: EventData + 't>(&mut self, items: impl ExactSizeIterator<Item = &'t T>) {
        self.array_head(items.len());
        let mut items = items;
        if let Some(first) = items.next() {
            let start = self.out().len();
            first.encode(self);
            // Items are of about one size: room for all of them, found at once, instead of by doubling.
            let size = self.out().len() - start;
            self.out().reserve(size.saturating_mul(items.len()).min(MAX_RESERVE));
        }
        for item in items {
            item.encode(self);
        }
    }

    #[inline]
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.encoder.out
    }

    /// Begins an array: exactly so many values follow.
    #[doc(hidden)]
    #[inline]
    pub fn array_head(&mut self, len: usize) {
        self.encoder.head(cbor::major::ARRAY, len);
    }

    /// Appends bytes that are canonical already: an encoded key, a name.
    #[doc(hidden)]
    #[inline]
    pub fn raw<const N: usize>(&mut self, bytes: &[u8; N]) {
        self.encoder.out.extend_from_slice(bytes);
    }

    /// Appends a map whose keys come in any order.
    pub(super) fn unsorted_map<'m, K: Serialize + 'm, V: EventData + 'm>(
        &mut self,
        entries: impl ExactSizeIterator<Item = (&'m K, &'m V)>,
    ) {
        let map = OpenMap::begin(&mut self.encoder, Some(entries.len()));
        for (key, value) in entries {
            let written = OpenMap::key(&mut self.encoder, key);
            value.encode(self);
            match written {
                Ok(()) => map.value_end(&mut self.encoder),
                failed => self.keep(failed),
            }
        }
        let finished = map.finish(&mut self.encoder, false);
        self.keep(finished);
    }
}
