//! What an envelope says besides the payload, out of the attributes.

use alloc::{borrow::Cow, format};

use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;

use super::{
    DecodeError,
    cloud_event::CloudEvent,
    syntax::{is_json, shown},
};
use crate::{
    CorrelationId, EntityId, EventDescriptor, EventId, Metadata, TraceParent, attribute::Attribute,
    envelope::has_rfc3339_form,
};

pub(super) struct Header {
    pub(super) id: EventId,
    pub(super) entity_id: EntityId,
    pub(super) time: DateTime<Utc>,
    pub(super) metadata: Metadata,
    pub(super) version: u32,
}

/// The attributes of an event of a known type.
pub(super) fn read(event: &CloudEvent<'_>, descriptor: &'static EventDescriptor) -> Result<Header, DecodeError> {
    let expected = descriptor.event_type();
    if event.require(Attribute::SpecVersion)? != "1.0" {
        return Err(event.malformed(Attribute::SpecVersion, "\"1.0\""));
    }
    let found = event.require(Attribute::Type)?;
    if expected != found {
        let offset = event.offset_of(Attribute::Type);
        return Err(DecodeError::WrongType { found: shown(found), expected, offset });
    }
    if event.get_text(Attribute::DataContentType).is_some_and(|content_type| !is_json(content_type)) {
        return Err(event.malformed(Attribute::DataContentType, "JSON, such as \"application/json\""));
    }
    if event.get(Attribute::DataBase64).is_some() {
        return Err(event.malformed(Attribute::DataBase64, "absent: a payload is JSON, in `data`"));
    }
    let entity = Entity::read(event)?;
    if entity.entity_type != expected.entity_type() {
        let member = if event.get(Attribute::EntityType).is_some() { Attribute::EntityType } else { Attribute::Source };
        return Err(event.malformed(member, format!("of the entity type `{}`", expected.entity_type())));
    }
    let time = event.time().ok_or_else(|| event.missing(Attribute::Time))?;
    if !has_rfc3339_form(time) {
        return Err(event.malformed(Attribute::Time, "a time whose form in UTC is one of RFC 3339 as well"));
    }
    Ok(Header {
        id: event_id(event, Attribute::Id)?.ok_or_else(|| event.malformed(Attribute::Id, A_UUID))?,
        entity_id: entity.id(event)?,
        time,
        metadata: metadata(event)?,
        version: version(event)?,
    })
}

const A_UUID: &str = "a UUID, 36 characters with its hyphens";

/// The entity that an event is about.
pub(super) struct Entity<'e> {
    pub(super) entity_type: &'e str,
    pub(super) entity_id: Cow<'e, str>,
}

impl<'e> Entity<'e> {
    /// From the source; what subject and entity type say, if they are there, must be the same.
    pub(super) fn read(event: &'e CloudEvent<'_>) -> Result<Self, DecodeError> {
        let source = event.require(Attribute::Source)?;
        let parts = source.strip_prefix('/').and_then(|source| source.split_once('/'));
        let entity = parts.filter(|(_, id)| !id.contains(['/', '?', '#'])).and_then(|(entity_type, id)| {
            Some(Self { entity_type, entity_id: percent_decode_str(id).decode_utf8().ok()? })
        });
        let Some(entity) = entity else {
            return Err(event.malformed(Attribute::Source, "`/<entity type>/<entity id>`, percent-encoded"));
        };
        for (attribute, said) in [(Attribute::EntityType, entity.entity_type), (Attribute::Subject, &entity.entity_id)]
        {
            if event.get_text(attribute).is_some_and(|text| text != said) {
                return Err(event.malformed(attribute, format!("what `source` says, {:?}", shown(said))));
            }
        }
        Ok(entity)
    }

    fn id(self, event: &CloudEvent<'_>) -> Result<EntityId, DecodeError> {
        let id = EntityId::from(&*self.entity_id);
        match id.validate() {
            Ok(()) => Ok(id),
            Err(invalid) => {
                Err(event.malformed(Attribute::Source, format!("a source whose entity id {}", invalid.rule)))
            }
        }
    }
}

/// The version of the payload; without one, the first.
fn version(event: &CloudEvent<'_>) -> Result<u32, DecodeError> {
    let Some(value) = event.get(Attribute::EventVersion) else { return Ok(1) };
    let version = value.text.as_deref().unwrap_or(value.json).parse().ok().filter(|&version| version > 0);
    version.ok_or_else(|| event.malformed(Attribute::EventVersion, "an integer from 1"))
}

fn metadata(event: &CloudEvent<'_>) -> Result<Metadata, DecodeError> {
    let sequence = event.get(Attribute::Sequence).map(|value| {
        let number = value.text.as_deref().unwrap_or(value.json).parse();
        number.map_err(|_| event.malformed(Attribute::Sequence, "an integer from 0 to 2^64-1, as text"))
    });
    let trace_parent = event.get_text(Attribute::TraceParent).map(|text| {
        let parent = text.parse::<TraceParent>();
        parent
            .map_err(|invalid| event.malformed(Attribute::TraceParent, format!("a W3C traceparent ({})", invalid.rule)))
    });
    Ok(Metadata {
        correlation_id: event.get_text(Attribute::CorrelationId).map(CorrelationId::from),
        causation_id: event_id(event, Attribute::CausationId)?,
        sequence: sequence.transpose()?,
        trace_parent: trace_parent.transpose()?,
    })
}

fn event_id(event: &CloudEvent<'_>, attribute: Attribute) -> Result<Option<EventId>, DecodeError> {
    let Some(text) = event.get_text(attribute) else { return Ok(None) };
    hyphenated(text).map(Some).ok_or_else(|| event.malformed(attribute, A_UUID))
}

/// The id that a text with hyphens is; other notations of UUIDs are not ids of events.
pub(super) fn hyphenated(text: &str) -> Option<EventId> {
    if text.len() == 36 { text.parse().ok() } else { None }
}
