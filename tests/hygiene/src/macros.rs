//! Everything is written by `macro_rules`, from fragments.

use ::std::{
    clone::Clone,
    cmp::{Eq, PartialEq},
    fmt::Debug,
    marker::Copy,
    option::Option,
    string::String,
};

macro_rules! events {
    (
        $krate:path, $emitter_vis:vis $emitter:ident for $entity:literal, $life:ident at $life_path:path;
        $vis:vis $name:ident = $event_type:literal, version $version:literal, $method:ident, $validate:path, $emitter_path:path;
        $field_vis:vis $field:ident: $ty:ty, $text:ident: $text_ty:ty, $filled:ident: $filled_ty:ty = $default:expr, $now:ident: $now_ty:ty;
        $data:ident { $data_field:ident: $data_ty:ty = $rename:literal };
        $set:ident { $variant:ident($payload:ty) };
        $machine:ident { $from:ident -> $to:ident on $on:path, called $called:literal };
        $docs:literal
    ) => {
        #[doc = $docs]
        #[derive(::events::Event, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type($event_type)]
        #[event(emitter = $emitter_path, lifecycle = $life_path, version = $version, dedup(window = "1s", count = $version), method = $method, validate = $validate, crate = $krate)]
        #[event(entity_type = $entity)]
        $vis struct $name {
            #[doc = $docs]
            $field_vis $field: $ty,
            #[doc = $docs]
            $field_vis $text: $text_ty,
            #[doc = $docs]
            #[event(default = $default)]
            $field_vis $filled: $filled_ty,
            #[doc = $docs]
            #[event(now, skip_id)]
            $field_vis $now: $now_ty,
            /// Named in here.
            #[event(default = $default, skip_id)]
            $field_vis inner: $filled_ty,
            /// Named in here too.
            $field_vis data: $data,
        }

        #[doc = $docs]
        #[derive(::events::EventData, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_data(crate = $krate)]
        $vis enum $data {
            #[doc = $docs]
            $variant($data_ty, $data_ty),
            #[doc = $docs]
            Named {
                #[doc = $docs]
                #[serde(rename = $rename)]
                $data_field: $data_ty,
            },
        }

        #[doc = $docs]
        #[derive(::events::Emitter, Debug)]
        #[emitter(entity_type = $entity, crate = $krate)]
        $emitter_vis struct $emitter {
            inner: ::events::EntityEmitter,
            #[doc = $docs]
            $field_vis $filled: $filled_ty,
        }

        #[doc = $docs]
        #[derive(::events::EventEnum, Clone, Debug, PartialEq)]
        #[event_enum(crate = $krate)]
        $vis enum $set {
            #[doc = $docs]
            $variant($payload),
        }

        #[doc = $docs]
        #[derive(::events::StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
        #[state_machine(lifecycle($life, emitter = $emitter_path), crate = $krate)]
        $vis enum $machine {
            #[doc = $docs]
            #[state(initial, on($on => $to), name = $called)]
            $from,
            #[doc = $docs]
            #[state(to = [$from])]
            $to,
        }
    };
}

const fn valid(_: &Written) -> ::std::result::Result<(), &'static str> {
    ::std::result::Result::Ok(())
}

const fn hidden_valid(_: &hidden::Hidden) -> ::std::result::Result<(), &'static str> {
    ::std::result::Result::Ok(())
}

events! {
    ::events, pub WrittenEmitter for "written", WrittenLife at self::WrittenLife;
    pub Written = "macro.written", version 4, emit_it, valid, WrittenEmitter;
    pub value: ::std::vec::Vec<u8>, text: String, filled: u32 = 1 + 2, now: ::chrono::DateTime<::chrono::Utc>;
    WrittenData { field: u8 = "other-name" };
    WrittenEvent { Written(Written) };
    WrittenState { Open -> Closed on Written, called "the-first" };
    "From fragments."
}

/// In a room of its own.
mod hidden {
    use super::{Clone, Copy, Debug, Eq, PartialEq, String};

    events! {
        ::events, pub(super) HiddenEmitter for "hidden", HiddenLife at HiddenLife;
        pub(super) Hidden = "macro.hidden", version 1, r#type, super::hidden_valid, HiddenEmitter;
        pub(super) r#match: [u8; 2], text: ::std::string::String, r#fn: String = ::std::string::ToString::to_string("x"), now: ::std::time::SystemTime;
        HiddenData { field: ::std::option::Option<u8> = "f" };
        HiddenEvent { Hidden(Hidden) };
        HiddenState { Open -> Closed on Hidden, called "hidden-open" };
        "From fragments, for this crate alone."
    }
}

/// What only this crate sees works.
///
/// # Errors
///
/// As for every emit.
pub fn hidden(bus: &::events::EventBus) -> ::std::result::Result<bool, ::events::EmitError> {
    use self::hidden::{Hidden, HiddenData, HiddenEmitter, HiddenEvent, HiddenLife, HiddenState, hidden_life};

    let emitter = HiddenEmitter::new(bus, "h");
    let delivered = [HiddenData::Hidden(Option::None, Option::None), HiddenData::Named { field: Option::None }]
        .map(|data| emitter.r#type([1, 2], emitter.r#fn.as_str(), data));
    let [first, second] = delivered;
    let named = ::events::StateMachine::name(HiddenState::Open) == "hidden-open";
    let listed = <HiddenEvent as ::events::EventEnum>::TYPES == [<Hidden as ::events::Event>::TYPE];
    let life = HiddenLife::new(bus, "l").r#type([1, 2], "y", HiddenData::Named { field: Option::None })?;
    let again = life.transition_to(hidden_life::Open).state() == HiddenState::Open;
    ::std::result::Result::Ok(first?.is_delivered() && second?.is_delivered() && named && listed && again)
}

#[cfg(test)]
mod tests {
    use ::events::{Emitter, Event as _, EventBus, EventEnum as _, StateMachine as _};
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq, vec};

    use super::{Written, WrittenData, WrittenEmitter, WrittenEvent, WrittenState, hidden::Hidden};

    fn written(data: WrittenData) -> Written {
        Written { value: vec![1], text: "t".into(), filled: 3, now: Default::default(), inner: 3, data }
    }

    #[test]
    fn fragments_are_what_they_hold() {
        let event = written(WrittenData::Named { field: 1 }).for_entity("w").unwrap();
        assert_eq!(event.id().to_string(), "83621c39-b7c9-80f9-bedd-253a4f681d8b");
        let event = event.erase();
        assert_eq!(
            event.payload_json().unwrap(),
            r#"{"value":[1],"text":"t","filled":3,"now":"1970-01-01T00:00:00Z","inner":3,"data":{"Named":{"other-name":1}}}"#
        );
        assert_eq!(WrittenEvent::try_from(&event).unwrap().event_type(), "macro.written");
        let fields = Written::DESCRIPTOR.fields().iter().map(|field| (field.name(), field.type_name()));
        assert_eq!(
            fields.collect::<Vec<_>>(),
            [
                ("value", "::std::vec::Vec<u8>"),
                ("text", "String"),
                ("filled", "u32"),
                ("now", "::chrono::DateTime<::chrono::Utc>"),
                ("inner", "u32"),
                ("data", "WrittenData"),
            ]
        );
        assert_eq!(
            (Written::VERSION, Written::TYPE.entity_type(), Written::DESCRIPTOR.docs()),
            (4, "written", "From fragments.")
        );
        assert_eq!(WrittenState::STATES.iter().map(|state| state.name()).collect::<Vec<_>>(), ["the-first", "closed"]);
        assert_eq!(Hidden::DESCRIPTOR.fields()[0].name(), "match");
    }

    #[test]
    fn texts_of_fragments_are_taken_as_any_text() {
        let bus = EventBus::new();
        let emitter = WrittenEmitter::new(&bus, "w");
        assert!(emitter.filled == 0 && emitter.inner.entity_id() == emitter.entity_id());
        assert!(emitter.emit_it(vec![1], "t", WrittenData::Written(1, 2)).unwrap().is_delivered());
        assert!(super::hidden(&bus).unwrap());
    }
}
