//! The ids of events whose delivery has not ended, where no generation holds them.

use hashbrown::HashTable;

use super::hash::Keys;
use crate::EventId;

/// An admitted id.
#[derive(Clone, Copy)]
pub(super) struct Admitted {
    pub(super) id: EventId,
    pub(super) at: u64,
    /// The number of the lane that tells when its delivery has ended, if one does.
    pub(super) lane: u8,
}

/// Admitted ids. Usually there are none: so the table is elsewhere, and only its length beside what each event looks at.
pub(super) struct UnderWay {
    len: usize,
    table: Box<HashTable<Admitted>>,
}

impl UnderWay {
    /// With room for a few.
    pub(super) fn new() -> Self {
        Self { len: 0, table: Box::new(HashTable::with_capacity(3)) }
    }

    #[inline]
    pub(super) fn get(&self, id: EventId, hash: u64) -> Option<Admitted> {
        if self.len == 0 { None } else { self.table.find(hash, |known| known.id == id).copied() }
    }

    pub(super) fn insert(&mut self, admitted: Admitted, hash: u64, keys: Keys) {
        self.table.insert_unique(hash, admitted, |known| keys.hash(known.id));
        self.len = self.table.len();
    }

    pub(super) fn remove(&mut self, id: EventId, hash: u64) -> Option<Admitted> {
        let removed = self.table.find_entry(hash, |known| known.id == id).ok().map(|known| known.remove().0);
        self.len = self.table.len();
        removed
    }

    /// Takes out one of those for which `ended` holds.
    pub(super) fn take_one(&mut self, ended: impl Fn(&Admitted) -> bool) -> Option<Admitted> {
        let taken = self.table.extract_if(|known| ended(known)).next();
        self.len = self.table.len();
        taken
    }
}
