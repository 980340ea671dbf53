//! [`EventId`]: the id itself.

use alloc::string::{String, ToString};
use core::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};

use super::{IdentityError, digest};

/// The id of an event: a UUID, of version 8 where it is made from the content, of version 7 where each occurrence has its own.
///
/// ```
/// use events_core::EventId;
///
/// let id: EventId = "8c2631ea-6c62-8e67-b6e4-6789242ade93".parse()?;
/// assert!(id.is_content());
/// assert_eq!(id.to_string(), "8c2631ea-6c62-8e67-b6e4-6789242ade93");
/// # Ok::<(), events_core::InvalidEventId>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Uuid);

impl EventId {
    /// The content id of an event, from its parts. The payload may be typed or an untyped JSON value.
    ///
    /// Members of the payload that are null do not enter the id. The names are taken as they are: they are not checked
    /// against the grammar of [`EventType`](crate::EventType).
    ///
    /// ```
    /// use events_core::EventId;
    /// use std::collections::BTreeMap;
    ///
    /// let int = EventId::content("t.v", "t", "e", &BTreeMap::from([("v", 1)]))?;
    /// let float = EventId::content("t.v", "t", "e", &BTreeMap::from([("v", 1.0)]))?;
    /// let text = EventId::content("t.v", "t", "e", &BTreeMap::from([("v", "1")]))?;
    /// assert_eq!(int, float);
    /// assert_ne!(int, text);
    /// # Ok::<(), events_core::IdentityError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`IdentityError`] when the payload has no canonical form: it is not a JSON object, a map has a key twice or a key
    /// that JSON cannot carry, or its `Serialize` implementation fails.
    pub fn content<P: Serialize + ?Sized>(
        event_type: &str,
        entity_type: &str,
        entity_id: &str,
        payload: &P,
    ) -> Result<Self, IdentityError> {
        Self::content_skipping(event_type, entity_type, entity_id, payload, &[])
    }

    /// The same without the named members of the payload (`#[event(skip_id)]`; the extension `idskip` of the wire form).
    ///
    /// # Errors
    ///
    /// As [`content`](Self::content).
    pub fn content_skipping<P: Serialize + ?Sized>(
        event_type: &str,
        entity_type: &str,
        entity_id: &str,
        payload: &P,
        skipped: &[&str],
    ) -> Result<Self, IdentityError> {
        Ok(Self::from_digest(&digest(event_type, entity_type, entity_id, payload, skipped)?))
    }

    /// The first 16 bytes of a digest, with the version and the variant of a `UUIDv8`.
    pub(super) fn from_digest(digest: &[u8; 32]) -> Self {
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Self(Builder::from_custom_bytes(first).into_uuid())
    }

    /// Takes a UUID as it is.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub const fn as_uuid(&self) -> &Uuid {
        &self.0
    }

    /// Whether this is a content id (version 8): one that can be recomputed from the event.
    pub fn is_content(&self) -> bool {
        self.0.get_version_num() == 8
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventId({})", self.0)
    }
}

impl From<EventId> for Uuid {
    fn from(id: EventId) -> Self {
        id.0
    }
}

impl FromStr for EventId {
    type Err = InvalidEventId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidEventId { text: text.to_string(), rule: broken_rule(text) })
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self)
    }
}

/// Text that is not an event id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed event id {text:?}: {rule}; expected a UUID, e.g. `8c2631ea-6c62-8e67-b6e4-6789242ade93`")]
#[non_exhaustive]
pub struct InvalidEventId {
    /// The text as it was given.
    pub text: String,
    /// The rule it breaks, in words.
    pub rule: &'static str,
}

/// Why text is no UUID.
fn broken_rule(text: &str) -> &'static str {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let hyphens = text.bytes().filter(|byte| *byte == b'-').count();
    if digits + hyphens < text.len() {
        "only hex digits and hyphens may stand in it"
    } else if digits != 32 {
        "it must have 32 hex digits"
    } else {
        "hyphens must stand behind 8, 12, 16 and 20 digits, or not at all"
    }
}
