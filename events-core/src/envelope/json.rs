//! Events as JSON text: the payload alone, or the whole envelope as `CloudEvents` 1.0 in structured mode.

use alloc::{string::String, vec::Vec};
use core::fmt;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{AnyEnvelope, Envelope, Header, Inner};
use crate::{
    Event, EventDescriptor, EventType, IdentityError, IdentityPolicy,
    attribute::{Attribute, SourceOf},
    identity,
};

/// Which part of an envelope is written.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Envelope,
    Payload,
}

impl AnyEnvelope {
    /// The envelope as one line of JSON: `CloudEvents` 1.0, structured mode.
    ///
    /// Its members are listed in [`wire`](crate::wire). `data` is the payload as its `Serialize` writes it (`null` for a unit
    /// struct, which the id takes for the empty object). An event that was read, and whose payload as it is here has not all that
    /// the id is made of, is written as it was read: with the members that its type does not know, for one.
    ///
    /// # Errors
    ///
    /// [`JsonError`]: the payload holds something that JSON cannot carry, such as NaN; or the time has no RFC 3339 form.
    pub fn to_json(&self) -> Result<String, JsonError> {
        self.text(Part::Envelope)
    }

    /// Appends [`to_json`](Self::to_json), without allocating where there is room.
    ///
    /// # Errors
    ///
    /// As [`to_json`](Self::to_json); `out` is then what it was before.
    pub fn write_json(&self, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let len = out.len();
        let written = self.erased().json(Part::Envelope, out);
        if written.is_err() {
            out.truncate(len);
        }
        written
    }

    /// The payload as JSON.
    ///
    /// # Errors
    ///
    /// As [`to_json`](Self::to_json).
    pub fn payload_json(&self) -> Result<String, JsonError> {
        self.text(Part::Payload)
    }

    fn text(&self, part: Part) -> Result<String, JsonError> {
        let mut text = Vec::with_capacity(512);
        self.erased().json(part, &mut text)?;
        String::from_utf8(text).map_err(|error| JsonError::Serialize {
            event_type: self.event_type(),
            source: serde::ser::Error::custom(error),
        })
    }
}

impl<E: Event> Envelope<E> {
    /// The envelope as one line of JSON; see [`AnyEnvelope::to_json`].
    ///
    /// ```
    /// # use chrono::DateTime;
    /// # use events_core::{Envelope, Event, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// let event = Envelope::builder(Started { test_name: "Dedup Test".into() }, "test 1").time(DateTime::UNIX_EPOCH).build()?;
    /// assert_eq!(
    ///     event.to_json()?,
    ///     r#"{"specversion":"1.0","id":"d970b588-b4ab-8728-b2ae-adefda37eaff","type":"quick_test.started","source":"/quick_test/test%201","subject":"test 1","time":"1970-01-01T00:00:00Z","datacontenttype":"application/json","entitytype":"quick_test","eventversion":1,"data":{"test_name":"Dedup Test"}}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`AnyEnvelope::to_json`].
    pub fn to_json(&self) -> Result<String, JsonError> {
        self.erase().to_json()
    }

    /// Appends [`to_json`](Self::to_json), without allocating where there is room.
    ///
    /// # Errors
    ///
    /// As [`AnyEnvelope::to_json`]; `out` is then what it was before.
    pub fn write_json(&self, out: &mut Vec<u8>) -> Result<(), JsonError> {
        self.erase().write_json(out)
    }

    /// The payload as JSON.
    ///
    /// # Errors
    ///
    /// As [`AnyEnvelope::to_json`].
    pub fn payload_json(&self) -> Result<String, JsonError> {
        self.erase().payload_json()
    }
}

/// Appends a part of an envelope; what was written stays where it fails.
pub(super) fn write<E: Event>(event: &Inner<E>, part: Part, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let Inner { header, payload, text } = event;
    if let (Part::Envelope, Some(text)) = (part, text) {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    let event_type = E::DESCRIPTOR.event_type();
    let before = out.len();
    let written = match part {
        Part::Envelope if !has_rfc3339_form(header.time) => {
            return Err(JsonError::Time { event_type, time: header.time });
        }
        Part::Envelope => append(out, &CloudEvent { header, descriptor: E::DESCRIPTOR, payload }),
        Part::Payload => append(out, payload),
    };
    written.map_err(|source| JsonError::Serialize { event_type, source })?;
    // Raw JSON in a payload may bring line breaks. They can stand between its tokens only, where a space says the same.
    for byte in &mut out[before..] {
        *byte = if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte };
    }
    // A number that JSON cannot carry was written as `null`. What else has no canonical form was noticed when the id was made.
    let text = str::from_utf8(&out[before..]).unwrap_or("null");
    if text.contains("null") || E::IDENTITY == IdentityPolicy::Unique {
        identity::check_json(payload).map_err(|source| JsonError::Unrepresentable { event_type, source })?;
    }
    Ok(())
}

/// Whether the time is of the years 0 to 9999, and a second more than a day has comes at its end.
pub(crate) fn has_rfc3339_form(time: DateTime<Utc>) -> bool {
    let leap = time.nanosecond() >= 1_000_000_000;
    (0..=9999).contains(&time.year()) && (!leap || (time.hour(), time.minute()) == (23, 59))
}

#[cfg(feature = "std")]
fn append<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<(), serde_json::Error> {
    serde_json::to_writer(out, value)
}

#[cfg(not(feature = "std"))]
fn append<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<(), serde_json::Error> {
    out.extend(serde_json::to_vec(value)?);
    Ok(())
}

struct CloudEvent<'a, E> {
    header: &'a Header,
    descriptor: &'static EventDescriptor,
    payload: &'a E,
}

impl<E: Event> Serialize for CloudEvent<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Header { id, entity_id, time, metadata } = self.header;
        let event_type = self.descriptor.event_type();
        let source = SourceOf { entity_type: event_type.entity_type(), entity_id };
        let mut out = serializer.serialize_struct("CloudEvent", 15)?;
        out.serialize_field(Attribute::SpecVersion.name(), "1.0")?;
        out.serialize_field(Attribute::Id.name(), id)?;
        out.serialize_field(Attribute::Type.name(), event_type)?;
        out.serialize_field(Attribute::Source.name(), &format_args!("{source}"))?;
        out.serialize_field(Attribute::Subject.name(), entity_id)?;
        out.serialize_field(Attribute::Time.name(), time)?;
        out.serialize_field(Attribute::DataContentType.name(), "application/json")?;
        out.serialize_field(Attribute::EntityType.name(), event_type.entity_type())?;
        out.serialize_field(Attribute::EventVersion.name(), &self.descriptor.version())?;
        // An attribute of CloudEvents is never empty.
        if let Some(id) = metadata.correlation_id().filter(|id| !id.as_str().is_empty()) {
            out.serialize_field(Attribute::CorrelationId.name(), id)?;
        }
        if let Some(id) = metadata.causation_id() {
            out.serialize_field(Attribute::CausationId.name(), &id)?;
        }
        if let Some(sequence) = metadata.sequence() {
            // The CloudEvents extension of this name is text.
            out.serialize_field(Attribute::Sequence.name(), &format_args!("{sequence}"))?;
        }
        if let Some(parent) = metadata.trace_parent() {
            out.serialize_field(Attribute::TraceParent.name(), parent)?;
        }
        if !self.descriptor.skipped().is_empty() {
            let names = Joined(self.descriptor.skipped());
            out.serialize_field(Attribute::IdSkip.name(), &format_args!("{names}"))?;
        }
        out.serialize_field(Attribute::Data.name(), self.payload)?;
        out.end()
    }
}

/// Names joined by `,`.
struct Joined<'n>(&'n [&'n str]);

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, name) in self.0.iter().enumerate() {
            f.write_str(if n > 0 { "," } else { "" })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

/// Why JSON text cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// The payload holds something that JSON cannot carry, such as NaN.
    #[error("event `{event_type}` cannot be written as JSON: {source}")]
    #[non_exhaustive]
    Unrepresentable {
        /// The event's type.
        event_type: &'static EventType,
        /// What cannot be written.
        source: IdentityError,
    },
    /// The time is before the year 0 or after the year 9999, or a leap second that does not end a day of UTC: RFC 3339 cannot
    /// write it.
    #[error("event `{event_type}` cannot be written as JSON: its time {time} has no RFC 3339 form")]
    #[non_exhaustive]
    Time {
        /// The event's type.
        event_type: &'static EventType,
        /// The time.
        time: DateTime<Utc>,
    },
    /// Writing failed.
    #[error("event `{event_type}` cannot be written as JSON: {source}")]
    #[non_exhaustive]
    Serialize {
        /// The event's type.
        event_type: &'static EventType,
        /// What the writer said.
        source: serde_json::Error,
    },
}
