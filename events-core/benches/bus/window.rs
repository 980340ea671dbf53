//! Windows of ids: each says of an id whether it is new, and remembers about so many.

use std::{
    collections::{HashSet, VecDeque},
    hash::{BuildHasherDefault, Hasher},
    num::NonZeroUsize,
    time::Duration,
};

use events_core::{__private::bench, DedupWindow, EventId};
use lru::LruCache;
use quick_cache::{UnitWeighter, sync::DefaultLifecycle};
use uuid::Uuid;

/// A window in which an id passes once.
pub(crate) trait Window {
    fn of(count: usize) -> Self;

    /// Whether the id is new.
    fn admit(&mut self, id: u128) -> bool;
}

/// Ids are uniform already: their two halves make the hash.
#[derive(Default)]
pub(crate) struct Fold(u64);

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only ids are hashed");
    }

    #[expect(clippy::cast_possible_truncation, reason = "each half is one of 64 bits")]
    fn write_u128(&mut self, id: u128) {
        self.0 = (id >> 64) as u64 ^ id as u64;
    }
}

type Folded = BuildHasherDefault<Fold>;
type Ids = HashSet<u128, Folded>;

/// Fresh ids, random like those of events.
pub(crate) struct RandomIds(u64);

impl RandomIds {
    pub(crate) fn new() -> Self {
        Self(0)
    }

    pub(crate) fn id(&mut self) -> u128 {
        let random = u128::from(self.half()) << 64 | u128::from(self.half());
        random & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62
    }

    fn half(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The window of a bus.
pub(crate) struct Ours(bench::Window);

impl Window for Ours {
    fn of(count: usize) -> Self {
        Self(bench::Window::new(DedupWindow::new(count, Duration::from_secs(60))))
    }

    fn admit(&mut self, id: u128) -> bool {
        self.0.deliver(EventId::from_uuid(Uuid::from_u128(id)), Duration::ZERO)
    }
}

/// A set, and the order of its ids: exactly the last so many.
pub(crate) struct Fifo {
    count: usize,
    ids: Ids,
    order: VecDeque<u128>,
}

impl Window for Fifo {
    fn of(count: usize) -> Self {
        let ids = Ids::with_capacity_and_hasher(count + 1, Folded::default());
        Self { count, ids, order: VecDeque::with_capacity(count + 1) }
    }

    fn admit(&mut self, id: u128) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > self.count
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

/// Two sets that change places: the last so many at least, twice as many at most.
pub(crate) struct TwoGenerations {
    count: usize,
    young: Ids,
    old: Ids,
}

impl Window for TwoGenerations {
    fn of(count: usize) -> Self {
        let ids = Ids::with_capacity_and_hasher(count, Folded::default());
        Self { count, young: ids.clone(), old: ids }
    }

    fn admit(&mut self, id: u128) -> bool {
        if self.old.contains(&id) || !self.young.insert(id) {
            return false;
        }
        if self.young.len() == self.count {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        true
    }
}

/// A cache that forgets what was used least recently.
pub(crate) struct Lru(LruCache<u128, (), Folded>);

impl Window for Lru {
    fn of(count: usize) -> Self {
        Self(LruCache::with_hasher(NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN), Folded::default()))
    }

    fn admit(&mut self, id: u128) -> bool {
        self.0.put(id, ()).is_none()
    }
}

/// A cache for many threads that forgets what is used seldom.
pub(crate) struct QuickCache(quick_cache::sync::Cache<u128, (), UnitWeighter, Folded>);

impl Window for QuickCache {
    fn of(count: usize) -> Self {
        let (hasher, lifecycle) = (Folded::default(), DefaultLifecycle::default());
        Self(quick_cache::sync::Cache::with(count, count as u64, UnitWeighter, hasher, lifecycle))
    }

    fn admit(&mut self, id: u128) -> bool {
        let new = self.0.get(&id).is_none();
        if new {
            self.0.insert(id, ());
        }
        new
    }
}
