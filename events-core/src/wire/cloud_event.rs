//! A `CloudEvent` read as far as its members: each where it stands in the text, each as the specification wants it.

use alloc::{
    borrow::{Cow, ToOwned as _},
    vec::Vec,
};

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::{
    DecodeError,
    syntax::{self, is_base64, is_uri_reference},
};
use crate::{attribute::Attribute, json_object::for_each_member};

/// An event whose members stand in `text`, which itself begins at byte `base` of what was given.
#[derive(Debug)]
pub(super) struct CloudEvent<'t> {
    text: &'t str,
    base: usize,
    values: [Option<Value<'t>>; Attribute::ALL.len()],
    time: Option<DateTime<Utc>>,
}

/// A member's value.
#[derive(Clone, Debug)]
pub(super) struct Value<'t> {
    /// As it stands in the text.
    pub(super) json: &'t str,
    /// What it says, if it is an attribute and text; a payload is not asked.
    pub(super) text: Option<Cow<'t, str>>,
}

impl<'t> CloudEvent<'t> {
    /// Reads an object that begins at byte `base`.
    pub(super) fn read(text: &'t str, base: usize) -> Result<Self, DecodeError> {
        let trimmed = text.trim_start_matches(syntax::WHITESPACE);
        let (base, text) = (base + text.len() - trimmed.len(), trimmed.trim_end_matches(syntax::WHITESPACE));
        let mut event = Self { text, base, values: [const { None }; Attribute::ALL.len()], time: None };
        let (mut others, mut twice) = (Vec::new(), None);
        let found = |name: Cow<'t, str>, value: &'t RawValue| {
            let json = value.get();
            let Some(attribute) = Attribute::named(&name) else { return others.push((name, json)) };
            let text = (attribute != Attribute::Data).then(|| syntax::text(json)).flatten();
            let value = Value { json, text };
            if event.values[attribute as usize].replace(value).is_some() {
                twice.get_or_insert((attribute, json));
            }
        };
        for_each_member(text, found)
            .map_err(|source| DecodeError::Syntax { offset: base + syntax::offset_in(text, &source), source })?;
        if let Some((attribute, json)) = twice {
            return Err(DecodeError::Duplicate { member: attribute.name().to_owned(), offset: event.offset(json) });
        }
        event.check_known()?;
        event.check_others(others)?;
        Ok(event)
    }

    /// An event that was read before.
    pub(super) fn restore(
        text: &'t str,
        time: Option<DateTime<Utc>>,
        values: impl IntoIterator<Item = Option<Value<'t>>>,
    ) -> Self {
        let mut event = Self { text, base: 0, values: [const { None }; Attribute::ALL.len()], time };
        for (slot, value) in event.values.iter_mut().zip(values) {
            *slot = value;
        }
        event
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The text as one line. Line breaks can stand between members only: inside of text they are escaped.
    pub(super) fn line(&self) -> Cow<'t, str> {
        if self.text.contains(LINE_BREAKS) {
            return Cow::Owned(self.text.replace(LINE_BREAKS, ""));
        }
        Cow::Borrowed(self.text)
    }

    pub(super) fn values(&self) -> &[Option<Value<'t>>] {
        &self.values
    }

    pub(super) fn get(&self, attribute: Attribute) -> Option<&Value<'t>> {
        self.values[attribute as usize].as_ref()
    }

    /// An attribute that is text.
    pub(super) fn get_text(&self, attribute: Attribute) -> Option<&str> {
        self.get(attribute)?.text.as_deref()
    }

    /// The text of an attribute that must be there.
    pub(super) fn require(&self, attribute: Attribute) -> Result<&str, DecodeError> {
        self.get_text(attribute).ok_or_else(|| self.missing(attribute))
    }

    pub(super) fn missing(&self, attribute: Attribute) -> DecodeError {
        DecodeError::Missing { member: attribute.name(), offset: self.base }
    }

    /// Where a part of the text begins in it.
    pub(super) fn place(&self, part: &str) -> usize {
        part.as_ptr() as usize - self.text.as_ptr() as usize
    }

    /// Where a part of the text begins in what was given.
    pub(super) fn offset(&self, part: &str) -> usize {
        self.base + self.place(part)
    }

    /// All members of an event in their order, with their values in JSON.
    pub(super) fn members(text: &'t str) -> Vec<(Cow<'t, str>, &'t str)> {
        let mut members = Vec::new();
        // It was read before.
        let _ = for_each_member(text, |name, value| members.push((name, value.get())));
        members
    }

    /// Where an attribute's value begins.
    pub(super) fn offset_of(&self, attribute: Attribute) -> usize {
        self.get(attribute).map_or(self.base, |value| self.offset(value.json))
    }

    /// The payload as JSON text. An event without one has `null`.
    pub(super) fn data(&self) -> &'t str {
        self.get(Attribute::Data).map_or("null", |value| value.json)
    }

    pub(super) fn time(&self) -> Option<DateTime<Utc>> {
        self.time
    }

    pub(super) fn malformed(&self, attribute: Attribute, expected: impl Into<Cow<'static, str>>) -> DecodeError {
        let json = self.get(attribute).map_or("", |value| value.json);
        self.malformed_member(attribute.name(), json, expected.into())
    }

    fn malformed_member(&self, member: &str, json: &str, expected: Cow<'static, str>) -> DecodeError {
        let (member, offset) = (syntax::shown(member), self.offset(json));
        DecodeError::Malformed { member, offset, found: syntax::shown(json), expected }
    }

    fn check_known(&mut self) -> Result<(), DecodeError> {
        for &attribute in Attribute::ALL {
            if attribute == Attribute::Data {
                continue;
            }
            // An attribute that is `null` is not there (JSON format, §2.2).
            let slot = &mut self.values[attribute as usize];
            let Some(value) = slot.as_ref().filter(|value| value.json != "null") else {
                *slot = None;
                continue;
            };
            match (attribute, value.text.as_deref()) {
                // Numbers of ours, which the specification allows.
                (Attribute::EventVersion | Attribute::Sequence, None) if syntax::is_scalar(value.json) => {}
                (Attribute::DataBase64, Some("")) => {}
                (_, None | Some("")) => return Err(self.malformed(attribute, "text that is not empty")),
                _ => {}
            }
        }
        let spec = self.require(Attribute::SpecVersion)?;
        if !matches!(spec, "1.0" | "0.3") {
            return Err(self.malformed(Attribute::SpecVersion, "\"1.0\""));
        }
        self.require(Attribute::Id)?;
        self.require(Attribute::Type)?;
        if !is_uri_reference(self.require(Attribute::Source)?) {
            return Err(self.malformed(Attribute::Source, "a URI reference (RFC 3986)"));
        }
        if let Some(time) = self.get_text(Attribute::Time) {
            let Ok(time) = DateTime::parse_from_rfc3339(time) else {
                return Err(self.malformed(Attribute::Time, "a time such as \"2026-11-22T12:00:00Z\" (RFC 3339)"));
            };
            self.time = Some(time.to_utc());
        }
        if self.get_text(Attribute::DataSchema).is_some_and(|schema| !is_uri_reference(schema)) {
            return Err(self.malformed(Attribute::DataSchema, "a URI (RFC 3986)"));
        }
        if self.get_text(Attribute::DataBase64).is_some_and(|data| !is_base64(data)) {
            return Err(self.malformed(Attribute::DataBase64, "base64 (RFC 4648 §4)"));
        }
        if self.get(Attribute::Data).is_some() && self.get(Attribute::DataBase64).is_some() {
            return Err(self.malformed(Attribute::DataBase64, "absent where `data` is there"));
        }
        Ok(())
    }

    fn check_others(&self, mut others: Vec<(Cow<'t, str>, &'t str)>) -> Result<(), DecodeError> {
        let old = self.get_text(Attribute::SpecVersion) == Some("0.3");
        for (name, json) in &others {
            // The version before allowed more of both.
            let expected = if old {
                continue;
            } else if name.is_empty() || !name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9')) {
                "an attribute, whose name has lower-case letters and digits only"
            } else if !syntax::is_scalar(json) {
                "text, an integer or a bool"
            } else {
                continue;
            };
            return Err(self.malformed_member(name, json, expected.into()));
        }
        others.sort_by(|(one, _), (other, _)| one.cmp(other));
        match others.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some([_, (name, json)]) => {
                Err(DecodeError::Duplicate { member: syntax::shown(name), offset: self.offset(json) })
            }
            _ => Ok(()),
        }
    }
}

const LINE_BREAKS: [char; 2] = ['\n', '\r'];
