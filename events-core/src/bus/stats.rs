//! What happened on a bus, in numbers.

use std::{collections::VecDeque, sync::Arc};

use super::thread;
use crate::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering::Relaxed},
    lock,
};

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

/// What is counted at each event.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Tally {
    observed: AtomicU64,
    unobserved: AtomicU64,
    duplicates: AtomicU64,
}

impl Tally {
    #[inline]
    fn delivered_to(&self, observers: usize) -> &AtomicU64 {
        if observers == 0 { &self.unobserved } else { &self.observed }
    }

    /// Counts an event. Only one thread may count here.
    #[inline]
    pub(super) fn delivered(&self, observers: usize) {
        increment(self.delivered_to(observers));
    }

    /// Counts a duplicate. Only one thread may count here.
    #[inline]
    pub(super) fn duplicate(&self) {
        increment(&self.duplicates);
    }
}

/// Counts for the only thread that does: others see each number in turn.
#[inline]
fn increment(counter: &AtomicU64) {
    counter.store(counter.load(Relaxed) + 1, Relaxed);
}

const STRIPES: usize = 16;

/// Padded by its stripes.
#[derive(Default)]
pub(super) struct Counters {
    /// For threads without a tally of their own, apart for a few groups of them, so that they do not wait for one another.
    stripes: [Tally; STRIPES],
    /// Those of single threads, the one given last at the end. They keep their counts, whoever counts on.
    tallies: Mutex<VecDeque<Arc<Tally>>>,
    suppressed: AtomicU64,
    refused: AtomicU64,
    failures: AtomicU64,
    lost: AtomicU64,
}

impl Counters {
    fn stripe(&self) -> &Tally {
        &self.stripes[thread::number() % STRIPES]
    }

    /// A tally for the calling thread alone, for as long as it keeps it.
    pub(super) fn tally(&self) -> Arc<Tally> {
        let mut tallies = lock(&self.tallies);
        for _ in 0..tallies.len() {
            tallies.rotate_left(1);
            if let Some(tally) = tallies.back_mut()
                && Arc::get_mut(tally).is_some()
            {
                return Arc::clone(tally);
            }
        }
        let tally = Arc::<Tally>::default();
        tallies.push_back(Arc::clone(&tally));
        tally
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn tallies(&self) -> usize {
        lock(&self.tallies).len()
    }

    fn sum(&self, tallies: &VecDeque<Arc<Tally>>, counter: impl Fn(&Tally) -> &AtomicU64) -> u64 {
        let tallies = tallies.iter().map(|tally| &**tally).chain(&self.stripes);
        tallies.map(|tally| counter(tally).load(Relaxed)).sum()
    }

    pub(super) fn delivered(&self, observers: usize) {
        self.stripe().delivered_to(observers).fetch_add(1, Relaxed);
    }

    pub(super) fn failed(&self, observers: usize) {
        self.failures.fetch_add(observers as u64, Relaxed);
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
        let tallies = lock(&self.tallies);
        let unobserved = self.sum(&tallies, |tally| &tally.unobserved);
        BusStats {
            subscriptions,
            delivered: self.sum(&tallies, |tally| &tally.observed) + unobserved,
            unobserved,
            duplicates: self.sum(&tallies, |tally| &tally.duplicates),
            suppressed: self.suppressed.load(Relaxed),
            refused: self.refused.load(Relaxed),
            failures: self.failures.load(Relaxed),
            lost: self.lost.load(Relaxed),
        }
    }
}
