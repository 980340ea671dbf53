//! Bugs of the derives.

use events_core::{Emitter, EntityEmitter, Event, EventBus, EventData, EventEnum, EventId, StateMachine};
use serde::{Deserialize, Serialize, Serializer};

/// A `<<` was taken for the beginning of a path, and swallowed what followed the expression.
#[test]
fn a_shift_in_a_default_leaves_the_next_attribute_alone() {
    #[derive(Event, Serialize)]
    #[event_type("regression.shifted")]
    struct Shifted {
        #[event(default = 1 << 4, skip_id)]
        one: u32,
        #[event(default = 1 << <u8>::MIN, skip_id)]
        other: u32,
        #[event(default = u32::from(1 < 2), skip_id)]
        compared: u32,
    }
    assert_eq!(Shifted::DESCRIPTOR.skipped(), ["one", "other", "compared"]);
}

/// serde lowers ASCII letters alone.
#[test]
fn renamed_variants_outside_ascii_are_named_as_serde_names_them() {
    #[derive(EventData, Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Lamp {
        ÉtatÉteint,
    }
    #[derive(Event, Serialize)]
    #[event_type("regression.lit")]
    struct Lit {
        lamp: Lamp,
    }
    let event = Lit { lamp: Lamp::ÉtatÉteint };
    assert_eq!(EventId::of(&event, "e"), EventId::content("regression.lit", "regression", "e", &event));
}

/// The wrapper of such a field was an item of its own, which cannot use the parameters of the type round it.
#[test]
fn fields_written_by_a_function_may_use_parameters() {
    fn joined<S: Serializer, T: ToString>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&values.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"))
    }
    #[derive(EventData, Serialize)]
    struct Inner<T: ToString> {
        #[serde(serialize_with = "joined")]
        values: Vec<T>,
    }
    #[derive(Event, Serialize)]
    #[event_type("regression.joined")]
    struct Joined<const N: usize> {
        #[serde(serialize_with = "joined")]
        array: [u8; N],
        inner: Inner<u8>,
    }
    let event = Joined { array: [1, 2, 3], inner: Inner { values: vec![4, 5] } };
    let expected = serde_json::json!({"array": "1+2+3", "inner": {"values": "4+5"}});
    assert_eq!(EventId::of(&event, "e"), EventId::content("regression.joined", "regression", "e", &expected));
}

#[derive(Emitter, Debug)]
#[emitter(entity_type = "regression")]
struct Regressions {
    emitter: EntityEmitter,
}

/// In the emitter's impl `Self` was the emitter.
#[derive(Event, Debug, PartialEq, Serialize)]
#[event_type("regression.nested")]
#[event(emitter = Regressions)]
struct Nested {
    parent: Option<Box<Self>>,
    #[event(default = Self::fallback())]
    fallback: Option<Box<Self>>,
}

impl Nested {
    fn fallback() -> Option<Box<Self>> {
        None
    }
}

/// A default of a generic event saw the parameters of the emit method.
#[derive(Event, Debug, Serialize)]
#[event_type("regression.labelled")]
#[event(emitter = Regressions)]
struct Labelled<T> {
    label: T,
    #[event(default = label())]
    default: u8,
}

fn label() -> u8 {
    7
}

#[test]
fn emit_methods_know_the_event_and_not_the_emitter() {
    let bus = EventBus::new();
    let regressions = Regressions::new(&bus, "e");
    let child = Nested { parent: None, fallback: None };
    assert!(regressions.emit_nested(Some(Box::new(child))).unwrap().is_delivered());
    assert!(regressions.emit_labelled(1_u8).unwrap().is_delivered());
}

/// A user's blanket trait with a method of the same name won over the inherent one.
mod hostile {
    pub(super) trait Key {
        #[expect(dead_code, reason = "it must not be called")]
        fn key(&self) {}
        #[expect(dead_code, reason = "it must not be called")]
        fn drop_null(&self) {}
        #[expect(dead_code, reason = "it must not be called")]
        fn raw(&self) {}
    }
    impl<T: ?Sized> Key for T {}
}

#[test]
fn blanket_traits_of_the_user_do_not_interfere() {
    #[expect(unused_imports, reason = "what is tested is that it changes nothing")]
    use hostile::Key as _;

    #[derive(EventData, Serialize)]
    struct Inner {
        a: u8,
    }
    #[derive(Event, Serialize)]
    #[event_type("regression.hostile")]
    struct Hostile {
        inner: Inner,
    }
    assert!(EventId::of(&Hostile { inner: Inner { a: 1 } }, "e").is_ok());
}

/// The derives named a deprecated type as the user does, and were warned.
#[deny(deprecated)]
mod deprecated {
    #![allow(dead_code, reason = "they are here to be derived for")]

    use super::{Event, EventData, EventEnum, Serialize, StateMachine};

    #[derive(EventData, Clone, Serialize)]
    #[deprecated]
    pub(super) struct Data {
        a: u8,
    }

    #[derive(Event, Clone, Serialize)]
    #[event_type("regression.old")]
    pub(super) struct Old {
        #[deprecated]
        a: u8,
    }

    #[derive(EventEnum)]
    #[deprecated]
    pub(super) enum Events {
        Old(Old),
    }

    #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    #[deprecated]
    pub(super) enum States {
        #[state(initial, terminal)]
        Only,
    }
}

/// The native writing took references to fields, which packed ones cannot have.
#[test]
fn packed_fields_are_written() {
    #[derive(EventData, Clone, Copy, Serialize)]
    #[repr(C, packed)]
    struct Header {
        kind: u8,
        length: u32,
    }
    #[derive(Event, Clone, Copy, Serialize)]
    #[event_type("regression.packed")]
    #[repr(C, packed(2))]
    struct Packed {
        kind: u8,
        header: Header,
        #[event(skip_id)]
        length: u32,
    }
    let event = Packed { kind: 1, header: Header { kind: 2, length: 3 }, length: 4 };
    let expected = serde_json::json!({"kind": 1, "header": {"kind": 2, "length": 3}});
    assert_eq!(EventId::of(&event, "e"), EventId::content("regression.packed", "regression", "e", &expected));
}

/// What formats without names had written of an event enum could not be read back.
#[test]
fn an_event_enum_is_read_from_its_members_in_order() {
    #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[event_type("regression.opened")]
    struct Opened {
        by: String,
    }
    #[derive(EventEnum, Clone, Debug, PartialEq)]
    enum Doors {
        Opened(Opened),
    }
    let read = serde_json::from_str::<Doors>;
    let opened = Doors::Opened(Opened { by: "Ada".into() });
    assert_eq!(read(r#"["regression.opened", ["Ada"]]"#).unwrap(), opened);
    for (short, message) in [
        ("[]", "invalid length 0, expected an event: an object with `type` and `data`"),
        (r#"["regression.opened"]"#, "invalid length 1, expected an event: an object with `type` and `data`"),
        (r#"["regression.closed", []]"#, "unknown event type `regression.closed`; expected `regression.opened`"),
    ] {
        let error = read(short).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}
