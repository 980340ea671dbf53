//! Traits of the user's are in scope, for every type, with methods called like those that generated code calls.

#![allow(unused_imports, reason = "in scope to be in the way")]

use ::std::{clone::Clone, fmt::Debug, marker::Copy, option::Option, string::String, vec::Vec};

/// Each of these is in scope of the derives below.
mod in_the_way {
    #![allow(
        dead_code,
        clippy::new_ret_no_self,
        clippy::wrong_self_convention,
        reason = "the methods are there to be in the way"
    )]

    macro_rules! borrowing {
        ($trait:ident: $($name:ident)*) => {
            pub(crate) trait $trait {
                $(
                    fn $name(&self) {}
                )*
            }
            impl<T: ?::std::marker::Sized> $trait for T {}
        };
    }

    borrowing! { ByRef:
        encode events_encode into from clone default key drop_null end begin raw array_head serialize now event_type payload
        is_some map pad fmt name kind seal emit emit_at entity_emitter validate with_docs with_fields deserialize text
        to_owned as_str map_err serializer keep emit_ended made_for transition_to receipt emitter into_emitter fmt_as
        write_str upcast
    }

    /// The same names again: whatever they are taken for would be ambiguous too.
    pub(super) mod again {
        borrowing! { ByRef: encode events_encode into from clone key end raw serialize now payload is_some map }
    }

    pub(super) trait Paths: ::std::marker::Sized {
        const TYPE: () = ();
        const DESCRIPTOR: () = ();
        const VERSION: () = ();
        const OLDEST_VERSION: () = ();
        const ENTITY_TYPE: () = ();
        const INITIAL: () = ();
        const STATES: () = ();
        const EDGES: () = ();
        const ALL: () = ();
        const STATE: () = ();
        const TYPES: () = ();

        fn new() {}
        fn from_static() {}
        fn direct() {}
        fn on() {}
        fn from_str() {}
        fn try_from() {}
        fn holds() {}
        fn deserialize_payload() {}
        fn from_older() {}
        fn encode_payload() {}
        fn made_for() {}
    }
    impl<T> Paths for T {}
}

/// As above, with methods that take the value itself.
mod by_value {
    #![allow(dead_code, clippy::wrong_self_convention, reason = "the methods are there to be in the way")]

    pub(super) trait Taking: ::std::marker::Sized {
        fn encode(self) {}
        fn events_encode(self) {}
        fn into(self) {}
        fn from(self) {}
        fn clone(self) {}
        fn key(self) {}
        fn drop_null(self) {}
        fn end(self) {}
        fn raw(self) {}
        fn serialize(self) {}
        fn now(self) {}
        fn payload(self) {}
        fn event_type(self) {}
        fn is_some(self) {}
        fn map(self) {}
        fn pad(self) {}
        fn name(self) {}
        fn with_fields(self) {}
        fn with_canonical_head(self) {}
        fn serializer(self) {}
        fn keep(self) {}
        fn emit(self) {}
        fn emit_ended(self) {}
        fn transition_to(self) {}
        fn receipt(self) {}
        fn emitter(self) {}
        fn into_emitter(self) {}
        fn fmt_as(self) {}
        fn write_str(self) {}
        fn upcast(self) {}
    }
    impl<T> Taking for T {}
}

macro_rules! everything {
    ($entity:literal: $started:literal, $ended:literal) => {
        /// Members of every kind: native, through serde, with a function, left out when null.
        #[derive(::events::Event, Clone, Debug, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type($started)]
        #[event(emitter = TheEmitter, lifecycle = TheLife, validate = Started::check, version = 2, upcast_from = Begun, crate = ::events)]
        pub struct Started {
            /// Native.
            pub name: String,
            /// Left out when null.
            pub maybe: Option<u8>,
            /// Native, of a derive.
            pub part: Part,
            /// Through serde.
            pub foreign: Foreign,
            /// Left out now and then.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            #[event(default)]
            pub list: Vec<Foreign>,
            /// With a function.
            #[serde(serialize_with = "with")]
            pub with: u8,
            /// The time.
            #[event(now, skip_id)]
            pub at: ::chrono::DateTime<::chrono::Utc>,
        }

        /// Its older version.
        #[derive(::events::Event, Clone, Debug, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type($started)]
        #[event(crate = ::events)]
        struct Begun {
            name: String,
        }

        impl ::events::Upcast for Begun {
            type To = Started;

            fn upcast(self) -> Started {
                Started {
                    name: self.name,
                    maybe: Option::None,
                    part: Part::Nothing,
                    foreign: Foreign { value: 1 },
                    list: Vec::new(),
                    with: 1,
                    at: ::chrono::DateTime::UNIX_EPOCH,
                }
            }
        }

        impl Started {
            const fn check(&self) -> ::std::result::Result<(), &'static str> {
                if self.name.is_empty() { ::std::result::Result::Err("no name") } else { ::std::result::Result::Ok(()) }
            }
        }

        #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
        fn with<S: ::serde::Serializer>(value: &u8, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
            ::serde::Serializer::serialize_u8(serializer, value + 1)
        }

        /// Through serde.
        #[derive(Clone, Debug, ::serde::Serialize, ::serde::Deserialize)]
        pub struct Foreign {
            /// A value.
            pub value: u8,
        }

        /// Native.
        #[derive(::events::EventData, Clone, Debug, ::serde::Serialize, ::serde::Deserialize)]
        #[event_data(crate = ::events)]
        pub enum Part {
            /// Nothing.
            Nothing,
            /// Fields.
            Named {
                /// A value.
                value: u8,
                /// Left out when null.
                #[serde(skip_serializing_if = "Option::is_none")]
                maybe: Option<Foreign>,
            },
            /// Values.
            Tuple(u8, Foreign),
        }

        /// The end.
        #[derive(::events::Event, Clone, Debug, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type($ended)]
        #[event(emitter = TheEmitter, lifecycle = TheLife, crate = ::events)]
        pub struct Ended {}

        /// Emits both.
        #[derive(::events::Emitter, Debug)]
        #[emitter(entity_type = $entity, crate = ::events)]
        pub struct TheEmitter {
            emitter: ::events::EntityEmitter,
            _count: u8,
        }

        /// Both.
        #[derive(::events::EventEnum, Clone, Debug)]
        #[event_enum(crate = ::events)]
        pub enum Any {
            /// The one.
            Started(Started),
            /// The other.
            Ended(Ended),
        }

        /// Their machine.
        #[derive(::events::StateMachine, Clone, Copy, Debug, ::std::cmp::PartialEq, ::std::cmp::Eq)]
        #[state_machine(lifecycle(TheLife, emitter = TheEmitter), crate = ::events)]
        pub enum State {
            /// Before.
            #[state(initial, on(Started => Running))]
            Open,
            /// Meanwhile.
            #[state(on(Ended => Closed), to = Closed)]
            Running,
            /// After.
            #[state(terminal)]
            Closed,
        }

        #[cfg(test)]
        mod tests {
            use ::events::{AnyEnvelope, Event, EventBus, EventEnum, StateManager};
            use ::std::{assert, assert_eq, vec};
    use ::std::prelude::rust_2024::*;

            use super::{Any, Foreign, Part, Started, State, TheEmitter};

            fn started(part: Part) -> Started {
                Started {
                    name: "n".into(),
                    maybe: None,
                    part,
                    foreign: Foreign { value: 1 },
                    list: vec![],
                    with: 1,
                    at: Default::default(),
                }
            }

            /// In debug builds an id is made only when the native form and that of serde agree.
            #[test]
            fn the_members_are_written() {
                let parts = [
                    Part::Nothing,
                    Part::Named { value: 1, maybe: Some(Foreign { value: 2 }) },
                    Part::Named { value: 1, maybe: None },
                    Part::Tuple(1, Foreign { value: 2 }),
                ];
                let ids = parts.map(|part| started(part).for_entity("e").unwrap().id());
                assert!(ids[0].is_content() && ids[0] != ids[1] && ids[1] != ids[2] && ids[2] != ids[3]);
                let event = started(Part::Nothing).for_entity("e").unwrap().erase();
                assert_eq!(
                    event.payload_json().unwrap(),
                    r#"{"name":"n","maybe":null,"part":"Nothing","foreign":{"value":1},"with":2,"at":"1970-01-01T00:00:00Z"}"#
                );
                assert_eq!(Any::try_from(&event).unwrap().kind(), super::AnyKind::Started);
            }

            #[test]
            fn the_older_version_is_read() {
                let older = ::serde_json::json!({ "name": "n" });
                let event = <Started as Event>::from_older(1, older).unwrap();
                assert_eq!((event.name.as_str(), <Started as Event>::OLDEST_VERSION), ("n", 1));
            }

            #[test]
            fn the_emitter_emits_and_the_machine_follows() {
                let bus = EventBus::new();
                let emitter = TheEmitter::new(&bus, "e");
                let state = ::std::sync::Arc::new(::std::sync::Mutex::new(StateManager::<State>::new()));
                let driven = ::std::sync::Arc::clone(&state);
                let _subscription =
                    bus.subscribe(move |event: &AnyEnvelope| driven.lock().unwrap().apply(event).map(|_| ()));
                let part = Part::Nothing;
                let receipt = emitter.emit_started("n", None, part, Foreign { value: 1 }, 1).unwrap();
                assert!(receipt.is_delivered() && receipt.failures().is_empty());
                assert!(emitter.emit_ended().unwrap().failures().is_empty());
                assert_eq!(state.lock().unwrap().state(), &State::Closed);
                let life = super::TheLife::from(emitter);
                let life = life.emit_started("n", None, Part::Nothing, Foreign { value: 1 }, 1).unwrap();
                assert_eq!(life.transition_to(super::the_life::Closed).state(), State::Closed);
            }
        }
    };
}

/// Methods that borrow.
pub mod borrowing {
    use super::in_the_way::{ByRef as _, Paths as _, again::ByRef as _};
    use super::{Clone, Copy, Debug, Option, String, Vec};

    everything! { "borrowing": "borrowing.started", "borrowing.ended" }
}

/// Methods that take.
pub mod taking {
    use super::by_value::Taking as _;
    use super::{Clone, Copy, Debug, Option, String, Vec};

    everything! { "taking": "taking.started", "taking.ended" }
}
