//! Derived code between names that mean something else, without a prelude, and under strict lints.

/// No prelude, and the usual names mean something else.
#[no_implicit_prelude]
mod hostile {
    #![allow(dead_code, non_camel_case_types, reason = "the names are there to be in the way")]

    pub(super) struct Result;
    pub(super) struct Option;
    pub(super) struct Vec;
    pub(super) struct Box;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Into;
    pub(super) struct From;
    pub(super) struct Default;
    pub(super) struct Send;
    pub(super) struct Sync;
    pub(super) struct Clone;
    pub(super) struct Copy;
    pub(super) struct Debug;
    pub(super) struct Serialize;
    pub(super) struct Emitter;
    pub(super) struct Event;
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod serde {}
    pub(super) mod events_core {}

    #[derive(::events_core::Event, ::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    #[event_type("hostile.started")]
    #[event(emitter = Em, version = 2, validate = Started::check)]
    pub(super) struct Started {
        pub(super) name: ::std::string::String,
        #[event(default)]
        pub(super) count: ::std::primitive::u32,
        #[event(now, skip_id)]
        pub(super) at: ::chrono::DateTime<::chrono::Utc>,
    }

    impl Started {
        fn check(&self) -> ::std::result::Result<(), &'static ::std::primitive::str> {
            if self.name.is_empty() { ::std::result::Result::Err("empty") } else { ::std::result::Result::Ok(()) }
        }
    }

    #[derive(::events_core::Event, ::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    #[event_type("hostile.value")]
    #[event(emitter = Em)]
    pub(super) struct Value<T> {
        pub(super) value: T,
    }

    #[derive(::events_core::Emitter)]
    #[emitter(entity_type = "hostile")]
    pub(super) struct Em {
        pub(super) emitter: ::events_core::EntityEmitter,
        pub(super) other: ::std::option::Option<::std::primitive::u32>,
    }

    #[derive(::events_core::EventEnum, ::std::clone::Clone)]
    pub(super) enum Any {
        Started(Started),
        Value(Value<::std::primitive::u32>),
    }

    #[derive(
        ::events_core::StateMachine,
        ::std::clone::Clone,
        ::std::marker::Copy,
        ::std::fmt::Debug,
        ::std::cmp::PartialEq,
        ::std::cmp::Eq,
    )]
    pub(super) enum State {
        #[state(initial, on(Started => Done), to = [Done])]
        Open,
        #[state(terminal)]
        Done,
    }
}

/// The names of primitive types mean something else. (What serde derives would not compile here.)
mod without_primitives {
    #![allow(dead_code, non_camel_case_types, reason = "the names are there to be in the way")]

    struct str;
    struct u32;
    struct usize;
    struct bool;

    #[derive(events_core::Event, Clone)]
    #[event_type("hostile.bare")]
    #[event(emitter = Em, version = 2)]
    pub(super) struct Bare {
        pub(super) name: String,
    }

    #[derive(events_core::Emitter)]
    #[emitter(entity_type = "hostile")]
    pub(super) struct Em(events_core::EntityEmitter);

    #[derive(events_core::EventEnum, Clone)]
    pub(super) enum Any {
        Bare(Bare),
    }

    #[derive(events_core::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum State {
        #[state(initial, on(Bare => Done))]
        Open,
        #[state(terminal)]
        Done,
    }
}

impl serde::Serialize for without_primitives::Bare {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("name", &self.name)])
    }
}

#[test]
fn derived_code_does_not_depend_on_the_names_of_primitives() {
    use events_core::{EventBus, EventEnum, StateMachine};
    let emitter = without_primitives::Em::new(&EventBus::new(), "e");
    assert!(emitter.emit_bare("x").unwrap().is_delivered());
    assert_eq!(without_primitives::Any::TYPES.len(), 1);
    assert_eq!(without_primitives::State::EDGES.len(), 1);
}

#[test]
fn derived_code_does_not_depend_on_the_names_around_it() {
    use events_core::{EventBus, EventEnum, StateManager};
    let emitter = hostile::Em::new(&EventBus::new(), "e");
    assert!(emitter.other.is_none() && emitter.emitter.entity_id() == "e");
    assert!(emitter.emit_started("x").unwrap().is_delivered());
    assert_eq!(emitter.emit_started("").unwrap_err().to_string(), "event `hostile.started` is invalid: empty");
    assert!(emitter.emit_value(1_u32).unwrap().is_delivered());
    let any = hostile::Any::from(hostile::Value { value: 7_u32 });
    let text = serde_json::to_string(&any).unwrap();
    assert_eq!(text, r#"{"type":"hostile.value","data":{"value":7}}"#);
    assert_eq!(serde_json::from_str::<hostile::Any>(&text).unwrap().kind().to_string(), "hostile.value");
    let mut state = StateManager::<hostile::State>::new();
    assert_eq!(state.transition_to(hostile::State::Done).unwrap().to.to_string(), "done");
}

/// Everything derived, under lints that a strict crate may set.
pub mod strict {
    #![deny(
        warnings,
        missing_docs,
        missing_debug_implementations,
        unreachable_pub,
        unused,
        unused_qualifications,
        single_use_lifetimes,
        unsafe_code,
        nonstandard_style,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::panic,
        clippy::unwrap_used,
        clippy::missing_inline_in_public_items,
        clippy::use_self,
        clippy::impl_trait_in_params,
        clippy::shadow_reuse,
        clippy::shadow_unrelated,
        clippy::allow_attributes,
        reason = "none of them may be set off by derived code"
    )]
    #![allow(
        unreachable_pub,
        dead_code,
        clippy::missing_inline_in_public_items,
        clippy::struct_excessive_bools,
        reason = "they speak of the way the module is written: it is public in no crate"
    )]

    use chrono::{DateTime, Utc};
    use events_core::{Emitter, EntityEmitter, Event, EventEnum, StateMachine, ValidationError};
    use serde::{Deserialize, Serialize};

    /// An event with everything.
    #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("strict.started")]
    #[event(emitter = StrictEmitter, validate = Self::check, version = 2)]
    pub struct Started {
        /// A name.
        pub name: String,
        /// Many parameters, some passed by value without need.
        pub list: Vec<u8>,
        /// A flag.
        pub one: bool,
        /// A flag.
        pub two: bool,
        /// A flag.
        pub three: bool,
        /// A flag.
        pub four: bool,
        /// A number.
        pub five: u8,
        /// A number.
        pub six: u8,
        /// A float.
        #[event(default = 1.5)]
        pub seven: f64,
        /// A time.
        #[event(now, skip_id)]
        pub at: DateTime<Utc>,
    }

    impl Started {
        fn check(&self) -> Result<(), ValidationError> {
            if self.list.is_empty() { Err(ValidationError::new("must not be empty").field("list")) } else { Ok(()) }
        }
    }

    /// A generic event.
    #[derive(Event, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[event_type("strict.generic")]
    #[event(emitter = StrictEmitter)]
    pub struct Generic<T> {
        /// A value.
        pub value: T,
    }

    /// A unit.
    #[derive(Event, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[event_type("strict.unit")]
    #[event(emitter = StrictEmitter, identity = unique)]
    pub struct Unit;

    /// An emitter.
    #[derive(Emitter, Clone, Debug)]
    #[emitter(entity_type = "strict")]
    pub struct StrictEmitter {
        emitter: EntityEmitter,
        /// Another field.
        pub note: Option<u8>,
    }

    /// An enum.
    #[derive(EventEnum, Clone, Debug, PartialEq)]
    pub enum StrictEvent {
        /// One.
        Started(Started),
        /// Two.
        Generic(Generic<u8>),
        /// Three.
        Unit(Unit),
    }

    /// A machine.
    #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum StrictState {
        /// One.
        #[state(initial, on(Started => Done))]
        Open,
        /// Two.
        #[state(terminal)]
        Done,
    }
}

#[test]
fn derived_code_sets_off_no_lint() {
    let bus = events_core::EventBus::new();
    let emitter = strict::StrictEmitter::new(&bus, "e");
    let receipt = emitter.emit_started("x", vec![1], true, false, true, false, 5, 6).unwrap();
    assert!(receipt.is_delivered());
    assert!(emitter.emit_unit().unwrap().is_delivered());
    assert!(emitter.emit_generic("x").unwrap().is_delivered());
}
