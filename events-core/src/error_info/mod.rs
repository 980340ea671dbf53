//! An error as data: what a payload says of something that went wrong.

mod backtrace;
mod severity;
mod wire;

use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use core::{
    any::{Any, type_name},
    error::Error,
    fmt::{self, Display, Write},
};

pub use self::{
    backtrace::ErrorBacktrace,
    severity::{Severity, UnknownSeverity},
};
use crate::text::{Bounded, CUT};

/// What stands for the type of an error that does not tell it.
const UNKNOWN_TYPE: &str = "dyn Error";
/// The type of what a panic says.
const PANIC: &str = "panic";

/// An error as data, for a field of an event: its message, its type, what led to it, and how bad it is.
///
/// Made from an error, it is owned, comparable, and the same in every process: the same error gives the same id. So it holds
/// no addresses and no times; a backtrace, which is different at each place, is a field of its own ([`ErrorBacktrace`]).
///
#[cfg_attr(feature = "derive", doc = "```")]
#[cfg_attr(not(feature = "derive"), doc = "```ignore")]
/// use events_core::{ErrorInfo, Event, Severity};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
/// #[event_type("quick_test.failed")]
/// struct QuickTestFailed {
///     error: ErrorInfo,
/// }
///
/// let error = "12a".parse::<u16>().unwrap_err();
/// let failed = || QuickTestFailed { error: ErrorInfo::new(&error).with_severity(Severity::Critical) };
/// assert_eq!(failed().error.message(), "invalid digit found in string");
/// assert_eq!(failed().for_entity("test-001")?.id(), failed().for_entity("test-001")?.id());
/// # Ok::<(), events_core::EnvelopeError>(())
/// ```
///
/// As JSON it has the four members `message`, `error_type`, `chain` (a list of texts) and `severity`; when it is read, all
/// of them must be there, and no other.
///
/// # Limits
///
/// A text ends at [`MAX_TEXT`](Self::MAX_TEXT) bytes, the chain at [`MAX_CHAIN`](Self::MAX_CHAIN) sources: `…` stands
/// where something was cut off. So an error that is its own source, or whose message has no end, is described in finite time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ErrorInfo {
    message: String,
    error_type: String,
    chain: Vec<String>,
    severity: Severity,
}

impl ErrorInfo {
    /// How long a text may be, in bytes, without the mark where it was cut.
    pub const MAX_TEXT: usize = 4096;
    /// How many sources are kept, without the mark where the chain was cut.
    pub const MAX_CHAIN: usize = 16;

    /// Describes an error of a known type, with [`Severity::Error`].
    ///
    /// Its type is what [`type_name`] says: the full path, which may change with the compiler and when the type moves, and so
    /// does the id then. A name of your own ([`with_error_type`](Self::with_error_type)) stays.
    ///
    /// ```
    /// use events_core::ErrorInfo;
    ///
    /// let info = ErrorInfo::new(&std::fmt::Error);
    /// assert_eq!(info.error_type(), "core::fmt::Error");
    /// assert!(info.chain().is_empty());
    /// ```
    pub fn new<E: Error>(error: &E) -> Self {
        Self::described(error, bounded(type_name::<E>()))
    }

    /// Describes an error whose type is not known any more, such as what is in a `Box<dyn Error>`.
    ///
    /// Its type is the name with which its `Debug` begins, as a derived one does: that of the struct, or of the enum's
    /// variant. Of any other it is `dyn Error`.
    ///
    /// ```
    /// use std::error::Error;
    /// use events_core::ErrorInfo;
    ///
    /// let error: Box<dyn Error> = "12a".parse::<u16>().unwrap_err().into();
    /// assert_eq!(ErrorInfo::from_dyn(&*error).error_type(), "ParseIntError");
    /// let error: Box<dyn Error> = "no route".into();
    /// assert_eq!(ErrorInfo::from_dyn(&*error).error_type(), "dyn Error");
    /// ```
    pub fn from_dyn(error: &dyn Error) -> Self {
        Self::described(error, debug_name(error).unwrap_or_else(|| UNKNOWN_TYPE.to_string()))
    }

    /// Describes what is no Rust error: a type and a message of your own.
    pub fn from_message(error_type: impl Display, message: impl Display) -> Self {
        Self {
            message: bounded(message),
            error_type: bounded(error_type),
            chain: Vec::new(),
            severity: Severity::Error,
        }
    }

    /// Describes a panic by its payload, as [`catch_unwind`](https://doc.rust-lang.org/std/panic/fn.catch_unwind.html) gives
    /// it: type `panic`, and [`Severity::Critical`].
    ///
    /// ```
    /// use std::panic;
    /// use events_core::{ErrorInfo, Severity};
    ///
    /// # panic::set_hook(Box::new(|_| {}));
    /// let payload = panic::catch_unwind(|| panic!("out of ink")).unwrap_err();
    /// let info = ErrorInfo::from_panic(&*payload);
    /// assert_eq!((info.error_type(), info.message()), ("panic", "out of ink"));
    /// assert_eq!(info.severity(), Severity::Critical);
    /// ```
    pub fn from_panic(payload: &(dyn Any + Send)) -> Self {
        Self::from_message(PANIC, panic_text(payload)).with_severity(Severity::Critical)
    }

    /// What can be said of a panic whose payload is out of reach.
    #[cfg(feature = "std")]
    pub(crate) fn unwinding() -> Self {
        Self::from_message(PANIC, "the thread panicked").with_severity(Severity::Critical)
    }

    fn described(error: &dyn Error, error_type: String) -> Self {
        let mut chain = Vec::new();
        let mut next = error.source();
        while let Some(source) = next {
            if chain.len() == Self::MAX_CHAIN {
                chain.push(CUT.to_string());
                break;
            }
            chain.push(bounded(source));
            next = source.source();
        }
        Self { message: bounded(error), error_type, chain, severity: Severity::Error }
    }

    /// Says how bad it is.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Gives the error a name that programs can rely on, such as `timeout_error`.
    #[must_use]
    pub fn with_error_type(mut self, error_type: impl Display) -> Self {
        self.error_type = bounded(error_type);
        self
    }

    /// What the error says.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What kind of error it is.
    pub fn error_type(&self) -> &str {
        &self.error_type
    }

    /// What its sources say, outermost first.
    pub fn chain(&self) -> &[String] {
        &self.chain
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }
}

/// The message; with `{:#}` those of the sources behind it, joined by `: `. What an error says itself of its source is not said twice.
impl Display for ErrorInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return f.pad(&self.message);
        }
        f.write_str(&self.message)?;
        let mut before = &self.message;
        for source in &self.chain {
            if !before.ends_with(source) {
                write!(f, ": {source}")?;
            }
            before = source;
        }
        Ok(())
    }
}

/// What a panic says, as the standard hook would print it. A box given as it is, not what it holds, is looked into.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    if let Some(inner) = payload.downcast_ref::<Box<dyn Any + Send>>() {
        return panic_text(&**inner);
    }
    match payload.downcast_ref::<&str>() {
        Some(text) => text,
        None => payload.downcast_ref::<String>().map_or("a value that is not text", String::as_str),
    }
}

fn bounded(value: impl Display) -> String {
    let mut text = Bounded::new(ErrorInfo::MAX_TEXT);
    let written = write!(text, "{value}");
    text.finish(written)
}

/// The name with which a derived `Debug` begins, if this is one.
fn debug_name(error: &dyn Error) -> Option<String> {
    let mut text = Bounded::new(ErrorInfo::MAX_TEXT);
    // What stands behind the name is of no interest, nor that it may not fit.
    let _ = write!(text, "{error:?}");
    let text = text.as_str();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let is_derived = rest.is_empty() || rest.starts_with('(') || rest.starts_with(" {");
    (is_name && is_derived).then(|| name.to_string())
}
