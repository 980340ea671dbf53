//! The trace context of `OpenTelemetry`.

use opentelemetry::{Context, trace::TraceContextExt};

use super::TraceContextSource;
use crate::TraceParent;

/// The span that `OpenTelemetry` takes for the current one on this thread.
///
/// With the layer of [`tracing-opentelemetry`](https://docs.rs/tracing-opentelemetry), that is the span of `tracing` that was
/// entered last. Each version of `opentelemetry` has a current span of its own: the program must use the one that this crate
/// does, 0.33.
///
/// ```
/// use events_core::{EventBus, OpenTelemetryContext};
///
/// let bus = EventBus::builder().trace_context(OpenTelemetryContext).build();
/// # let _ = bus;
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "a value of its own name")]
pub struct OpenTelemetryContext;

impl TraceContextSource for OpenTelemetryContext {
    fn current(&self) -> Option<TraceParent> {
        Context::map_current(|context| {
            let span = context.span();
            let span = span.span_context();
            let (trace_id, span_id, flags) = (span.trace_id(), span.span_id(), span.trace_flags().to_u8());
            // Without a span the ids are zero, which is no trace context.
            span.is_valid().then(|| format!("00-{trace_id}-{span_id}-{flags:02x}").parse().ok())?
        })
    }
}
