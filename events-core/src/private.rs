//! What generated code calls, and the tools of sibling crates. *Not* part of the public API: anything here may change in any
//! release.

pub use alloc::string::String;
use core::any::TypeId;
pub use core::{self, convert::Into, result::Result};

use chrono::{DateTime, Utc};
pub use serde;

pub use crate::EmittedBy;
#[cfg(feature = "std")]
pub use crate::bus::{Handler, handler_of_enum};
// For the tools of sibling crates: lines that look like those of the `ConsoleObserver`, and are as harmless.
#[cfg(feature = "console")]
pub use crate::console::{KEY, Line, TIME, columns, is_harmful, style_of};
pub use crate::envelope::{EnvelopeParts, EnvelopeView, Head, TypedEnvelope};
pub use crate::event_enum::{DecodedEvent, DeserializePayload, Encoded, deserialize, kind_from_str};
pub use crate::identity::{CanonicalWriter, EventData, Members, NoWay, Probe, ViaSerde};
use crate::metric::Value;
pub use crate::metric::{CounterValue, MetricLabel, MetricValue, Reading};
pub use crate::upcast::{PredecessorOf, Successor, check_succession, from_older, predecessor};
use crate::{
    AnyEnvelope, EnvelopeError, Event, EventDescriptor, EventType, FieldDescriptor, StateMachine, UnknownState,
    ValidationError,
    state::names,
    text::{ConstText, same},
};
#[cfg(feature = "std")]
pub use crate::{
    EmitError, EmittedIn, Emitter, EntityId, EventBus, Follows, LifeState, NotEmitted, Receipt, state::Lifecycle,
};

/// An event type whose grammar the derive has checked.
pub const fn event_type_named(full: &'static str, entity_type: &'static str) -> EventType {
    EventType::from_checked(full, entity_type)
}

/// What most derived events say of themselves: one call, for the sake of those who compile it.
pub const fn descriptor(
    full: &'static str,
    entity_type: &'static str,
    docs: &'static str,
    fields: &'static [FieldDescriptor],
    canonical_head: &'static [u8],
) -> EventDescriptor {
    EventDescriptor::new(event_type_named(full, entity_type))
        .with_docs(docs)
        .with_fields(fields)
        .with_canonical_head(canonical_head)
}

/// What the fields of a derived event say of themselves: name, type, docs, and 1 for `skip_id` plus 2 for one that is filled.
pub const fn fields<const N: usize>(told: [(&'static str, &'static str, &'static str, u8); N]) -> [FieldDescriptor; N] {
    let mut fields = [FieldDescriptor::new("", ""); N];
    let mut at = 0;
    while at < N {
        fields[at] = FieldDescriptor::told(told[at]);
        at += 1;
    }
    fields
}

/// What a validator may return.
#[diagnostic::on_unimplemented(
    message = "a validator returns `Result<(), V>` where `V: Into<ValidationError>`, not `{Self}`",
    label = "returns `{Self}`",
    note = "e.g. `fn check(&self) -> Result<(), ValidationError>`"
)]
pub trait Verdict {
    fn verdict(self) -> Result<(), ValidationError>;
}

#[diagnostic::do_not_recommend]
impl<V: Into<ValidationError>> Verdict for Result<(), V> {
    fn verdict(self) -> Result<(), ValidationError> {
        self.map_err(Into::into)
    }
}

/// What `#[event(now)]` can fill.
#[diagnostic::on_unimplemented(
    message = "`#[event(now)]` fills a `DateTime<Utc>`, not a `{Self}`",
    label = "not made from a `DateTime<Utc>`",
    note = "use `DateTime<Utc>` or a type that is `From<DateTime<Utc>>`, or fill the field with `#[event(default = …)]`"
)]
pub trait FromNow {
    fn from_now(now: DateTime<Utc>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: From<DateTime<Utc>>> FromNow for T {
    fn from_now(now: DateTime<Utc>) -> Self {
        now.into()
    }
}

/// Reads a field that feeds a counter.
pub fn counter<T: CounterValue + ?Sized>(
    told: &mut dyn FnMut(Reading<'_>),
    metric: usize,
    field: &T,
    labels: &[&dyn core::fmt::Display],
) {
    if let Some(count) = field.count() {
        told(Reading { metric, value: Value::Count(count), labels });
    }
}

/// The text of a field that is a label.
pub fn label<T: MetricLabel>(field: &T) -> &dyn core::fmt::Display {
    field.text()
}

/// Reads a field that feeds a gauge or a histogram.
pub fn number<T: MetricValue + ?Sized>(
    told: &mut dyn FnMut(Reading<'_>),
    metric: usize,
    field: &T,
    labels: &[&dyn core::fmt::Display],
) {
    if let Some(number) = field.number() {
        told(Reading { metric, value: Value::Number(number), labels });
    }
}

/// An emitter that can be made of nothing but a bus and an entity's id, as derived ones are.
#[cfg(feature = "std")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not made of a bus and an id alone",
    label = "needs an emitter that derives `Emitter`",
    note = "make the emitter first, and the life cycle of it: `QuickTestLife::from(emitter)`"
)]
pub trait MadeFor<Id> {
    fn made_for(bus: &EventBus, entity_id: Id) -> Self;
}

/// Emits through a derived emitter, at the time its fields were filled with.
#[cfg(feature = "std")]
pub fn emit_at<E: Event>(emitter: &crate::EntityEmitter, event: E, time: DateTime<Utc>) -> Result<Receipt, EmitError> {
    emitter.emit_at(event, time)
}

/// Emits through a derived emitter, now.
#[cfg(feature = "std")]
pub fn emit<E: Event>(emitter: &crate::EntityEmitter, event: E) -> Result<Receipt, EmitError> {
    emitter.emit_at(event, emitter.now())
}

/// The payload of the event enum's variant with this index.
///
/// The one place where a payload is asked to be an event: all else that is generated asks for this, which holds wherever it is
/// claimed, so that a payload that is none is one error.
#[diagnostic::on_unimplemented(message = "`{Self}` has no variant {N}", label = "not an event enum")]
pub trait Variant<const N: usize> {
    type Payload: VariantPayload;
}

/// What an event enum does with an event. `Event` is not a supertrait, which would ask for all that an event has to be once more.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "a variant of an event enum holds one event: add `#[derive(Event)]` and `#[event_type(\"entity.happened\")]` to `{Self}`"
)]
pub trait VariantPayload: Sized + 'static {
    const TYPE: EventType;

    const DESCRIPTOR: &'static EventDescriptor;

    fn of(event: &AnyEnvelope) -> Option<&Self>;

    fn seal(self, parts: EnvelopeParts<'_>) -> Result<AnyEnvelope, EnvelopeError>;

    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    fn decode<'de>(event: Encoded<'_, 'de>) -> DecodedEvent
    where
        Self: serde::Deserialize<'de>;
}

#[diagnostic::do_not_recommend]
impl<E: Event> VariantPayload for E {
    const TYPE: EventType = <E as Event>::TYPE;

    const DESCRIPTOR: &'static EventDescriptor = <E as Event>::DESCRIPTOR;

    fn of(event: &AnyEnvelope) -> Option<&Self> {
        event.payload()
    }

    fn seal(self, parts: EnvelopeParts<'_>) -> Result<AnyEnvelope, EnvelopeError> {
        parts.seal(self).map(Into::into)
    }

    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::event_enum::serialize(<E as Event>::DESCRIPTOR.event_type(), self, serializer)
    }

    fn decode<'de>(event: Encoded<'_, 'de>) -> DecodedEvent
    where
        Self: serde::Deserialize<'de>,
    {
        event.decode::<Self>()
    }
}

/// What `EmittedBy` says of a variant's payload, asked without asking whether that is an event at all.
pub trait VariantEmittedBy<Em: ?Sized> {}

impl<E: EmittedBy<Em>, Em: ?Sized> VariantEmittedBy<Em> for E {}

/// Makes an event enum what a stream can give. Without `std` there are no streams, and nothing to say.
#[cfg(feature = "std")]
#[doc(hidden)]
#[macro_export]
macro_rules! __streamed {
    ([$($parameters:tt)*] $ty:ty, $($where:tt)*) => {
        #[automatically_derived]
        #[allow(deprecated)]
        impl $($parameters)* $crate::Streamed for $ty $($where)* {
            type Item = Self;

            fn handler(
                send: impl $crate::__private::core::ops::Fn(Self)
                    + $crate::__private::core::marker::Send
                    + $crate::__private::core::marker::Sync
                    + 'static,
            ) -> $crate::__private::Handler {
                $crate::__private::handler_of_enum(send)
            }
        }
    };
}

#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __streamed {
    ($($none:tt)*) => {};
}

pub use crate::__streamed as streamed;

/// The event type of a variant, as a value.
pub const fn type_of<T: Variant<N>, const N: usize>() -> EventType {
    T::Payload::TYPE
}

/// The event type of a variant.
pub const fn event_type<T: Variant<N>, const N: usize>() -> &'static EventType {
    T::Payload::DESCRIPTOR.event_type()
}

/// The same where it is compared with those of other variants. Where a type is the payload of two variants the bound does not
/// hold, and nothing is compared: the conflict of the conversions is reported already.
pub const fn own_event_type<T: Variant<N> + From<T::Payload>, const N: usize>() -> &'static EventType {
    event_type::<T, N>()
}

/// The payload of a variant, if the envelope holds it.
pub fn payload<T: Variant<N>, const N: usize>(event: &AnyEnvelope) -> Option<&T::Payload> {
    T::Payload::of(event)
}

/// Whether this is the payload of a variant.
pub fn is_payload<T: Variant<N>, const N: usize>(payload: TypeId) -> bool {
    payload == TypeId::of::<T::Payload>()
}

/// Seals the payload of a variant.
pub fn seal<T: Variant<N>, const N: usize>(
    payload: T::Payload,
    parts: EnvelopeParts<'_>,
) -> Result<AnyEnvelope, EnvelopeError> {
    payload.seal(parts)
}

/// Writes the payload of a variant with its event type.
pub fn serialize<T: Variant<N>, const N: usize, S: serde::Serializer>(
    payload: &T::Payload,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    payload.serialize(serializer)
}

/// Decodes an event of a variant's type.
pub fn decode<'de, T: Variant<N>, const N: usize>(event: Encoded<'_, 'de>) -> DecodedEvent
where
    T::Payload: serde::Deserialize<'de>,
{
    T::Payload::decode(event)
}

/// Fails to compile unless an emitter is for an entity type; one whose own derive failed is for all, its error being reported
/// already.
#[track_caller]
pub const fn check_entity_type(emitter: &str, event: &str, entity_type: &str) {
    if emitter.is_empty() || same(emitter, entity_type) {
        return;
    }
    let message = ConstText::new()
        .with("event `")
        .with(event)
        .with("` is about a `")
        .with(entity_type)
        .with("`, which is not the entity type of this emitter; name another emitter, ")
        .with("or give the event `#[event(entity_type = \"…\")]`");
    panic!("{}", message.as_str());
}

/// Whether no earlier type in the list has the name of the one at `at`.
pub const fn is_first(types: &[&EventType], at: usize) -> bool {
    let mut earlier = 0;
    while earlier < at {
        if same(types[earlier].name_in_const(), types[at].name_in_const()) {
            return false;
        }
        earlier += 1;
    }
    true
}

/// The state with this name.
pub fn state_named<S: StateMachine>(name: &str) -> Result<S, UnknownState> {
    names::state_named(name)
}

/// Shows a state by its name.
pub fn show_state<S: StateMachine>(state: &S, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
    f.pad(state.name())
}

/// Writes a state as its name.
pub fn serialize_state<S: StateMachine, Z: serde::Serializer>(state: &S, serializer: Z) -> Result<Z::Ok, Z::Error> {
    names::serialize(state, serializer)
}

/// Reads a state from its name.
pub fn deserialize_state<'de, S: StateMachine, D: serde::Deserializer<'de>>(deserializer: D) -> Result<S, D::Error> {
    names::deserialize(deserializer)
}

/// What the assertions of the test kit make, and what they call.
#[cfg(feature = "testing")]
pub mod testing {
    pub use crate::testing::{
        assertions::{emitted, emitted_exactly, emitted_in_order, emitted_once, not_emitted},
        expectation::{Expectation, Verdict, expectation},
    };
}

/// What benchmarks reach into.
#[cfg(feature = "std")]
pub mod bench {
    use std::time::Duration;

    use chrono::DateTime;

    use crate::{
        DedupWindow, EventId,
        bus::window::{self, Admission, OwnLane},
    };

    /// The ids of a bus, without the bus, for one thread.
    #[derive(Debug)]
    pub struct Window(window::Window, Option<OwnLane>);

    impl Window {
        /// An empty one.
        pub fn new(limits: DedupWindow) -> Self {
            let window = window::Window::new(limits, (DateTime::UNIX_EPOCH, Duration::ZERO));
            let lane = window.lane();
            Self(window, lane)
        }

        /// Admits and settles an id; whether it was fresh.
        pub fn deliver(&mut self, id: EventId, now: Duration) -> bool {
            match self.0.admit(id, now, self.1.as_ref()) {
                Admission::Fresh(ticket) => {
                    self.0.settle(id, ticket, true);
                    true
                }
                Admission::Duplicate { .. } => false,
            }
        }
    }
}
