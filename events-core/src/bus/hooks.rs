//! What the bus tells its owner, rather than an observer.

use std::{
    cell::Cell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::passing::Passing;
use crate::{AnyEnvelope, EmitError, ObserverFailure, receipt::panic_message, sync::thread_local};

pub(super) type FailureHook = Box<dyn Fn(&AnyEnvelope, &ObserverFailure) + Send + Sync>;
pub(super) type UnobservedHook = Box<dyn Fn(&AnyEnvelope) + Send + Sync>;
pub(super) type RefusedHook = Box<dyn Fn(&EmitError) + Send + Sync>;

thread_local! {
    /// A hook is being told of a refusal on this thread. What is refused meanwhile would call it again, without end.
    static REFUSING: Cell<bool> = const { Cell::new(false) };
}

/// Called on the emitting thread. A panic in one is contained.
#[derive(Default)]
#[expect(clippy::struct_field_names, reason = "called as the methods of the builder")]
pub(super) struct Hooks {
    pub(super) on_failure: Option<FailureHook>,
    pub(super) on_unobserved: Option<UnobservedHook>,
    pub(super) on_refused: Option<RefusedHook>,
}

impl Hooks {
    pub(super) fn failed(&self, event: &Passing<'_>, failure: &ObserverFailure) {
        if let Some(hook) = &self.on_failure {
            contained(|| hook(event.any(), failure));
        }
    }

    pub(super) fn unobserved(&self, event: &Passing<'_>) {
        if let Some(hook) = &self.on_unobserved {
            contained(|| hook(event.any()));
        }
    }

    #[cold]
    pub(super) fn refused(&self, error: &EmitError) {
        if let Some(hook) = &self.on_refused
            && !REFUSING.with(|refusing| refusing.replace(true))
        {
            contained(|| hook(error));
            REFUSING.with(|refusing| refusing.set(false));
        }
    }
}

/// What it returns, unless it panics.
pub(super) fn contained<T>(hook: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(hook)).map_err(panic_message).ok()
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("on_failure", &self.on_failure.is_some())
            .field("on_unobserved", &self.on_unobserved.is_some())
            .field("on_refused", &self.on_refused.is_some())
            .finish()
    }
}
