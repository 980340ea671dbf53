//! An event that came, and what the stream says of it.

use std::time::SystemTime;

use async_nats::{Subject, jetstream};
use chrono::{DateTime, Utc};
use events_core::{
    AnyEnvelope, Envelope, Event, EventId,
    wire::{Decoded, Decoder, EventRegistry, RawEnvelope},
};
use percent_encoding::percent_decode_str;

use crate::{
    binding::{self, MessageError, ORIGIN},
    subject::SubjectPrefix,
};

/// An event that came from a stream.
#[derive(Clone, Debug)]
pub struct Delivered {
    event: Decoded,
    subject: Subject,
    place: Place,
    origin: Option<Box<str>>,
}

/// Where in the stream a message stands, and how often it was delivered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) sequence: u64,
    pub(crate) consumer_sequence: u64,
    pub(crate) deliveries: u32,
    pub(crate) stored: DateTime<Utc>,
    pub(crate) pending: u64,
}

impl Place {
    /// `None`: not a message of a consumer.
    pub(crate) fn of(message: &jetstream::Message) -> Option<Self> {
        let info = message.info().ok()?;
        Some(Self {
            sequence: info.stream_sequence,
            consumer_sequence: info.consumer_sequence,
            deliveries: u32::try_from(info.delivered).unwrap_or(u32::MAX),
            // By way of the standard library: a feature of async-nats changes the type.
            stored: SystemTime::from(info.published).into(),
            pending: info.pending,
        })
    }
}

/// How events are read.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pub(crate) prefix: SubjectPrefix,
    pub(crate) types: EventRegistry,
    pub(crate) decoder: Decoder,
}

impl Default for Reader {
    fn default() -> Self {
        Self { prefix: SubjectPrefix::default(), types: EventRegistry::new(&[]), decoder: Decoder::new() }
    }
}

impl Reader {
    pub(crate) fn read(&self, message: &async_nats::Message, place: Place) -> Result<Delivered, MessageError> {
        let headers = message.headers.as_ref();
        let event = binding::read(headers, &message.payload, &self.types, self.decoder)?;
        // Streams that mirror others may put tokens in front; what the filter went by stands at the end.
        let is_its_own = match &event {
            Decoded::Event(event) => {
                SubjectPrefix::ends_with(&message.subject, event.event_type().as_str(), event.entity_id())
            }
            Decoded::Raw(event) => SubjectPrefix::ends_with_raw(&message.subject, event),
        };
        if !is_its_own {
            let expected = match &event {
                Decoded::Event(event) => Some(self.prefix.of(event)),
                Decoded::Raw(event) => self.prefix.of_raw(event),
            };
            return Err(MessageError::Subject { subject: message.subject.to_string(), expected });
        }
        let origin = binding::header(headers, ORIGIN)
            .map(|origin| percent_decode_str(origin).decode_utf8_lossy().into_owned().into());
        Ok(Delivered { event, subject: message.subject.clone(), place, origin })
    }
}

impl Delivered {
    /// The event: typed, its id verified, if its type is registered; else as it was written.
    pub fn event(&self) -> &Decoded {
        &self.event
    }

    /// The same by value.
    pub fn into_event(self) -> Decoded {
        self.event
    }

    /// The event's type, registered or not.
    pub fn event_type(&self) -> &str {
        self.event.event_type()
    }

    /// The event's id, if it is a UUID, which those of registered types are.
    pub fn event_id(&self) -> Option<EventId> {
        self.event.event_id()
    }

    /// The event, if its type is registered.
    pub fn known(&self) -> Option<&AnyEnvelope> {
        self.event.known()
    }

    /// The event, if its type is not registered.
    pub fn raw(&self) -> Option<&RawEnvelope> {
        self.event.raw()
    }

    /// The event as an `E`, if that is its type and registered.
    pub fn downcast<E: Event>(&self) -> Option<Envelope<E>> {
        self.event.downcast()
    }

    /// The subject of its message.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Its number in the stream, from 1.
    pub fn sequence(&self) -> u64 {
        self.place.sequence
    }

    /// When the stream stored it.
    pub fn stored(&self) -> DateTime<Utc> {
        self.place.stored
    }

    /// The how many-th time it is delivered, from 1.
    pub fn deliveries(&self) -> u32 {
        self.place.deliveries
    }

    /// How many more events the consumer has to deliver, when this one was.
    pub fn pending(&self) -> u64 {
        self.place.pending
    }

    /// The [`Bridge`](crate::Bridge) that published it, if one did.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }
}
