//! Why text is not an event, and where.

use alloc::{
    borrow::Cow,
    string::{String, ToString as _},
};
use core::str::Utf8Error;

use crate::{EventId, EventType, IdentityError, ValidationError, text::Bounded};

/// Why a text was not decoded: which member, at which byte, and what was expected.
///
/// Offsets are in bytes, from the beginning of the text that was given. What is quoted of that is shortened, names as well as values.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The text is longer than the limit.
    #[error("the text has {bytes} bytes; the limit is {limit}")]
    #[non_exhaustive]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Objects and arrays stand deeper in one another than the limit.
    #[error("at byte {offset}: nested more than {limit} levels deep")]
    #[non_exhaustive]
    TooDeep {
        /// The limit.
        limit: usize,
        /// Where it was exceeded.
        offset: usize,
    },
    /// There are more members and elements, in all, than the limit.
    #[error("at byte {offset}: more than {limit} members and elements")]
    #[non_exhaustive]
    TooManyMembers {
        /// The limit.
        limit: usize,
        /// Where it was exceeded.
        offset: usize,
    },
    /// The text is not UTF-8.
    #[error("at byte {offset}: not UTF-8: {source}")]
    #[non_exhaustive]
    NotUtf8 {
        /// Where it ends to be.
        offset: usize,
        /// What was found.
        source: Utf8Error,
    },
    /// The text is not a JSON object (not an array of them, where a batch is expected).
    #[error("at byte {offset}: not an event in JSON: {}", said(source))]
    #[non_exhaustive]
    Syntax {
        /// Where it was noticed.
        offset: usize,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// A member that every event must have is not there.
    #[error("at byte {offset}: the member `{member}` is missing")]
    #[non_exhaustive]
    Missing {
        /// Its name.
        member: &'static str,
        /// Where the event begins.
        offset: usize,
    },
    /// A member is there twice.
    #[error("at byte {offset}: the member `{member}` is there twice")]
    #[non_exhaustive]
    Duplicate {
        /// Its name.
        member: String,
        /// Where the second value begins.
        offset: usize,
    },
    /// A member is not what `CloudEvents`, or an envelope, says it is.
    #[error("at byte {offset}: the member `{member}` must be {expected}, found {found}")]
    #[non_exhaustive]
    Malformed {
        /// Its name.
        member: String,
        /// Where its value begins.
        offset: usize,
        /// What it is, shortened.
        found: String,
        /// What it should be.
        expected: Cow<'static, str>,
    },
    /// The event is of another type than was asked for.
    #[error("at byte {offset}: the event is a `{found}`, expected a `{expected}`")]
    #[non_exhaustive]
    WrongType {
        /// Its type.
        found: String,
        /// The type that was asked for.
        expected: &'static EventType,
        /// Where its type stands.
        offset: usize,
    },
    /// The payload is of a newer version than the type that is known: only a newer program can read it.
    #[error("at byte {offset}: the event `{event_type}` is of version {found}, known is version {newest}")]
    #[non_exhaustive]
    NewerVersion {
        /// The event's type.
        event_type: &'static EventType,
        /// The version found.
        found: u32,
        /// The newest version known.
        newest: u32,
        /// Where the version stands.
        offset: usize,
    },
    /// The payload is of an older version than any that can be brought up to date.
    #[error(
        "at byte {offset}: the event `{event_type}` is of version {found}, the oldest that can be read is {oldest}"
    )]
    #[non_exhaustive]
    OlderVersion {
        /// The event's type.
        event_type: &'static EventType,
        /// The version found.
        found: u32,
        /// The oldest version that can be read.
        oldest: u32,
        /// Where the version stands.
        offset: usize,
    },
    /// The payload does not fit the type.
    #[error("at byte {offset}: `{member}`: {}", said(source))]
    #[non_exhaustive]
    Payload {
        /// The path of the member, such as `data.config.port`.
        member: String,
        /// Where it was noticed.
        offset: usize,
        /// What the payload's `Deserialize` said.
        source: serde_json::Error,
    },
    /// The payload breaks a rule of its type.
    #[error("at byte {offset}: `data`: {source}")]
    #[non_exhaustive]
    Invalid {
        /// The field, the value and the rule.
        source: ValidationError,
        /// Where the payload begins.
        offset: usize,
    },
    /// The id is not that of the content: one of the two was changed.
    #[error("at byte {offset}: the id is {found}, that of the content is {expected}")]
    #[non_exhaustive]
    IdMismatch {
        /// The id that the event says it has.
        found: EventId,
        /// The id that follows from its content.
        expected: EventId,
        /// Where the id stands.
        offset: usize,
    },
    /// A type whose events have unique ids has one with a content id (version 8).
    #[error("at byte {offset}: the event `{event_type}` has unique ids, found the content id {found}")]
    #[non_exhaustive]
    NotUnique {
        /// The event's type.
        event_type: &'static EventType,
        /// The id.
        found: EventId,
        /// Where the id stands.
        offset: usize,
    },
    /// The payload has no content id: it is not an object, for instance, or has a member twice.
    #[error("at byte {offset}: `data`: {source}")]
    #[non_exhaustive]
    Identity {
        /// What has no canonical form.
        source: IdentityError,
        /// Where the payload begins.
        offset: usize,
    },
}

impl DecodeError {
    /// The member, or the path of one in the payload, such as `data.config.port`.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::Missing { member, .. } => Some(member),
            Self::Duplicate { member, .. } | Self::Malformed { member, .. } | Self::Payload { member, .. } => {
                Some(member)
            }
            Self::WrongType { .. } => Some("type"),
            Self::NewerVersion { .. } | Self::OlderVersion { .. } => Some("eventversion"),
            Self::Invalid { .. } | Self::Identity { .. } => Some("data"),
            Self::IdMismatch { .. } | Self::NotUnique { .. } => Some("id"),
            Self::TooLarge { .. }
            | Self::TooDeep { .. }
            | Self::TooManyMembers { .. }
            | Self::NotUtf8 { .. }
            | Self::Syntax { .. } => None,
        }
    }

    /// The byte of the text at which the mistake was noticed.
    pub fn offset(&self) -> usize {
        match self {
            Self::TooLarge { limit, .. } => *limit,
            Self::TooDeep { offset, .. }
            | Self::TooManyMembers { offset, .. }
            | Self::NotUtf8 { offset, .. }
            | Self::Syntax { offset, .. }
            | Self::Missing { offset, .. }
            | Self::Duplicate { offset, .. }
            | Self::Malformed { offset, .. }
            | Self::WrongType { offset, .. }
            | Self::NewerVersion { offset, .. }
            | Self::OlderVersion { offset, .. }
            | Self::Payload { offset, .. }
            | Self::Invalid { offset, .. }
            | Self::IdMismatch { offset, .. }
            | Self::NotUnique { offset, .. }
            | Self::Identity { offset, .. } => *offset,
        }
    }
}

/// What `serde_json` said, without its line and column: the offset says it already. It may quote all of a text.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    Bounded::cut(&text[..end], 200)
}
