//! Final ids, forgotten a generation at a time.

use std::mem;

use hashbrown::HashTable;

use super::{hash::Keys, ticks::BITS};
use crate::EventId;

const BYTES: usize = BITS as usize / 8;

/// An id, and the lower bits of the tick at which it was admitted: packed without padding.
#[derive(Clone, Copy)]
struct Known {
    id: EventId,
    at: [u8; BYTES],
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
    /// When a remembered id was admitted, unless it has expired.
    #[inline]
    pub(super) fn get(&mut self, id: EventId, hash: u64, now: u64, limit: u64) -> Option<u64> {
        if let Some(known) = self.present.find(hash, |known| known.id == id) {
            let age = age(known.at, now);
            if age < limit {
                return Some(now - age);
            }
            self.forget(id, hash);
        }
        // Of an id that came again after its time, an older mark may be here.
        let age = age(self.past.find(hash, |known| known.id == id)?.at, now);
        (age < limit).then(|| now - age)
    }

    #[cold]
    fn forget(&mut self, id: EventId, hash: u64) {
        if let Ok(expired) = self.present.find_entry(hash, |known| known.id == id) {
            expired.remove();
        }
    }

    /// Remembers an id that [`get`](Self::get) did not find.
    #[inline]
    pub(super) fn insert(&mut self, id: EventId, hash: u64, at: u64, keys: Keys) {
        self.present.insert_unique(hash, Known { id, at: pack(at) }, |known| keys.hash(known.id));
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

    /// Forgets expired ids, often enough to tell the age of all others.
    #[inline]
    pub(super) fn expire(&mut self, now: u64, limit: u64, keys: Keys) {
        let age = now - self.since;
        if age >= limit {
            // All of these were admitted before the present generation began.
            self.past.clear();
            if age >= 2 * limit {
                self.compact(now, limit, keys);
            }
        }
    }

    /// Clears the present generation of expired ids: this few came in that time. The past one is empty.
    #[cold]
    fn compact(&mut self, now: u64, limit: u64, keys: Keys) {
        if now - self.since >= 3 * limit {
            self.present.clear();
        }
        mem::swap(&mut self.present, &mut self.past);
        for known in self.past.drain() {
            if age(known.at, now) < limit {
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

fn pack(at: u64) -> [u8; BYTES] {
    let mut packed = [0; BYTES];
    packed.copy_from_slice(&at.to_le_bytes()[..BYTES]);
    packed
}

/// The ticks since a moment of which the lower bits are known.
fn age(packed: [u8; BYTES], now: u64) -> u64 {
    let mut at = [0; 8];
    at[..BYTES].copy_from_slice(&packed);
    now.wrapping_sub(u64::from_le_bytes(at)) & ((1 << BITS) - 1)
}
