//! Waiting until all those who hold something have let go of it.

use std::{sync::Arc, time::Duration};

use crate::sync::{Condvar, Mutex, lock};

/// How many tokens are held.
pub(super) struct Quiet {
    held: Mutex<usize>,
    fewer: Condvar,
}

/// Counted for as long as it lives.
pub(super) struct Token(Arc<Quiet>);

impl Quiet {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { held: Mutex::new(0), fewer: Condvar::new() })
    }

    /// Waits until no more than so many tokens are held; `false` when the time is over before.
    pub(super) fn wait_for(&self, held: usize, deadline: Duration) -> bool {
        let guard = lock(&self.held);
        let waited = self.fewer.wait_timeout_while(guard, deadline, |now| *now > held);
        !waited.unwrap_or_else(std::sync::PoisonError::into_inner).1.timed_out()
    }
}

impl Token {
    pub(super) fn new(quiet: &Arc<Quiet>) -> Self {
        *lock(&quiet.held) += 1;
        Self(Arc::clone(quiet))
    }
}

impl Clone for Token {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        *lock(&self.0.held) -= 1;
        self.0.fewer.notify_all();
    }
}
