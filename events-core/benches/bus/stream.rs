//! Envelopes handed from one thread to another through a queue of 1024, over a bounded channel of crossbeam.

use std::{
    hint::{black_box, spin_loop},
    sync::{
        Arc,
        atomic::{
            AtomicU64,
            Ordering::{Acquire, Release},
        },
    },
    thread,
    time::Instant,
};

use events_core::{Envelope, EventBus, Overflow};

use crate::{
    observers::{Ring, Sampled},
    paired::{Case, compare},
};

const CAPACITY: usize = 1024;
/// So many envelopes at least make a slice, for it begins with waking the other thread.
const LEAST: u32 = 8192;

/// A case that sends from this thread and receives on another, until the last was received.
fn between(
    name: &'static str,
    mut send: impl FnMut(&Envelope<Sampled>) + 'static,
    mut receive: impl FnMut() -> Option<Envelope<Sampled>> + Send + 'static,
) -> Case<'static> {
    let received = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&received);
    thread::spawn(move || {
        let mut so_far = 0;
        while let Some(event) = receive() {
            black_box(event.value);
            so_far += 1;
            count.store(so_far, Release);
        }
    });
    let (mut ring, mut expected) = (Ring::new(0), 0);
    Case::timed(name, move |iterations| {
        let events = iterations.max(LEAST);
        let start = Instant::now();
        for _ in 0..events {
            send(ring.turn());
        }
        expected += u64::from(events);
        while received.load(Acquire) != expected {
            spin_loop();
        }
        start.elapsed().mul_f64(f64::from(iterations) / f64::from(events))
    })
}

pub(crate) fn hand_off() -> Vec<String> {
    let (crossbeam, from_crossbeam) = crossbeam_channel::bounded(CAPACITY);
    let (tokio, mut from_tokio) = tokio::sync::mpsc::channel(CAPACITY);
    let bus = EventBus::new();
    let stream = bus.stream::<Sampled>(CAPACITY, Overflow::Block);
    compare(
        "bus/stream",
        vec![
            between(
                "crossbeam",
                move |event| crossbeam.send(event.clone()).expect("the receiver lives"),
                move || from_crossbeam.recv().ok(),
            ),
            between("ours", move |event| drop(bus.emit(event).expect("the bus is open")), move || stream.recv()),
            between(
                "tokio",
                move |event| tokio.blocking_send(event.clone()).expect("the receiver lives"),
                move || from_tokio.blocking_recv(),
            ),
        ],
    )
}
