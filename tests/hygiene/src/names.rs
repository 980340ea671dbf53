//! The usual names mean something else.

#[expect(unused_imports, reason = "generated code asks for none of the names")]
use self::shadow::*;

/// The names, to be imported all at once.
mod shadow {
    #![allow(dead_code, unused_imports, unused_macros, reason = "the names are there to be in the way")]

    macro_rules! structs {
        ($($name:ident)*) => {$(
            pub(super) struct $name;
        )*};
    }

    structs! {
        Result Option String Some None Ok Err Vec Box Send Sync Sized Into From TryFrom Clone Copy Default Debug Display
        Formatter FromStr Iterator Drop Fn ToString Hash PartialEq Eq PartialOrd Ord Serialize Serializer Deserialize
        Deserializer Receipt EmitError EventBus EntityId Envelope AnyEnvelope EventType EventDescriptor FieldDescriptor
        EventKind EmittedBy Emittable Edge Probe Members CanonicalWriter ViaData ViaSerde PhantomData DedupPolicy DedupWindow
        Duration Window Streamed Handler Lifecycle LifeState EmittedIn Follows NotEmitted MadeFor Emitter EntityEmitter
        StateMachine Event Upcast Successor PredecessorOf DeserializeOwned
    }

    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod alloc {}
    pub(super) mod serde {}
    pub(super) mod events {}
    pub(super) mod events_core {}
    pub(super) mod chrono {}

    macro_rules! assert {
        ($($any:tt)*) => {};
    }
    macro_rules! panic {
        ($($any:tt)*) => {};
    }
    pub(super) use {assert, panic};
}

/// A run began.
#[derive(::events::Event, ::std::clone::Clone, ::std::fmt::Debug, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("run.started")]
#[event(emitter = RunEmitter, lifecycle = RunLife, version = 2, dedup(window = "5m", count = 100), validate = Started::check, crate = ::events)]
pub struct Started {
    /// Its name.
    pub name: ::std::string::String,
    /// Another type than it seems.
    #[event(skip_id)]
    #[serde(skip)]
    pub text: ::std::option::Option<u8>,
    /// What was measured.
    pub points: ::std::vec::Vec<Point>,
    /// How often.
    #[event(default)]
    #[event(metric(counter, labels(sum)), metric(gauge))]
    pub count: u32,
    /// In a closed form.
    #[event(default = 3 + 4)]
    pub sum: u32,
    /// When.
    #[event(now, skip_id)]
    pub at: ::chrono::DateTime<::chrono::Utc>,
}

impl Started {
    const fn check(&self) -> ::std::result::Result<(), &'static str> {
        if self.name.is_empty() { ::std::result::Result::Err("no name") } else { ::std::result::Result::Ok(()) }
    }
}

/// A run ended.
#[derive(::events::Event, ::std::clone::Clone, ::std::fmt::Debug, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("run.ended")]
#[event(emitter = RunEmitter, lifecycle = RunLife, identity = unique, dedup(none), crate = ::events)]
pub struct Ended;

/// Part of a payload.
#[derive(
    ::events::EventData,
    ::std::clone::Clone,
    ::std::fmt::Debug,
    ::std::cmp::PartialEq,
    ::serde::Serialize,
    ::serde::Deserialize,
)]
#[event_data(crate = ::events)]
pub struct Point {
    /// A coordinate.
    pub x: f64,
    /// What it is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub kind: ::std::option::Option<PointKind>,
}

/// Part of a part; its variants are called like those of others.
#[derive(
    ::events::EventData,
    ::std::clone::Clone,
    ::std::fmt::Debug,
    ::std::cmp::PartialEq,
    ::serde::Serialize,
    ::serde::Deserialize,
)]
#[event_data(crate = ::events)]
pub enum PointKind {
    /// Nothing.
    None,
    /// One.
    Some(u8),
    /// Two.
    Ok(u8, bool),
    /// Named.
    Err {
        /// Text.
        #[serde(serialize_with = "loud")]
        text: ::std::string::String,
    },
}

fn loud<S: ::serde::Serializer>(text: &str, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
    ::serde::Serializer::serialize_str(serializer, &text.to_uppercase())
}

/// Emits runs.
#[derive(::events::Emitter, ::std::fmt::Debug)]
#[emitter(entity_type = "run", crate = ::events)]
pub struct RunEmitter {
    emitter: ::events::EntityEmitter,
    /// Starts as nothing.
    pub note: ::std::option::Option<u8>,
}

/// Every event of a run.
#[derive(::events::EventEnum, ::std::clone::Clone, ::std::fmt::Debug)]
#[event_enum(crate = ::events)]
pub enum RunEvent {
    /// `Some` is a variant here.
    Some(Started),
    /// So is `None`.
    None(Ended),
}

/// Variants called like the items of the traits that are implemented.
#[derive(::events::EventEnum, ::std::clone::Clone, ::std::fmt::Debug)]
#[event_enum(crate = ::events)]
#[allow(clippy::upper_case_acronyms, reason = "called like an item of a trait")]
pub enum ItemEvent {
    /// As `EventEnum::Kind`, `TryFrom::Error` is another.
    Kind(Started),
    /// As `EventKind::ALL`.
    ALL(Ended),
}

/// A variant that is excused by itself, and so is its kind.
#[derive(::events::EventEnum, ::std::clone::Clone, ::std::fmt::Debug)]
#[event_enum(crate = ::events)]
pub enum LowerEvent {
    /// In lower case.
    #[allow(non_camel_case_types, reason = "called like its event type")]
    ended(Ended),
}

/// A run's life, in states called like the items of the trait.
#[derive(
    ::events::StateMachine,
    ::std::clone::Clone,
    ::std::marker::Copy,
    ::std::fmt::Debug,
    ::std::cmp::PartialEq,
    ::std::cmp::Eq,
)]
#[state_machine(lifecycle(RunLife, emitter = RunEmitter), crate = ::events)]
#[allow(clippy::upper_case_acronyms, reason = "called like an item of a trait")]
pub enum RunState {
    /// Before.
    #[state(initial, on(Started => STATES))]
    None,
    /// Meanwhile.
    #[state(name = "states", on(Ended => INITIAL), to = [INITIAL])]
    STATES,
    /// After.
    #[state(terminal)]
    INITIAL,
}

/// A state called like the type of what guards and hooks are given.
#[derive(
    ::events::StateMachine,
    ::std::clone::Clone,
    ::std::marker::Copy,
    ::std::fmt::Debug,
    ::std::cmp::PartialEq,
    ::std::cmp::Eq,
)]
#[state_machine(context = u32, crate = ::events)]
pub enum ContextState {
    /// Before.
    #[state(initial, on(Started => Context, if = is_even), exit = count)]
    Err,
    /// As `StateMachine::Context`.
    #[state(terminal, entry = count)]
    Context,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "guards are given their context like this")]
const fn is_even(_: &Started, context: &u32) -> bool {
    context.is_multiple_of(2)
}

const fn count(_: &::events::Transition<ContextState>, context: &mut u32) {
    *context += 1;
}

#[cfg(test)]
mod tests {
    use ::events::{Emitter as _, Event as _, EventBus, EventEnum as _, EventKind as _, StateMachine, StateManager};
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq, vec};

    use super::{Ended, ItemEvent, Point, PointKind, RunEmitter, RunEvent, RunState, Started};

    fn started() -> Started {
        let kind = |kind| Point { x: 1.5, kind };
        Started {
            name: "n".into(),
            text: Some(1),
            points: vec![
                kind(None),
                kind(Some(PointKind::Some(1))),
                kind(Some(PointKind::Ok(1, true))),
                kind(Some(PointKind::Err { text: "t".into() })),
            ],
            count: 0,
            sum: 7,
            at: Default::default(),
        }
    }

    /// In debug builds it also says that the native form and that of serde agree.
    #[test]
    fn the_event_has_its_id_and_members() {
        let event = started().for_entity("r").unwrap();
        assert_eq!(event.id().to_string(), "d59fe2fe-3fa1-8c84-ba3c-ec838cad9ef4");
        let names: Vec<_> = Started::DESCRIPTOR.fields().iter().map(::events::FieldDescriptor::name).collect();
        assert_eq!(names, ["name", "text", "points", "count", "sum", "at"]);
        assert_eq!((Started::TYPE.as_str(), Started::VERSION), ("run.started", 2));
        assert_eq!(
            event.erase().payload_json().unwrap(),
            r#"{"name":"n","points":[{"x":1.5},{"x":1.5,"kind":{"Some":1}},{"x":1.5,"kind":{"Ok":[1,true]}},{"x":1.5,"kind":{"Err":{"text":"T"}}}],"count":0,"sum":7,"at":"1970-01-01T00:00:00Z"}"#
        );
    }

    #[test]
    fn the_emitter_emits() {
        let emitter = RunEmitter::new(&EventBus::new(), "r");
        assert!(emitter.emitter.entity_id() == "r" && emitter.note.is_none());
        assert!(emitter.emit_started("n", None, vec![]).unwrap().is_delivered());
        let refused = emitter.emit_started("", None, vec![]).unwrap_err();
        assert_eq!(refused.to_string(), "event `run.started` is invalid: no name");
        assert!(emitter.emit_ended().unwrap().is_delivered());
        assert!(emitter.emit(RunEvent::from(Ended)).unwrap().is_delivered());
    }

    #[test]
    fn the_sets_know_their_kinds() {
        let kinds: Vec<_> = super::RunEventKind::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(kinds, ["run.started", "run.ended"]);
        let event = RunEvent::from(started());
        let text = ::serde_json::to_string(&event).unwrap();
        let back: RunEvent = ::serde_json::from_str(&text).unwrap();
        assert_eq!(back.kind(), super::RunEventKind::Some);
        let envelope = ItemEvent::from(Ended).for_entity("r").unwrap();
        assert_eq!(ItemEvent::try_from(&envelope).unwrap().kind(), super::ItemEventKind::ALL);
        assert_eq!(<super::ItemEventKind as ::events::EventKind>::ALL.len(), 2);
        assert_eq!(super::LowerEvent::from(Ended).kind(), super::LowerEventKind::ended);
    }

    #[test]
    fn the_machine_runs_through_its_states() {
        let mut state = StateManager::<RunState>::new();
        assert_eq!(state.state(), &RunState::None);
        state.apply(started().for_entity("r").unwrap()).unwrap();
        assert_eq!(state.state().to_string(), "states");
        state.transition_to(RunState::INITIAL).unwrap();
        assert_eq!(<RunState as StateMachine>::STATES.len(), 3);
        let run = super::RunLife::new(&EventBus::new(), "r").emit_started("n", None, vec![]).unwrap();
        assert_eq!((run.state(), run.receipt().is_some()), (RunState::STATES, true));
        assert_eq!(run.transition_to(super::run_life::INITIAL).state(), RunState::INITIAL);
        assert_eq!(<RunState as StateMachine>::INITIAL, RunState::None);
        let mut state = StateManager::<super::ContextState, _>::new();
        state.apply(started().for_entity("r").unwrap()).unwrap();
        assert_eq!((state.state(), *state.context()), (&super::ContextState::Context, 2));
    }
}
