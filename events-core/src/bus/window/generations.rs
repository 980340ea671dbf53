//! Final ids, forgotten a generation at a time.

use super::{hash::Keys, index::Index, lanes, ticks::BITS, under_way::Admitted};
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
pub(super) struct Generations {
    /// In the order in which they came: what is at hand at the end of a list is all of it that a fresh id needs.
    lists: [Vec<Known>; 2],
    index: Index,
    /// Which of the two is the present one.
    present: usize,
    /// How many ids there are in each by the mean.
    share: usize,
    /// When the present one began, or was cleared of expired ids.
    since: u64,
}

impl Generations {
    pub(super) fn new(share: usize) -> Self {
        Self { lists: Default::default(), index: Index::default(), present: 0, share, since: 0 }
    }

    /// When a remembered id was admitted and by which lane, unless it has expired and is not under way.
    #[inline]
    pub(super) fn get(
        &mut self,
        id: EventId,
        hash: u64,
        (now, limit): (u64, u64),
        keys: Keys,
        is_under_way: impl Fn(u8) -> bool,
    ) -> Option<(u64, u8)> {
        if self.index.is_unknown(hash) {
            return None;
        }
        let admitted = |known: Known| {
            let (age, lane) = (known.age(now), known.lane());
            (age < limit || is_under_way(lane)).then(|| (now - age, lane))
        };
        let wanted = |known: Known| known.id == id;
        if let Some(at) = self.find(self.present, hash, wanted) {
            if let Some(admitted) = admitted(self.lists[self.present][at]) {
                return Some(admitted);
            }
            self.remove(self.present, at, keys);
        }
        // Of an id that came again after its time, an older mark may be here.
        let past = 1 - self.present;
        admitted(self.lists[past][self.find(past, hash, wanted)?])
    }

    #[inline]
    fn find(&self, list: usize, hash: u64, wanted: impl Fn(Known) -> bool) -> Option<usize> {
        let ids = &self.lists[list];
        self.index.find(list, hash, |at| ids.get(at).is_some_and(|known| wanted(*known)))
    }

    /// Remembers an id that [`get`](Self::get) did not find.
    #[inline]
    pub(super) fn insert(&mut self, admitted: Admitted, hash: u64, keys: Keys) {
        self.push(Known::new(admitted), hash, keys);
    }

    #[inline]
    fn push(&mut self, known: Known, hash: u64, keys: Keys) {
        let Self { lists, present, .. } = self;
        if lists[*present].len() == lists[*present].capacity() {
            self.grow(keys);
        }
        let list = &mut self.lists[self.present];
        list.push(known);
        self.index.insert(self.present, hash, list.len() - 1, |at| keys.hash(list[at].id));
    }

    /// Makes room for twice as many ids at first, and then for as many as chance may bring: what grows never shrinks again.
    #[cold]
    fn grow(&mut self, keys: Keys) {
        let Self { lists, index, present, share, .. } = self;
        let list = &mut lists[*present];
        let (len, five_deviations) = (list.len(), 5 * share.isqrt());
        let (doubled, most) = (2 * len.max(4), *share + five_deviations);
        let room = if doubled < *share / 2 { doubled } else { most.max(len + len / 16 + 1) };
        list.reserve_exact(room - len);
        let (ids, room) = (list.capacity().min(*share), list.capacity());
        if !index.is_for(ids, room) {
            *index = Index::new(ids, room);
            for (number, list) in lists.iter().enumerate() {
                for (at, known) in list.iter().enumerate() {
                    index.insert(number, keys.hash(known.id), at, |at| keys.hash(list[at].id));
                }
            }
        }
    }

    #[cold]
    fn remove(&mut self, list: usize, at: usize, keys: Keys) -> Known {
        let ids = &mut self.lists[list];
        let hash_of = |ids: &[Known], at: usize| keys.hash(ids[at].id);
        self.index.remove(list, hash_of(ids, at), at, |at| hash_of(ids, at));
        let removed = ids.swap_remove(at);
        if at < ids.len() {
            self.index.replace(list, hash_of(ids, at), ids.len(), at);
        }
        removed
    }

    /// Takes out what a lane holds.
    #[cold]
    pub(super) fn take(&mut self, lane: u8, hash: u64, now: u64, keys: Keys) -> Option<Admitted> {
        [self.present, 1 - self.present].into_iter().find_map(|list| {
            let at = self.find(list, hash, |known| known.lane() == lane && keys.hash(known.id) == hash)?;
            let known = self.remove(list, at, keys);
            Some(Admitted { id: known.id, at: now - known.age(now), lane })
        })
    }

    /// Begins a generation, and forgets the one before the last. Its memory is used again.
    pub(super) fn turn(&mut self, now: u64) {
        self.present = 1 - self.present;
        self.forget(self.present);
        self.since = now;
    }

    fn forget(&mut self, list: usize) {
        self.lists[list].clear();
        self.index.clear(list);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self, now: u64) {
        self.forget(self.present);
        self.turn(now);
    }

    /// Whether something has to be [forgotten](Self::expire) for its age.
    #[inline]
    pub(super) fn is_stale(&self, now: u64, limit: u64) -> bool {
        let age = now - self.since;
        age >= limit && (age >= 2 * limit || !self.lists[1 - self.present].is_empty())
    }

    /// Forgets expired ids, often enough to tell the age of all others.
    #[cold]
    pub(super) fn expire(&mut self, now: u64, limit: u64, keys: Keys) {
        // All of these were admitted before the present generation began.
        self.forget(1 - self.present);
        if now - self.since >= 2 * limit {
            self.compact(now, limit, keys);
        }
    }

    /// Clears the present generation of expired ids: this few came in that time. The past one is empty.
    fn compact(&mut self, now: u64, limit: u64, keys: Keys) {
        let known_age = now - self.since < 3 * limit;
        let past = self.present;
        self.turn(now);
        let mut ids = std::mem::take(&mut self.lists[past]);
        for known in ids.drain(..).filter(|known| known_age && known.age(now) < limit) {
            self.push(known, keys.hash(known.id), keys);
        }
        self.lists[past] = ids;
        self.index.clear(past);
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn len(&self) -> usize {
        self.lists.iter().map(Vec::len).sum()
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn allocated(&self) -> usize {
        let lists = self.lists.iter().map(|list| list.capacity() * size_of::<Known>());
        lists.sum::<usize>() + self.index.allocated()
    }
}
