//! What happened on a bus, in numbers.

use super::thread;
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
    /// Events refused with an [`EmitError`](crate::EmitError).
    pub refused: u64,
    /// Errors and panics of observers.
    pub failures: u64,
    /// Events that streams lost: because their readers were too slow, or closed them while the event was under way.
    pub lost: u64,
}

/// What is counted at each event, apart for a few groups of threads, so that they do not wait for one another.
#[derive(Default)]
#[repr(align(128))]
struct Stripe {
    observed: AtomicU64,
    unobserved: AtomicU64,
    duplicates: AtomicU64,
}

const STRIPES: usize = 16;

/// Padded by its stripes.
#[derive(Default)]
pub(super) struct Counters {
    stripes: [Stripe; STRIPES],
    suppressed: AtomicU64,
    refused: AtomicU64,
    failures: AtomicU64,
    lost: AtomicU64,
}

impl Counters {
    #[inline]
    fn stripe(&self) -> &Stripe {
        &self.stripes[thread::stripe() % STRIPES]
    }

    fn sum(&self, counter: impl Fn(&Stripe) -> &AtomicU64) -> u64 {
        self.stripes.iter().map(|stripe| counter(stripe).load(Relaxed)).sum()
    }

    #[inline]
    pub(super) fn delivered(&self, observers: usize, failures: usize) {
        let stripe = self.stripe();
        let counter = if observers == 0 { &stripe.unobserved } else { &stripe.observed };
        counter.fetch_add(1, Relaxed);
        if failures > 0 {
            self.failures.fetch_add(failures as u64, Relaxed);
        }
    }

    pub(super) fn duplicate(&self) {
        self.stripe().duplicates.fetch_add(1, Relaxed);
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
        let unobserved = self.sum(|stripe| &stripe.unobserved);
        BusStats {
            subscriptions,
            delivered: self.sum(|stripe| &stripe.observed) + unobserved,
            unobserved,
            duplicates: self.sum(|stripe| &stripe.duplicates),
            suppressed: self.suppressed.load(Relaxed),
            refused: self.refused.load(Relaxed),
            failures: self.failures.load(Relaxed),
            lost: self.lost.load(Relaxed),
        }
    }
}
