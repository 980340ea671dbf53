//! The values of one event's fields.

use std::fmt::{self, Write};

use chrono::SecondsFormat;
use tracing_core::field::{self, DisplayValue, ValueSet};

use super::callsite::{COMMON, Callsite};
use crate::{AnyEnvelope, FieldsError, Metadata, content::Content, fields, text::Bounded};

/// How long the text of a nested value may be, in bytes.
const MAX_TEXT: usize = 4096;

/// The values of the fields, in their order; none where there is nothing to say.
pub(super) struct Record(Vec<Option<Owned>>);

type Owned = Box<dyn field::Value>;

impl Record {
    pub(super) fn of(event: &AnyEnvelope, callsite: &Callsite) -> Result<Self, FieldsError> {
        let mut values = common(event);
        values.resize_with(callsite.metadata().fields().len(), || None);
        let known = event.descriptor().fields();
        let mut rest = Rest::new();
        // Members come in the order of the fields, but for those that are left out.
        let mut next = 0;
        for (name, value) in fields::of(event, MAX_TEXT)? {
            let after = known.iter().skip(next).position(|field| field.name() == name).map(|at| next + at);
            match after.or_else(|| known.iter().position(|field| field.name() == name)) {
                Some(at) => {
                    values[COMMON.len() + at] = owned(value);
                    next = at + 1;
                }
                None => rest.add(&name, &value),
            }
        }
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

fn owned(value: Content) -> Option<Owned> {
    Some(match value {
        Content::Null => return None,
        Content::Bool(value) => Box::new(value),
        Content::Unsigned(value) => Box::new(value),
        Content::Signed(value) => Box::new(value),
        Content::Float(value) => Box::new(value),
        Content::Text(text) => Box::new(text),
        other => Box::new(field::display(other.text(MAX_TEXT))),
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

    fn add(&mut self, name: &str, value: &Content) {
        let Self { text, written } = self;
        if matches!(value, Content::Null) {
            return;
        }
        let space = if text.as_str().is_empty() { "" } else { " " };
        *written = written.and_then(|()| {
            // The keys of a map come from anywhere, and subscribers write this text as it is.
            if name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
                write!(text, "{space}{name}=")?;
            } else {
                write!(text, "{space}{name:?}=")?;
            }
            match value {
                Content::Text(value) => write!(text, "{value:?}"),
                value => write!(text, "{value}"),
            }
        });
    }

    fn finish(self) -> Option<Box<DisplayValue<String>>> {
        let text = self.text.finish(self.written);
        (!text.is_empty()).then(|| Box::new(field::display(text)))
    }
}
