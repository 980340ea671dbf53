//! Closed sets of events: what `#[derive(EventEnum)]` implements.

use alloc::string::{String, ToString};
use core::{
    any::TypeId,
    fmt::{self, Debug, Display},
    marker::PhantomData,
    str::FromStr,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
    ser::SerializeStruct,
};

#[cfg(feature = "json")]
pub use crate::wire::{DecodedEvent, Encoded};
use crate::{
    AnyEnvelope, EntityId, EnvelopeError, EventType,
    content::Content,
    envelope::{Emittable, seal_for},
};

/// A closed set of events: an enum whose variants each hold one payload.
///
/// Implemented by `#[derive(EventEnum)]`. An exhaustive `match` over it is how "no event forgotten" comes from the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event enum",
    label = "not an event enum",
    note = "add `#[derive(EventEnum)]` to an enum whose variants each hold one event: `Started(QuickTestStarted)`"
)]
pub trait EventEnum:
    Emittable + Send + Sync + 'static + for<'a> TryFrom<&'a AnyEnvelope, Error = UnknownEventType>
{
    /// The fieldless companion: which variant, without its payload.
    type Kind: EventKind;

    /// The types of the variants, in the order of the source.
    const TYPES: &'static [EventType];

    /// Which variant this is.
    fn kind(&self) -> Self::Kind;

    /// The type of the event in this variant.
    fn event_type(&self) -> &'static EventType {
        self.kind().event_type()
    }

    /// Whether this is the payload of a variant: its very type, not only one with the same event type.
    fn holds(payload: TypeId) -> bool;

    /// Puts the payload into an envelope, with the same id as [`Event::for_entity`](crate::Event::for_entity) on the
    /// payload itself.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError`]: the entity id is empty, the payload breaks its rules, or it cannot be encoded.
    fn for_entity(self, id: impl Into<EntityId>) -> Result<AnyEnvelope, EnvelopeError> {
        seal_for(self, id.into())
    }
}

/// Which variant of an [`EventEnum`]; shown and parsed as the event's type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the kind of an event enum",
    label = "not a kind of event",
    note = "`#[derive(EventEnum)]` on `MyEvent` makes one: `MyEventKind`"
)]
pub trait EventKind: Copy + Eq + Debug + Display + FromStr<Err = UnknownEventType> + Send + Sync + 'static {
    /// All kinds, in the order of the source.
    const ALL: &'static [Self];

    /// The event's type.
    fn event_type(self) -> &'static EventType;
}

/// An event whose type is not among those expected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownEventType {
    /// The type that was found.
    pub found: String,
    /// The types that are known.
    pub expected: &'static [EventType],
}

impl UnknownEventType {
    /// `found` is not among `expected`.
    pub fn new(found: impl Display, expected: &'static [EventType]) -> Self {
        Self { found: found.to_string(), expected }
    }
}

impl Display for UnknownEventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown event type `{}`; expected ", self.found.escape_debug())?;
        match self.expected {
            [] => f.write_str("none at all"),
            [only] => write!(f, "`{only}`"),
            [first, rest @ ..] => {
                write!(f, "one of `{first}`")?;
                rest.iter().try_for_each(|event_type| write!(f, ", `{event_type}`"))
            }
        }
    }
}

impl core::error::Error for UnknownEventType {}

/// The kind with this event type.
#[doc(hidden)]
pub fn kind_from_str<T: EventEnum>(text: &str) -> Result<T::Kind, UnknownEventType> {
    let kind = T::Kind::ALL.iter().find(|kind| kind.event_type() == text);
    kind.copied().ok_or_else(|| UnknownEventType::new(text, T::TYPES))
}

const TYPE: &str = "type";
const DATA: &str = "data";

/// Writes a variant as `{"type": …, "data": …}`.
pub(crate) fn serialize<P: Serialize, S: Serializer>(
    event_type: &EventType,
    payload: &P,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_struct("Event", 2)?;
    out.serialize_field(TYPE, event_type)?;
    out.serialize_field(DATA, payload)?;
    out.end()
}

/// The part of deserializing that differs from enum to enum: the payload of a given kind.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event enum that can be read",
    label = "cannot be deserialized",
    note = "add `#[derive(EventEnum)]` to `{Self}`, and `#[derive(Deserialize)]` to each of its events"
)]
pub trait DeserializePayload<'de>: EventEnum {
    fn deserialize_payload<D: Deserializer<'de>>(kind: Self::Kind, deserializer: D) -> Result<Self, D::Error>;

    fn decode(kind: Self::Kind, event: Encoded<'_, 'de>) -> DecodedEvent;
}

/// Without the feature `json` there is none.
#[cfg(not(feature = "json"))]
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "hidden")]
pub struct Encoded<'e, 'de>(DecodedEvent, PhantomData<(&'e (), &'de ())>);

#[cfg(not(feature = "json"))]
#[doc(hidden)]
pub type DecodedEvent = core::convert::Infallible;

#[cfg(not(feature = "json"))]
impl Encoded<'_, '_> {
    #[expect(clippy::extra_unused_type_parameters, reason = "as with the feature `json`")]
    pub(crate) fn decode<E>(self) -> DecodedEvent {
        self.0
    }
}

/// Reads what [`serialize`] writes, its two members in any order.
#[doc(hidden)]
pub fn deserialize<'de, T: DeserializePayload<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct("Event", &[TYPE, DATA], EventVisitor(PhantomData))
}

struct EventVisitor<T>(PhantomData<T>);

struct Payload<T: EventEnum>(T::Kind);

impl<'de, T: DeserializePayload<'de>> DeserializeSeed<'de> for Payload<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize_payload(self.0, deserializer)
    }
}

enum Member {
    Type,
    Data,
    Other,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MemberVisitor;

        impl Visitor<'_> for MemberVisitor {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_str<E>(self, name: &str) -> Result<Member, E> {
                Ok(match name {
                    TYPE => Member::Type,
                    DATA => Member::Data,
                    _ => Member::Other,
                })
            }
        }

        deserializer.deserialize_identifier(MemberVisitor)
    }
}

impl<'de, T: DeserializePayload<'de>> Visitor<'de> for EventVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event: an object with `type` and `data`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut kind = None;
        let mut early = None;
        let mut event = None;
        while let Some(member) = map.next_key()? {
            match (member, kind) {
                (Member::Type, Some(_)) => return Err(de::Error::duplicate_field(TYPE)),
                (Member::Type, None) => {
                    let text: String = map.next_value()?;
                    kind = Some(kind_from_str::<T>(&text).map_err(de::Error::custom)?);
                }
                (Member::Data, _) if event.is_some() || early.is_some() => {
                    return Err(de::Error::duplicate_field(DATA));
                }
                (Member::Data, Some(kind)) => event = Some(map.next_value_seed(Payload::<T>(kind))?),
                (Member::Data, None) => early = Some(map.next_value::<Content>()?),
                (Member::Other, _) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let kind = kind.ok_or_else(|| de::Error::missing_field(TYPE))?;
        match (event, early) {
            (Some(event), _) => Ok(event),
            (None, Some(content)) => T::deserialize_payload(kind, content.deserializer()),
            (None, None) => Err(de::Error::missing_field(DATA)),
        }
    }

    /// Formats that write no names.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        let short = |len| de::Error::invalid_length(len, &self);
        let text: String = seq.next_element()?.ok_or_else(|| short(0))?;
        let kind = kind_from_str::<T>(&text).map_err(de::Error::custom)?;
        seq.next_element_seed(Payload::<T>(kind))?.ok_or_else(|| short(1))
    }
}
