//! The members of a payload, one after the other, for observers that show them.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use crate::{AnyEnvelope, EventType, content::Content};

/// The name under which a payload is told that is no object of members.
const WHOLE: &str = "payload";

/// The members in the order in which the payload is written; of each, what a text of `limit` bytes can show.
pub(crate) fn of(event: &AnyEnvelope, limit: usize) -> Result<impl Iterator<Item = (String, Content)>, FieldsError> {
    let members = match event.content(limit) {
        Ok(Content::Null) => Vec::new(),
        Ok(Content::Map(members)) => members,
        Ok(whole) => Vec::from([(Content::Text(WHOLE.into()), whole)]),
        Err(error) => return Err(FieldsError { event_type: event.event_type(), reason: error.to_string() }),
    };
    Ok(members.into_iter().map(|(key, value)| match key {
        Content::Text(name) => (name, value),
        key => (key.to_string(), value),
    }))
}

/// The members of a payload cannot be shown: its `Serialize` failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the payload of event `{event_type}` cannot be shown: {reason}")]
#[non_exhaustive]
pub struct FieldsError {
    /// The event's type.
    pub event_type: &'static EventType,
    /// What the payload said.
    pub reason: String,
}
