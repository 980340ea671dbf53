//! Which thing an event is about.

use alloc::string::{String, ToString};
use core::ops::Deref;

use crate::text::{Text, as_text, from_any_text};

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
/// assert!(EntityId::from("").validate().is_err());
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
#[derive(Clone)]
pub struct EntityId(Text);

as_text!(EntityId);
from_any_text!(EntityId);

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
    pub fn validate(&self) -> Result<(), InvalidEntityId> {
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
