//! What one content id allocates: one buffer, which grows for a large payload. `cargo bench -p events-core --bench allocations`.
//!
//! A build with debug assertions encodes twice to compare, so this is a benchmark and not a test. It fails when a figure does.

#[path = "support/events.rs"]
mod events;

use std::{alloc::System, hint::black_box, process::ExitCode};

use events::{ENTITY, batch, realistic, small};
use events_core::{Event, EventId};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let fine = [check("small", &small(), 1, 0), check("realistic", &realistic(), 1, 0), check("batch", &batch(), 1, 2)];
    ExitCode::from(u8::from(fine.contains(&false)))
}

/// Prints and checks the allocations of one id, and how often the buffer grew.
fn check(name: &str, event: &impl Event, allocations: usize, growths: usize) -> bool {
    let region = Region::new(ALLOCATOR);
    let _ = black_box(EventId::of(black_box(event), ENTITY));
    let change = region.change();
    println!("allocations identity/{name} {} (grown {} times)", change.allocations, change.reallocations);
    change.allocations <= allocations && change.reallocations <= growths && change.allocations == change.deallocations
}
