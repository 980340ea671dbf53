//! Where an event goes: `<prefix>.<event type>.<entity id>`, and the filter of a pattern.

use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

use events_core::{AnyEnvelope, EntityId, EventType, Pattern, wire::RawEnvelope};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stands in a token as it is: letters, digits, `-`, `_`, `~`.
const TOKEN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// A server ends the connection of a client that sends a line of more than 4096 bytes; half of it is left for the rest.
pub(crate) const MAX_SUBJECT: usize = 2048;

/// The first tokens of all subjects of one system, such as `events` or `lab.events`.
///
/// An event is published as `<prefix>.<event type>.<entity id>`. The entity id is one token, whatever it holds: all but letters,
/// digits, `-`, `_` and `~` is percent-encoded, byte for byte (see [`escape`](Self::escape)).
///
/// ```
/// use events_core::{EntityId, EventType, pattern};
/// use events_nats::SubjectPrefix;
///
/// let prefix = SubjectPrefix::new("lab.events")?;
/// let started = EventType::from_static("quick_test.started");
/// assert_eq!(prefix.subject(&started, &EntityId::from("test 1.2")), "lab.events.quick_test.started.test%201%2E2");
///
/// // A pattern is over event types; the token of the entity comes behind it.
/// assert_eq!(prefix.filter(&pattern!("quick_test.*")), "lab.events.quick_test.*.*");
/// assert_eq!(prefix.filter(&pattern!("quick_test.>")), "lab.events.quick_test.*.>");
/// # Ok::<(), events_nats::InvalidPrefix>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SubjectPrefix(Arc<str>);

impl SubjectPrefix {
    /// One or more tokens of letters, digits, `-` and `_`, joined by `.`.
    ///
    /// # Errors
    ///
    /// [`InvalidPrefix`]: it is something else, or longer than 256 bytes.
    pub fn new(prefix: &str) -> Result<Self, InvalidPrefix> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let rule = if prefix.split('.').any(str::is_empty) {
            "a token must not be empty"
        } else if !prefix.bytes().all(|byte| byte == b'.' || allowed(byte)) {
            "only letters, digits, `-` and `_` may stand in a token"
        } else if prefix.len() > 256 {
            "it must not be longer than 256 bytes"
        } else {
            return Ok(Self(prefix.into()));
        };
        Err(InvalidPrefix { text: prefix.to_owned(), rule })
    }

    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The subjects of all events under this prefix: `<prefix>.>`.
    pub fn all(&self) -> String {
        format!("{}.>", self.0)
    }

    /// The subject of the events of a type about an entity.
    pub fn subject(&self, event_type: &EventType, entity_id: &EntityId) -> String {
        let (event_type, entity) = (event_type.as_str(), utf8_percent_encode(entity_id, TOKEN));
        let mut subject = String::with_capacity(self.0.len() + event_type.len() + entity_id.len() + 2);
        subject.extend([&self.0, ".", event_type, "."]);
        subject.extend(entity);
        subject
    }

    /// The filter of a consumer that is told exactly the events whose types match a pattern.
    ///
    /// `*` stays what it is, and the token of the entity follows. `>` stands for one or more segments, and becomes `*.>`: at
    /// least one more segment, then the entity. A bare `quick_test.started.>` would also be told `quick_test.started` itself, whose
    /// entity stands where the segment is to be.
    pub fn filter(&self, pattern: &Pattern) -> String {
        match pattern.as_str().strip_suffix('>') {
            Some(start) => format!("{}.{start}*.>", self.0),
            None => format!("{}.{pattern}.*", self.0),
        }
    }

    /// The filter of a consumer that is told only what concerns one entity; `None` if the pattern ends with `>`, behind which no
    /// filter can name a token.
    pub fn filter_entity(&self, pattern: &Pattern, entity_id: &EntityId) -> Option<String> {
        (!pattern.as_str().ends_with('>')).then(|| format!("{}.{pattern}.{}", self.0, Self::escape(entity_id)))
    }

    /// Any text as one token: letters, digits, `-`, `_` and `~` as they are, every other byte as `%` and two hex digits.
    pub fn escape(text: &str) -> Cow<'_, str> {
        utf8_percent_encode(text, TOKEN).into()
    }

    /// The text that a token stands for; `None` if no text does.
    ///
    /// ```
    /// use events_nats::SubjectPrefix;
    ///
    /// assert_eq!(SubjectPrefix::escape("10.0.0.1 > *"), "10%2E0%2E0%2E1%20%3E%20%2A");
    /// assert_eq!(SubjectPrefix::unescape("10%2E0%2E0%2E1%20%3E%20%2A").as_deref(), Some("10.0.0.1 > *"));
    /// assert_eq!(SubjectPrefix::unescape("a.b"), None);
    /// ```
    pub fn unescape(token: &str) -> Option<Cow<'_, str>> {
        let text = percent_decode_str(token).decode_utf8().ok()?;
        // One text, one token: else a subject and its filter would not meet.
        (!token.is_empty() && Self::escape(&text) == token).then_some(text)
    }

    /// The subject of an event.
    pub(crate) fn of(&self, event: &AnyEnvelope) -> String {
        self.subject(event.event_type(), event.entity_id())
    }

    /// The subject of an event of any origin: its type by segments, and its subject or else its source. `None`: the type has an
    /// empty segment.
    pub(crate) fn of_raw(&self, event: &RawEnvelope) -> Option<String> {
        let mut subject = String::from(&*self.0);
        for token in event.event_type().split('.').chain([Self::entity_of(event)]) {
            if token.is_empty() {
                return None;
            }
            subject.push('.');
            subject.extend(utf8_percent_encode(token, TOKEN));
        }
        Some(subject)
    }

    /// What stands in a subject for the entity of an event of any origin.
    pub(crate) fn entity_of(event: &RawEnvelope) -> &str {
        event.subject().unwrap_or_else(|| event.source())
    }

    /// Whether a subject is the one that a type and an entity have under this prefix. It is not made to compare.
    pub(crate) fn is_of(&self, subject: &str, event_type: &str, entity: &str) -> bool {
        let mut rest = subject.strip_prefix(&*self.0);
        for token in event_type.split('.').chain([entity]) {
            rest = rest.and_then(|rest| rest.strip_prefix('.')?.strip_prefix(&*Self::escape(token)));
        }
        rest == Some("")
    }

    /// Whether a subject, of whatever prefix, is that of an event of a type about an entity.
    pub(crate) fn ends_with(subject: &str, event_type: &str, entity_id: &str) -> bool {
        subject.rsplit_once('.').is_some_and(|(start, token)| {
            token == Self::escape(entity_id)
                && start.strip_suffix(event_type).is_some_and(|prefix| prefix.ends_with('.'))
        })
    }

    /// The same of an event of any origin.
    pub(crate) fn ends_with_raw(subject: &str, event: &RawEnvelope) -> bool {
        let nothing = Self("".into());
        nothing.of_raw(event).is_some_and(|end| subject.ends_with(&end))
    }
}

/// `events`.
impl Default for SubjectPrefix {
    fn default() -> Self {
        Self("events".into())
    }
}

impl FromStr for SubjectPrefix {
    type Err = InvalidPrefix;

    fn from_str(prefix: &str) -> Result<Self, InvalidPrefix> {
        Self::new(prefix)
    }
}

impl TryFrom<&str> for SubjectPrefix {
    type Error = InvalidPrefix;

    fn try_from(prefix: &str) -> Result<Self, InvalidPrefix> {
        Self::new(prefix)
    }
}

impl AsRef<str> for SubjectPrefix {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for SubjectPrefix {
    fn eq(&self, text: &str) -> bool {
        *self.0 == *text
    }
}

impl PartialEq<&str> for SubjectPrefix {
    fn eq(&self, text: &&str) -> bool {
        *self.0 == **text
    }
}

impl fmt::Display for SubjectPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for SubjectPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Text that is not a prefix of subjects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed subject prefix `{}`: {rule}; expected tokens joined by `.`, e.g. `lab.events`", text.escape_debug())]
#[non_exhaustive]
pub struct InvalidPrefix {
    /// The text as it was given.
    pub text: String,
    /// The rule it breaks.
    pub rule: &'static str,
}

#[cfg(test)]
mod tests {
    use events_core::{EntityId, EventType};

    use super::SubjectPrefix;

    #[test]
    fn a_subject_is_that_of_one_type_and_entity_only() {
        let prefix = SubjectPrefix::new("lab.events").unwrap();
        let subject = prefix.subject(&EventType::from_static("step.a.ended"), &EntityId::from("é.1"));
        assert!(prefix.is_of(&subject, "step.a.ended", "é.1"), "{subject}");
        for (event_type, entity) in [
            ("step.a.ended", "é"),
            ("step.a.ended", "é.12"),
            ("step.a", "é.1"),
            ("step.a", "ended.é.1"),
            ("a.ended", "é.1"),
        ] {
            assert!(!prefix.is_of(&subject, event_type, entity), "{event_type} {entity}");
        }
        for other in ["lab", "events", "lab.events.step", "lab.event"] {
            assert!(!SubjectPrefix::new(other).unwrap().is_of(&subject, "step.a.ended", "é.1"), "{other}");
        }
    }
}
