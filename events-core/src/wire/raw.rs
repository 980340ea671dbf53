//! An event of any type, kept as it was written.

use alloc::{borrow::Cow, boxed::Box, string::ToString as _, sync::Arc, vec::Vec};
use core::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{
    DecodeError, Decoder, RawEnvelopeBuilder,
    cloud_event::{CloudEvent, Value},
    decode, header, syntax,
};
use crate::{
    AnyEnvelope, Envelope, Event, EventId, JsonError,
    attribute::{Attribute, SourceOf},
};

/// A `CloudEvent` of any type, and from anybody, byte for byte as it was written. Cheap to clone.
///
/// What is not known here is stored, forwarded and replayed unchanged. Its members are those of the specification
/// (`CloudEvents` 1.0 in JSON, structured mode), checked when it is read; neither its type nor its id need be ones of ours.
///
/// ```
/// use events_core::wire::RawEnvelope;
///
/// let text = r#"{"specversion": "1.0", "id": "A234-1234-1234", "source": "/cloudevents/spec/pull",
///     "type": "com.github.pull_request.opened", "comexampleothervalue": 5, "data": {"number": 123}}"#;
/// let event = RawEnvelope::from_json(text)?;
/// assert_eq!(event.event_type(), "com.github.pull_request.opened");
/// assert_eq!(event.data(), Some(r#"{"number": 123}"#));
/// assert_eq!(event.attribute("comexampleothervalue").unwrap(), "5");
/// assert_eq!(event.as_json(), text.replace('\n', ""), "one line, and nothing else is changed");
/// # Ok::<(), events_core::wire::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct RawEnvelope {
    inner: Arc<Inner>,
}

struct Inner {
    text: Box<str>,
    places: [Option<Place>; Attribute::ALL.len()],
    /// What those values say that are text with escapes.
    unescaped: Vec<(Attribute, Box<str>)>,
    time: Option<DateTime<Utc>>,
}

/// Where a value stands in the text.
#[derive(Clone, Copy)]
struct Place {
    from: u32,
    to: u32,
}

impl RawEnvelope {
    /// Reads one event, within the limits that [`Decoder::new`] has.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: the text is not a `CloudEvent`.
    pub fn from_json(text: &str) -> Result<Self, DecodeError> {
        Decoder::new().raw(text)
    }

    /// Begins an event of a type, about an entity as those of ours are, with an id: for records of other systems.
    ///
    /// ```
    /// use events_core::wire::RawEnvelope;
    ///
    /// let event = RawEnvelope::builder_for_entity("build.ended", "job", "17/a", "b-42").build()?;
    /// assert_eq!((event.source(), event.subject(), event.entity_type()), ("/job/17%2Fa", Some("17/a"), Some("job")));
    /// # Ok::<(), events_core::wire::DecodeError>(())
    /// ```
    pub fn builder_for_entity(event_type: &str, entity_type: &str, entity_id: &str, id: &str) -> RawEnvelopeBuilder {
        RawEnvelopeBuilder::new(event_type, &SourceOf { entity_type, entity_id }.to_string(), id)
            .subject(entity_id)
            .extension(Attribute::EntityType.name(), entity_type)
    }

    /// Begins an event of a type, from a source, with an id: for records of other systems.
    pub fn builder(event_type: &str, source: &str, id: &str) -> RawEnvelopeBuilder {
        RawEnvelopeBuilder::new(event_type, source, id)
    }

    /// The event as one line.
    pub(super) fn new(event: &CloudEvent<'_>) -> Result<Self, DecodeError> {
        match event.line() {
            Cow::Borrowed(_) => Ok(Self::of_line(event)),
            Cow::Owned(line) => Ok(Self::of_line(&CloudEvent::read(&line, 0)?)),
        }
    }

    fn of_line(event: &CloudEvent<'_>) -> Self {
        let mut places = [None; Attribute::ALL.len()];
        let mut unescaped = Vec::new();
        for (&attribute, value) in Attribute::ALL.iter().zip(event.values()) {
            let Some(Value { json, text }) = value else { continue };
            let from = event.place(json);
            places[attribute as usize] = Some(Place { from: narrow(from), to: narrow(from + json.len()) });
            if let Some(Cow::Owned(text)) = text {
                unescaped.push((attribute, text.as_str().into()));
            }
        }
        Self { inner: Arc::new(Inner { text: event.text().into(), places, unescaped, time: event.time() }) }
    }

    /// The event in JSON, as it was written but for line breaks between its members: one line, without its end.
    pub fn as_json(&self) -> &str {
        &self.inner.text
    }

    /// The id: with the source, it tells events apart. Any text; an event of ours has a UUID, see [`event_id`](Self::event_id).
    pub fn id(&self) -> &str {
        self.required(Attribute::Id)
    }

    /// The id, if it is a UUID (with its hyphens).
    pub fn event_id(&self) -> Option<EventId> {
        header::hyphenated(self.id())
    }

    /// The event's type. Any text; one of ours follows the grammar of [`EventType`](crate::EventType).
    pub fn event_type(&self) -> &str {
        self.required(Attribute::Type)
    }

    /// Where it happened, a URI reference; an event of ours has `/<entity type>/<entity id>`, percent-encoded.
    pub fn source(&self) -> &str {
        self.required(Attribute::Source)
    }

    /// What it is about; an event of ours has its entity's id here.
    pub fn subject(&self) -> Option<&str> {
        self.text(Attribute::Subject)
    }

    /// The type of the entity, which events of ours have.
    pub fn entity_type(&self) -> Option<&str> {
        self.text(Attribute::EntityType)
    }

    /// When it happened, in UTC; as it was written: `attribute("time")`.
    pub fn time(&self) -> Option<DateTime<Utc>> {
        self.inner.time
    }

    /// The payload as JSON text.
    pub fn data(&self) -> Option<&str> {
        self.json(Attribute::Data)
    }

    /// An attribute by its name: what it says, if it is text, else its JSON; `None` for what is not there, and for the payload.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let known = |attribute| self.text(attribute).or_else(|| self.json(attribute)).map(Cow::Borrowed);
        match Attribute::named(name) {
            Some(Attribute::Data) => None,
            Some(attribute) => known(attribute),
            None => {
                let value = self.members().into_iter().find_map(|(member, value)| (member == name).then_some(value))?;
                (value != "null").then(|| syntax::text(value).unwrap_or(Cow::Borrowed(value)))
            }
        }
    }

    /// All members in their order: their names, and their values in JSON.
    pub fn members(&self) -> Vec<(Cow<'_, str>, &str)> {
        CloudEvent::members(&self.inner.text)
    }

    /// Recomputes a content id (a UUID of version 8) from the text. Another id has nothing to be verified.
    ///
    /// ```
    /// # use events_core::wire::{DecodeError, RawEnvelope};
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// let event = Started { test_name: "Dedup Test".into() }.for_entity("test-1")?.to_raw()?;
    /// event.verify()?;
    ///
    /// let forged = RawEnvelope::from_json(&event.as_json().replace("Dedup", "Other"))?;
    /// assert!(matches!(forged.verify(), Err(DecodeError::IdMismatch { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError::IdMismatch`]; or the source is not that of an event of ours, or the payload has no content id.
    pub fn verify(&self) -> Result<(), DecodeError> {
        match self.event_id() {
            Some(id) if id.is_content() => decode::verify(&self.cloud_event(), id),
            _ => Ok(()),
        }
    }

    /// The event as an `E`, its id verified.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: it is of another type, or not as that type has it. Offsets are in [`as_json`](Self::as_json).
    pub fn decode<E: Event + for<'de> Deserialize<'de>>(&self) -> Result<Envelope<E>, DecodeError> {
        decode::event(&self.cloud_event())
    }

    pub(super) fn cloud_event(&self) -> CloudEvent<'_> {
        let value = |&attribute: &Attribute| {
            let text = (attribute != Attribute::Data).then(|| self.text(attribute)).flatten();
            Some(Value { json: self.json(attribute)?, text: text.map(Cow::Borrowed) })
        };
        CloudEvent::restore(&self.inner.text, self.inner.time, Attribute::ALL.iter().map(value))
    }

    fn json(&self, attribute: Attribute) -> Option<&str> {
        let Place { from, to } = self.inner.places[attribute as usize]?;
        self.inner.text.get(from as usize..to as usize)
    }

    fn text(&self, attribute: Attribute) -> Option<&str> {
        self.unescaped(attribute).or_else(|| self.json(attribute)?.strip_prefix('"')?.strip_suffix('"'))
    }

    fn unescaped(&self, attribute: Attribute) -> Option<&str> {
        self.inner.unescaped.iter().find_map(|(of, text)| (*of == attribute).then_some(&**text))
    }

    /// What every event has; it was checked when this one was made.
    fn required(&self, attribute: Attribute) -> &str {
        self.text(attribute).unwrap_or_default()
    }
}

/// Longer texts are not read.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("a text of at most 4 GiB")
}

impl FromStr for RawEnvelope {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        Self::from_json(text)
    }
}

impl<E: Event> Envelope<E> {
    /// The event as it is written.
    ///
    /// # Errors
    ///
    /// As [`AnyEnvelope::to_json`].
    pub fn to_raw(&self) -> Result<RawEnvelope, JsonError> {
        self.erase().to_raw()
    }
}

impl AnyEnvelope {
    /// The event as it is written.
    ///
    /// # Errors
    ///
    /// As [`to_json`](Self::to_json).
    pub fn to_raw(&self) -> Result<RawEnvelope, JsonError> {
        let text = self.to_json()?;
        let read = Decoder::unlimited().raw(&text);
        // What is written can be read; a text of more than 4 GiB could not.
        read.map_err(|error| JsonError::Serialize {
            event_type: self.event_type(),
            source: serde::ser::Error::custom(error),
        })
    }
}

/// Equal when their texts are.
impl PartialEq for RawEnvelope {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl Eq for RawEnvelope {}

impl Hash for RawEnvelope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_json().hash(state);
    }
}

impl fmt::Debug for RawEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawEnvelope").field(&self.as_json()).finish()
    }
}

/// The text itself.
impl fmt::Display for RawEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

/// As the object that it is; with `serde_json` unchanged.
impl Serialize for RawEnvelope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.as_json()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// From the object that it is, as [`from_json`](RawEnvelope::from_json) reads it; by `serde_json` alone, which hands out the text.
impl<'de> Deserialize<'de> for RawEnvelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_json(raw.get()).map_err(serde::de::Error::custom)
    }
}
