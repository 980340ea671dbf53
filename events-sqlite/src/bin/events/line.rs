//! An event as one line for people.

use std::{borrow::Cow, fmt};

use events_core::{
    __private::{KEY, Line, TIME, columns, style_of},
    EventType,
    anstyle::Style,
    wire::RawEnvelope,
};
use events_sqlite::{LogError, Record};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::time;

/// How many characters of a value are shown where the line has an end.
const MAX_VALUE: usize = 64;

/// Writes events as lines; their columns stand below each other, unless a name is long.
#[derive(Debug)]
pub(crate) struct EventLines {
    color: bool,
    width: Option<usize>,
}

/// So wide are the columns at least.
const TYPE: usize = 24;
const ENTITY: usize = 20;

impl EventLines {
    /// In so many columns, where there is a terminal.
    pub(crate) fn new(color: bool, width: Option<usize>) -> Self {
        Self { color, width }
    }

    pub(crate) fn line(&self, record: &Record) -> Result<String, LogError> {
        let event = record.raw()?;
        let mut line = Line::new(self.color, self.width);
        line.push(TIME, &format!("{:>6}  {}  ", record.position(), when(&event)));
        line.push_escaped(style(event.event_type()), event.event_type());
        line.pad(TYPE.saturating_sub(columns(event.event_type())) + 2);
        let about = about(&event);
        line.push_escaped(Style::new(), &about);
        let mut padding = ENTITY.saturating_sub(columns(&about)) + 2;
        for (name, value) in payload(&event) {
            line.pad(std::mem::replace(&mut padding, 1));
            if !name.is_empty() {
                line.push_word(KEY, &name);
                line.push(KEY, "=");
            }
            match serde_json::from_str::<Cow<'_, str>>(value) {
                Ok(text) => line.push_word(Style::new(), &self.cut(&text)),
                Err(_) => line.push_escaped(Style::new(), &self.cut(value)),
            }
        }
        Ok(line.finish())
    }

    fn cut<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match (self.width, text.char_indices().nth(MAX_VALUE)) {
            (Some(_), Some((end, _))) => Cow::Owned(format!("{}…", &text[..end])),
            _ => Cow::Borrowed(text),
        }
    }
}

fn when(event: &RawEnvelope) -> String {
    event.time().map_or_else(|| format!("{:24}", "-"), time::millis)
}

/// The entity; of an event from elsewhere the source, and what in it.
fn about(event: &RawEnvelope) -> Cow<'_, str> {
    match (event.entity_type(), event.subject()) {
        (Some(_), Some(subject)) => Cow::Borrowed(subject),
        (None, Some(subject)) => Cow::Owned(format!("{} {subject}", event.source())),
        (_, None) => Cow::Borrowed(event.source()),
    }
}

/// How an event of this type is shown.
pub(crate) fn style(event_type: &str) -> Style {
    EventType::new(event_type).map_or(Style::new().bold(), |event_type| style_of(&event_type))
}

/// The members of the payload that say something; of one that is no object, the whole without a name.
fn payload(event: &RawEnvelope) -> Vec<(Cow<'_, str>, &str)> {
    let Some(data) = event.data() else { return Vec::new() };
    match serde_json::from_str(data) {
        Ok(Members(members)) => members.into_iter().filter(|(_, value)| *value != "null").collect(),
        Err(_) => vec![(Cow::Borrowed(""), data)],
    }
}

/// An object, member by member, in its order.
struct Members<'t>(Vec<(Cow<'t, str>, &'t str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    members.push((name, value.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
