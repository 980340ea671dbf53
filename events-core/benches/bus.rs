//! The bus against the loop that it replaces, and against what people use instead.
//!
//! `cargo bench -p events-core --bench bus`; allocations and memory are counted in `allocations.rs`. It ends with lines
//! `ratio bus/<group>/<case> <time over that of the group's first case>`.

#[path = "bus/batch.rs"]
mod batch;
#[path = "bus/dedup.rs"]
mod dedup;
#[path = "bus/emit.rs"]
mod emit;
#[path = "bus/observers.rs"]
mod observers;
#[path = "support/paired.rs"]
mod paired;
#[path = "bus/peers.rs"]
mod peers;
#[path = "bus/stream.rs"]
mod stream;
#[path = "bus/threads.rs"]
mod threads;
#[path = "bus/window.rs"]
mod window;

fn main() {
    let mut verdicts = Vec::new();
    for observers in [0, 1, 8, 64] {
        verdicts.extend(emit::plain(observers));
    }
    verdicts.extend(emit::deduplicated());
    verdicts.extend(emit::refused());
    verdicts.extend(dedup::windows());
    verdicts.extend(batch::hundred());
    verdicts.extend(threads::two());
    verdicts.extend(stream::hand_off());
    if cfg!(not(bench_peers)) {
        println!("\nbevy is left out for the time it takes to build; RUSTFLAGS=\"--cfg bench_peers\" takes it in.");
    }
    println!("\n{}", verdicts.join("\n"));
}
