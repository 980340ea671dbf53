//! The types of events that are read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events_core::{
    Event, EventEnum, Upcast, ValidationError,
    wire::{EventRegistry, RegisteredType},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

/// A field of every kind.
#[derive(Event, Debug, Serialize, Deserialize)]
#[event_type("fuzz.all")]
pub(crate) struct All {
    flag: bool,
    letter: char,
    small: i8,
    whole: i64,
    wide: u64,
    widest: i128,
    single: f32,
    double: f64,
    text: String,
    #[serde(rename = "optional")]
    option: Option<Box<Inner>>,
    list: Vec<u16>,
    pair: (u8, String),
    array: [i32; 2],
    numbered: BTreeMap<i32, bool>,
    named: BTreeMap<String, Value>,
    kind: Kind,
    nothing: (),
    raw: Box<RawValue>,
    at: DateTime<Utc>,
    #[serde(default)]
    unless_said: u8,
    #[event(skip_id)]
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[event(skip_id)]
    took: f64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    number: u32,
    further: Option<Box<Inner>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Nothing,
    One(u8),
    Two(u8, String),
    Named { number: f64 },
}

/// All members, whatever they are called.
#[derive(Event, Debug, Serialize, Deserialize)]
#[event_type("fuzz.open")]
pub(crate) struct Open {
    #[serde(flatten)]
    members: BTreeMap<String, Value>,
}

/// No members.
#[derive(Event, Debug, Serialize, Deserialize)]
#[event_type("fuzz.none")]
pub(crate) struct Nothing;

/// Every one of its own, of another version than the first, and with a rule.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
#[event_type("fuzz.beat")]
#[event(version = 2, identity = unique, validate = Self::check)]
pub(crate) struct Beat {
    number: u8,
}

impl Beat {
    fn check(&self) -> Result<(), ValidationError> {
        if self.number < 100 { Ok(()) } else { Err(ValidationError::new("must be less than 100").field("number")) }
    }
}

/// Of two versions, and about entities of a type that is not part of its name.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
#[event_type("fuzz.moved")]
#[event(entity_type = "crane", version = 2, upcast_from = MovedOnce)]
pub(crate) struct Moved {
    to: (f32, f32),
}

/// As it was at first.
#[derive(Event, Debug, Serialize, Deserialize)]
#[event_type("fuzz.moved")]
#[event(entity_type = "crane")]
pub(crate) struct MovedOnce {
    x: f32,
    #[serde(default)]
    y: f32,
}

impl Upcast for MovedOnce {
    type To = Moved;

    fn upcast(self) -> Moved {
        Moved { to: (self.x, self.y) }
    }
}

#[derive(EventEnum, Clone, Debug)]
pub(crate) enum Sum {
    Beat(Beat),
    Moved(Moved),
}

pub(crate) static TYPES: EventRegistry = EventRegistry::new(&[
    RegisteredType::event::<All>(),
    RegisteredType::event::<Open>(),
    RegisteredType::event::<Nothing>(),
    RegisteredType::all_of::<Sum>(),
]);
