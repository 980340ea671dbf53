//! The values of one event's fields.

use std::fmt::{self, Write};

use chrono::SecondsFormat;
use tracing_core::field::{self, DisplayValue, ValueSet};

use super::callsite::{COMMON, Callsite};
use crate::{AnyEnvelope, FieldsError, Metadata, fields::Value, text::Bounded};

/// How long the text of a nested value may be, in bytes.
const MAX_TEXT: usize = 4096;

/// The values of the fields, in their order; none where there is nothing to say.
pub(super) struct Record(Vec<Option<Owned>>);

type Owned = Box<dyn field::Value>;

impl Record {
    pub(super) fn of(event: &AnyEnvelope, callsite: &Callsite) -> Result<Self, FieldsError> {
        let mut values = common(event);
        values.resize_with(callsite.metadata().fields().len(), || None);
        let fields = event.descriptor().fields();
        let mut rest = Rest::new();
        // Members come in the order of the fields, but for those that are left out.
        let mut next = 0;
        event.tell_fields(MAX_TEXT, &mut |name, value| {
            let after = fields.iter().skip(next).position(|field| field.name() == name).map(|at| next + at);
            match after.or_else(|| fields.iter().position(|field| field.name() == name)) {
                Some(at) => {
                    values[COMMON.len() + at] = owned(value);
                    next = at + 1;
                }
                None => rest.add(name, value),
            }
        })?;
        if let (Some(last), Some(rest)) = (values.last_mut(), rest.finish()) {
            *last = Some(rest);
        }
        Ok(Self(values))
    }

    pub(super) fn with_values(&self, callsite: &'static Callsite, tell: impl FnOnce(&ValueSet<'_>)) {
        let values: Vec<_> = self.0.iter().map(Option::as_deref).collect();
        tell(&callsite.metadata().fields().value_set_all(&values));
    }
}

fn text(value: impl fmt::Display) -> Owned {
    Box::new(value.to_string())
}

/// What every envelope says.
fn common(event: &AnyEnvelope) -> Vec<Option<Owned>> {
    let Metadata { correlation_id, causation_id, sequence, trace_parent } = event.metadata();
    let common: [_; COMMON.len()] = [
        Some(text(event.event_type())),
        Some(text(event.id())),
        Some(text(event.entity_id())),
        Some(text(event.time().to_rfc3339_opts(SecondsFormat::AutoSi, true))),
        correlation_id.as_ref().map(text),
        causation_id.map(text),
        sequence.map(|sequence| Box::new(sequence) as Owned),
        trace_parent.as_ref().map(text),
    ];
    common.into()
}

fn owned(value: Value<'_>) -> Option<Owned> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(value) => Box::new(value),
        Value::Unsigned(value) => Box::new(value),
        Value::Signed(value) => Box::new(value),
        Value::Float(value) => Box::new(value),
        Value::Text(text) => Box::new(text.to_owned()),
        Value::Nested(text) => Box::new(field::display(text.to_owned())),
    })
}

/// Members that are not described, as `name=value`.
struct Rest {
    text: Bounded,
    written: fmt::Result,
}

impl Rest {
    fn new() -> Self {
        Self { text: Bounded::new(MAX_TEXT), written: Ok(()) }
    }

    fn add(&mut self, name: &str, value: Value<'_>) {
        let Self { text, written } = self;
        let space = if text.as_str().is_empty() { "" } else { " " };
        *written = written.and_then(|()| match value {
            Value::Null => Ok(()),
            Value::Text(value) => write!(text, "{space}{name}={value:?}"),
            value => write!(text, "{space}{name}={value}"),
        });
    }

    fn finish(self) -> Option<Box<DisplayValue<String>>> {
        let text = self.text.finish(self.written);
        (!text.is_empty()).then(|| Box::new(field::display(text)))
    }
}
