//! The content id: a `UUIDv8` made from BLAKE3 over the canonical form of an event.
//!
//! The canonical form is deterministic CBOR (RFC 8949 §4.2.1) of the JSON *value* of the event, as the array
//! `[event type, entity type, entity id, payload]`. Numbers are encoded by their mathematical value alone (`1`, `1.0` and
//! `1u8` are one number), map keys are sorted, members of the payload that are null are left out, and so are the members that
//! the type skips. The first 16 bytes of BLAKE3 in key derivation mode ([`CONTEXT`]) become a `UUIDv8` (RFC 9562 §5.8).
//!
//! So the typed event, the event re-read from JSON, an untyped JSON value and a program in another language all get the
//! same id; equal ids mean equal content, up to collisions of 122 bits of BLAKE3. The id is for deduplication. It is not a
//! signature: whoever can write an event can compute its id.
//!
//! # Examples
//!
//! ```
//! use events_core::EventId;
//! # #[derive(serde::Serialize)]
//! # struct Payload { test_name: &'static str, config: std::collections::BTreeMap<&'static str, &'static str>, start_time: &'static str }
//! # let payload = Payload { test_name: "Dedup Test", config: [("param", "value")].into(), start_time: "2025-01-01T12:00:00Z" };
//!
//! // `payload` is any `Serialize` value with {"test_name": "Dedup Test", "config": {"param": "value"}, "start_time": …}
//! let id = EventId::content("quick_test.started", "quick_test", "test-123", &payload)?;
//! assert_eq!(id.to_string(), "8c2631ea-6c62-8e67-b6e4-6789242ade93");
//! # Ok::<(), events_core::IdentityError>(())
//! ```

mod buffer;
mod cbor;
mod collections;
mod data;
mod derived;
mod encoder;
mod id;
mod keys;
mod payload;
mod time;
mod writer;

use alloc::{string::String, vec::Vec};

use blake3::hazmat::{ContextKey, HasherExt};
use serde::Serialize;

#[doc(hidden)]
pub use self::derived::{Members, NoWay, Probe, ViaSerde};
use self::{encoder::Encoder, payload::PayloadEncoder};
pub use self::{
    id::{EventId, InvalidEventId},
    writer::{CanonicalWriter, EventData},
};

/// The context string of the key derivation; it ends in the version of the scheme and never changes.
pub const CONTEXT: &str = "events-core 2026-11-22 typed event content id v1";

/// The key that BLAKE3 derives from [`CONTEXT`], computed once; a test compares it with the derivation.
#[rustfmt::skip]
const CONTEXT_KEY: ContextKey = [
    0x1c, 0xa6, 0xcd, 0x10, 0xdd, 0xcd, 0x8d, 0xfa, 0xbe, 0x07, 0x3f, 0x67, 0x6f, 0xf3, 0x17, 0x37,
    0x58, 0x6e, 0x38, 0x56, 0xcf, 0x54, 0xf0, 0x2b, 0xe1, 0x69, 0x98, 0x37, 0xab, 0x4a, 0xab, 0x6f,
];

/// The canonical bytes of an event: what is hashed.
///
/// # Errors
///
/// [`IdentityError`] when the payload has no canonical form.
pub fn canonical<P: Serialize + ?Sized>(
    event_type: &str,
    entity_type: &str,
    entity_id: &str,
    payload: &P,
    skipped: &[&str],
) -> Result<Vec<u8>, IdentityError> {
    let mut encoder = Encoder::new();
    encoder.event_head(event_type, entity_type);
    encoder.text(entity_id);
    payload.serialize(PayloadEncoder::new(&mut encoder, skipped))?;
    Ok(encoder.into_bytes())
}

/// The whole BLAKE3 digest of an event's canonical bytes, for uses that need more than the 122 bits of an id.
///
/// # Errors
///
/// As [`canonical`].
pub fn digest<P: Serialize + ?Sized>(
    event_type: &str,
    entity_type: &str,
    entity_id: &str,
    payload: &P,
    skipped: &[&str],
) -> Result<[u8; 32], IdentityError> {
    let bytes = canonical(event_type, entity_type, entity_id, payload, skipped)?;
    let digest = hash(&bytes);
    buffer::give_back(bytes);
    Ok(digest)
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new_from_context_key(&CONTEXT_KEY).update(bytes).finalize().as_bytes()
}

/// Refuses what JSON text cannot carry: NaN and the infinities, which `serde_json` would silently write as `null`.
#[cfg(feature = "json")]
pub(crate) fn check_json<P: Serialize + ?Sized>(payload: &P) -> Result<(), IdentityError> {
    let mut encoder = Encoder::finite();
    payload.serialize(PayloadEncoder::new(&mut encoder, &[]))
}

/// A payload that has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The payload is not a JSON object.
    #[error("a payload must be a JSON object, found {found}")]
    #[non_exhaustive]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// A map has the same key twice (possible through `#[serde(flatten)]`).
    #[error("the key {key:?} stands twice in one map")]
    #[non_exhaustive]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A map key is not text, an integer, a bool, a char or the name of a unit variant.
    #[error("a map key must be text, an integer, a bool or a char, found {found}")]
    #[non_exhaustive]
    UnsupportedKey {
        /// What it is instead.
        found: &'static str,
    },
    /// Number text (`serde_json` with `arbitrary_precision`) that is neither a 128-bit integer nor a finite 64-bit float.
    #[error("the number {text} is neither a 128-bit integer nor a finite 64-bit float")]
    #[non_exhaustive]
    UnsupportedNumber {
        /// The text.
        text: String,
    },
    /// A `serde_json::value::RawValue` that is not JSON, or any where the feature `json` is off.
    #[error("raw JSON cannot be read: {reason}")]
    #[non_exhaustive]
    InvalidRawJson {
        /// What the parser said.
        reason: String,
    },
    /// NaN or an infinity, where the value has to be written as JSON.
    #[error("JSON has no number {value}")]
    #[non_exhaustive]
    NotFinite {
        /// The value.
        value: String,
    },
    /// The payload's `Serialize` and its native form differ (found in debug builds only).
    #[error(
        "the payload's `Serialize` does not give what its fields do, so its id would not be that of its JSON form; \
         is `Serialize` (or `EventData`) written by hand? use the derives, or say `#[event(serde)]` on the struct"
    )]
    Disagreement,
    /// The payload's own `Serialize` implementation failed.
    #[error("the payload cannot be serialized: {0}")]
    Custom(String),
}

impl serde::ser::Error for IdentityError {
    fn custom<T: core::fmt::Display>(message: T) -> Self {
        Self::Custom(alloc::format!("{message}"))
    }
}

#[cfg(test)]
mod tests {
    use blake3::hazmat::hash_derive_key_context;

    use super::{CONTEXT, CONTEXT_KEY};

    #[test]
    fn context_key_is_derived_from_the_context() {
        assert_eq!(CONTEXT_KEY, hash_derive_key_context(CONTEXT));
    }
}
