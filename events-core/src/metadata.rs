//! What an envelope says besides the payload: where the event belongs in a flow.

use alloc::string::{String, ToString};
use core::{ops::Deref, str::FromStr};

use crate::{
    EventId,
    text::{Text, as_text, from_any_text, from_checked_text},
};

/// Correlation, causation, order and trace of one event. None of it enters the id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pub(crate) correlation_id: Option<CorrelationId>,
    pub(crate) causation_id: Option<EventId>,
    pub(crate) sequence: Option<u64>,
    pub(crate) trace_parent: Option<TraceParent>,
}

impl Metadata {
    /// The id shared by all events of one flow.
    pub const fn correlation_id(&self) -> Option<&CorrelationId> {
        self.correlation_id.as_ref()
    }

    /// The id of the event that led to this one. Filled in for events emitted inside an observer.
    pub const fn causation_id(&self) -> Option<EventId> {
        self.causation_id
    }

    /// The position in a sequence of the producer's choice.
    pub const fn sequence(&self) -> Option<u64> {
        self.sequence
    }

    /// The W3C trace context.
    pub const fn trace_parent(&self) -> Option<&TraceParent> {
        self.trace_parent.as_ref()
    }
}

/// The id shared by all events of one flow: a request id, a run id, a trace id; any text. Cheap to clone.
///
/// ```
/// use events_core::CorrelationId;
///
/// const NIGHTLY: CorrelationId = CorrelationId::from_static("nightly");
/// assert_eq!(NIGHTLY, "nightly");
/// assert_eq!(CorrelationId::from(format!("run-{}", 7)), "run-7");
/// ```
#[derive(Clone)]
pub struct CorrelationId(Text);

as_text!(CorrelationId);
from_any_text!(CorrelationId);

impl CorrelationId {
    /// An id from a literal, without allocating; usable in `const` items.
    pub const fn from_static(id: &'static str) -> Self {
        Self(Text::from_static(id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for CorrelationId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// The `traceparent` of the W3C Trace Context recommendation (§3.2): `version-trace id-parent id-flags`, in hex.
///
/// ```
/// use events_core::TraceParent;
///
/// let parent: TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse()?;
/// assert_eq!(parent.trace_id(), "0af7651916cd43dd8448eb211c80319c");
/// assert_eq!(parent.parent_id(), "b7ad6b7169203331");
/// assert!(parent.is_sampled());
/// assert!("00-0-0-01".parse::<TraceParent>().is_err());
/// # Ok::<(), events_core::InvalidTraceParent>(())
/// ```
#[derive(Clone)]
pub struct TraceParent(Text);

as_text!(TraceParent);
from_checked_text!(TraceParent);

impl TraceParent {
    /// The whole value, as it stands in a header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the whole trace, 32 hex digits.
    pub fn trace_id(&self) -> &str {
        &self.0[3..35]
    }

    /// The id of the calling span, 16 hex digits.
    pub fn parent_id(&self) -> &str {
        &self.0[36..52]
    }

    /// The trace flags, eight bits. Version 00 gives a meaning to the lowest one, [`is_sampled`](Self::is_sampled).
    pub fn flags(&self) -> u8 {
        // Two hex digits: checked when it was read.
        u8::from_str_radix(&self.0[53..55], 16).unwrap_or_default()
    }

    /// Whether the caller may have recorded the trace (the flag `sampled`).
    pub fn is_sampled(&self) -> bool {
        self.flags() & 1 == 1
    }
}

impl FromStr for TraceParent {
    type Err = InvalidTraceParent;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = |rule| Err(InvalidTraceParent { text: text.to_string(), rule });
        let mut parts = text.split('-');
        for (len, name) in [
            (2, "the version must be 2 lower-case hex digits"),
            (32, "the trace id must be 32 lower-case hex digits"),
            (16, "the parent id must be 16 lower-case hex digits"),
            (2, "the flags must be 2 lower-case hex digits"),
        ] {
            let part = parts.next().unwrap_or_default();
            if part.len() != len || !part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
                return invalid(name);
            }
            if len > 2 && part.bytes().all(|byte| byte == b'0') {
                return invalid("an id must not be all zeros");
            }
        }
        // Later versions may add fields; of version 00 nothing may follow, and version ff is forbidden.
        match &text[..2] {
            "ff" => invalid("version ff is forbidden"),
            "00" if parts.next().is_some() => invalid("nothing may follow the flags"),
            _ => Ok(Self(text.into())),
        }
    }
}

/// Text that is not a W3C `traceparent`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed traceparent {text:?}: {rule}")]
#[non_exhaustive]
pub struct InvalidTraceParent {
    /// The text as it was given.
    pub text: String,
    /// The rule it breaks.
    pub rule: &'static str,
}
