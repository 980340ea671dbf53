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

        /// Seen two rooms up.
        #[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
        #[state_machine(lifecycle(FarLife, emitter = InnerEmitter), crate = ::events)]
        pub(in crate::visibility) enum FarState {
            #[state(initial, on(Inside => Closed), on(Far => Closed))]
            Open,
            #[state(terminal)]
            Closed,
        }
    }

    /// Seen by each in another way.
    macro_rules! seen {
        ($(#[$doc:meta] $vis:vis $machine:ident $life:ident)*) => {$(
            #[$doc]
            #[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
            #[state_machine(lifecycle($life, emitter = super::PublicEmitter), crate = ::events)]
            $vis enum $machine {
                #[doc = "Before."]
                #[state(initial, to = Closed)]
                Open,
                #[doc = "After."]
                #[state(terminal)]
                Closed,
            }
        )*};
    }

    seen! {
        /// By all.
        pub ByAll LifeByAll
        /// In the crate.
        pub(crate) ByCrate LifeByCrate
        /// One room up.
        pub(super) ByParent LifeByParent
        /// Up to here.
        pub(in crate::visibility) ByPath LifeByPath
        /// One room up.
        pub(in super::super::visibility) ByRelative LifeByRelative
        /// Here.
        ByOwn LifeByOwn
    }

    /// What can be lived here.
    #[must_use]
    pub fn lived(bus: &::events::EventBus) -> bool {
        LifeByOwn::new(bus, "o").transition_to(life_by_own::Closed).state() == ByOwn::Closed
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
    #[event(emitter = LocalEmitter, lifecycle = LocalLife, crate = ::events)]
    struct Happened {
        value: u8,
    }

    #[derive(::events::Emitter, Debug)]
    #[emitter(entity_type = "local", crate = ::events)]
    struct LocalEmitter(::events::EntityEmitter);

    #[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    #[state_machine(lifecycle(LocalLife, emitter = LocalEmitter), crate = ::events)]
    enum LocalState {
        #[state(initial, on(Happened => After))]
        Before,
        #[state(terminal)]
        After,
    }

    let life: LocalLife<local_life::After> = LocalLife::new(bus, "l").emit_happened(1)?;
    life.into_emitter().emit_happened(1)
}

/// What can be lived one room up.
#[must_use]
pub fn lived(bus: &::events::EventBus) -> bool {
    use self::outer::{
        ByAll, ByCrate, ByParent, ByPath, ByRelative, LifeByAll, LifeByCrate, LifeByParent, LifeByPath, LifeByRelative,
        life_by_all, life_by_crate, life_by_parent, life_by_path, life_by_relative,
    };

    LifeByAll::new(bus, "a").transition_to(life_by_all::Closed).state() == ByAll::Closed
        && LifeByCrate::new(bus, "c").transition_to(life_by_crate::Closed).state() == ByCrate::Closed
        && LifeByParent::new(bus, "p").transition_to(life_by_parent::Closed).state() == ByParent::Closed
        && LifeByPath::new(bus, "p").transition_to(life_by_path::Closed).state() == ByPath::Closed
        && LifeByRelative::new(bus, "r").transition_to(life_by_relative::Closed).state() == ByRelative::Closed
}

/// What can be done from two rooms up.
///
/// # Errors
///
/// As for every emit.
pub fn far(bus: &::events::EventBus) -> ::std::result::Result<bool, ::events::EmitError> {
    use self::outer::inner::{Far, FarEvent, FarEventKind, FarLife, FarState, InnerEmitter, Inside};

    let emitter = InnerEmitter::new(bus, "f");
    let _receipt = emitter.emit_far(1)?;
    let _receipt = emitter.emit_inside(1)?;
    let set = [FarEvent::from(Far { seen: 1 }), FarEvent::from(Inside { seen: 1 })];
    let seen = set.each_ref().map(|event| match event {
        FarEvent::Far(event) => event.seen,
        FarEvent::Inside(event) => event.seen + 1,
    });
    let mut state = ::events::StateManager::<FarState>::new();
    let closed = state.transition_to(FarState::Closed).is_ok() && FarLife::new(bus, "f").emit(Far { seen: 1 }).is_ok();
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
        assert!(super::outer::lived(&bus) && super::lived(&bus));
        assert_eq!(super::outer::seen(), 3);
        assert_eq!(bus.stats().delivered, 8);
    }
}
