//! What is configured out is not there, and what is configured in is.

#![allow(clippy::non_minimal_cfg, reason = "conditions that always hold, and never")]

use ::std::{
    clone::Clone,
    cmp::{Eq, PartialEq},
    fmt::Debug,
    marker::Copy,
};

/// With and without.
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("cfg.happened")]
#[event(emitter = CfgEmitter, crate = ::events)]
#[cfg_attr(any(), event(version = 3))]
#[cfg_attr(all(), event(version = 2))]
pub struct Happened {
    /// There.
    #[cfg(all())]
    pub there: u8,
    /// Not there.
    #[cfg(any())]
    #[event(default = nothing)]
    pub gone: Nothing,
    /// One of two of a name.
    #[cfg(any())]
    pub either: Nothing,
    /// The other of two of a name.
    #[cfg(not(any()))]
    #[cfg_attr(all(), serde(rename = "other"))]
    #[cfg_attr(all(), event(default, skip_id))]
    #[cfg_attr(any(), event(now))]
    pub either: u8,
}

/// Not there.
#[cfg(any())]
#[derive(::events::Event, Debug)]
#[event_type("cfg.gone")]
pub struct Gone;

/// A part.
#[derive(::events::EventData, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_data(crate = ::events)]
pub enum Part {
    /// Not there.
    #[cfg(any())]
    Gone(Nothing),
    /// There.
    There {
        /// Not there.
        #[cfg(any())]
        gone: Nothing,
        /// There.
        there: u8,
    },
    /// Half there.
    Tuple(#[cfg(any())] Nothing, u8),
}

/// An emitter.
#[derive(::events::Emitter, Debug)]
#[emitter(entity_type = "cfg", crate = ::events)]
pub struct CfgEmitter(#[cfg(any())] Nothing, ::events::EntityEmitter, #[cfg(any())] ::events::EntityEmitter);

/// A set.
#[derive(::events::EventEnum, Clone, Debug, PartialEq, Eq)]
#[event_enum(crate = ::events)]
pub enum CfgEvent {
    /// Not there.
    #[cfg(any())]
    Gone(Gone),
    /// There.
    #[cfg(all())]
    Happened(Happened),
}

/// A machine.
#[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(crate = ::events)]
pub enum CfgState {
    /// Not there.
    #[cfg(any())]
    #[state(initial, to = Done)]
    Gone,
    /// There.
    #[state(initial)]
    #[cfg_attr(any(), state(on(Gone => Done)))]
    #[cfg_attr(all(), state(on(Happened => Done)))]
    There,
    /// At the end.
    #[state(terminal)]
    Done,
}

#[cfg(test)]
mod tests {
    use ::events::{Event as _, EventBus, EventKind as _, StateMachine as _};
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq};

    use super::{CfgEmitter, CfgEventKind, CfgState, Happened, Part};

    #[test]
    fn only_what_is_configured_in_is_there() {
        let emitter = CfgEmitter::new(&EventBus::new(), "c");
        assert!(emitter.0.entity_id() == "c" && emitter.emit_happened(1).unwrap().is_delivered());
        let fields = Happened::DESCRIPTOR.fields().iter().map(::events::FieldDescriptor::name);
        assert_eq!(fields.collect::<Vec<_>>(), ["there", "other"]);
        assert_eq!((Happened::VERSION, Happened::DESCRIPTOR.skipped()), (2, &["other"][..]));
        let of = |either| Happened { there: 1, either }.for_entity("c").unwrap().id();
        assert_eq!(of(1), of(2));
        assert_eq!(of(1).to_string(), "74f0c45a-2b59-8cf7-b7dd-2632a82662e5");
        assert_eq!(CfgEventKind::ALL, [CfgEventKind::Happened]);
        assert_eq!((CfgState::STATES.len(), CfgState::EDGES.len()), (2, 1));
        assert_eq!(
            ::serde_json::to_string(&[Part::There { there: 1 }, Part::Tuple(2)]).unwrap(),
            r#"[{"There":{"there":1}},{"Tuple":2}]"#
        );
    }
}
