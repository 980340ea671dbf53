//! Where the ids of two generations are in their lists.
//!
//! All that is asked of an id, and all that is said of a new one, is in one line of the cache, so it is waited for once.

use hashbrown::HashTable;

/// Of these there are so many in a line for each generation.
const PLACES: usize = 8;
/// So many are taken in a full index, by the mean: then one line in twenty has no place for another.
const MEAN: usize = 4;
/// Fewer than one of so many ids find no place: for them there is room from the beginning.
const ROOM_APART: usize = 64;

/// Some bits of the hash of an id, and below them its position in its list, from 1. They are taken from the first on.
type Places = [u32; PLACES];

/// A line of the cache.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Line([Places; 2]);

/// The positions of two lists.
#[derive(Default)]
pub(super) struct Index {
    lines: Box<[Line]>,
    /// So many bits of a place are those of the position.
    bits: u32,
    /// What has no place in its line.
    apart: [HashTable<u32>; 2],
}

impl Index {
    /// An empty index for two lists of so many ids each, and never of more than `most`, which 31 bits must tell apart.
    pub(super) fn new(ids: usize, most: usize) -> Self {
        let lines = vec![Line::default(); ids.div_ceil(MEAN).max(1)].into();
        let apart = [(); 2].map(|()| HashTable::with_capacity(if ids < ROOM_APART { 0 } else { ids / ROOM_APART + 8 }));
        Self { lines, bits: usize::BITS - most.leading_zeros(), apart }
    }

    /// Whether it was made for so many.
    pub(super) fn is_for(&self, ids: usize, most: usize) -> bool {
        self.lines.len() * MEAN >= ids && most >> self.bits == 0
    }

    #[inline]
    fn line(&self, hash: u64) -> usize {
        line(hash, self.lines.len())
    }

    /// The upper bits of a place.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
    fn tag(&self, hash: u64) -> u32 {
        (hash as u32) << self.bits
    }

    #[inline]
    fn place(&self, hash: u64, at: usize) -> u32 {
        self.tag(hash) | narrow(at + 1)
    }

    /// Whether an id is in neither list, by what one look can tell: it can of nearly all fresh ones.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "all places at once, with no branch for each")]
    pub(super) fn is_unknown(&self, hash: u64) -> bool {
        let Some(Line([first, second])) = self.lines.get(self.line(hash)) else { return true };
        let tag = self.tag(hash);
        let has = |places: &Places| places.iter().fold(false, |has, place| has | ((place ^ tag) >> self.bits == 0));
        !(has(first) | has(second) | is_full(first) | is_full(second))
    }

    /// The position in a list for which `wanted` holds.
    pub(super) fn find(&self, list: usize, hash: u64, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        let places = &self.lines.get(self.line(hash))?.0[list];
        let tag = self.tag(hash);
        let mut positions = places.iter().map(|place| place ^ tag).filter(|at| *at != 0 && at >> self.bits == 0);
        let in_line = positions.find_map(|at| Some(at as usize - 1).filter(|at| wanted(*at)));
        in_line.or_else(|| Some(*self.apart[list].find(hash, |at| wanted(*at as usize))? as usize))
    }

    /// Adds a position to a list whose hashes `hash_of` tells.
    #[inline]
    pub(super) fn insert(&mut self, list: usize, hash: u64, at: usize, hash_of: impl Fn(usize) -> u64) {
        let (line, place) = (self.line(hash), self.place(hash, at));
        let places = &mut self.lines[line].0[list];
        let taken = places.iter().map(|place| usize::from(*place != 0)).sum::<usize>();
        match places.get_mut(taken) {
            Some(free) => *free = place,
            None => self.put_apart(list, hash, at, hash_of),
        }
    }

    #[cold]
    fn put_apart(&mut self, list: usize, hash: u64, at: usize, hash_of: impl Fn(usize) -> u64) {
        self.apart[list].insert_unique(hash, narrow(at), |at| hash_of(*at as usize));
    }

    /// Takes a position out of a list whose hashes `hash_of` tells.
    #[cold]
    pub(super) fn remove(&mut self, list: usize, hash: u64, at: usize, hash_of: impl Fn(usize) -> u64) {
        let (line, place) = (self.line(hash), self.place(hash, at));
        let places = &mut self.lines[line].0[list];
        let Some(hole) = places.iter().position(|other| *other == place) else {
            if let Ok(entry) = self.apart[list].find_entry(hash, |other| *other as usize == at) {
                entry.remove();
            }
            return;
        };
        let was_full = is_full(places);
        places[hole] = 0;
        places[hole..].rotate_left(1);
        // Where there is room, nothing of the line is apart.
        if was_full {
            let lines = self.lines.len();
            let of_line = |at: &mut u32| self::line(hash_of(*at as usize), lines) == line;
            let next = self.apart[list].extract_if(of_line).next();
            if let Some(at) = next.map(|at| at as usize) {
                self.lines[line].0[list][PLACES - 1] = self.place(hash_of(at), at);
            }
        }
    }

    /// Tells of a position that it is another now.
    #[cold]
    pub(super) fn replace(&mut self, list: usize, hash: u64, from: usize, to: usize) {
        let (line, old, new) = (self.line(hash), self.place(hash, from), self.place(hash, to));
        if let Some(place) = self.lines[line].0[list].iter_mut().find(|place| **place == old) {
            *place = new;
        } else if let Some(at) = self.apart[list].find_mut(hash, |at| *at as usize == from) {
            *at = narrow(to);
        }
    }

    /// Forgets the positions of a list.
    pub(super) fn clear(&mut self, list: usize) {
        for line in &mut self.lines {
            line.0[list] = [0; PLACES];
        }
        self.apart[list].clear();
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn allocated(&self) -> usize {
        size_of_val(&*self.lines) + self.apart.iter().map(HashTable::allocation_size).sum::<usize>()
    }
}

/// The line of a hash, by its lower half.
#[inline]
fn line(hash: u64, lines: usize) -> usize {
    (((hash & u64::from(u32::MAX)) * lines as u64) >> 32) as usize
}

#[inline]
fn is_full(places: &Places) -> bool {
    places[PLACES - 1] != 0
}

/// No list is so long: see [`Plan`](super::plan::Plan).
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "see above")]
fn narrow(at: usize) -> u32 {
    at as u32
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use proptest::prelude::*;

    use super::Index;

    /// Most lines of such an index overflow.
    const IDS: usize = 64;
    const MOST: usize = 1000;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn what_is_in_a_list_is_found_however_full_its_line_is(
            steps in proptest::collection::vec((0..2_usize, any::<bool>(), any::<u64>()), 0..MOST),
        ) {
            let mut index = Index::new(IDS, MOST);
            let mut lists = [Vec::new(), Vec::new()];
            for (number, grows, random) in steps {
                let list: &mut Vec<u64> = &mut lists[number];
                if grows || list.len() < IDS {
                    list.push(random);
                    index.insert(number, random, list.len() - 1, |at| list[at]);
                } else {
                    let at = usize::try_from(random % list.len() as u64).unwrap();
                    index.remove(number, list[at], at, |at| list[at]);
                    let removed = list.swap_remove(at);
                    if at < list.len() {
                        index.replace(number, list[at], list.len(), at);
                    }
                    prop_assert_eq!(index.find(number, removed, |at| list.get(at) == Some(&removed)), None);
                }
            }
            for (number, list) in lists.iter().enumerate() {
                for (at, hash) in list.iter().enumerate() {
                    prop_assert!(!index.is_unknown(*hash));
                    prop_assert_eq!(index.find(number, *hash, |other| other == at), Some(at));
                }
                index.clear(number);
            }
            for number in [0, 1] {
                prop_assert!(lists[number].iter().all(|hash| index.find(number, *hash, |_| true).is_none()));
            }
        }
    }
}
