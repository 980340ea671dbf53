//! So many events may be on their way; who has one more waits, as a thread or as a task, or is told so.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

/// Places, of which each is taken and given back.
#[derive(Debug)]
pub(crate) struct Room {
    taken: Mutex<usize>,
    places: usize,
    freed: Condvar,
    changed: Notify,
}

impl Room {
    pub(crate) fn new(places: usize) -> Self {
        Self { taken: Mutex::new(0), places: places.max(1), freed: Condvar::new(), changed: Notify::new() }
    }

    pub(crate) fn places(&self) -> usize {
        self.places
    }

    pub(crate) fn taken(&self) -> usize {
        *self.lock()
    }

    /// Takes a place; waits for so long at most, and blocks the thread meanwhile.
    pub(crate) fn take(&self, patience: Duration) -> bool {
        let is_full = |taken: &mut usize| *taken >= self.places;
        let mut taken = self.lock();
        if is_full(&mut taken) && !patience.is_zero() {
            taken = self.freed.wait_timeout_while(taken, patience, is_full).unwrap_or_else(PoisonError::into_inner).0;
        }
        let is_free = !is_full(&mut taken);
        *taken += usize::from(is_free);
        is_free
    }

    /// Gives places back.
    pub(crate) fn give_back(&self, places: usize) {
        *self.lock() -= places;
        self.freed.notify_all();
        self.changed.notify_waiters();
    }

    /// Waits until so few places are taken, whatever takes them then.
    pub(crate) async fn until(&self, is_so: impl Fn(usize) -> bool) {
        loop {
            // Before it is looked: what changes meanwhile is not missed.
            let changed = self.changed.notified();
            if is_so(self.taken()) {
                return;
            }
            changed.await;
        }
    }

    /// Nothing in here can panic while it is held.
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
