//! What threads share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks. What a mutex guards here is whole between any two statements, so a panic elsewhere does not spoil it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
