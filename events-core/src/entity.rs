//! Which thing an event is about.

use alloc::{
    string::{String, ToString},
    sync::Arc,
};
use core::{
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
};

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::text::Text;

/// The id of the entity an event is about, as text; cheap to clone.
///
/// Integers take their decimal form and UUIDs the hyphenated lower-case form, so that the content id of an event can be
/// recomputed from the text alone. An id must not be empty: an envelope for an empty one is refused with
/// [`InvalidEntityId`] when it is built.
///
/// ```
/// use events_core::EntityId;
///
/// assert_eq!(EntityId::from("test-001"), "test-001");
/// assert_eq!(EntityId::from(42_u64), "42");
/// assert!(EntityId::from("").check().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
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
    /// [`InvalidEntityId`] when it is empty.
    pub fn check(&self) -> Result<(), InvalidEntityId> {
        if self.0.is_empty() { Err(InvalidEntityId { id: self.to_string() }) } else { Ok(()) }
    }
}

/// An entity id that names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid entity id {id:?}: an entity id must not be empty")]
#[non_exhaustive]
pub struct InvalidEntityId {
    /// The id as it was given.
    pub id: String,
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

impl Hash for EntityId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
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
