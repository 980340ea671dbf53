//! From a `CloudEvent` to the typed event, its id verified.

use alloc::{format, vec::Vec};
use core::iter;

use serde::{Deserialize, Serialize, Serializer, de::Error as _};
use serde_json::{Deserializer, value::RawValue};

use super::{
    DecodeError,
    cloud_event::CloudEvent,
    header::{self, Entity},
    syntax::{WHITESPACE, offset_in, shown},
};
use crate::{AnyEnvelope, Envelope, Event, EventId, IdentityPolicy, attribute::Attribute, upcast::read_payload};

/// The event as an `E`.
pub(super) fn event<'t, E: Event + Deserialize<'t>>(event: &CloudEvent<'t>) -> Result<Envelope<E>, DecodeError> {
    let header = header::read(event, E::DESCRIPTOR)?;
    let (event_type, found) = (E::DESCRIPTOR.event_type(), header.version);
    if found > E::VERSION {
        let offset = event.offset_of(Attribute::EventVersion);
        return Err(DecodeError::NewerVersion { event_type, found, newest: E::VERSION, offset });
    }
    if found < E::OLDEST_VERSION {
        let offset = event.offset_of(Attribute::EventVersion);
        return Err(DecodeError::OlderVersion { event_type, found, oldest: E::OLDEST_VERSION, offset });
    }
    let payload: E = payload(event, found)?;
    payload.validate().map_err(|source| DecodeError::Invalid { source, offset: event.offset_of(Attribute::Data) })?;
    // An older event keeps the id that it was given, so what its own version said of ids holds.
    let mut versions = iter::successors(Some(E::DESCRIPTOR), |newer| newer.predecessor());
    let written = versions.find(|version| version.version() == found).unwrap_or(E::DESCRIPTOR);
    let current = found == E::VERSION;
    let whole = match written.identity() {
        IdentityPolicy::Unique if header.id.is_content() => {
            let offset = event.offset_of(Attribute::Id);
            return Err(DecodeError::NotUnique { event_type, found: header.id, offset });
        }
        IdentityPolicy::Unique => current,
        IdentityPolicy::Content => {
            let own = current.then(|| EventId::of(&payload, &header.entity_id)).and_then(Result::ok);
            if own != Some(header.id) {
                // Members that this type does not know count as well: the text decides.
                verify(event, header.id)?;
            }
            own == Some(header.id)
        }
    };
    // What the payload does not say any more stands in the text, which is what is to be passed on.
    let text = (!whole).then(|| event.line().into());
    Ok(Envelope::restore(payload, (header.id, header.entity_id, header.time, header.metadata), text))
}

/// An event that was read as far as its attributes: what the generated code of event enums passes on.
#[doc(hidden)]
#[derive(Debug)]
pub struct Encoded<'e, 't>(pub(super) &'e CloudEvent<'t>);

#[doc(hidden)]
pub type DecodedEvent = Result<AnyEnvelope, DecodeError>;

impl<'t> Encoded<'_, 't> {
    pub(crate) fn decode<E: Event + Deserialize<'t>>(self) -> DecodedEvent {
        event::<E>(self.0).map(AnyEnvelope::from)
    }
}

fn payload<'t, E: Event + Deserialize<'t>>(event: &CloudEvent<'t>, version: u32) -> Result<E, DecodeError> {
    let json = event.data();
    let source = match read::<E>(version, json) {
        Ok(payload) => return Ok(payload),
        Err(source) => source,
    };
    // No payload is the empty one: a unit struct is `null` in JSON, another struct `{}`.
    let empty = match json {
        "null" => Some("{}"),
        _ if is_empty_object(json) => Some("null"),
        _ => None,
    };
    if let Some(Ok(payload)) = empty.map(|json| read(version, json)) {
        return Ok(payload);
    }
    if event.get(Attribute::Data).is_none() {
        return Err(event.missing(Attribute::Data));
    }
    let member = match path::<E>(version, json) {
        Some(path) => shown(&format!("data.{path}")),
        None => "data".into(),
    };
    let offset = event.offset_of(Attribute::Data) + offset_in(json, &source);
    Err(DecodeError::Payload { member, offset, source })
}

fn is_empty_object(json: &str) -> bool {
    let inner = json.strip_prefix('{').and_then(|json| json.strip_suffix('}'));
    inner.is_some_and(|inner| inner.trim_matches(WHITESPACE).is_empty())
}

/// The path of the member that does not fit. It is read once more for that: keeping track costs more than reading.
fn path<'t, E: Event + Deserialize<'t>>(version: u32, json: &'t str) -> Option<serde_path_to_error::Path> {
    let mut track = serde_path_to_error::Track::new();
    let mut deserializer = Deserializer::from_str(json);
    let tracked = serde_path_to_error::Deserializer::new(&mut deserializer, &mut track);
    let fits = read_payload::<E, _>(version, tracked);
    let path = track.path();
    (fits.is_err() && path.iter().next().is_some()).then_some(path)
}

fn read<'t, E: Event + Deserialize<'t>>(version: u32, json: &'t str) -> Result<E, serde_json::Error> {
    let mut deserializer = Deserializer::from_str(json);
    let payload = read_payload(version, &mut deserializer)?;
    // `Deserialize` of a unit struct, for one, may leave text behind.
    deserializer.end().map_err(|_| serde_json::Error::custom("the payload goes on behind its end"))?;
    Ok(payload)
}

/// Whether the id follows from the text of the event, without the members that it says are left out.
pub(super) fn verify(event: &CloudEvent<'_>, found: EventId) -> Result<(), DecodeError> {
    let entity = Entity::read(event)?;
    let skipped: Vec<&str> =
        event.get_text(Attribute::IdSkip).map_or_else(Vec::new, |names| names.split(',').collect());
    let id = EventId::content_skipping(
        event.require(Attribute::Type)?,
        entity.entity_type,
        &entity.entity_id,
        &Json(event.data()),
        &skipped,
    );
    match id {
        Ok(expected) if expected == found => Ok(()),
        Ok(expected) => Err(DecodeError::IdMismatch { found, expected, offset: event.offset_of(Attribute::Id) }),
        Err(source) => Err(DecodeError::Identity { source, offset: event.offset_of(Attribute::Data) }),
    }
}

/// JSON text as a payload.
struct Json<'t>(&'t str);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}
