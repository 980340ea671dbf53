//! What a content id and an emit allocate: nothing. `cargo bench -p events-core --bench allocations`.
//!
//! A build with debug assertions encodes an id twice to compare, so this is a benchmark and not a test. It fails when a figure
//! of ours is not 0. It also prints what the windows of `bus.rs` hold for each id.

#[path = "support/events.rs"]
mod events;
#[path = "bus/observers.rs"]
mod observers;
#[path = "bus/window.rs"]
mod window;

use std::{alloc::System, hint::black_box, process::ExitCode, time::Duration};

use events::{ENTITY, batch, realistic, small};
use events_core::{DedupWindow, Event, EventBus, EventId};
use observers::{Ring, Sampled, observed_by};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use window::{Fifo, Lru, Ours, QuickCache, RandomIds, TwoGenerations, Window};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let fine = [
        id("small", &small()),
        id("realistic", &realistic()),
        id("batch", &batch()),
        emit(0),
        emit(1),
        emit(8),
        emit(64),
        emit_deduplicated(),
        duplicate(),
    ];
    for (name, count) in [("10k", 10_000), ("1m", 1_000_000)] {
        held::<Fifo>(name, "fifo", count);
        held::<Ours>(name, "ours", count);
        held::<TwoGenerations>(name, "two-generations", count);
        held::<Lru>(name, "lru", count);
        held::<QuickCache>(name, "quick_cache", count);
    }
    ExitCode::from(u8::from(fine.contains(&false)))
}

/// The allocations of one id, after a first that leaves its buffer to the thread.
fn id(name: &str, event: &impl Event) -> bool {
    let id = || black_box(EventId::of(black_box(event), ENTITY)).is_ok();
    id() && check(&format!("identity/{name}"), id)
}

/// The allocations of one emit, after a first that finds out the route and a second that leaves a lease of it to the thread.
fn emit(observers: usize) -> bool {
    let (bus, envelope) = (observed_by(observers, EventBus::new()), Sampled::new(0).seal());
    let emit = || bus.emit(&envelope).is_ok_and(|receipt| receipt.is_delivered());
    emit() && emit() && check(&format!("bus/emit-{observers}"), emit)
}

/// The allocations of so many emits that the window forgets all it held, after some rounds in which its tables grow.
fn emit_deduplicated() -> bool {
    let (bus, mut ring) = (observed_by(8, deduplicating()), Ring::new(0));
    let mut emit_all = || (0..Ring::LENGTH).all(|_| bus.emit(ring.turn()).is_ok_and(|receipt| receipt.is_delivered()));
    (0..4).all(|_| emit_all()) && check("bus/emit-dedup-8", emit_all)
}

fn duplicate() -> bool {
    let (bus, envelope) = (observed_by(1, deduplicating()), Sampled::new(0).seal());
    let is_duplicate = || bus.emit(&envelope).is_ok_and(|receipt| receipt.is_duplicate());
    !is_duplicate() && is_duplicate() && check("bus/duplicate", is_duplicate)
}

fn deduplicating() -> EventBus {
    EventBus::builder().dedup(DedupWindow::new(10_000, Duration::from_secs(60))).build()
}

/// Prints what happens meanwhile; says whether it was nothing, and the deed done.
fn check(name: &str, mut run: impl FnMut() -> bool) -> bool {
    let region = Region::new(ALLOCATOR);
    let done = run();
    let change = region.change();
    println!("allocations {name} {} (grown {} times)", change.allocations, change.reallocations);
    done && change.allocations == 0 && change.reallocations == 0
}

/// Prints the bytes that a window holds for each id it is to remember.
fn held<W: Window>(group: &str, name: &str, count: usize) {
    let region = Region::new(ALLOCATOR);
    let (mut window, mut ids) = (W::of(count), RandomIds::new());
    let all_new = (0..count * 5 / 2).all(|_| window.admit(ids.id()));
    let change = region.change();
    assert!(all_new, "every id is fresh");
    println!("bytes window-{group}/{name} {}", (change.bytes_allocated - change.bytes_deallocated) / count);
}
