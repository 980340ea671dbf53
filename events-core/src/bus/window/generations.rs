//! Final ids, forgotten a generation at a time.

use std::mem;

use hashbrown::HashTable;

use super::{hash::Keys, lanes, ticks::BITS, under_way::Admitted};
use crate::EventId;

const BYTES: usize = (BITS + lanes::BITS) as usize / 8;

/// An id, the lower bits of the tick at which it was admitted, and the number of the lane that took it: packed without padding.
#[derive(Clone, Copy)]
struct Known {
    id: EventId,
    packed: [u8; BYTES],
}

impl Known {
    fn new(Admitted { id, at, lane }: Admitted) -> Self {
        let mut packed = [0; BYTES];
        packed.copy_from_slice(&(at << lanes::BITS | u64::from(lane)).to_le_bytes()[..BYTES]);
        Self { id, packed }
    }

    fn lane(self) -> u8 {
        self.packed[0] & lanes::MOST
    }

    /// The ticks since it was admitted.
    fn age(self, now: u64) -> u64 {
        let mut at = [0; 8];
        at[..BYTES].copy_from_slice(&self.packed);
        now.wrapping_sub(u64::from_le_bytes(at) >> lanes::BITS) & ((1 << BITS) - 1)
    }
}

/// The present generation and the one before. They change with the epoch alone, as only so many ids may be forgotten for
/// others; what has expired goes in other ways.
///
/// With `T` the time of the window: an id enters less than `T` old, the present generation is cleared of expired ids `2T`
/// after it began, and the past one `T` after. So no id is `4T` old when it goes, and [`BITS`] bits tell its age.
#[derive(Default)]
pub(super) struct Generations {
    present: HashTable<Known>,
    past: HashTable<Known>,
    /// When the present one began, or was cleared of expired ids.
    since: u64,
}

impl Generations {
    /// When a remembered id was admitted and by which lane, unless it has expired and is not under way.
    #[inline]
    pub(super) fn get(
        &mut self,
        id: EventId,
        hash: u64,
        (now, limit): (u64, u64),
        is_under_way: impl Fn(u8) -> bool,
    ) -> Option<(u64, u8)> {
        let admitted = |known: &Known| {
            let (age, lane) = (known.age(now), known.lane());
            (age < limit || is_under_way(lane)).then(|| (now - age, lane))
        };
        if let Some(known) = self.present.find(hash, |known| known.id == id) {
            if let Some(admitted) = admitted(known) {
                return Some(admitted);
            }
            self.forget(id, hash);
        }
        // Of an id that came again after its time, an older mark may be here.
        admitted(self.past.find(hash, |known| known.id == id)?)
    }

    #[cold]
    fn forget(&mut self, id: EventId, hash: u64) {
        if let Ok(expired) = self.present.find_entry(hash, |known| known.id == id) {
            expired.remove();
        }
    }

    /// Remembers an id that [`get`](Self::get) did not find.
    #[inline]
    pub(super) fn insert(&mut self, admitted: Admitted, hash: u64, keys: Keys) {
        self.present.insert_unique(hash, Known::new(admitted), |known| keys.hash(known.id));
    }

    /// Takes out what a lane holds.
    #[cold]
    pub(super) fn take(&mut self, lane: u8, hash: u64, now: u64, keys: Keys) -> Option<Admitted> {
        [&mut self.present, &mut self.past].into_iter().find_map(|generation| {
            let held = generation.find_entry(hash, |known| known.lane() == lane && keys.hash(known.id) == hash);
            let (known, _) = held.ok()?.remove();
            Some(Admitted { id: known.id, at: now - known.age(now), lane })
        })
    }

    /// Begins a generation, and forgets the one before the last. Its memory is used again.
    pub(super) fn turn(&mut self, now: u64) {
        mem::swap(&mut self.present, &mut self.past);
        self.present.clear();
        self.since = now;
    }

    /// Forgets all.
    pub(super) fn clear(&mut self, now: u64) {
        self.present.clear();
        self.turn(now);
    }

    /// Whether something has to be [forgotten](Self::expire) for its age.
    #[inline]
    pub(super) fn is_stale(&self, now: u64, limit: u64) -> bool {
        let age = now - self.since;
        age >= limit && (age >= 2 * limit || !self.past.is_empty())
    }

    /// Forgets expired ids, often enough to tell the age of all others.
    #[cold]
    pub(super) fn expire(&mut self, now: u64, limit: u64, keys: Keys) {
        // All of these were admitted before the present generation began.
        self.past.clear();
        if now - self.since >= 2 * limit {
            self.compact(now, limit, keys);
        }
    }

    /// Clears the present generation of expired ids: this few came in that time. The past one is empty.
    fn compact(&mut self, now: u64, limit: u64, keys: Keys) {
        if now - self.since >= 3 * limit {
            self.present.clear();
        }
        mem::swap(&mut self.present, &mut self.past);
        for known in self.past.drain() {
            if known.age(now) < limit {
                self.present.insert_unique(keys.hash(known.id), known, |known| keys.hash(known.id));
            }
        }
        self.since = now;
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn len(&self) -> usize {
        self.present.len() + self.past.len()
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn allocated(&self) -> usize {
        self.present.allocation_size() + self.past.allocation_size()
    }
}
