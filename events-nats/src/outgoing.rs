//! An event on its way out, and how it is written.

use std::{error::Error, time::Duration};

use async_nats::{
    Client, HeaderMap, HeaderValue,
    jetstream::{self, message::StreamMessage, publish::PublishAck, stream::RawMessageErrorKind},
};
use events_core::{
    AnyEnvelope,
    wire::{Decoded, Decoder, EventRegistry, RawEnvelope},
};

use crate::{
    binding::{self, Content, ContentMode, ORIGIN},
    error::PublishError,
    subject::{MAX_SUBJECT, SubjectPrefix},
    violations::Violations,
};

/// The header by which the server refuses an event that would go to another stream.
const EXPECTED_STREAM: &str = "Nats-Expected-Stream";

/// How events are published.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) prefix: SubjectPrefix,
    pub(crate) mode: ContentMode,
    pub(crate) window: u16,
    pub(crate) ack_timeout: Duration,
    pub(crate) retry_for: Duration,
    pub(crate) verify_duplicates: bool,
    pub(crate) stream: Option<HeaderValue>,
    pub(crate) origin: Option<HeaderValue>,
    pub(crate) violations: Option<Violations>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prefix: SubjectPrefix::default(),
            mode: ContentMode::default(),
            window: 256,
            ack_timeout: Duration::from_secs(5),
            retry_for: Duration::from_secs(30),
            verify_duplicates: false,
            stream: None,
            origin: None,
            violations: None,
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

    pub(crate) fn subject(&self, prefix: &SubjectPrefix) -> Result<String, PublishError> {
        match self {
            Self::Event(event) => Ok(prefix.of(event)),
            Self::Raw(event) => {
                let subject = prefix.of_raw(event);
                subject.ok_or_else(|| PublishError::NoSubject { event_type: event.event_type().into() })
            }
        }
    }

    /// Whether that is its subject.
    pub(crate) fn has_subject(&self, prefix: &SubjectPrefix, subject: &str) -> bool {
        match self {
            Self::Event(event) => prefix.is_of(subject, event.event_type().as_str(), event.entity_id()),
            Self::Raw(event) => prefix.is_of(subject, event.event_type(), SubjectPrefix::entity_of(event)),
        }
    }

    pub(crate) fn write(&self, settings: &Settings) -> Result<Written, PublishError> {
        let Settings { prefix, mode, stream, origin, .. } = settings;
        let content = match self {
            Self::Event(event) => binding::write(event, *mode)?,
            Self::Raw(event) => binding::write_raw(event, *mode),
        };
        let subject = self.subject(prefix)?;
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

    /// Whether the event that a stream has under this one's id is this one.
    pub(crate) async fn compare(&self, client: &Client, ack: &PublishAck) -> Result<(), PublishError> {
        let stored = match stored(client, ack).await {
            Ok(Some(stored)) => stored,
            // It was forgotten meanwhile.
            Ok(None) => return Ok(()),
            Err(source) => return Err(PublishError::NotVerified { id: self.id(), source }),
        };
        let stored =
            binding::read(Some(&stored.headers), &stored.payload, &EventRegistry::new(&[]), Decoder::unlimited());
        let own = match self {
            Self::Event(event) => event.to_raw()?,
            Self::Raw(event) => event.clone(),
        };
        if let Ok(Decoded::Raw(stored)) = stored
            && is_same(&own, &stored)
        {
            return Ok(());
        }
        Err(PublishError::Conflict { id: self.id(), stream: ack.stream.clone(), sequence: ack.sequence })
    }
}

/// Whether two events that were read are one. Ids that follow from the content say so; other ids are what somebody chose.
fn is_same(own: &RawEnvelope, stored: &RawEnvelope) -> bool {
    let is_content =
        |event: &RawEnvelope| event.entity_type().is_some() && event.event_id().is_some_and(|id| id.is_content());
    if is_content(own) && is_content(stored) {
        // That of the stored one was verified when it was read.
        return own.event_id() == stored.event_id() && own.verify().is_ok();
    }
    let bytes = "data_base64";
    is_content(own) == is_content(stored)
        && (own.id(), own.source(), own.event_type()) == (stored.id(), stored.source(), stored.event_type())
        && (own.data(), own.attribute(bytes)) == (stored.data(), stored.attribute(bytes))
}

/// The message that an acknowledgement names, if it is still there.
async fn stored(client: &Client, ack: &PublishAck) -> Result<Option<StreamMessage>, Box<dyn Error + Send + Sync>> {
    let stream = jetstream::new(client.clone()).get_stream_no_info(&ack.stream).await?;
    match stream.get_raw_message(ack.sequence).await {
        Ok(stored) => Ok(Some(stored)),
        Err(error) => match error.kind() {
            RawMessageErrorKind::NoMessageFound => Ok(None),
            _ => Err(error.into()),
        },
    }
}
