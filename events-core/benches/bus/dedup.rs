//! A fresh id checked and remembered, over a set with the order of its ids.

use std::{hint::black_box, time::Instant};

use crate::{
    paired::{Case, compare},
    window::{Fifo, Lru, Ours, QuickCache, RandomIds, TwoGenerations, Window},
};

/// So many ids go first in each slice, for the other windows have pushed this one out of the cache.
const WARM_UP: usize = 10_000;

/// A case whose window forgets an id for each that it takes.
fn full<W: Window + 'static>(name: &'static str, count: usize) -> Case<'static> {
    let (mut window, mut ids) = (W::of(count), RandomIds::new());
    for _ in 0..count * 5 / 2 {
        window.admit(ids.id());
    }
    let duplicate = ids.id();
    assert!(window.admit(duplicate) && !window.admit(duplicate), "{name} tells a duplicate");
    Case::timed(name, move |admitted| {
        for _ in 0..WARM_UP {
            black_box(window.admit(ids.id()));
        }
        let start = Instant::now();
        for _ in 0..admitted {
            black_box(window.admit(ids.id()));
        }
        start.elapsed()
    })
}

pub(crate) fn windows() -> Vec<String> {
    let windows = |group, count| {
        compare(
            group,
            vec![
                full::<Fifo>("fifo", count),
                full::<Ours>("ours", count),
                full::<TwoGenerations>("two-generations", count),
                full::<Lru>("lru", count),
                full::<QuickCache>("quick_cache", count),
            ],
        )
    };
    [windows("bus/dedup-10k", 10_000), windows("bus/dedup-1m", 1_000_000)].concat()
}
