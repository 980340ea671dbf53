//! What happened on a bus, in numbers.

use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What happened on a bus so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusStats {
    /// Subscriptions at this moment.
    pub subscriptions: usize,
    /// Events that reached all their observers.
    pub delivered: u64,
    /// Of those, events that nobody was interested in.
    pub unobserved: u64,
    /// Events reported as duplicates.
    pub duplicates: u64,
    /// Events not delivered because the bus was switched off.
    pub suppressed: u64,
    /// Events refused with an error: invalid, without an entity, not encodable, too deep in a chain, or after the shutdown.
    pub refused: u64,
    /// Errors and panics of observers.
    pub failures: u64,
    /// Events that streams lost because their readers were too slow.
    pub lost: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    observed: AtomicU64,
    unobserved: AtomicU64,
    duplicates: AtomicU64,
    suppressed: AtomicU64,
    refused: AtomicU64,
    failures: AtomicU64,
    lost: AtomicU64,
}

impl Counters {
    pub(super) fn delivered(&self, observers: usize, failures: usize) {
        let counter = if observers == 0 { &self.unobserved } else { &self.observed };
        counter.fetch_add(1, Relaxed);
        if failures > 0 {
            self.failures.fetch_add(failures as u64, Relaxed);
        }
    }

    pub(super) fn duplicate(&self) {
        self.duplicates.fetch_add(1, Relaxed);
    }

    pub(super) fn suppressed(&self) {
        self.suppressed.fetch_add(1, Relaxed);
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(super) fn lost(&self, events: u64) {
        self.lost.fetch_add(events, Relaxed);
    }

    pub(super) fn read(&self, subscriptions: usize) -> BusStats {
        let unobserved = self.unobserved.load(Relaxed);
        BusStats {
            subscriptions,
            delivered: self.observed.load(Relaxed) + unobserved,
            unobserved,
            duplicates: self.duplicates.load(Relaxed),
            suppressed: self.suppressed.load(Relaxed),
            refused: self.refused.load(Relaxed),
            failures: self.failures.load(Relaxed),
            lost: self.lost.load(Relaxed),
        }
    }
}
