//! Panics told as events: of a scope that unwinds, and of a closure.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    thread,
};

use super::{Emitter, tell};
use crate::{EmittedBy, ErrorInfo, receipt::panic_message};

/// Emits an event when it is dropped by a panic; made by [`Emitter::fail_on_panic`].
#[must_use = "dropped at once, it guards nothing: bind it with `let _guard = …`"]
pub struct PanicGuard<'e, Em, T, F>
where
    Em: Emitter + ?Sized,
    T: EmittedBy<Em>,
    F: FnOnce(ErrorInfo) -> T,
{
    emitter: &'e Em,
    failed: Option<F>,
}

impl<'e, Em, T, F> PanicGuard<'e, Em, T, F>
where
    Em: Emitter + ?Sized,
    T: EmittedBy<Em>,
    F: FnOnce(ErrorInfo) -> T,
{
    pub(super) fn new(emitter: &'e Em, failed: F) -> Self {
        // Made by a destructor that a panic runs, it would take that panic for one of its own scope.
        Self { emitter, failed: (!thread::panicking()).then_some(failed) }
    }

    /// Ends the guard: from here on, a panic is not its business.
    pub fn disarm(mut self) {
        self.failed = None;
    }
}

impl<Em, T, F> Drop for PanicGuard<'_, Em, T, F>
where
    Em: Emitter + ?Sized,
    T: EmittedBy<Em>,
    F: FnOnce(ErrorInfo) -> T,
{
    fn drop(&mut self) {
        if let Some(failed) = self.failed.take()
            && thread::panicking()
        {
            emit_failed(self.emitter, failed, ErrorInfo::unwinding());
        }
    }
}

impl<Em, T, F> fmt::Debug for PanicGuard<'_, Em, T, F>
where
    Em: Emitter + ?Sized,
    T: EmittedBy<Em>,
    F: FnOnce(ErrorInfo) -> T,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PanicGuard")
            .field("entity_id", self.emitter.entity_id())
            .field("armed", &self.failed.is_some())
            .finish()
    }
}

pub(super) fn observe<Em, R, T>(emitter: &Em, run: impl FnOnce() -> R, failed: impl FnOnce(ErrorInfo) -> T) -> R
where
    Em: Emitter + ?Sized,
    T: EmittedBy<Em>,
{
    // The panic goes on: nobody sees afterwards what it left half done.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
        emit_failed(emitter, failed, ErrorInfo::from_panic(&*payload));
        resume_unwind(payload)
    })
}

/// Emits while a panic is under way. One more, out of the closure or of the event, would end the process or hide the first:
/// it is contained, and all that is known of it is what the panic hook printed.
fn emit_failed<Em, T>(emitter: &Em, failed: impl FnOnce(ErrorInfo) -> T, info: ErrorInfo)
where
    Em: Emitter + ?Sized,
    T: EmittedBy<Em>,
{
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| tell(emitter, failed(info)))) {
        panic_message(panic);
    }
}
