//! What is decided by chance: the same for one seed, whatever the release, the machine and the other settings.

/// Sets these numbers apart from all others that are made with BLAKE3.
const CONTEXT: &str = "events-core 2026 chaos v1";

/// What is thrown for one event. Everything is thrown for every event, so that no setting changes what another one meets.
pub(super) struct Throw {
    pub(super) lose: Die,
    pub(super) fail: Die,
    pub(super) panic: Die,
    pub(super) duplicate: Die,
    pub(super) delay: Die,
    /// Of the event, and of its duplicate.
    pub(super) reorder: [Die; 2],
}

/// Whether, and if so how far.
#[derive(Clone, Copy)]
pub(super) struct Die {
    whether: u64,
    far: u64,
}

impl Throw {
    /// Generators of random numbers change their sequences from one release to the next; a hash does not.
    pub(super) fn new(seed: u64, number: usize) -> Self {
        let mut words = blake3::Hasher::new_derive_key(CONTEXT)
            .update(&seed.to_le_bytes())
            .update(&(number as u64).to_le_bytes())
            .finalize_xof();
        let mut word = || {
            let mut bytes = [0; 8];
            words.fill(&mut bytes);
            u64::from_le_bytes(bytes)
        };
        let mut die = || Die { whether: word(), far: word() };
        Self { lose: die(), fail: die(), panic: die(), duplicate: die(), delay: die(), reorder: [die(), die()] }
    }
}

impl Die {
    /// True with this probability.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds exactly")]
    pub(super) fn hits(self, probability: f64) -> bool {
        ((self.whether >> 11) as f64) < probability * (1_u64 << 53) as f64
    }

    /// From 1 to `limit`.
    pub(super) fn up_to(self, limit: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is less than the limit")]
        let far = (self.far % limit.max(1) as u64) as usize;
        far + 1
    }
}
