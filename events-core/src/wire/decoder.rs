//! The limits of what is read, and what can be read.

use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    DecodeError, Decoded, EventRegistry, RawEnvelope,
    cloud_event::CloudEvent,
    decode,
    limits::{Limits, MAX_BYTES, MAX_DEPTH},
    syntax::offset_in,
};
use crate::{Envelope, Event};

/// Reads events, within limits.
///
/// ```
/// use events_core::wire::{DecodeError, Decoder};
///
/// let decoder = Decoder::new().max_bytes(64 * 1024).max_depth(8);
/// let error = decoder.raw("[".repeat(10)).unwrap_err();
/// assert_eq!(error.to_string(), "at byte 8: nested more than 8 levels deep");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a decoder is there to read"]
pub struct Decoder {
    limits: Limits,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// One that reads up to 1 MiB, 64 levels of objects and arrays in one another, and 65 536 members and elements in all.
    pub const fn new() -> Self {
        Self { limits: Limits::DEFAULT }
    }

    /// One for texts of one's own: 4 GiB, 127 levels, and any number of members.
    pub const fn unlimited() -> Self {
        Self { limits: Limits::MAX }
    }

    /// So many bytes of text at most, and no more than 4 GiB.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = if bytes < MAX_BYTES { bytes } else { MAX_BYTES };
        self
    }

    /// So many levels of objects and arrays in one another at most, the event's own among them; no more than 127.
    pub const fn max_depth(mut self, levels: usize) -> Self {
        self.limits.depth = if levels < MAX_DEPTH { levels } else { MAX_DEPTH };
        self
    }

    /// So many members of objects and elements of arrays at most, in all (counted are brackets and commas).
    pub const fn max_members(mut self, members: usize) -> Self {
        self.limits.members = members;
        self
    }

    /// An event of any type, kept as it is.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: a limit is exceeded, or it is not a `CloudEvent`.
    pub fn raw(&self, text: impl AsRef<[u8]>) -> Result<RawEnvelope, DecodeError> {
        RawEnvelope::new(&CloudEvent::read(self.text(text.as_ref())?, 0)?)
    }

    /// An event of one type, its id verified.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: a limit is exceeded, it is not a `CloudEvent`, or not one of that type.
    pub fn event<E: Event + for<'de> Deserialize<'de>>(
        &self,
        text: impl AsRef<[u8]>,
    ) -> Result<Envelope<E>, DecodeError> {
        decode::event(&CloudEvent::read(self.text(text.as_ref())?, 0)?)
    }

    /// An event of a type that is registered, its id verified; any other as it is.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: a limit is exceeded, it is not a `CloudEvent`, or not what its type says.
    pub fn known(&self, text: impl AsRef<[u8]>, types: &EventRegistry) -> Result<Decoded, DecodeError> {
        let event = CloudEvent::read(self.text(text.as_ref())?, 0)?;
        match types.decode_event(&event) {
            Some(event) => event.map(Decoded::Event),
            None => RawEnvelope::new(&event).map(Decoded::Raw),
        }
    }

    /// The events of a batch (`application/cloudevents-batch+json`): a JSON array of them, in its order. The limits are those
    /// of the whole.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: as [`raw`](Self::raw), of the first event that cannot be read.
    pub fn batch(&self, text: impl AsRef<[u8]>) -> Result<Vec<RawEnvelope>, DecodeError> {
        let text = self.text(text.as_ref())?;
        let events: Vec<&RawValue> = serde_json::from_str(text)
            .map_err(|source| DecodeError::Syntax { offset: offset_in(text, &source), source })?;
        let place = |event: &RawValue| event.get().as_ptr() as usize - text.as_ptr() as usize;
        events.into_iter().map(|event| RawEnvelope::new(&CloudEvent::read(event.get(), place(event))?)).collect()
    }

    fn text<'t>(&self, text: &'t [u8]) -> Result<&'t str, DecodeError> {
        self.limits.check(text)?;
        str::from_utf8(text).map_err(|source| DecodeError::NotUtf8 { offset: source.valid_up_to(), source })
    }
}
