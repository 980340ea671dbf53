//! Where events learn which trace they belong to.

#[cfg(feature = "opentelemetry")]
mod opentelemetry;

use std::{fmt::Debug, sync::Arc};

#[cfg(feature = "opentelemetry")]
pub use self::opentelemetry::OpenTelemetryContext;
use crate::TraceParent;

/// Knows the trace context of the code that runs here and now.
///
/// A bus that was given one ([`EventBusBuilder::trace_context`](crate::EventBusBuilder::trace_context)) puts the present context
/// into the envelope of each event that an emitter emits.
///
/// ```
/// use events_core::{EventBus, TraceContextSource, TraceParent};
///
/// /// The whole program is one span.
/// #[derive(Debug)]
/// struct Run(TraceParent);
///
/// impl TraceContextSource for Run {
///     fn current(&self) -> Option<TraceParent> {
///         Some(self.0.clone())
///     }
/// }
///
/// let run = Run("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse()?);
/// let bus = EventBus::builder().trace_context(run).build();
/// # let _ = bus;
/// # Ok::<(), events_core::InvalidTraceParent>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` knows no trace context",
    label = "not a source of trace contexts",
    note = "implement `events_core::TraceContextSource`, or use `OpenTelemetryContext` (feature `opentelemetry`)"
)]
pub trait TraceContextSource: Debug + Send + Sync + 'static {
    /// The trace and the span that the calling thread is in, if it is in one. Asked for every event that is emitted.
    fn current(&self) -> Option<TraceParent>;
}

macro_rules! shared {
    ($($pointer:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: TraceContextSource + ?Sized> TraceContextSource for $pointer<T> {
            fn current(&self) -> Option<TraceParent> {
                (**self).current()
            }
        }
    )*};
}

shared! { Arc Box }
