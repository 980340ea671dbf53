//! A configuration as a tree that knows where each part stands; the same for every format.

use crate::source::Span;

/// A value, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a configuration can say.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// What YAML calls null.
    Nothing,
    Boolean(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    /// A date or a time of TOML, as text.
    Date(String),
    List(Vec<Node>),
    Table(Vec<(Key, Node)>),
}

/// A key of a table, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) span: Span,
    pub(crate) name: String,
}

impl Value {
    /// What kind of value it is, in words.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "a string",
            Self::Date(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}
