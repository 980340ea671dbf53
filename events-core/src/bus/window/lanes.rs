//! What threads are delivering, told without a lock.
//!
//! An id that a lane takes is in a generation at once, with the number of the lane. It is under way while the lane holds its hash:
//! that the delivery has ended is said by one store, to memory that no other thread writes to.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crate::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// So many bits tell lanes apart.
pub(super) const BITS: u32 = 6;
/// The number of an id that no lane holds.
pub(super) const NONE: u8 = 0;
/// As many lanes as have a number.
pub(super) const MOST: u8 = (1 << BITS) - 1;

/// What one thread is delivering: a final id in a generation is under way for as long as its lane holds its hash.
#[repr(align(128))]
struct Lane {
    number: u8,
    taken: AtomicBool,
    /// The hash of an id, or [`EMPTY`].
    hash: AtomicU64,
}

/// No id has this hash.
const EMPTY: u64 = 0;

/// The lanes of a window, each made when it is first needed.
pub(super) struct Lanes(Box<[OnceLock<Arc<Lane>>]>);

impl Lanes {
    pub(super) fn new(lanes: u64) -> Self {
        Self((0..lanes.min(u64::from(MOST))).map(|_| OnceLock::new()).collect())
    }

    /// A lane for one thread at a time, unless all are taken.
    pub(super) fn take(&self) -> Option<OwnLane> {
        (1..).zip(&self.0).find_map(|(number, lane)| {
            let new = || Arc::new(Lane { number, taken: AtomicBool::new(false), hash: AtomicU64::new(EMPTY) });
            let lane = lane.get_or_init(new);
            (!lane.taken.swap(true, Acquire)).then(|| OwnLane(Arc::clone(lane)))
        })
    }

    /// Whether the lane of this number holds a hash. To be asked under the lock of the hash's shard.
    pub(super) fn holds(&self, number: u8, hash: u64) -> bool {
        let lane = usize::from(number).checked_sub(1).and_then(|at| self.0.get(at)?.get());
        lane.is_some_and(|lane| lane.hash.load(Acquire) == hash)
    }

    /// The numbers of lanes with the hashes that they hold.
    pub(super) fn held(&self) -> impl Iterator<Item = (u8, u64)> {
        let lanes = self.0.iter().map_while(OnceLock::get);
        lanes.map(|lane| (lane.number, lane.hash.load(Acquire))).filter(|(_, hash)| *hash != EMPTY)
    }
}

/// A lane that nobody else has. It holds one id at a time.
pub(crate) struct OwnLane(Arc<Lane>);

impl OwnLane {
    pub(super) fn number(&self) -> u8 {
        self.0.number
    }

    /// Takes up an id, under the lock of its shard: who finds the id there sees the lane.
    #[inline]
    pub(super) fn enter(&self, hash: u64) {
        self.0.hash.store(hash, Release);
    }

    /// What was done before is seen by who sees the lane empty.
    #[inline]
    pub(super) fn leave(&self) {
        self.0.hash.store(EMPTY, Release);
    }
}

impl Drop for OwnLane {
    fn drop(&mut self) {
        self.0.hash.store(EMPTY, Relaxed);
        self.0.taken.store(false, Release);
    }
}

impl fmt::Debug for OwnLane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnLane").field(&self.0.number).finish()
    }
}
