//! Two threads that emit on one bus, over one thread that does the same.

use std::{
    hint::{black_box, spin_loop},
    sync::{
        Arc,
        atomic::{
            AtomicBool,
            Ordering::{Acquire, Release},
        },
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use events_core::{DedupWindow, Envelope, EventBus};

use crate::{
    observers::{Ring, Sampled},
    paired::{Case, compare},
};

/// With deduplication and eight observers that write nothing, for they run on both threads.
fn bus() -> EventBus {
    let bus = EventBus::builder().dedup(DedupWindow::new(10_000, Duration::from_secs(60))).build();
    for _ in 0..8 {
        bus.subscribe(|event: &Envelope<Sampled>| {
            black_box(event.value);
        })
        .detach();
    }
    bus
}

fn emit(bus: &EventBus, ring: &mut Ring, events: u32) {
    for _ in 0..events {
        let _ = black_box(bus.emit(ring.turn()));
    }
}

/// A second thread, which waits between the slices without taking up a core.
struct Companion {
    jobs: Sender<u32>,
    ended: Receiver<Instant>,
    gate: Arc<AtomicBool>,
}

impl Companion {
    fn start(bus: EventBus, mut ring: Ring) -> Self {
        let (jobs, orders) = channel();
        let (reports, ended) = channel();
        let gate = Arc::new(AtomicBool::new(false));
        let own_gate = Arc::clone(&gate);
        thread::spawn(move || {
            for events in orders {
                // Shut means that this thread is at the gate; the other one opens it.
                own_gate.store(true, Release);
                while own_gate.load(Acquire) {
                    spin_loop();
                }
                emit(&bus, &mut ring, events);
                let _ = reports.send(Instant::now());
            }
        });
        Self { jobs, ended, gate }
    }

    /// Emits on both threads; returns the time from the common start to the last end.
    fn beside(&self, bus: &EventBus, ring: &mut Ring, events: u32) -> Duration {
        let _ = self.jobs.send(events);
        while !self.gate.load(Acquire) {
            thread::yield_now();
        }
        let start = Instant::now();
        self.gate.store(false, Release);
        emit(bus, ring, events);
        let end = Instant::now();
        self.ended.recv().unwrap_or(end).max(end) - start
    }
}

pub(crate) fn two() -> Vec<String> {
    let (single, shared) = (bus(), bus());
    let (mut alone, mut first) = (Ring::new(0), Ring::new(0));
    let companion = Companion::start(shared.clone(), Ring::new(1));
    let verdicts = compare(
        "bus/threads-2",
        vec![
            Case::new("one-thread", || single.emit(alone.turn())),
            // Twice as many events in this time.
            Case::timed("ours", |events| companion.beside(&shared, &mut first, events) / 2),
        ],
    );
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("({cores} cores here; the threads share them with whatever else runs)");
    assert_eq!((single.stats().duplicates, shared.stats().duplicates), (0, 0), "every event is fresh");
    verdicts
}
