//! Why a payload is refused.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
};
use core::fmt;

/// A payload breaks a rule of its type: which field, which value, which rule.
///
/// Returned by the function named in `#[event(validate = path)]`.
///
/// ```
/// use events_core::ValidationError;
///
/// let error = ValidationError::new("must lie between 0 and 1").field("success_rate").value(1.5);
/// assert_eq!(error.to_string(), "`success_rate` is 1.5: must lie between 0 and 1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationError {
    rule: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    value: Option<String>,
}

impl ValidationError {
    /// A broken rule, in words: `must lie between 0 and 1`.
    pub fn new(rule: impl Into<Cow<'static, str>>) -> Self {
        Self { rule: rule.into(), field: None, value: None }
    }

    /// Names the field that breaks the rule.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// Names the value that breaks the rule.
    #[must_use]
    pub fn value(mut self, value: impl fmt::Display) -> Self {
        self.value = Some(value.to_string());
        self
    }

    /// The rule, in words.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The field's name, where the validator told it.
    pub fn field_name(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The value as text, where the validator told it.
    pub fn value_text(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.field, &self.value) {
            (Some(field), Some(value)) => write!(f, "`{field}` is {value}: ")?,
            (Some(field), None) => write!(f, "`{field}`: ")?,
            (None, Some(value)) => write!(f, "{value}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.rule)
    }
}

impl core::error::Error for ValidationError {}

impl From<&'static str> for ValidationError {
    fn from(rule: &'static str) -> Self {
        Self::new(rule)
    }
}

impl From<String> for ValidationError {
    fn from(rule: String) -> Self {
        Self::new(rule)
    }
}
