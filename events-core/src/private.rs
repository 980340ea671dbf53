//! What generated code calls. *Not* part of the public API: anything here may change in any release.

pub use alloc::string::String;
pub use core;

pub use serde;

pub use crate::envelope::EnvelopeParts;
pub use crate::event_enum::{DeserializePayload, deserialize, kind_from_str, serialize};
pub use crate::identity::{CanonicalWriter, EventData, Members, Probe, ViaSerde};
use crate::{EventType, ValidationError};

/// What a validator may return.
pub fn validated<V: Into<ValidationError>>(result: Result<(), V>) -> Result<(), ValidationError> {
    result.map_err(Into::into)
}

/// Emits through a derived emitter, at the time its fields were filled with.
#[cfg(feature = "std")]
pub fn emit_at<Em: crate::Emitter, T: crate::Event>(
    emitter: &Em,
    event: T,
    time: chrono::DateTime<chrono::Utc>,
) -> Result<crate::Receipt, crate::EmitError> {
    emitter.entity_emitter().emit_at(event, time)
}

/// Seals the payload of an event enum's variant.
pub fn seal<E: crate::Event>(payload: E, parts: EnvelopeParts<'_>) -> Result<crate::AnyEnvelope, crate::EnvelopeError> {
    parts.seal(payload).map(Into::into)
}

/// Whether an emitter is for an entity type; one whose own derive failed is for all, its error being reported already.
pub const fn is_for(emitter: &str, entity_type: &str) -> bool {
    emitter.is_empty() || same(emitter, entity_type)
}

/// Compares strings in `const` context.
pub const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether no earlier type in the list has the name of the one at `at`.
pub const fn is_first(types: &[&EventType], at: usize) -> bool {
    let mut earlier = 0;
    while earlier < at {
        if same(types[earlier].name_in_const(), types[at].name_in_const()) {
            return false;
        }
        earlier += 1;
    }
    true
}
