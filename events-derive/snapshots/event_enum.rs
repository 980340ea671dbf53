///Which variant of [`QuickTestEvent`], without its payload; shown and parsed as the event's type.
#[allow(clippy::exhaustive_enums)]
#[derive(
    ::events_core::__private::core::clone::Clone,
    ::events_core::__private::core::marker::Copy,
    ::events_core::__private::core::fmt::Debug,
    ::events_core::__private::core::cmp::PartialEq,
    ::events_core::__private::core::cmp::Eq,
    ::events_core::__private::core::cmp::PartialOrd,
    ::events_core::__private::core::cmp::Ord,
    ::events_core::__private::core::hash::Hash,
)]
pub enum QuickTestEventKind {
    ///It began to run.
    Started,
    ///The variant [`QuickTestEvent::Failed`].
    Failed,
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::EventKind for QuickTestEventKind {
    const ALL: &'static [Self] = &[Self::Started, Self::Failed];
    fn event_type(self) -> &'static ::events_core::EventType {
        match self {
            Self::Started => {
                ::events_core::__private::event_type::<QuickTestEvent, 0usize>()
            }
            Self::Failed => {
                ::events_core::__private::event_type::<QuickTestEvent, 1usize>()
            }
        }
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::fmt::Display for QuickTestEventKind {
    fn fmt(
        &self,
        f: &mut ::events_core::__private::core::fmt::Formatter<'_>,
    ) -> ::events_core::__private::core::fmt::Result {
        ::events_core::__private::core::fmt::Display::fmt(
            ::events_core::EventKind::event_type(*self),
            f,
        )
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::str::FromStr for QuickTestEventKind {
    type Err = ::events_core::UnknownEventType;
    fn from_str(
        text: &::events_core::__private::core::primitive::str,
    ) -> ::events_core::__private::core::result::Result<
        Self,
        ::events_core::UnknownEventType,
    > {
        ::events_core::__private::kind_from_str::<QuickTestEvent>(text)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::Variant<0usize> for QuickTestEvent {
    type Payload = QuickTestStarted;
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::Variant<1usize> for QuickTestEvent {
    type Payload = QuickTestFailed;
}
#[allow(deprecated)]
const _: () = ::events_core::__private::core::assert!(
    ::events_core::__private::is_first(& [::events_core::__private::own_event_type:: <
    QuickTestEvent, 0usize > (), ::events_core::__private::own_event_type:: <
    QuickTestEvent, 1usize > ()], 1usize),
    "the event type of variant `Failed` is already that of an earlier variant"
);
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::EventEnum for QuickTestEvent {
    type Kind = QuickTestEventKind;
    const TYPES: &'static [::events_core::EventType] = &[
        ::events_core::__private::type_of::<Self, 0usize>(),
        ::events_core::__private::type_of::<Self, 1usize>(),
    ];
    fn kind(&self) -> QuickTestEventKind {
        match self {
            Self::Started(_) => QuickTestEventKind::Started,
            Self::Failed(_) => QuickTestEventKind::Failed,
        }
    }
    fn holds(
        __payload: ::events_core::__private::core::any::TypeId,
    ) -> ::events_core::__private::core::primitive::bool {
        ::events_core::__private::is_payload::<Self, 0usize>(__payload)
            || ::events_core::__private::is_payload::<Self, 1usize>(__payload)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::Emittable for QuickTestEvent {
    fn seal(
        self,
        __parts: ::events_core::__private::EnvelopeParts<'_>,
    ) -> ::events_core::__private::core::result::Result<
        ::events_core::AnyEnvelope,
        ::events_core::EnvelopeError,
    > {
        match self {
            Self::Started(__event) => {
                ::events_core::__private::seal::<Self, 0usize>(__event, __parts)
            }
            Self::Failed(__event) => {
                ::events_core::__private::seal::<Self, 1usize>(__event, __parts)
            }
        }
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<__Em: ?::events_core::__private::core::marker::Sized> ::events_core::EmittedBy<__Em>
for QuickTestEvent
where
    QuickTestStarted: ::events_core::__private::VariantEmittedBy<__Em>,
    QuickTestFailed: ::events_core::__private::VariantEmittedBy<__Em>,
{}
::events_core::__private::streamed!([] QuickTestEvent, where);
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::convert::From<QuickTestStarted> for QuickTestEvent {
    fn from(event: QuickTestStarted) -> Self {
        Self::Started(event)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::convert::From<QuickTestFailed> for QuickTestEvent {
    fn from(event: QuickTestFailed) -> Self {
        Self::Failed(event)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<
    '__e,
> ::events_core::__private::core::convert::TryFrom<&'__e ::events_core::AnyEnvelope>
for QuickTestEvent {
    type Error = ::events_core::UnknownEventType;
    fn try_from(
        event: &'__e ::events_core::AnyEnvelope,
    ) -> ::events_core::__private::core::result::Result<
        Self,
        ::events_core::UnknownEventType,
    > {
        if let ::events_core::__private::core::option::Option::Some(__event) = ::events_core::__private::payload::<
            Self,
            0usize,
        >(event) {
            return ::events_core::__private::core::result::Result::Ok(
                Self::Started(
                    <QuickTestStarted as ::events_core::__private::core::clone::Clone>::clone(
                        __event,
                    ),
                ),
            );
        }
        if let ::events_core::__private::core::option::Option::Some(__event) = ::events_core::__private::payload::<
            Self,
            1usize,
        >(event) {
            return ::events_core::__private::core::result::Result::Ok(
                Self::Failed(
                    <QuickTestFailed as ::events_core::__private::core::clone::Clone>::clone(
                        __event,
                    ),
                ),
            );
        }
        ::events_core::__private::core::result::Result::Err(
            ::events_core::UnknownEventType::new(
                event.event_type(),
                <Self as ::events_core::EventEnum>::TYPES,
            ),
        )
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::serde::Serialize for QuickTestEvent {
    fn serialize<__S: ::events_core::__private::serde::Serializer>(
        &self,
        __serializer: __S,
    ) -> ::events_core::__private::core::result::Result<__S::Ok, __S::Error> {
        match self {
            Self::Started(__event) => {
                ::events_core::__private::serialize::<
                    Self,
                    0usize,
                    _,
                >(__event, __serializer)
            }
            Self::Failed(__event) => {
                ::events_core::__private::serialize::<
                    Self,
                    1usize,
                    _,
                >(__event, __serializer)
            }
        }
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<'de> ::events_core::__private::DeserializePayload<'de> for QuickTestEvent
where
    QuickTestStarted: ::events_core::__private::serde::Deserialize<'de>,
    QuickTestFailed: ::events_core::__private::serde::Deserialize<'de>,
{
    fn deserialize_payload<__D: ::events_core::__private::serde::Deserializer<'de>>(
        __kind: QuickTestEventKind,
        __deserializer: __D,
    ) -> ::events_core::__private::core::result::Result<Self, __D::Error> {
        match __kind {
            QuickTestEventKind::Started => {
                <QuickTestStarted as ::events_core::__private::serde::Deserialize<
                    'de,
                >>::deserialize(__deserializer)
                    .map(Self::Started)
            }
            QuickTestEventKind::Failed => {
                <QuickTestFailed as ::events_core::__private::serde::Deserialize<
                    'de,
                >>::deserialize(__deserializer)
                    .map(Self::Failed)
            }
        }
    }
    fn decode(
        __kind: QuickTestEventKind,
        __event: ::events_core::__private::Encoded<'_, 'de>,
    ) -> ::events_core::__private::DecodedEvent {
        match __kind {
            QuickTestEventKind::Started => {
                ::events_core::__private::decode::<Self, 0usize>(__event)
            }
            QuickTestEventKind::Failed => {
                ::events_core::__private::decode::<Self, 1usize>(__event)
            }
        }
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<'__e> ::events_core::__private::serde::Deserialize<'__e> for QuickTestEvent
where
    QuickTestStarted: ::events_core::__private::serde::Deserialize<'__e>,
    QuickTestFailed: ::events_core::__private::serde::Deserialize<'__e>,
{
    fn deserialize<__D: ::events_core::__private::serde::Deserializer<'__e>>(
        __deserializer: __D,
    ) -> ::events_core::__private::core::result::Result<Self, __D::Error> {
        ::events_core::__private::deserialize(__deserializer)
    }
}
