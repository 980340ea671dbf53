//! The routes of a snapshot, found by type: a table that is written once and read at each event.

use std::{
    any::TypeId,
    hash::{Hash, Hasher},
    sync::Arc,
};

use super::route::Route;

/// Open addressing with linear probing, at most half full. Its size is a power of two, or 0.
#[derive(Default)]
pub(super) struct Routes(Box<[Option<Entry>]>);

type Entry = (TypeId, Arc<Route>);

impl Routes {
    #[inline]
    pub(super) fn get(&self, payload: TypeId) -> Option<&Arc<Route>> {
        let mask = self.0.len().wrapping_sub(1);
        let mut at = place(payload);
        while let Some((found, route)) = self.0.get(at & mask)? {
            if *found == payload {
                return Some(route);
            }
            at += 1;
        }
        None
    }

    /// The same routes and one more.
    pub(super) fn with(&self, payload: TypeId, route: Arc<Route>) -> Self {
        let known = || self.0.iter().flatten().filter(|(other, _)| *other != payload);
        let size = ((known().count() + 1) * 2).next_power_of_two();
        let mut routes: Box<[_]> = (0..size).map(|_| None).collect();
        for (payload, route) in known().cloned().chain([(payload, route)]) {
            let mut at = place(payload);
            while routes[at & (size - 1)].is_some() {
                at += 1;
            }
            routes[at & (size - 1)] = Some((payload, route));
        }
        Self(routes)
    }
}

/// A [`TypeId`] is a hash already, and hands out a part of itself.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "any bits will do")]
pub(super) fn place(payload: TypeId) -> usize {
    let mut part = Part(0);
    payload.hash(&mut part);
    // Halved, it can be counted up without overflow.
    part.finish() as usize >> 1
}

struct Part(u64);

impl Hasher for Part {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.0 ^= word;
    }
}
