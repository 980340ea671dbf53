//! Which ids are known: an index in memory, from a fingerprint of the id to the position of its event.
//!
//! Content ids are random. An index of them in the file would change a page of it for each event, wherever the id falls, and these
//! pages are what a commit writes. In memory it is one lookup. The file keeps the fingerprints in the order of the events, so that
//! writing them is cheap and the index is made again by reading them.

use hashbrown::HashTable;
use uuid::Uuid;

/// The id of an event, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordId {
    Uuid([u8; 16]),
    /// Of an event from elsewhere: text that is not a UUID in its usual form.
    Text(Box<str>),
}

impl RecordId {
    /// Ids of `CloudEvents` are compared as text, so only the form in which a UUID is written here counts as one.
    pub(crate) fn from_text(text: &str) -> Self {
        if let Ok(uuid) = Uuid::try_parse(text)
            && uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text
        {
            return Self::Uuid(uuid.into_bytes());
        }
        Self::Text(text.into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Uuid(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
        }
    }
}

/// With what fingerprints are made: random, and kept with the file, so that nobody can choose ids that share theirs.
#[derive(Clone, Debug)]
pub(crate) struct FingerprintKey([u8; 32]);

impl FingerprintKey {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn fingerprint(&self, id: &RecordId) -> u64 {
        match id {
            // These are random already: one multiplication lets all bits count, those of time-ordered ids too.
            RecordId::Uuid(bytes) => {
                let product =
                    u128::from(word(bytes, 0) ^ word(&self.0, 0)) * u128::from(word(bytes, 8) ^ word(&self.0, 8));
                low(product) ^ low(product >> 64)
            }
            RecordId::Text(text) => word(blake3::keyed_hash(&self.0, text.as_bytes()).as_bytes(), 0),
        }
    }
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
fn low(product: u128) -> u64 {
    product as u64
}

/// From fingerprints to positions. Two ids may share a fingerprint: who finds one looks at the event.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    table: HashTable<Slot>,
}

/// 48 bits of fingerprint and 48 of position, without padding: enough for 89 years at 100 000 events per second.
#[derive(Clone, Copy, Debug)]
struct Slot([u16; 6]);

const MASK: u64 = (1 << 48) - 1;

impl Slot {
    fn new(fingerprint: u64, position: u64) -> Self {
        let part = |value: u64, at: u32| {
            let [low, high, ..] = (value >> (16 * at)).to_le_bytes();
            u16::from_le_bytes([low, high])
        };
        let (f, p) = (fingerprint, position);
        Self([part(f, 0), part(f, 1), part(f, 2), part(p, 0), part(p, 1), part(p, 2)])
    }

    fn fingerprint(self) -> u64 {
        join(&self.0[..3])
    }

    fn position(self) -> u64 {
        join(&self.0[3..])
    }
}

fn join(parts: &[u16]) -> u64 {
    parts.iter().rev().fold(0, |value, part| value << 16 | u64::from(*part))
}

/// The table takes a place from the low bits and a mark from the highest.
fn spread(fingerprint: u64) -> u64 {
    fingerprint | fingerprint << 32
}

impl Ids {
    pub(crate) fn reserve(&mut self, ids: usize) {
        self.table.reserve(ids, |slot| spread(slot.fingerprint()));
    }

    pub(crate) fn insert(&mut self, fingerprint: u64, position: u64) {
        let slot = Slot::new(fingerprint, position);
        self.table.insert_unique(spread(fingerprint & MASK), slot, |slot| spread(slot.fingerprint()));
    }

    /// The positions of the events whose ids have this fingerprint.
    pub(crate) fn positions(&self, fingerprint: u64) -> impl Iterator<Item = u64> {
        let fingerprint = fingerprint & MASK;
        self.table
            .iter_hash(spread(fingerprint))
            .filter(move |slot| slot.fingerprint() == fingerprint)
            .map(|slot| slot.position())
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(u64) -> bool) {
        self.table.retain(|slot| keep(slot.position()));
    }

    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.table.allocation_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_found_by_fingerprint() {
        let mut ids = Ids::default();
        let random = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for position in 1..=10_000 {
            ids.insert(random(position), position);
        }
        assert_eq!(ids.len(), 10_000);
        assert!((1..=10_000).all(|position| ids.positions(random(position)).eq([position])));
        assert_eq!(ids.positions(random(10_001)).count(), 0);
        ids.retain(|position| position > 9_000);
        assert_eq!((ids.len(), ids.positions(random(9_000)).count()), (1_000, 0));
    }

    #[test]
    fn a_shared_fingerprint_gives_all_positions() {
        let mut ids = Ids::default();
        ids.insert(5, 1);
        ids.insert(5 | 1 << 50, (1 << 48) - 1);
        let mut found: Vec<u64> = ids.positions(5).collect();
        found.sort_unstable();
        assert_eq!(found, [1, (1 << 48) - 1]);
    }

    #[test]
    fn an_id_takes_thirty_bytes_at_most() {
        let mut ids = Ids::default();
        for position in 1..=100_000_u64 {
            ids.insert(position.wrapping_mul(0x9e37_79b9_7f4a_7c15), position);
            assert!(position < 1000 || ids.bytes() <= 30 * ids.len(), "{} for {}", ids.bytes(), ids.len());
        }
    }

    #[test]
    fn only_the_usual_form_of_a_uuid_is_one() {
        let usual = "8c2631ea-6c62-8e67-b6e4-6789242ade93";
        assert!(matches!(RecordId::from_text(usual), RecordId::Uuid(_)));
        for other in [usual.to_uppercase(), usual.replace('-', ""), format!("{{{usual}}}"), "7".to_owned()] {
            assert_eq!(RecordId::from_text(&other), RecordId::Text(other.as_str().into()));
        }
    }

    #[test]
    fn ids_that_differ_in_any_half_have_fingerprints_of_their_own() {
        let key = FingerprintKey(*blake3::hash(b"a key").as_bytes());
        let print = |bytes| key.fingerprint(&RecordId::Uuid(bytes)) & MASK;
        let mut seen: Vec<u64> = (0..=255_u8)
            .flat_map(|n| {
                let mut halves = [[9; 16]; 2];
                (halves[0][1], halves[1][14]) = (n, n);
                halves.map(print)
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        // Both have [9; 16] itself.
        assert_eq!(seen.len(), 511);
        assert_ne!(key.fingerprint(&RecordId::from_text("1")), key.fingerprint(&RecordId::from_text("2")));
    }
}
