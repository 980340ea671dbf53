//! Where an error came from, beside what it is.

use alloc::{string::String, sync::Arc};
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::identity::{CanonicalWriter, EventData};

/// A backtrace as text, for a field of an event that does not enter its id.
///
/// It is not part of [`ErrorInfo`](crate::ErrorInfo): the same error has another backtrace at each place and in each build, and
/// would have another id. What is left out of an id is a member of the payload, by name, so that everybody who has the JSON
/// form can recompute it; nothing inside a member can be. So the backtrace is a member of its own, with `skip_id`:
///
#[cfg_attr(all(feature = "derive", feature = "std"), doc = "```")]
#[cfg_attr(not(all(feature = "derive", feature = "std")), doc = "```ignore")]
/// use events_core::{ErrorBacktrace, ErrorInfo, Event};
/// use serde::Serialize;
///
/// #[derive(Event, Serialize)]
/// #[event_type("quick_test.failed")]
/// struct QuickTestFailed {
///     error: ErrorInfo,
///     #[event(default = ErrorBacktrace::capture(), skip_id)] // filled by the emit method
///     backtrace: ErrorBacktrace,
/// }
///
/// let error = ErrorInfo::new(&std::fmt::Error);
/// let with = QuickTestFailed { error: error.clone(), backtrace: ErrorBacktrace::force_capture() };
/// let without = QuickTestFailed { error, backtrace: ErrorBacktrace::default() };
/// assert!(with.backtrace.as_str().is_some());
/// assert_eq!(with.for_entity("test-001")?.id(), without.for_entity("test-001")?.id());
/// # Ok::<(), events_core::EnvelopeError>(())
/// ```
///
/// As JSON it is a text, or null where none was captured. The text ends at [`MAX_TEXT`](Self::MAX_TEXT) bytes, with `…`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ErrorBacktrace(Option<Arc<str>>);

impl ErrorBacktrace {
    /// How long the text may be, in bytes, without the mark where it was cut.
    pub const MAX_TEXT: usize = 65_536;

    /// The way to here, where the environment asks for backtraces (`RUST_LIB_BACKTRACE`, else `RUST_BACKTRACE`); else none, at
    /// next to no cost.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn capture() -> Self {
        Self::of(&std::backtrace::Backtrace::capture())
    }

    /// The way to here. Finding the names takes milliseconds.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn force_capture() -> Self {
        Self::of(&std::backtrace::Backtrace::force_capture())
    }

    /// One that was captured before, by an error for instance.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn of(backtrace: &std::backtrace::Backtrace) -> Self {
        use core::fmt::Write;

        if backtrace.status() != std::backtrace::BacktraceStatus::Captured {
            return Self::default();
        }
        let mut text = crate::text::Bounded::new(Self::MAX_TEXT);
        let written = write!(text, "{backtrace}");
        Self(Some(text.finish(written).into()))
    }

    /// The text, if there is one.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// The text; nothing where none was captured.
impl fmt::Display for ErrorBacktrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str().unwrap_or_default())
    }
}

impl Serialize for ErrorBacktrace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ErrorBacktrace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::<String>::deserialize(deserializer)?.map(Into::into)))
    }
}

impl EventData for ErrorBacktrace {
    fn encode(&self, writer: &mut CanonicalWriter) {
        self.0.encode(writer);
    }
}
