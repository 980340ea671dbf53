//! The ids of events whose delivery has not ended.

use hashbrown::HashTable;

use super::hash::Keys;
use crate::EventId;

/// So many are searched one by one.
const FEW: usize = 4;

/// Ids with the moment of their admission: usually one or none, so a list; but an observer may queue thousands.
#[derive(Default)]
pub(super) struct UnderWay {
    few: [Option<(EventId, u64)>; FEW],
    len: usize,
    many: HashTable<(EventId, u64)>,
}

impl UnderWay {
    #[inline]
    pub(super) fn get(&self, id: EventId, hash: u64) -> Option<u64> {
        if self.len == 0 {
            return None;
        }
        let few = self.few.iter().flatten().find(|known| known.0 == id);
        few.or_else(|| self.many.find(hash, |known| known.0 == id)).map(|known| known.1)
    }

    #[inline]
    pub(super) fn insert(&mut self, id: EventId, hash: u64, at: u64, keys: Keys) {
        self.len += 1;
        match self.few.iter_mut().find(|free| free.is_none()) {
            Some(free) => *free = Some((id, at)),
            None => drop(self.many.insert_unique(hash, (id, at), |known| keys.hash(known.0))),
        }
    }

    #[inline]
    pub(super) fn remove(&mut self, id: EventId, hash: u64) {
        self.len -= 1;
        let few = self.few.iter_mut().find(|known| known.is_some_and(|known| known.0 == id));
        if let Some(known) = few {
            *known = None;
        } else if let Ok(known) = self.many.find_entry(hash, |known| known.0 == id) {
            known.remove();
        }
    }
}
