//! The one buffer of an id. With `std` each thread keeps its last one, so that an id allocates nothing.

use alloc::vec::Vec;

/// Room for most events.
const CAPACITY: usize = 512;

/// A buffer that grew beyond this is not kept.
#[cfg(feature = "std")]
const MAX_KEPT: usize = 64 * 1024;

#[cfg(feature = "std")]
std::thread_local! {
    static KEPT: core::cell::Cell<Vec<u8>> = const { core::cell::Cell::new(Vec::new()) };
}

/// An empty buffer. While one is in use (a `Serialize` may make ids itself), the next is a fresh one.
#[inline]
pub(super) fn take() -> Vec<u8> {
    #[cfg(feature = "std")]
    if let Ok(kept) = KEPT.try_with(core::cell::Cell::take)
        && kept.capacity() > 0
    {
        return kept;
    }
    Vec::with_capacity(CAPACITY)
}

/// Keeps a buffer for the next id.
#[inline]
pub(super) fn give_back(buffer: Vec<u8>) {
    #[cfg(feature = "std")]
    if buffer.capacity() <= MAX_KEPT {
        let mut buffer = buffer;
        buffer.clear();
        // A thread that is ending keeps nothing.
        let _ = KEPT.try_with(|kept| kept.set(buffer));
    }
    #[cfg(not(feature = "std"))]
    drop(buffer);
}
