//! Many threads on one bus: nothing lost, nothing twice, and the events of each thread in their order.

use std::{
    collections::HashMap,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use events_core::{AnyEnvelope, Envelope, EventBus};

use crate::domain::{QuickTestEmitter, QuickTestStep, ServiceEmitter, delivered};

const EMITTERS: u32 = 4;
const EVENTS: u32 = 2_000;

/// What one observer saw: for each emitting thread the first and the last number, and whether one was out of turn.
#[derive(Clone, Default)]
struct Sequences(Arc<Mutex<HashMap<String, (u32, u32)>>>, Arc<AtomicBool>, Arc<AtomicUsize>);

impl Sequences {
    fn saw(&self, event: &Envelope<QuickTestStep>) {
        self.2.fetch_add(1, SeqCst);
        let mut seen = self.0.lock().unwrap();
        match seen.get_mut(event.entity_id().as_str()) {
            Some((_, last)) if event.n == *last + 1 => *last = event.n,
            Some(_) => self.1.store(true, SeqCst),
            None => {
                seen.insert(event.entity_id().to_string(), (event.n, event.n));
            }
        }
    }

    #[track_caller]
    fn assert_in_turn(&self) {
        assert!(!self.1.load(SeqCst), "lost, twice or out of turn");
    }
}

fn emit_all(bus: &EventBus, thread: u32) {
    let tests = QuickTestEmitter::new(bus, thread);
    for n in 0..EVENTS {
        delivered(tests.emit_step(n));
    }
}

#[test]
fn observers_see_every_event_of_every_thread_once_and_in_turn() {
    let bus = EventBus::new();
    let observers = [Sequences::default(), Sequences::default()];
    for observer in observers.clone() {
        bus.subscribe(move |event: &Envelope<QuickTestStep>| observer.saw(event)).detach();
    }
    let barrier = Barrier::new(EMITTERS as usize);
    thread::scope(|scope| {
        for thread in 0..EMITTERS {
            let (bus, barrier) = (&bus, &barrier);
            scope.spawn(move || {
                barrier.wait();
                emit_all(bus, thread);
            });
        }
    });
    for observer in &observers {
        observer.assert_in_turn();
        assert_eq!(observer.2.load(SeqCst), (EMITTERS * EVENTS) as usize);
        let seen = observer.0.lock().unwrap();
        assert!(seen.len() == EMITTERS as usize && seen.values().all(|range| *range == (0, EVENTS - 1)));
    }
    assert_eq!(bus.stats().delivered, u64::from(EMITTERS * EVENTS));
    assert_eq!(bus.stats().failures, 0);
}

#[test]
fn observers_that_come_and_go_see_an_unbroken_part() {
    let bus = EventBus::new();
    let steady = Sequences::default();
    let observer = steady.clone();
    bus.subscribe(move |event: &Envelope<QuickTestStep>| observer.saw(event)).detach();
    let ended = AtomicUsize::new(0);
    let started = Barrier::new(EMITTERS as usize + 2);
    let subscriptions = thread::scope(|scope| {
        for thread in 0..EMITTERS {
            let (bus, ended, started) = (&bus, &ended, &started);
            scope.spawn(move || {
                started.wait();
                emit_all(bus, thread);
                ended.fetch_add(1, SeqCst);
            });
        }
        let guests: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    started.wait();
                    let mut rounds = 0;
                    while ended.load(SeqCst) < EMITTERS as usize {
                        let guest = Sequences::default();
                        let observer = guest.clone();
                        let subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| observer.saw(event));
                        thread::yield_now();
                        drop(subscription);
                        guest.assert_in_turn();
                        rounds += 1;
                    }
                    rounds
                })
            })
            .collect();
        guests.into_iter().map(|guest| guest.join().unwrap()).sum::<u32>()
    });
    assert!(subscriptions > 0);
    steady.assert_in_turn();
    assert_eq!(steady.2.load(SeqCst), (EMITTERS * EVENTS) as usize);
    assert_eq!(bus.stats().subscriptions, 1);
}

#[test]
fn a_dropped_subscription_is_told_nothing_emitted_later_by_any_thread() {
    let bus = EventBus::new();
    for _ in 0..200 {
        let told = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&told);
        let subscription = bus.subscribe(move |_: &AnyEnvelope| {
            count.fetch_add(1, SeqCst);
        });
        thread::scope(|scope| {
            scope.spawn(|| delivered(ServiceEmitter::new(&bus, 1).emit_ready(1)));
        });
        drop(subscription);
        thread::scope(|scope| {
            scope.spawn(|| delivered(ServiceEmitter::new(&bus, 1).emit_ready(2)));
        });
        assert_eq!(told.load(SeqCst), 1);
    }
}

#[test]
fn nested_events_of_several_threads_stay_with_their_thread() {
    let bus = EventBus::new();
    let inner = bus.clone();
    let (threads, replies) = (Arc::new(Mutex::new(HashMap::new())), Sequences::default());
    let (homes, observer) = (Arc::clone(&threads), replies.clone());
    bus.subscribe(move |event: &Envelope<QuickTestStep>| -> events_core::ObserverResult {
        let here = thread::current().id();
        assert_eq!(*homes.lock().unwrap().entry(event.entity_id().to_string()).or_insert(here), here);
        if event.n.is_multiple_of(2) && event.n + 1 < EVENTS {
            assert!(QuickTestEmitter::new(&inner, event.entity_id()).emit_step(event.n + 1)?.is_queued());
        }
        observer.saw(event);
        Ok(())
    })
    .detach();
    thread::scope(|scope| {
        for thread in 0..EMITTERS {
            let bus = &bus;
            scope.spawn(move || {
                let tests = QuickTestEmitter::new(bus, thread);
                (0..EVENTS).step_by(2).for_each(|n| assert!(delivered(tests.emit_step(n)).is_content()));
            });
        }
    });
    replies.assert_in_turn();
    assert_eq!(replies.2.load(SeqCst), (EMITTERS * EVENTS) as usize);
    assert_eq!(bus.stats().failures, 0);
}

#[test]
fn an_idle_thread_keeps_no_observer_alive() {
    let (bus, told) = (EventBus::new(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&told);
    let subscription = bus.subscribe(move |_: &Envelope<QuickTestStep>| {
        count.fetch_add(1, SeqCst);
    });
    let (idle, end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            let tests = QuickTestEmitter::new(&bus, "test-001");
            (0..10).for_each(|n| assert!(delivered(tests.emit_step(n)).is_content()));
            idle.wait();
            end.wait();
            delivered(tests.emit_step(10));
        });
        idle.wait();
        drop(subscription);
        assert_eq!((told.load(SeqCst), Arc::strong_count(&told)), (10, 1));
        end.wait();
    });
    assert_eq!((told.load(SeqCst), bus.stats().delivered, bus.stats().unobserved), (10, 11, 1));
}
