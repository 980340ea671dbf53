//! States by their names, as serde and `FromStr` read and write them.

use alloc::borrow::Cow;

use serde::{Deserialize, Deserializer, Serializer, de};

use super::{StateMachine, UnknownState};

/// The state with this name.
pub(crate) fn state_named<S: StateMachine>(name: &str) -> Result<S, UnknownState> {
    S::named(name).ok_or_else(|| UnknownState::of::<S>(name))
}

/// Writes a state as its name.
pub(crate) fn serialize<S: StateMachine, Z: Serializer>(state: &S, serializer: Z) -> Result<Z::Ok, Z::Error> {
    serializer.serialize_str(state.name())
}

/// Reads a state from its name.
pub(crate) fn deserialize<'de, S: StateMachine, D: Deserializer<'de>>(deserializer: D) -> Result<S, D::Error> {
    let name = Cow::<str>::deserialize(deserializer)?;
    state_named(&name).map_err(de::Error::custom)
}
