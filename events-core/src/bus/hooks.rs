//! What the bus tells its owner, rather than an observer.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::passing::Passing;
use crate::{AnyEnvelope, ObserverFailure, receipt::panic_message};

pub(super) type FailureHook = Box<dyn Fn(&AnyEnvelope, &ObserverFailure) + Send + Sync>;
pub(super) type UnobservedHook = Box<dyn Fn(&AnyEnvelope) + Send + Sync>;

/// Called on the emitting thread. A panic in one is contained.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) on_failure: Option<FailureHook>,
    pub(super) on_unobserved: Option<UnobservedHook>,
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
}

fn contained(hook: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(hook)) {
        panic_message(panic);
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("on_failure", &self.on_failure.is_some())
            .field("on_unobserved", &self.on_unobserved.is_some())
            .finish()
    }
}
