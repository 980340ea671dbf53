//! Instructions for one emit to observers that count, beside those of its floor: a loop over as many boxed closures.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use events::{ENTITY, Small, small};
use events_core::{DedupWindow, Envelope, Event, EventBus, Subscription};
use gungraun::{library_benchmark, library_benchmark_group, main};

#[path = "../../support/events.rs"]
#[allow(dead_code, reason = "one of its events is enough here")]
mod events;

type Loop = (Vec<Box<dyn Fn(&Small)>>, Small);
type Bus = (EventBus, Vec<Subscription>, Envelope<Small>);

fn closures(observers: u64) -> Loop {
    let closure = |_| {
        let count = AtomicU64::new(0);
        Box::new(move |_: &Small| count.store(count.load(Relaxed) + 1, Relaxed)) as _
    };
    ((0..observers).map(closure).collect(), small())
}

/// A bus that knows the way of the event, and a thread that does: some were emitted before.
fn bus(observers: u64) -> Bus {
    subscribed(EventBus::new(), observers)
}

fn subscribed(bus: EventBus, observers: u64) -> Bus {
    let subscribe = |_| {
        let count = AtomicU64::new(0);
        bus.subscribe(move |_: &Envelope<Small>| count.store(count.load(Relaxed) + 1, Relaxed))
    };
    let subscriptions = (0..observers).map(subscribe).collect();
    let event = small().for_entity(ENTITY).unwrap();
    assert!((0..3).all(|_| bus.emit(&event).is_ok()));
    (bus, subscriptions, event)
}

/// A bus whose window is full, and an event that is new to it.
fn fresh(observers: u64) -> Bus {
    let window = DedupWindow::new(10_000, Duration::from_secs(3600));
    let bus = EventBus::builder().dedup(window).build();
    for entity in 0..15_000 {
        assert!(bus.emit(small().for_entity(entity.to_string()).unwrap()).unwrap().is_delivered());
    }
    let (bus, subscriptions, _) = subscribed(bus, observers);
    (bus, subscriptions, small().for_entity("another").unwrap())
}

/// The same, and an event that it was told.
fn known(observers: u64) -> Bus {
    let (bus, subscriptions, event) = fresh(observers);
    assert!(bus.emit(&event).unwrap().is_delivered());
    (bus, subscriptions, event)
}

#[library_benchmark]
#[bench::none(closures(0))]
#[bench::one(closures(1))]
#[bench::eight(closures(8))]
#[bench::many(closures(64))]
fn floor(closures: Loop) -> Loop {
    for closure in black_box(&closures.0) {
        closure(black_box(&closures.1));
    }
    closures
}

#[library_benchmark]
#[bench::fresh(fresh(8))]
#[bench::duplicate(known(8))]
#[bench::none(bus(0))]
#[bench::one(bus(1))]
#[bench::eight(bus(8))]
#[bench::many(bus(64))]
fn ours(emitting: Bus) -> (Bus, bool) {
    let delivered = black_box(&emitting.0).emit(black_box(&emitting.2)).is_ok();
    (emitting, delivered)
}

library_benchmark_group!(name = emits, benchmarks = [floor, ours]);
main!(library_benchmark_groups = emits);
