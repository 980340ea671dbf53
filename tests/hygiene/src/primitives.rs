//! The names of primitive types mean something else. What serde derives would not compile here, so it is written by hand.

#![allow(dead_code, non_camel_case_types, reason = "the names are there to be in the way")]

use ::std::fmt::Debug;

struct bool;
struct char;
struct str;
struct u8;
struct u16;
struct u32;
struct u64;
struct usize;
struct i32;
struct i64;
struct f64;

/// A measured thing.
#[derive(::events::Event, Debug)]
#[event_type("measure.taken")]
#[event(emitter = MeasureEmitter, version = 2, upcast_from = TakenV1, crate = ::events)]
pub struct Taken {
    /// A value.
    pub value: Value,
    /// A flag.
    #[event(default)]
    pub flag: ::std::primitive::bool,
}

impl ::serde::Serialize for Taken {
    fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
        use ::serde::ser::SerializeStruct as _;
        let mut fields = serializer.serialize_struct("Taken", 2)?;
        fields.serialize_field("value", &self.value)?;
        fields.serialize_field("flag", &self.flag)?;
        fields.end()
    }
}

impl<'de> ::serde::Deserialize<'de> for Taken {
    fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        let (value, flag) = ::serde::Deserialize::deserialize(deserializer)?;
        ::std::result::Result::Ok(Self { value: Value { value }, flag })
    }
}

/// A measured thing, as it was told at first.
#[derive(::events::Event, Debug)]
#[event_type("measure.taken")]
#[event(crate = ::events)]
pub struct TakenV1 {
    /// A value.
    pub value: ::std::primitive::u32,
}

impl ::serde::Serialize for TakenV1 {
    fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
        use ::serde::ser::SerializeStruct as _;
        let mut fields = serializer.serialize_struct("TakenV1", 1)?;
        fields.serialize_field("value", &self.value)?;
        fields.end()
    }
}

impl<'de> ::serde::Deserialize<'de> for TakenV1 {
    fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        let (value,) = ::serde::Deserialize::deserialize(deserializer)?;
        ::std::result::Result::Ok(Self { value })
    }
}

impl ::events::Upcast for TakenV1 {
    type To = Taken;

    fn upcast(self) -> Taken {
        Taken { value: Value { value: self.value }, flag: false }
    }
}

impl ::std::clone::Clone for Taken {
    fn clone(&self) -> Self {
        Self { value: Value { value: self.value.value }, flag: self.flag }
    }
}

/// A value.
#[derive(::events::EventData, Debug)]
#[event_data(crate = ::events)]
pub struct Value {
    /// In itself.
    pub value: ::std::primitive::u32,
}

impl ::serde::Serialize for Value {
    fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
        ::serde::Serializer::collect_map(serializer, [("value", self.value)])
    }
}

/// Emits measures.
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "measure", crate = ::events)]
pub struct MeasureEmitter(::events::EntityEmitter, ::std::primitive::u64);

/// Every measure.
#[derive(::events::EventEnum, ::std::clone::Clone, Debug)]
#[event_enum(crate = ::events)]
pub enum MeasureEvent {
    /// Taken.
    Taken(Taken),
}

/// A measure's life.
#[derive(
    ::events::StateMachine, ::std::clone::Clone, ::std::marker::Copy, Debug, ::std::cmp::PartialEq, ::std::cmp::Eq,
)]
#[state_machine(crate = ::events)]
pub enum MeasureState {
    /// Before.
    #[state(initial, on(Taken => Done))]
    Open,
    /// After.
    #[state(terminal)]
    Done,
}

#[cfg(test)]
mod tests {
    use ::events::{Event as _, EventBus, EventEnum as _, StateMachine as _};
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq};

    use super::{MeasureEmitter, MeasureEvent, MeasureState, Taken, Value};

    #[test]
    fn everything_is_there() {
        let emitter = MeasureEmitter::new(&EventBus::new(), "m");
        assert!(emitter.1 == 0 && emitter.emit_taken(Value { value: 1 }).unwrap().is_delivered());
        let event = Taken { value: Value { value: 1 }, flag: false }.for_entity("m").unwrap();
        assert_eq!(event.id().to_string(), "bb1d5460-f807-89e0-8099-e835582f601c");
        assert_eq!(MeasureEvent::try_from(&event.erase()).unwrap().event_type(), "measure.taken");
        assert_eq!((MeasureState::EDGES.len(), MeasureState::Open.name()), (1, "open"));
    }
}
