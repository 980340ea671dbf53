//! An event on its way out, and how it is written.

use std::time::Duration;

use async_nats::{HeaderMap, HeaderValue};
use events_core::{AnyEnvelope, wire::RawEnvelope};

use crate::{
    binding::{self, Content, ContentMode, ORIGIN},
    error::PublishError,
    subject::{MAX_SUBJECT, SubjectPrefix},
};

/// The header by which the server refuses an event that would go to another stream.
const EXPECTED_STREAM: &str = "Nats-Expected-Stream";

/// How events are published.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) prefix: SubjectPrefix,
    pub(crate) mode: ContentMode,
    pub(crate) window: u32,
    pub(crate) ack_timeout: Duration,
    pub(crate) retry_for: Duration,
    pub(crate) stream: Option<HeaderValue>,
    pub(crate) origin: Option<HeaderValue>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prefix: SubjectPrefix::default(),
            mode: ContentMode::default(),
            window: 256,
            ack_timeout: Duration::from_secs(5),
            retry_for: Duration::from_secs(30),
            stream: None,
            origin: None,
        }
    }
}

/// An event that is published.
pub(crate) enum Outgoing {
    Event(AnyEnvelope),
    Raw(RawEnvelope),
}

/// A message that can be sent.
pub(crate) struct Written {
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Outgoing {
    pub(crate) fn id(&self) -> Box<str> {
        match self {
            Self::Event(event) => event.id().to_string().into(),
            Self::Raw(event) => event.id().into(),
        }
    }

    pub(crate) fn write(&self, settings: &Settings) -> Result<Written, PublishError> {
        let Settings { prefix, mode, stream, origin, .. } = settings;
        let (subject, content) = match self {
            Self::Event(event) => (prefix.of(event), binding::write(event, *mode)?),
            Self::Raw(event) => {
                let subject = prefix.of_raw(event);
                let subject =
                    subject.ok_or_else(|| PublishError::NoSubject { event_type: event.event_type().into() })?;
                (subject, binding::write_raw(event, *mode))
            }
        };
        if subject.len() > MAX_SUBJECT {
            return Err(PublishError::SubjectTooLong { id: self.id(), bytes: subject.len(), limit: MAX_SUBJECT });
        }
        let Content { mut headers, body } = content;
        for (name, value) in [(ORIGIN, origin), (EXPECTED_STREAM, stream)] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        Ok(Written { subject, headers, body })
    }
}
