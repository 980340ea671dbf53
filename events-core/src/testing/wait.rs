//! What was waited for in vain.

use std::{fmt, time::Duration};

use super::{
    expectation::Expect,
    nearest::nearest,
    report::{Snapshot, counted},
};
use crate::AnyEnvelope;

/// What was waited for did not come in time. It says what came instead: `Debug` as well, for that is what a test that
/// returns an error prints.
#[derive(Clone, thiserror::Error)]
#[error("{text}")]
pub struct WaitError {
    timeout: Duration,
    events: Vec<AnyEnvelope>,
    text: Box<str>,
}

impl WaitError {
    pub(super) fn event(timeout: Duration, seen: Snapshot, expected: &dyn Expect, condition: &str) -> Self {
        let (of, nearest) = (seen.of(), nearest(&seen, 0, expected));
        let text = format!(
            "no `{}`{of}{condition} came within {timeout:?}\n{nearest}{}",
            expected.event_type(),
            seen.listed()
        );
        Self { timeout, events: seen.events, text: text.into() }
    }

    pub(super) fn len(timeout: Duration, seen: Snapshot, len: usize) -> Self {
        let text =
            format!("fewer than {}{} came within {timeout:?}\n{}", counted(len, "event"), seen.of(), seen.listed());
        Self { timeout, events: seen.events, text: text.into() }
    }

    /// How long was waited.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// All events that came until then, in order, those of other entities included.
    pub fn events(&self) -> &[AnyEnvelope] {
        &self.events
    }
}

impl fmt::Debug for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
