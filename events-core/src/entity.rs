//! Which thing an event is about.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    sync::Arc,
};
use core::{borrow::Borrow, cmp::Ordering, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{EventId, text::Text};

/// The id of the entity an event is about, as text; cheap to clone.
///
/// Integers take their decimal form and UUIDs the hyphenated lower-case form, so that the content id of an event can be
/// recomputed from the text alone. An id must not be empty nor hold control characters: an envelope for one that does is
/// refused with [`InvalidEntityId`] when it is built.
///
/// ```
/// use events_core::EntityId;
///
/// assert_eq!(EntityId::from("test-001"), "test-001");
/// assert_eq!(EntityId::from(42_u64), "42");
/// assert!(EntityId::from("").check().is_err());
/// ```
///
/// It compares, orders and hashes as its text does, so a map by entity can be asked with a `&str`:
///
/// ```
/// use std::collections::BTreeMap;
/// use events_core::EntityId;
///
/// let doors = BTreeMap::from([(EntityId::from("door-1"), "open")]);
/// assert_eq!(doors.get("door-1"), Some(&"open"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EntityId(Text);

impl EntityId {
    /// An id from a literal, without allocating; usable in `const` items.
    pub const fn from_static(id: &'static str) -> Self {
        Self(Text::from_static(id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the id can be used.
    ///
    /// # Errors
    ///
    /// [`InvalidEntityId`] when it is empty or holds control characters.
    pub fn check(&self) -> Result<(), InvalidEntityId> {
        let rule = if self.0.is_empty() {
            "must not be empty"
        } else if self.0.chars().any(char::is_control) {
            "must not hold control characters"
        } else {
            return Ok(());
        };
        Err(InvalidEntityId { id: self.to_string(), rule })
    }
}

/// An entity id that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid entity id {id:?}: an entity id {rule}")]
#[non_exhaustive]
pub struct InvalidEntityId {
    /// The id as it was given.
    pub id: String,
    /// The rule it breaks, in words.
    pub rule: &'static str,
}

impl Deref for EntityId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for EntityId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for EntityId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl PartialEq<str> for EntityId {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for EntityId {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for EntityId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EntityId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for EntityId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl From<&EntityId> for EntityId {
    fn from(id: &EntityId) -> Self {
        id.clone()
    }
}

impl From<&str> for EntityId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<&String> for EntityId {
    fn from(id: &String) -> Self {
        Self(id.as_str().into())
    }
}

impl From<String> for EntityId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<Cow<'_, str>> for EntityId {
    fn from(id: Cow<'_, str>) -> Self {
        match id {
            Cow::Borrowed(id) => id.into(),
            Cow::Owned(id) => id.into(),
        }
    }
}

impl From<Arc<str>> for EntityId {
    fn from(id: Arc<str>) -> Self {
        Self(id.into())
    }
}

impl From<Uuid> for EntityId {
    fn from(id: Uuid) -> Self {
        Self((&*id.hyphenated().encode_lower(&mut Uuid::encode_buffer())).into())
    }
}

/// For events that are about another event.
impl From<EventId> for EntityId {
    fn from(id: EventId) -> Self {
        (*id.as_uuid()).into()
    }
}

macro_rules! from_integer {
    ($($integer:ty)*) => {$(
        impl From<$integer> for EntityId {
            fn from(id: $integer) -> Self {
                Self(id.to_string().into())
            }
        }
    )*};
}

from_integer!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
