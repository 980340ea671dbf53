//! Records of other systems as events.

use alloc::{
    borrow::{Cow, ToOwned as _},
    string::{String, ToString as _},
    vec::Vec,
};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap as _},
};
use serde_json::value::RawValue;

use super::{DecodeError, Decoder, RawEnvelope};
use crate::attribute::Attribute;

/// A [`RawEnvelope`] under construction: a `CloudEvent` out of a record of another system.
///
/// ```
/// use chrono::DateTime;
/// use events_core::wire::RawEnvelope;
///
/// let event = RawEnvelope::builder("com.example.build", "/jobs/17", "b-42")
///     .time(DateTime::UNIX_EPOCH)
///     .extension("branch", "main")
///     .data_json(r#"{"ok":true}"#)
///     .build()?;
/// assert_eq!(
///     event.as_json(),
///     r#"{"specversion":"1.0","id":"b-42","source":"/jobs/17","type":"com.example.build","time":"1970-01-01T00:00:00Z","branch":"main","datacontenttype":"application/json","data":{"ok":true}}"#,
/// );
/// # Ok::<(), events_core::wire::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "an envelope is made by `build`"]
pub struct RawEnvelopeBuilder {
    attributes: Vec<(Cow<'static, str>, String)>,
    data: Option<String>,
}

impl RawEnvelopeBuilder {
    pub(super) fn new(event_type: &str, source: &str, id: &str) -> Self {
        Self { attributes: Vec::new(), data: None }
            .with(Attribute::SpecVersion, "1.0")
            .with(Attribute::Id, id)
            .with(Attribute::Source, source)
            .with(Attribute::Type, event_type)
    }

    fn with(mut self, attribute: Attribute, value: &str) -> Self {
        self.attributes.push((Cow::Borrowed(attribute.name()), value.to_owned()));
        self
    }

    /// What the event is about, within its source.
    pub fn subject(self, subject: &str) -> Self {
        self.with(Attribute::Subject, subject)
    }

    /// When it happened.
    pub fn time(self, time: DateTime<Utc>) -> Self {
        self.with(Attribute::Time, &time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    /// An attribute of another name: lower-case letters and digits.
    pub fn extension(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((Cow::Owned(name.to_owned()), value.to_owned()));
        self
    }

    /// The payload, as JSON text, kept as it is.
    pub fn data_json(mut self, json: impl Into<String>) -> Self {
        self.data = Some(json.into());
        self
    }

    /// Checks the event.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: a name or a value is not what `CloudEvents` allows, or the payload is not JSON. Offsets are in the text
    /// that it would be.
    pub fn build(self) -> Result<RawEnvelope, DecodeError> {
        let text = serde_json::to_string(&Members(&self)).map_err(|source| DecodeError::Payload {
            member: Attribute::Data.name().to_string(),
            offset: 0,
            source,
        })?;
        Decoder::unlimited().raw(&text)
    }
}

/// The event as it is written.
struct Members<'b>(&'b RawEnvelopeBuilder);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let RawEnvelopeBuilder { attributes, data } = self.0;
        let mut members = serializer.serialize_map(None)?;
        for (name, value) in attributes {
            members.serialize_entry(name, value)?;
        }
        if let Some(data) = data {
            let data: &RawValue = serde_json::from_str(data).map_err(S::Error::custom)?;
            members.serialize_entry(Attribute::DataContentType.name(), "application/json")?;
            members.serialize_entry(Attribute::Data.name(), data)?;
        }
        members.end()
    }
}
