//! What is generated is as visible as what it is generated for.

use ::std::{
    clone::Clone,
    cmp::{Eq, PartialEq},
    convert::From,
    fmt::Debug,
    marker::Copy,
};

/// An emitter for all to see.
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "seen", crate = ::events)]
pub struct PublicEmitter(::events::EntityEmitter);

/// Private, and emitted through the method.
#[derive(::events::Event, Clone, Debug, ::serde::Serialize)]
#[event_type("seen.privately")]
#[event(emitter = PublicEmitter, crate = ::events)]
struct Private {
    hidden: u8,
}

/// Private, and emitted as a value: its method is called nowhere.
#[derive(::events::Event, Clone, Debug, ::serde::Serialize)]
#[event_type("seen.nowhere")]
#[event(emitter = PublicEmitter, crate = ::events)]
struct Uncalled {
    hidden: u8,
}

impl PublicEmitter {
    /// Emits what nobody else can.
    ///
    /// # Errors
    ///
    /// As for every emit.
    pub fn both(&self) -> ::std::result::Result<(), ::events::EmitError> {
        let _receipt = self.emit_privately(1)?;
        let _receipt = ::events::Emitter::emit(self, Uncalled { hidden: 1 })?;
        ::std::result::Result::Ok(())
    }
}

/// A room of its own.
pub mod outer {
    use super::{Clone, Copy, Debug, Eq, From, PartialEq};

    /// Another inside.
    pub mod inner {
        use super::{Clone, Copy, Debug, Eq, PartialEq};

        /// Seen one room up.
        #[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type("seen.above")]
        #[event(emitter = super::super::PublicEmitter, crate = ::events)]
        pub(super) struct Above {
            pub(super) seen: u8,
            own: Own,
        }

        impl Above {
            pub(super) const fn new(seen: u8) -> Self {
                Self { seen, own: Own(0) }
            }
        }

        /// Seen here.
        #[derive(::events::EventData, Clone, Copy, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_data(crate = ::events)]
        struct Own(u8);

        /// Seen in the crate.
        #[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type("seen.inside")]
        #[event(emitter = InnerEmitter, crate = ::events)]
        pub(crate) struct Inside {
            pub(crate) seen: u8,
        }

        /// Seen two rooms up.
        #[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type("seen.far")]
        #[event(emitter = InnerEmitter, crate = ::events)]
        pub(in crate::visibility) struct Far {
            pub(in crate::visibility) seen: u8,
        }

        /// Seen in the crate.
        #[derive(::events::Emitter, Debug)]
        #[emitter(entity_type = "seen", crate = ::events)]
        pub(crate) struct InnerEmitter {
            emitter: ::events::EntityEmitter,
        }

        /// Seen two rooms up.
        #[derive(::events::EventEnum, Clone, Debug, PartialEq, Eq)]
        #[event_enum(crate = ::events)]
        pub(in crate::visibility) enum FarEvent {
            Far(Far),
            Inside(Inside),
        }

        /// Seen one room up.
        #[derive(::events::EventEnum, Clone, Debug, PartialEq, Eq)]
        #[event_enum(crate = ::events)]
        pub(super) enum AboveEvent {
            Above(Above),
        }

        /// Seen here.
        #[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
        #[state_machine(crate = ::events)]
        pub(in crate::visibility) enum FarState {
            #[state(initial, on(Above => Closed), on(Far => Closed))]
            Open,
            #[state(terminal)]
            Closed,
        }
    }

    /// What can be done from here.
    ///
    /// # Errors
    ///
    /// As for every emit.
    pub fn emitted(emitter: &super::PublicEmitter) -> ::std::result::Result<bool, ::events::EmitError> {
        let event = inner::Above::new(1);
        let set = inner::AboveEvent::from(event.clone());
        let _receipt = ::events::Emitter::emit(emitter, event)?;
        ::std::result::Result::Ok(::events::EventEnum::kind(&set) == inner::AboveEventKind::Above)
    }

    /// What can be seen from here.
    #[must_use]
    pub const fn seen() -> u8 {
        inner::Above::new(3).seen
    }
}

/// An event and its emitter of a function's own.
///
/// # Errors
///
/// As for every emit.
pub fn local(bus: &::events::EventBus) -> ::std::result::Result<::events::Receipt, ::events::EmitError> {
    #[derive(::events::Event, Debug, ::serde::Serialize)]
    #[event_type("local.happened")]
    #[event(emitter = LocalEmitter, crate = ::events)]
    struct Happened {
        value: u8,
    }

    #[derive(::events::Emitter, Debug)]
    #[emitter(entity_type = "local", crate = ::events)]
    struct LocalEmitter(::events::EntityEmitter);

    LocalEmitter::new(bus, "l").emit_happened(1)
}

/// What can be done from two rooms up.
///
/// # Errors
///
/// As for every emit.
pub fn far(bus: &::events::EventBus) -> ::std::result::Result<bool, ::events::EmitError> {
    use self::outer::inner::{Far, FarEvent, FarEventKind, FarState, InnerEmitter, Inside};

    let emitter = InnerEmitter::new(bus, "f");
    let _receipt = emitter.emit_far(1)?;
    let _receipt = emitter.emit_inside(1)?;
    let set = [FarEvent::from(Far { seen: 1 }), FarEvent::from(Inside { seen: 1 })];
    let seen = set.each_ref().map(|event| match event {
        FarEvent::Far(event) => event.seen,
        FarEvent::Inside(event) => event.seen + 1,
    });
    let mut state = ::events::StateManager::<FarState>::new();
    let closed = state.transition_to(FarState::Closed).is_ok();
    ::std::result::Result::Ok(seen == [1, 2] && closed && <FarEventKind as ::events::EventKind>::ALL.len() == 2)
}

#[cfg(test)]
mod tests {
    use ::events::EventBus;
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq};

    use super::PublicEmitter;

    #[test]
    fn everything_is_reached_from_where_it_is_seen() {
        let bus = EventBus::new();
        let emitter = PublicEmitter::new(&bus, "s");
        emitter.both().unwrap();
        assert!(super::outer::emitted(&emitter).unwrap() && super::far(&bus).unwrap());
        assert!(super::local(&bus).unwrap().is_delivered());
        assert_eq!(super::outer::seen(), 3);
        assert_eq!(bus.stats().delivered, 6);
    }
}
