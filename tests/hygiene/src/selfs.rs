//! `Self` in the types of fields, where generated code writes them down elsewhere.

use ::std::{boxed::Box, clone::Clone, cmp::PartialEq, fmt::Debug, option::Option, vec::Vec};

/// An event that holds others of its kind.
#[derive(::events::Event, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("self.nested")]
#[event(emitter = SelfEmitter, crate = ::events)]
pub struct Nested {
    /// The one before.
    pub before: Option<Box<Self>>,
    /// Those after, filled.
    #[event(default)]
    pub after: Vec<Self>,
    /// With an expression.
    #[event(default = Option::None)]
    pub beside: Option<Box<Self>>,
    /// With a function.
    #[event(default = Vec::new())]
    #[serde(serialize_with = "listed")]
    pub listed: Vec<Self>,
    /// As long as a constant of the type says.
    pub sized: [u8; Self::LENGTH],
}

impl Nested {
    /// A length.
    pub const LENGTH: usize = 2;
}

fn listed<S: ::serde::Serializer, T: ::serde::Serialize>(
    values: &[T],
    serializer: S,
) -> ::std::result::Result<S::Ok, S::Error> {
    ::serde::Serializer::collect_seq(serializer, values)
}

/// A generic one.
#[derive(::events::Event, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("self.generic")]
#[event(emitter = SelfEmitter, crate = ::events)]
pub struct Generic<T>
where
    Self: ::std::marker::Sized,
{
    /// The one before.
    #[serde(bound(serialize = "T: ::serde::Serialize", deserialize = "T: ::serde::Deserialize<'de>"))]
    pub before: Option<Box<Self>>,
    /// A value.
    pub value: T,
}

/// A generic one whose default is a function of its own, and whose bounds speak of it.
#[derive(::events::Event, Debug, ::serde::Serialize)]
#[event_type("self.bounded")]
#[event(emitter = SelfEmitter, lifecycle = SelfLife, crate = ::events)]
pub struct Bounded<T: PartialEq<Self>, const N: usize = 2>
where
    Self: Marked,
{
    /// A value.
    pub value: T,
    /// With functions of the type.
    #[event(default = [Self::first(), Self::FIRST])]
    pub filled: [u8; 2],
}

/// What only these events are.
pub trait Marked {}

impl<T: PartialEq<Self>, const N: usize> Marked for Bounded<T, N> {}

impl<T: PartialEq<Self>, const N: usize> Bounded<T, N> {
    /// A number.
    pub const FIRST: u8 = 7;

    const fn first() -> u8 {
        Self::FIRST
    }
}

/// Equal to none of them.
#[derive(Debug, ::serde::Serialize)]
pub struct Value;

impl<const N: usize> PartialEq<Bounded<Self, N>> for Value {
    fn eq(&self, _: &Bounded<Self, N>) -> bool {
        false
    }
}

/// A part.
#[derive(::events::EventData, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_data(crate = ::events)]
pub enum Tree {
    /// An end.
    Leaf,
    /// Two.
    Fork(Box<Self>, Box<Self>),
    /// Many.
    Many {
        /// With a function.
        #[serde(serialize_with = "listed")]
        nodes: Vec<Self>,
    },
}

/// Emits.
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "self", crate = ::events)]
pub struct SelfEmitter {
    emitter: ::events::EntityEmitter,
    /// Another of its kind.
    pub other: Option<Box<Self>>,
}

/// A machine.
#[derive(::events::StateMachine, Clone, ::std::marker::Copy, Debug, PartialEq, ::std::cmp::Eq)]
#[state_machine(lifecycle(SelfLife, emitter = SelfEmitter), crate = ::events)]
pub enum SelfState {
    /// The only one.
    #[state(initial, on(Bounded<Value> => Only))]
    Only,
}

/// A set.
#[derive(::events::EventEnum, Clone, Debug, PartialEq)]
#[event_enum(crate = ::events)]
pub enum SelfEvent {
    /// The one.
    Nested(Nested),
}

#[cfg(test)]
mod tests {
    use ::events::{Event as _, EventBus};
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq, vec};

    use super::{Generic, Nested, SelfEmitter, SelfLife, SelfState, Tree, Value};

    fn nested(before: Option<Nested>) -> Nested {
        let before = before.map(Box::new);
        Nested { before, after: vec![], beside: None, listed: vec![], sized: [1, 2] }
    }

    #[test]
    fn bounds_and_defaults_are_of_the_struct() {
        let bus = EventBus::builder().history(2).build();
        assert!(SelfEmitter::new(&bus, "s").emit_bounded::<_, 3>(Value).unwrap().is_delivered());
        assert_eq!(SelfLife::new(&bus, "l").emit_bounded::<_, 2, _>(Value).unwrap().state(), SelfState::Only);
        assert!(
            bus.history()
                .events()
                .iter()
                .all(|event| event.payload_json().unwrap() == r#"{"value":null,"filled":[7,7]}"#)
        );
        assert_eq!(bus.history().events().len(), 2);
    }

    #[test]
    fn the_type_of_a_field_is_that_of_the_struct() {
        let emitter = SelfEmitter::new(&EventBus::new(), "s");
        let before = Some(Box::new(nested(None)));
        assert!(emitter.other.is_none() && emitter.emit_nested(before, [1, 2]).unwrap().is_delivered());
        assert!(emitter.emit_generic(None, 1).unwrap().is_delivered());
        let event = Nested { listed: vec![nested(None)], ..nested(Some(nested(None))) };
        let event = event.for_entity("s").unwrap();
        assert_eq!(event.id().to_string(), "e08a4025-19ea-809f-85e6-6ed4ce79b57d");
        assert_eq!(Nested::DESCRIPTOR.fields()[0].type_name(), "Option<Box<Self>>");
        let leaf = || Box::new(Tree::Leaf);
        let tree = Tree::Many { nodes: vec![Tree::Fork(leaf(), leaf())] };
        let event = Generic { before: None, value: tree }.for_entity("s").unwrap();
        assert_eq!(
            event.erase().payload_json().unwrap(),
            r#"{"before":null,"value":{"Many":{"nodes":[{"Fork":["Leaf","Leaf"]}]}}}"#
        );
    }
}
