//! Parameters of every kind.

use ::std::{
    clone::Clone,
    cmp::{Eq, Ord, PartialEq},
    collections::BTreeMap,
    default::Default,
    fmt::{Debug, Display},
    marker::{Copy, PhantomData, Send, Sync},
    option::Option,
    string::String,
    vec::Vec,
};

/// Bounds, a where clause, defaults, and a parameter that is nowhere in the payload's data.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("generic.bounded")]
#[event(emitter = GenericEmitter, lifecycle = GenericLife, crate = ::events)]
pub struct Bounded<T: Clone + Debug, U = u8, M = (), const N: usize = 2>
where
    Vec<T>: Default,
    U: PartialEq,
{
    /// A value.
    pub value: T,
    /// Another.
    pub other: Option<U>,
    /// Neither.
    #[event(default)]
    pub marker: PhantomData<M>,
    /// With an expression.
    #[event(default = Vec::new())]
    pub list: Vec<U>,
}

/// Only a number.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize)]
#[event_type("generic.sized")]
#[event(emitter = GenericEmitter, crate = ::events)]
pub struct OfSize<const N: usize> {
    /// So many, with a function.
    #[serde(serialize_with = "slice")]
    pub values: [u8; N],
    /// So many of another type, through a derive.
    pub data: Sized<Option<u8>, N>,
}

/// With a default that needs the bound.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize)]
#[event_type("generic.defaulted")]
#[event(emitter = GenericEmitter, bound = "T: Default + ::serde::Serialize + Send + Sync + 'static", crate = ::events)]
pub struct Defaulted<T> {
    /// A value.
    pub value: T,
    /// With an expression of its type.
    #[event(default = T::default())]
    pub default: T,
}

/// Only a marker.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("generic.marked")]
#[event(emitter = GenericEmitter, lifecycle = GenericLife, bound = "M: Send + Sync + 'static", crate = ::events)]
#[serde(bound = "")]
pub struct Marked<M> {
    /// No value.
    pub marker: PhantomData<M>,
}

/// A bound of its own.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize)]
#[event_type("generic.keyed")]
#[event(emitter = GenericEmitter, bound = "K: ::serde::Serialize + Ord + Send + Sync + 'static", crate = ::events)]
pub struct Keyed<K> {
    /// By key.
    pub values: BTreeMap<K, u8>,
}

fn slice<S: ::serde::Serializer, T: ::serde::Serialize>(
    values: &[T],
    serializer: S,
) -> ::std::result::Result<S::Ok, S::Error> {
    ::serde::Serializer::collect_seq(serializer, values)
}

/// A part with parameters of every kind.
#[derive(::events::EventData, Clone, Debug, PartialEq, Eq, ::serde::Serialize)]
#[event_data(crate = ::events)]
pub struct Sized<T, const N: usize = 1>
where
    T: Clone + ::serde::Serialize,
{
    /// With a function, of the parameters' types.
    #[serde(serialize_with = "slice")]
    pub values: [T; N],
    /// A value.
    pub value: Option<T>,
}

/// A part that borrows.
#[derive(::events::EventData, Debug, PartialEq, Eq, ::serde::Serialize)]
#[event_data(crate = ::events)]
pub enum Borrowing<'a, 'b: 'a, T: ?::std::marker::Sized + Display + 'a = str> {
    /// Both.
    Both(&'a T, &'b str),
    /// One, with a function.
    One {
        /// As text.
        #[serde(serialize_with = "shown")]
        value: &'a T,
    },
}

fn shown<S: ::serde::Serializer>(value: impl Display, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
    ::serde::Serializer::collect_str(serializer, &value)
}

/// A marker in a part.
#[derive(::events::EventData, Clone, Copy, Debug, PartialEq, Eq, ::serde::Serialize)]
#[event_data(bound = "", crate = ::events)]
#[serde(bound = "")]
pub struct MarkedData<M> {
    /// No value.
    pub marker: PhantomData<M>,
}

/// Everything with concrete parameters.
#[derive(::events::Event, Debug, PartialEq, Eq, ::serde::Serialize)]
#[event_type("generic.concrete")]
#[event(emitter = GenericEmitter<u8>, crate = ::events)]
pub struct Concrete {
    /// Arrays.
    pub sized: Sized<u8, 3>,
    /// A marker.
    pub marked: MarkedData<Unwritten>,
    /// A marker by itself.
    pub phantom: PhantomData<fn(Unwritten) -> u8>,
    /// Borrowed for good.
    pub borrowing: Borrowing<'static, 'static, str>,
}

/// Written by nobody.
#[derive(Debug, PartialEq, Eq)]
pub struct Unwritten;

/// An emitter with parameters.
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "generic", crate = ::events)]
pub struct GenericEmitter<T = u8, const N: usize = 2>
where
    T: Debug,
{
    emitter: ::events::EntityEmitter,
    /// The last one.
    pub last: Option<T>,
}

/// A set with parameters filled in.
#[derive(::events::EventEnum, Clone, Debug, PartialEq, Eq)]
#[event_enum(crate = ::events)]
pub enum GenericEvent {
    /// With all.
    Bounded(Bounded<String, u8, (), 3>),
    /// With a marker.
    Marked(Marked<u8>),
}

/// A machine on events with parameters.
#[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(GenericLife, emitter = GenericEmitter), crate = ::events)]
pub enum GenericState {
    /// Before.
    #[state(initial, on(Bounded<String, u8, (), 3> => Closed), on(Marked<u8> => Closed))]
    Open,
    /// After.
    #[state(terminal)]
    Closed,
}

/// A machine with a parameter.
#[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(serde, context = u8, crate = ::events)]
pub enum OfNumber<const N: u8> {
    /// Before.
    #[state(initial, on(Marked<u8> => Closed, if = is_small::<N>))]
    Open,
    /// After.
    #[state(terminal, entry = keep)]
    Closed,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "guards are given their context like this")]
const fn is_small<const N: u8>(_: &Marked<u8>, context: &u8) -> bool {
    *context < N
}

const fn keep<const N: u8>(_: &::events::Transition<OfNumber<N>>, context: &mut u8) {
    *context = N;
}

#[cfg(test)]
mod tests {
    use ::events::{Event as _, EventBus, EventEnum as _, StateManager};
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq, marker::PhantomData, vec};

    use super::{
        Borrowing, Bounded, Concrete, GenericEmitter, GenericEvent, GenericEventKind, GenericState, Keyed, Marked,
        MarkedData, OfNumber, OfSize, Sized,
    };

    fn concrete(borrowing: Borrowing<'static, 'static>) -> Concrete {
        Concrete {
            sized: Sized { values: [1, 2, 3], value: Some(4) },
            marked: MarkedData { marker: PhantomData },
            phantom: PhantomData,
            borrowing,
        }
    }

    #[test]
    fn parameters_of_every_kind_are_written() {
        let both = concrete(Borrowing::Both("a", "b")).for_entity("g").unwrap();
        let one = concrete(Borrowing::One { value: "a" }).for_entity("g").unwrap();
        assert_eq!(
            (both.id().to_string().as_str(), one.id().to_string().as_str()),
            ("e88ac2ce-0f1b-8fdf-888a-44d2ac68282a", "f3a4e7ad-036f-8e9f-955d-ef35bac668cb")
        );
        assert_eq!(
            one.erase().payload_json().unwrap(),
            r#"{"sized":{"values":[1,2,3],"value":4},"marked":{"marker":null},"phantom":null,"borrowing":{"One":{"value":"a"}}}"#
        );
        let sized = OfSize { values: [1, 2], data: Sized { values: [None, Some(1)], value: None } };
        assert_eq!(
            sized.for_entity("g").unwrap().erase().payload_json().unwrap(),
            r#"{"values":[1,2],"data":{"values":[null,1],"value":null}}"#
        );
        assert!(Keyed { values: [("k", 1)].into() }.for_entity("g").unwrap().id().is_content());
        assert!(Marked::<u8> { marker: PhantomData }.for_entity("g").unwrap().id().is_content());
    }

    #[test]
    fn methods_are_generic_as_their_events() {
        let emitter = GenericEmitter::<u8>::new(&EventBus::new(), "g");
        assert!(emitter.last.is_none());
        assert!(emitter.emit_bounded::<u8, u8, (), 7>(1, None).unwrap().is_delivered());
        let data = Sized { values: [None], value: None };
        assert!(emitter.emit_sized::<1>([1], data).unwrap().is_delivered());
        assert!(emitter.emit_marked::<u8>(PhantomData).unwrap().is_delivered());
        assert!(emitter.emit_keyed([(1, 2)].into()).unwrap().is_delivered());
        assert!(emitter.emit_defaulted("v").unwrap().is_delivered());
        let event = concrete(Borrowing::Both("a", "b"));
        assert!(
            emitter.emit_concrete(event.sized, event.marked, event.phantom, event.borrowing).unwrap().is_delivered()
        );
    }

    #[test]
    fn sets_and_machines_tell_the_parameters() {
        let event: Bounded<String, u8, (), 3> =
            Bounded { value: "v".into(), other: None, marker: PhantomData, list: vec![] };
        let event = event.for_entity("g").unwrap();
        let life = super::GenericLife::new(&EventBus::new(), "g");
        assert_eq!(life.emit_bounded::<String, u8, (), 3, _>("v".into(), None).unwrap().state(), GenericState::Closed);
        assert!(StateManager::<GenericState>::new().apply(&event).unwrap().is_some());
        assert_eq!(GenericEvent::try_from(&event.erase()).unwrap().kind(), GenericEventKind::Bounded);
        let marked = Marked::<u8> { marker: PhantomData }.for_entity("g").unwrap();
        assert!(StateManager::<OfNumber<0>, _>::new().apply(&marked).is_err());
        let mut state = StateManager::<OfNumber<3>, _>::new();
        state.apply(&marked).unwrap();
        assert_eq!((::serde_json::to_string(state.state()).unwrap().as_str(), *state.context()), (r#""closed""#, 3));
        assert_eq!(::serde_json::from_str::<OfNumber<3>>(r#""closed""#).unwrap(), OfNumber::Closed);
    }
}
