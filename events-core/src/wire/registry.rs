//! The types that a program knows, by name.

use alloc::{borrow::Cow, vec::Vec};
use core::{fmt, slice};

use serde::Deserialize;

use super::{DecodeError, RawEnvelope, cloud_event::CloudEvent, decode::Encoded};
use crate::{
    AnyEnvelope, Envelope, Event, EventEnum, EventId, EventKind as _, EventType,
    attribute::Attribute,
    event_enum::DeserializePayload,
    text::{ConstText, same},
};

/// The types that a program reads, said by name: no magic at link time.
///
/// A type is looked for one after the other, in the order of registration: list first what comes most often.
///
/// In a `static` or a `const`, one that lists an event type twice does not compile:
///
#[cfg_attr(feature = "derive", doc = "```")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// use events_core::{Event, EventEnum, wire::{Decoded, EventRegistry, RegisteredType}};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize)]
/// #[event_type("door.opened")]
/// struct DoorOpened { by: String }
///
/// #[derive(Event, Clone, Serialize, Deserialize)]
/// #[event_type("lamp.lit")]
/// struct LampLit;
///
/// #[derive(EventEnum)]
/// enum LampEvent { Lit(LampLit) }
///
/// static EVENTS: EventRegistry =
///     EventRegistry::new(&[RegisteredType::event::<DoorOpened>(), RegisteredType::all_of::<LampEvent>()]);
///
/// let text = DoorOpened { by: "Ada".into() }.for_entity("door-1")?.to_json()?;
/// match EVENTS.decode(&text.parse()?)? {
///     Decoded::Event(event) => assert_eq!(event.payload::<DoorOpened>().unwrap().by, "Ada"),
///     Decoded::Raw(other) => println!("kept as it is: {other}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
#[cfg_attr(feature = "derive", doc = "```compile_fail,E0080")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// # use events_core::{Event, wire::{EventRegistry, RegisteredType}};
/// # #[derive(Event, serde::Serialize, serde::Deserialize)]
/// # #[event_type("door.opened")]
/// # struct DoorOpened { by: String }
/// static EVENTS: EventRegistry =
///     EventRegistry::new(&[RegisteredType::event::<DoorOpened>(), RegisteredType::event::<DoorOpened>()]);
/// ```
#[derive(Clone)]
#[must_use = "a registry is there to decode"]
pub struct EventRegistry {
    types: Cow<'static, [RegisteredType]>,
}

/// An event type of a registry, or all those of an event enum.
#[derive(Clone, Copy)]
#[must_use = "a type is known once it is in a registry"]
pub struct RegisteredType {
    types: &'static [EventType],
    decode: fn(&CloudEvent<'_>, usize) -> Result<AnyEnvelope, DecodeError>,
}

impl RegisteredType {
    /// The type of one event.
    pub const fn event<E: Event + for<'de> Deserialize<'de>>() -> Self {
        Self { types: slice::from_ref(E::DESCRIPTOR.event_type()), decode: |event, _| Encoded(event).decode::<E>() }
    }

    /// The types of all variants of an event enum.
    pub const fn all_of<T: EventEnum + for<'de> DeserializePayload<'de>>() -> Self {
        Self { types: T::TYPES, decode: |event, at| T::decode(T::Kind::ALL[at], Encoded(event)) }
    }
}

/// What was decoded.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "an event's type is registered or it is not")]
pub enum Decoded {
    /// An event of a registered type.
    Event(AnyEnvelope),
    /// An event of another type, as it was written.
    Raw(RawEnvelope),
}

impl Decoded {
    /// The event's type.
    pub fn event_type(&self) -> &str {
        match self {
            Self::Event(event) => event.event_type().as_str(),
            Self::Raw(event) => event.event_type(),
        }
    }

    /// The event's id, if it is a UUID, which those of registered types are.
    pub fn event_id(&self) -> Option<EventId> {
        match self {
            Self::Event(event) => Some(event.id()),
            Self::Raw(event) => event.event_id(),
        }
    }

    /// The event, if its type is registered.
    pub fn known(&self) -> Option<&AnyEnvelope> {
        match self {
            Self::Event(event) => Some(event),
            Self::Raw(_) => None,
        }
    }

    /// The event, if its type is not registered.
    pub fn raw(&self) -> Option<&RawEnvelope> {
        match self {
            Self::Event(_) => None,
            Self::Raw(event) => Some(event),
        }
    }

    /// The event as an `E`, if that is its type and registered.
    ///
    #[cfg_attr(feature = "derive", doc = "```")]
    #[cfg_attr(not(feature = "derive"), doc = "```ignore")]
    /// use events_core::{Event, wire::{EventRegistry, RegisteredType}};
    ///
    /// #[derive(Event, serde::Serialize, serde::Deserialize)]
    /// #[event_type("door.opened")]
    /// struct DoorOpened { by: String }
    ///
    /// static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<DoorOpened>()]);
    ///
    /// let read = EVENTS.decode(&DoorOpened { by: "Ada".into() }.for_entity("door-1")?.to_raw()?)?;
    /// assert_eq!(read.downcast::<DoorOpened>().unwrap().by, "Ada");
    /// assert!(read.raw().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn downcast<E: Event>(&self) -> Option<Envelope<E>> {
        self.known()?.downcast()
    }
}

impl EventRegistry {
    /// The types, none of them twice.
    ///
    /// # Panics
    ///
    /// If an event type is there twice: in a `const` or `static` item a compile error.
    pub const fn new(types: &'static [RegisteredType]) -> Self {
        if let Some(twice) = first_twice(types) {
            let text =
                ConstText::new().with("the event type `").with(twice.name_in_const()).with("` is registered twice");
            panic!("{}", text.as_str());
        }
        Self { types: Cow::Borrowed(types) }
    }

    /// Types that are known at run time only.
    ///
    /// # Errors
    ///
    /// [`DuplicateEventType`]: an event type is there twice.
    pub fn from_types(types: impl IntoIterator<Item = RegisteredType>) -> Result<Self, DuplicateEventType> {
        let types: Vec<_> = types.into_iter().collect();
        match first_twice(&types) {
            Some(event_type) => Err(DuplicateEventType { event_type }),
            None => Ok(Self { types: Cow::Owned(types) }),
        }
    }

    /// The event types, in the order of registration.
    pub fn event_types(&self) -> impl Iterator<Item = &'static EventType> {
        self.types.iter().flat_map(|registered| registered.types)
    }

    /// The event as one of a registered type, its id verified; of another type, as it is.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: it is not what its type says. Offsets are in [`RawEnvelope::as_json`].
    pub fn decode(&self, event: &RawEnvelope) -> Result<Decoded, DecodeError> {
        match self.decode_event(&event.cloud_event()) {
            Some(event) => event.map(Decoded::Event),
            None => Ok(Decoded::Raw(event.clone())),
        }
    }

    /// `None`: the type is not registered.
    pub(super) fn decode_event(&self, event: &CloudEvent<'_>) -> Option<Result<AnyEnvelope, DecodeError>> {
        let name = event.get_text(Attribute::Type)?;
        self.types.iter().find_map(|registered| {
            let at = registered.types.iter().position(|event_type| event_type == name)?;
            Some((registered.decode)(event, at))
        })
    }
}

const fn first_twice(types: &[RegisteredType]) -> Option<&'static EventType> {
    let mut at = 0;
    while at < types.len() {
        let mut of = 0;
        while of < types[at].types.len() {
            let event_type = &types[at].types[of];
            if is_before(types, at, of, event_type) {
                return Some(event_type);
            }
            of += 1;
        }
        at += 1;
    }
    None
}

/// Whether a type stands before the place `at`, `of`.
const fn is_before(types: &[RegisteredType], at: usize, of: usize, event_type: &EventType) -> bool {
    let mut earlier = 0;
    while earlier <= at {
        let end = if earlier == at { of } else { types[earlier].types.len() };
        let mut index = 0;
        while index < end {
            if same(types[earlier].types[index].name_in_const(), event_type.name_in_const()) {
                return true;
            }
            index += 1;
        }
        earlier += 1;
    }
    false
}

impl fmt::Debug for EventRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.event_types()).finish()
    }
}

impl fmt::Debug for RegisteredType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RegisteredType").field(&self.types).finish()
    }
}

/// An event type that is registered twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event type `{event_type}` is registered twice")]
#[non_exhaustive]
pub struct DuplicateEventType {
    /// The type.
    pub event_type: &'static EventType,
}
