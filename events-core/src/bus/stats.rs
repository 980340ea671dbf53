//! What happened on a bus, in numbers.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

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
    /// Events refused with an error: invalid, without an entity, not encodable, or too deep in a chain.
    pub refused: u64,
    /// Errors and panics of observers.
    pub failures: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    delivered: AtomicU64,
    unobserved: AtomicU64,
    duplicates: AtomicU64,
    refused: AtomicU64,
    failures: AtomicU64,
}

impl Counters {
    pub(super) fn delivered(&self, observers: usize, failures: usize) {
        self.delivered.fetch_add(1, Relaxed);
        if observers == 0 {
            self.unobserved.fetch_add(1, Relaxed);
        }
        if failures > 0 {
            self.failures.fetch_add(failures as u64, Relaxed);
        }
    }

    pub(super) fn duplicate(&self) {
        self.duplicates.fetch_add(1, Relaxed);
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(super) fn read(&self, subscriptions: usize) -> BusStats {
        BusStats {
            subscriptions,
            delivered: self.delivered.load(Relaxed),
            unobserved: self.unobserved.load(Relaxed),
            duplicates: self.duplicates.load(Relaxed),
            refused: self.refused.load(Relaxed),
            failures: self.failures.load(Relaxed),
        }
    }
}
