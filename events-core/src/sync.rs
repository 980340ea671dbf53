//! The primitives that threads share: those of `std` and `arc-swap`, or under `--cfg shuttle` those of the model checker, which
//! tries many orders of the same steps.

#[cfg(not(shuttle))]
pub(crate) use std::{
    sync::{Condvar, Mutex, MutexGuard, atomic},
    thread::AccessError,
    thread_local,
};

#[cfg(not(shuttle))]
pub(crate) use arc_swap::{ArcSwap, Guard};
#[cfg(shuttle)]
pub(crate) use shuttle::{
    sync::{Condvar, Mutex, MutexGuard, atomic},
    thread::AccessError,
    thread_local,
};

#[cfg(all(test, shuttle))]
pub(crate) use self::model::check;
#[cfg(shuttle)]
pub(crate) use self::model::{ArcSwap, Guard};

/// Locks. What a mutex guards here is whole between any two statements, so a panic elsewhere does not spoil it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Keeps neighbours off one another's cache lines, which are fetched in pairs.
#[repr(align(128))]
pub(crate) struct Padded<T>(pub(crate) T);

/// What `arc-swap` does, in steps that the model checker sees.
#[cfg(shuttle)]
mod model {
    use std::{ops::Deref, sync::Arc};

    use super::{Mutex, lock};

    pub(crate) struct ArcSwap<T>(Mutex<Arc<T>>);

    pub(crate) struct Guard<T>(T);

    impl<T> ArcSwap<T> {
        pub(crate) fn from_pointee(value: T) -> Self {
            Self(Mutex::new(Arc::new(value)))
        }

        pub(crate) fn load(&self) -> Guard<Arc<T>> {
            Guard(Arc::clone(&lock(&self.0)))
        }

        pub(crate) fn swap(&self, new: Arc<T>) -> Arc<T> {
            std::mem::replace(&mut *lock(&self.0), new)
        }
    }

    /// Tries a model in random orders, and in orders with few but badly placed changes of thread: `EVENTS_SCHEDULES` of each, by
    /// default 1000.
    #[cfg(test)]
    pub(crate) fn check(model: impl Fn() + Send + Sync + Copy + 'static) {
        let schedules = std::env::var("EVENTS_SCHEDULES").map_or(1000, |number| number.parse().unwrap());
        shuttle::check_random(model, schedules);
        shuttle::check_pct(model, schedules, 3);
    }

    impl<T> Deref for Guard<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }
}
