//! Everything that can be deprecated is, and only its users are told.

use ::std::{
    clone::Clone,
    cmp::{Eq, PartialEq},
    fmt::Debug,
    marker::Copy,
    string::String,
};

/// An old event.
#[deprecated = "use the new one"]
#[derive(::events::Event, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("old.happened")]
#[event(emitter = OldEmitter, lifecycle = NewLife, crate = ::events)]
pub struct Old {
    /// An old field.
    #[deprecated = "use `new`"]
    pub old: String,
    /// A filled one.
    #[deprecated]
    #[event(default)]
    pub filled: u8,
    /// A new field.
    pub new: String,
    /// A field of an old type.
    #[event(default = OldPart::OldUnit)]
    #[allow(deprecated, reason = "old holds old")]
    pub part: OldPart,
}

/// A generic one.
#[deprecated]
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("old.generic")]
#[event(emitter = OldEmitter, crate = ::events)]
pub struct OldGeneric<T> {
    /// A value.
    pub value: T,
}

/// An old part of a payload.
#[deprecated]
#[derive(::events::EventData, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_data(crate = ::events)]
pub enum OldPart {
    /// An old variant.
    #[deprecated]
    OldUnit,
    /// With fields.
    #[deprecated]
    OldNamed {
        /// An old one.
        #[deprecated]
        old: u8,
    },
    /// With values.
    #[deprecated]
    OldTuple(#[deprecated] u8, u8),
}

/// An old part of a payload, with fields.
#[deprecated]
#[derive(::events::EventData, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_data(crate = ::events)]
pub struct OldData<T> {
    /// An old field.
    #[deprecated]
    pub old: T,
}

/// An old emitter.
#[deprecated]
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "old", crate = ::events)]
pub struct OldEmitter {
    #[deprecated]
    emitter: ::events::EntityEmitter,
    /// An old field.
    #[deprecated]
    pub note: u8,
}

/// A new event.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("old.renewed")]
#[event(emitter = OldEmitter, lifecycle = OldLife, crate = ::events)]
pub struct New {
    /// An old field.
    #[deprecated]
    pub old: u8,
}

/// An old set.
#[deprecated]
#[derive(::events::EventEnum, Clone, Debug, PartialEq)]
#[event_enum(crate = ::events)]
pub enum OldEvent {
    /// An old variant of an old event.
    #[deprecated]
    #[allow(deprecated, reason = "old holds old")]
    Old(Old),
    /// A new one.
    New(New),
}

/// A set of which only a variant is old.
#[derive(::events::EventEnum, Clone, Debug, PartialEq, Eq)]
#[event_enum(crate = ::events)]
pub enum NewEvent {
    /// An old variant.
    #[deprecated]
    Old(New),
}

/// An old machine.
#[deprecated]
#[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(OldLife, emitter = OldEmitter), crate = ::events)]
pub enum OldState {
    /// An old state.
    #[deprecated]
    #[state(initial, on(New => Old))]
    New,
    /// And another.
    #[deprecated]
    #[state(terminal)]
    Old,
}

/// A machine of which only a state and an event are old.
#[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(NewLife, emitter = OldEmitter), crate = ::events)]
pub enum NewState {
    /// An old state.
    #[deprecated]
    #[state(initial, on(Old => Closed), on(New => Closed))]
    Open,
    /// And a new one.
    #[state(terminal)]
    Closed,
}

#[cfg(test)]
#[allow(deprecated, reason = "what is tested is old")]
mod tests {
    use ::events::{Event as _, EventBus, EventEnum as _, StateMachine as _};
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq, vec};

    use super::{New, NewEvent, NewState, Old, OldEmitter, OldGeneric, OldPart};

    #[test]
    fn what_is_old_works_still() {
        let emitter = OldEmitter::new(&EventBus::new(), "o");
        assert!(emitter.emit_happened("old", "new").unwrap().is_delivered());
        assert!(emitter.emit_generic(1).unwrap().is_delivered());
        let part = OldPart::OldNamed { old: 1 };
        let event = Old { old: "o".into(), filled: 1, new: "n".into(), part }.for_entity("o").unwrap();
        assert_eq!(
            event.erase().payload_json().unwrap(),
            r#"{"old":"o","filled":1,"new":"n","part":{"OldNamed":{"old":1}}}"#
        );
        assert!(OldGeneric { value: vec![1] }.for_entity("o").is_ok());
        assert_eq!(NewEvent::from(New { old: 1 }).event_type(), "old.renewed");
        assert_eq!((NewState::Open.name(), NewState::EDGES.len()), ("open", 2));
    }
}
