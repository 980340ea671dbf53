//! The newest position that this process knows of, and who waits for the next.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

#[derive(Debug, Default)]
pub(crate) struct Tip {
    last: Mutex<u64>,
    advanced: Condvar,
}

impl Tip {
    /// Wakes those who wait for a position up to this one.
    pub(crate) fn advance(&self, to: u64) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if to > *last {
            *last = to;
            drop(last);
            self.advanced.notify_all();
        }
    }

    /// Wakes everybody who waits, with nothing new.
    pub(crate) fn wake(&self) {
        // Held, so that nobody is between asking and waiting.
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        self.advanced.notify_all();
        drop(last);
    }

    /// Waits until there is something behind a position, or for so long, or until woken.
    pub(crate) fn wait_beyond(&self, position: u64, at_most: Duration, unless: impl FnOnce() -> bool) {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last <= position && !unless() {
            drop(self.advanced.wait_timeout(last, at_most).unwrap_or_else(PoisonError::into_inner));
        }
    }
}
