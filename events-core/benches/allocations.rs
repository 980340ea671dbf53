//! What one content id allocates: nothing, since each thread keeps the buffer. `cargo bench -p events-core --bench allocations`.
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
    let fine = [check("small", &small()), check("realistic", &realistic()), check("batch", &batch())];
    ExitCode::from(u8::from(fine.contains(&false)))
}

/// Prints and checks the allocations of one id, after a first that leaves its buffer to the thread.
fn check(name: &str, event: &impl Event) -> bool {
    let _ = black_box(EventId::of(black_box(event), ENTITY));
    let region = Region::new(ALLOCATOR);
    let _ = black_box(EventId::of(black_box(event), ENTITY));
    let change = region.change();
    println!("allocations identity/{name} {} (grown {} times)", change.allocations, change.reallocations);
    change.allocations == 0 && change.reallocations == 0
}
