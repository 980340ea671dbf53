//! Names that are keywords: they are written without `r#` wherever they are text.

#![allow(non_camel_case_types, reason = "keywords are lowercase")]

use ::std::{
    clone::Clone,
    cmp::{Eq, PartialEq},
    fmt::Debug,
    marker::Copy,
    string::String,
};

/// An event called by a keyword.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("raw.type")]
#[event(emitter = r#enum, lifecycle = RawLife, method = r#match, validate = r#type::r#impl, crate = ::events)]
pub struct r#type {
    /// A text.
    pub r#type: String,
    /// A part.
    pub r#match: r#struct,
    /// A choice.
    pub r#fn: r#mod,
    /// A filled field.
    #[event(default = 1)]
    pub r#loop: u8,
    /// A left-out one.
    #[event(skip_id, default)]
    pub r#while: u8,
    /// The time.
    #[event(skip_id, now)]
    pub r#yield: ::chrono::DateTime<::chrono::Utc>,
}

impl r#type {
    const fn r#impl(&self) -> ::std::result::Result<(), &'static str> {
        if self.r#type.is_empty() { ::std::result::Result::Err("no type") } else { ::std::result::Result::Ok(()) }
    }
}

/// An event whose method is called by the last segment of its type.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("raw.match")]
#[event(emitter = r#enum, crate = ::events)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct r#match<r#in> {
    /// In capitals.
    pub r#dyn: r#in,
}

/// A part.
#[derive(::events::EventData, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_data(crate = ::events)]
pub struct r#struct {
    /// A flag.
    pub r#move: bool,
}

/// A choice.
#[derive(::events::EventData, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_data(crate = ::events)]
pub enum r#mod {
    /// Nothing.
    r#static,
    /// Something.
    r#ref {
        /// A flag.
        r#mut: bool,
    },
}

/// An emitter.
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "raw", crate = ::events)]
pub struct r#enum {
    r#trait: ::events::EntityEmitter,
    /// A number.
    pub r#const: u8,
}

/// A set.
#[derive(::events::EventEnum, Clone, Debug, PartialEq, Eq)]
#[event_enum(crate = ::events)]
pub enum r#union {
    /// The one.
    r#type(r#type),
    /// The other.
    r#match(r#match<u8>),
}

/// A machine.
#[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(RawLife, emitter = r#enum), crate = ::events)]
pub enum r#async {
    /// Before.
    #[state(initial, on(r#type => r#await), to = r#loop)]
    r#for,
    /// Meanwhile.
    #[state(to = [r#loop])]
    r#await,
    /// After.
    #[state(terminal)]
    r#loop,
}

#[cfg(test)]
mod tests {
    use ::events::{
        Event as _, EventBus, EventEnum as _, EventId, EventKind as _, FieldDescriptor, StateMachine as _, StateManager,
    };
    use ::serde_json::json;
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq};

    use super::{r#async, r#enum, r#match, r#mod, r#struct, r#type, r#union, unionKind};

    fn event() -> r#type {
        r#type {
            r#type: "t".into(),
            r#match: r#struct { r#move: true },
            r#fn: r#mod::r#ref { r#mut: true },
            r#loop: 1,
            r#while: 0,
            r#yield: Default::default(),
        }
    }

    #[test]
    fn members_are_named_without_the_mark() {
        let envelope = event().for_entity("r").unwrap();
        let names: Vec<_> = r#type::DESCRIPTOR.fields().iter().map(FieldDescriptor::name).collect();
        assert_eq!(names, ["type", "match", "fn", "loop", "while", "yield"]);
        assert_eq!(r#type::DESCRIPTOR.skipped(), ["while", "yield"]);
        assert_eq!(
            envelope.erase().payload_json().unwrap(),
            r#"{"type":"t","match":{"move":true},"fn":{"ref":{"mut":true}},"loop":1,"while":0,"yield":"1970-01-01T00:00:00Z"}"#
        );
        let unit = r#type { r#fn: r#mod::r#static, ..event() }.for_entity("r").unwrap();
        assert!(unit.erase().payload_json().unwrap().contains(r#""fn":"static""#));
        let capitals = r#match { r#dyn: 1 }.for_entity("r").unwrap();
        assert_eq!(capitals.erase().payload_json().unwrap(), r#"{"DYN":1}"#);
        assert_eq!(r#match::<u8>::DESCRIPTOR.fields()[0].name(), "DYN");
    }

    #[test]
    fn ids_follow_from_the_names_without_the_mark() {
        let json = json!({"type": "t", "match": {"move": true}, "fn": {"ref": {"mut": true}}, "loop": 1});
        let expected = EventId::content("raw.type", "raw", "r", &json).unwrap();
        assert_eq!(event().for_entity("r").unwrap().id(), expected);
        let expected = EventId::content("raw.match", "raw", "r", &json!({"DYN": 1})).unwrap();
        assert_eq!(r#match { r#dyn: 1 }.for_entity("r").unwrap().id(), expected);
    }

    #[test]
    fn methods_states_and_kinds_are_named_without_the_mark() {
        let emitter = r#enum::new(&EventBus::new(), "r");
        assert!(emitter.r#const == 0 && emitter.r#trait.entity_id() == "r");
        assert!(emitter.r#match("t", r#struct { r#move: true }, r#mod::r#static).unwrap().is_delivered());
        assert!(emitter.emit_match("any").unwrap().is_delivered());
        assert_eq!(unionKind::ALL.iter().map(ToString::to_string).collect::<Vec<_>>(), ["raw.type", "raw.match"]);
        let set = r#union::from(event()).for_entity("r").unwrap();
        assert_eq!(r#union::try_from(&set).unwrap(), r#union::r#type(event()));
        assert_eq!(r#async::STATES.iter().map(|state| state.name()).collect::<Vec<_>>(), ["for", "await", "loop"]);
        let life = super::RawLife::new(&EventBus::new(), "r");
        let life = life.r#match("t", r#struct { r#move: true }, r#mod::r#static).unwrap();
        assert_eq!(life.transition_to(super::raw_life::r#loop).state().name(), "loop");
        let mut state = StateManager::<r#async>::new();
        state.apply(event().for_entity("r").unwrap()).unwrap();
        assert_eq!(
            state.transition_to(r#async::r#for).unwrap_err().to_string(),
            "no transition from `await` to `for`; allowed: `loop`"
        );
    }
}
