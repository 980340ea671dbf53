//! Fields called like what generated code calls its own.

#![allow(clippy::pub_underscore_fields, reason = "generated code begins its names with underscores")]

use ::std::{clone::Clone, cmp::PartialEq, fmt::Debug, string::String};

/// Fields of an event, which are parameters of its method.
#[derive(::events::Event, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("local.named")]
#[event(emitter = LocalEmitter, lifecycle = LocalLife, crate = ::events)]
pub struct Named {
    /// A text.
    pub __events_time: String,
    /// A text.
    pub __writer: String,
    /// A text.
    pub __members: String,
    /// A text.
    pub __default: String,
    /// A text.
    pub self_: String,
    /// A text.
    pub event: String,
    /// A text.
    pub emitter: String,
    /// A text.
    pub bus: String,
    /// A text.
    pub at: String,
    /// A text.
    pub time: String,
    /// A text.
    pub writer: String,
    /// A text.
    pub entity_id: String,
    /// A text.
    pub id: String,
    /// A text.
    pub payload: String,
    /// A text, with a function.
    #[serde(serialize_with = "with")]
    pub __serializer: String,
    /// Filled.
    #[event(default = 7)]
    pub __field_0: u8,
    /// Filled with the time.
    #[event(now, skip_id)]
    pub now: ::chrono::DateTime<::chrono::Utc>,
    /// Filled with the time too.
    #[event(now, skip_id)]
    pub f: ::chrono::DateTime<::chrono::Utc>,
    /// A part.
    pub part: Part,
}

/// A parameter called like the local, in a generic event.
#[derive(::events::Event, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("local.generic")]
#[event(emitter = LocalEmitter, crate = ::events)]
pub struct Generic<T> {
    /// A value.
    pub __events_time: T,
    /// Filled with the time.
    #[event(now, skip_id)]
    pub at: ::chrono::DateTime<::chrono::Utc>,
}

/// Parameters called like those of generated code.
#[derive(::events::Event, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("local.parameters")]
#[event(emitter = LocalEmitter, crate = ::events)]
pub struct Parameters<__T, __V, __Em> {
    /// A value.
    pub one: __T,
    /// A value.
    pub two: __V,
    /// A value.
    pub three: __Em,
}

/// Parameters of a part, with a function.
#[derive(::events::EventData, Clone, Debug, PartialEq, ::serde::Serialize)]
#[event_data(crate = ::events)]
pub struct Borrowed<'__v, __T> {
    /// With a function.
    #[serde(serialize_with = "with")]
    pub text: &'__v str,
    /// A value.
    pub value: __T,
}

fn with<S: ::serde::Serializer>(
    text: impl ::std::convert::AsRef<str>,
    serializer: S,
) -> ::std::result::Result<S::Ok, S::Error> {
    ::serde::Serializer::serialize_str(serializer, text.as_ref())
}

/// Fields of a part.
#[derive(::events::EventData, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_data(crate = ::events)]
pub enum Part {
    /// Named.
    Named {
        /// A number.
        __writer: u8,
        /// A number.
        __members: u8,
        /// A number, the other way round.
        __field_1: u8,
        /// A number, the other way round.
        __field_0: u8,
        /// Left out when null.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        event: ::std::option::Option<u8>,
    },
}

/// Emits.
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "local", crate = ::events)]
pub struct LocalEmitter {
    bus: ::events::EntityEmitter,
    /// A number.
    pub entity_id: u8,
    /// A number.
    pub emitter: u8,
    /// A number.
    pub self_: u8,
}

/// A machine.
#[derive(::events::StateMachine, Clone, ::std::marker::Copy, Debug, PartialEq, ::std::cmp::Eq)]
#[state_machine(lifecycle(LocalLife, emitter = LocalEmitter), crate = ::events)]
pub enum LocalState {
    /// The only one.
    #[state(initial, on(Named => Only))]
    Only,
}

#[cfg(test)]
mod tests {
    use ::events::{Emitter as _, Event as _, EventBus};
    use ::std::prelude::rust_2024::*;
    use ::std::{
        assert, assert_eq,
        sync::{Arc, Mutex},
    };

    use super::{Borrowed, LocalEmitter, Parameters, Part};

    const PART: Part = Part::Named { __writer: 1, __members: 2, __field_1: 3, __field_0: 4, event: None };

    #[test]
    fn every_value_ends_up_in_its_field() {
        let bus = EventBus::new();
        let emitter = LocalEmitter::new(&bus, "l");
        assert!(
            emitter.bus.entity_id() == emitter.entity_id() && emitter.entity_id + emitter.emitter + emitter.self_ == 0
        );
        let seen = Arc::new(Mutex::new(None));
        let log = Arc::clone(&seen);
        let _subscription = bus.subscribe(move |event: &::events::Envelope<super::Named>| {
            *log.lock().unwrap() = Some((event.id(), event.payload().clone()));
        });
        let receipt = emitter
            .emit_named("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", PART)
            .unwrap();
        assert!(receipt.is_delivered());
        let (id, event) = seen.lock().unwrap().take().unwrap();
        assert_eq!(id.to_string(), "1eb5266a-e25e-89ea-b4e5-5859a73ca431");
        assert_eq!((event.now, event.__field_0), (event.f, 7));
        let text = ::serde_json::to_string(&event).unwrap();
        assert!(text.starts_with(
            r#"{"__events_time":"1","__writer":"2","__members":"3","__default":"4","self_":"5","event":"6","emitter":"7","bus":"8","at":"9","time":"10","writer":"11","entity_id":"12","id":"13","payload":"14","__serializer":"15","__field_0":7,"now":"#
        ));
        assert!(text.ends_with(r#""part":{"Named":{"__writer":1,"__members":2,"__field_1":3,"__field_0":4}}}"#));
    }

    #[test]
    fn parameters_are_the_user_s() {
        let emitter = LocalEmitter::new(&EventBus::new(), "l");
        assert!(emitter.emit_generic("x").unwrap().is_delivered());
        assert!(emitter.emit_parameters(1, "2", '3').unwrap().is_delivered());
        let borrowed = Borrowed { text: "t", value: 1 };
        let event = Parameters { one: borrowed, two: 2, three: 3 }.for_entity("l").unwrap();
        assert_eq!(event.erase().payload_json().unwrap(), r#"{"one":{"text":"t","value":1},"two":2,"three":3}"#);
    }
}
