//! YAML, read into the tree.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{
    Location, MessageFormatter as _, Options, Spanned, UserMessageFormatter, options::NonFiniteFloatPolicy,
};

use crate::{
    error::Errors,
    node::{Key, Node, Value},
    source::Span,
};

/// The tree of a text; nothing if it is malformed, which is then among the errors.
pub(crate) fn read(text: &str, errors: &mut Errors) -> Node {
    match serde_saphyr::from_str_with_options(text, options()) {
        Ok(node) => node,
        Err(error) => {
            let span = error.location().map_or(0..0, |location| span(location, text));
            errors.syntax(span, &UserMessageFormatter.format_message(error.without_snippet()));
            Node { span: 0..0, value: Value::Nothing }
        }
    }
}

/// How deep lists and tables may be nested. Reading goes down with them, and unoptimized a level takes some 30 KiB of the stack.
const DEPTH: usize = 24;

/// What YAML 1.2 calls booleans and floats, and errors that are shown here.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: DEPTH },
        with_snippet: false,
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
    }
}

/// Where something stands. Bytes are not known of all errors.
fn span(location: Location, text: &str) -> Span {
    let size = |of: u64| usize::try_from(of).unwrap_or(usize::MAX);
    let span = location.span();
    if let (Some(start), Some(len)) = (span.byte_offset(), span.byte_len()) {
        return size(start)..size(start).saturating_add(size(len));
    }
    let at = |characters: usize| text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    at(size(span.offset()))..at(size(span.offset()).saturating_add(size(span.len())))
}

/// As far as bytes are known, which they are of text that was parsed as a whole.
fn known_span(location: Location) -> Span {
    span(location, "")
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::deserialize(deserializer)?;
        Ok(Self { span: known_span(referenced), value })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::deserialize(deserializer)?;
        Ok(Self { span: known_span(referenced), name: value })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_bool<E>(self, boolean: bool) -> Result<Value, E> {
        Ok(Value::Boolean(boolean))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Value, E> {
        Ok(Value::Integer(integer.into()))
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Value, E> {
        Ok(Value::Integer(integer.into()))
    }

    fn visit_i128<E>(self, integer: i128) -> Result<Value, E> {
        Ok(Value::Integer(integer))
    }

    fn visit_u128<E: Error>(self, integer: u128) -> Result<Value, E> {
        integer.try_into().map(Value::Integer).map_err(|_| E::custom("integer too large"))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Value, E> {
        Ok(Value::Float(float))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = table.next_entry()? {
            entries.push(entry);
        }
        Ok(Value::Table(entries))
    }
}
