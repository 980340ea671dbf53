//! The members of a payload, one after the other, for observers that show them.

mod leaf;
mod text;
mod top;

use alloc::string::{String, ToString};
use core::fmt;

use serde::{Serialize, ser};

use self::{leaf::Leaf, text::JsonText, top::Top};
use crate::{EventType, text::Bounded};

/// The name under which a payload is told that is no object of members.
const WHOLE: &str = "payload";

/// The value of a member.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'v> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(&'v str),
    /// Anything else, as JSON text but for NaN and the infinities; where it was too long, cut off and marked.
    Nested(&'v str),
}

/// As in JSON text, text without quotes.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Unsigned(value) => write!(f, "{value}"),
            Self::Signed(value) => write!(f, "{value}"),
            Self::Float(value) => f.write_str(zmij::Buffer::new().format(*value)),
            Self::Text(text) | Self::Nested(text) => f.write_str(text),
        }
    }
}

/// Who is told the members: the name and the value of each.
pub(crate) type Tell<'t> = dyn FnMut(&str, Value<'_>) + 't;

/// Tells the members in the order in which the payload is written; nested ones as text of at most `limit` bytes.
pub(crate) fn tell<P: Serialize>(
    event_type: &'static EventType,
    payload: &P,
    limit: usize,
    tell: &mut Tell<'_>,
) -> Result<(), FieldsError> {
    let told = match payload.serialize(Top { limit, tell: &mut *tell }) {
        Err(Stop::Nested) => tell_member(WHOLE, payload, limit, tell),
        told => told,
    };
    told.map_err(|stop| FieldsError { event_type, reason: stop.to_string() })
}

/// Tells one member.
fn tell_member<T: Serialize + ?Sized>(name: &str, value: &T, limit: usize, tell: &mut Tell<'_>) -> Result<(), Stop> {
    match value.serialize(Leaf(&mut |value| tell(name, value))) {
        Err(Stop::Nested) => {
            let mut out = Bounded::new(limit);
            let written = match value.serialize(JsonText(&mut out)) {
                Ok(()) => Ok(()),
                Err(Stop::Cut) => Err(fmt::Error),
                Err(stop) => return Err(stop),
            };
            tell(name, Value::Nested(&out.finish(written)));
            Ok(())
        }
        told => told,
    }
}

/// The methods of a serializer for values that it does not take.
macro_rules! refuse {
    ($($method:ident($($argument:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$ok, Stop> {
            Err(Stop::Nested)
        }
    )*};
}
use refuse;

/// Why a serializer stopped before the end.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// A value with parts was met where none is expected.
    #[error("a key has parts")]
    Nested,
    /// The limit was reached.
    #[error("the text is too long")]
    Cut,
    /// The payload's own `Serialize` failed.
    #[error("{0}")]
    Refused(String),
}

impl ser::Error for Stop {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Refused(message.to_string())
    }
}

impl From<fmt::Error> for Stop {
    fn from(_: fmt::Error) -> Self {
        Self::Cut
    }
}

/// The members of a payload cannot be shown: its `Serialize` failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the payload of event `{event_type}` cannot be shown: {reason}")]
#[non_exhaustive]
pub struct FieldsError {
    /// The event's type.
    pub event_type: &'static EventType,
    /// What the payload said.
    pub reason: String,
}
