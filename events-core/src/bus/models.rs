//! The bus under the model checker, which tries many orders of the same steps.
//!
//! `RUSTFLAGS="--cfg shuttle" cargo test -p events-core --lib models --target-dir target/shuttle`
//!
//! What the tests write down is kept behind locks of `std`, which the checker does not see; where an observer is to be interrupted,
//! it [pauses]. A failed assertion inside an observer would be one more failure of an observer: they are made outside.
//!
//! [pauses]: pause

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use chrono::{DateTime, Utc};
use serde::Serialize;
use shuttle::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    thread::{self, JoinHandle},
};

use super::{EventBus, EventBusBuilder, Scope, Subscription};
use crate::{
    AnyEnvelope, Clock, DedupWindow, EmitError, Envelope, Event, EventType, Observer, ObserverResult, Overflow,
    Receipt, sync::check,
};

const HOUR: Duration = Duration::from_secs(3600);

#[derive(Serialize)]
struct Step {
    n: u32,
}

impl Event for Step {
    const TYPE: EventType = EventType::from_static("model.step");
}

/// What observers emit.
#[derive(Serialize)]
struct Reply {
    n: u32,
}

impl Event for Reply {
    const TYPE: EventType = EventType::from_static("model.reply");
}

#[derive(Debug)]
struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

fn builder() -> EventBusBuilder {
    EventBus::builder().clock(Frozen)
}

fn with_window() -> EventBus {
    builder().dedup(DedupWindow::new(10, HOUR)).build()
}

fn emit(bus: &EventBus, n: u32) -> Result<Receipt, EmitError> {
    bus.emit(Step { n }.for_entity("1").unwrap())
}

fn reply(bus: &EventBus, n: u32) -> Result<Receipt, EmitError> {
    bus.emit(Reply { n }.for_entity("1").unwrap())
}

fn observers(receipt: &Receipt) -> usize {
    match receipt {
        Receipt::Delivered { observers, .. } => *observers,
        _ => 0,
    }
}

/// Lets the checker change threads.
fn pause() {
    AtomicU32::new(0).load(SeqCst);
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

/// What happened, in the one order in which it did.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    time: u32,
    /// When an emit began and ended.
    emits: BTreeMap<u32, (u32, u32)>,
    guests: BTreeMap<u32, Guest>,
}

/// A subscription and what it was told.
#[derive(Debug, Default)]
struct Guest {
    /// When it was asked for, and when it stood.
    begins: (u32, u32),
    /// When somebody first set about to end it, and when somebody first could say that it had ended.
    ends: Option<(u32, u32)>,
    told: Vec<u32>,
    /// When its observer was dropped.
    dropped: Vec<u32>,
}

impl Log {
    fn now(&self) -> u32 {
        let mut notes = locked(&self.0);
        notes.time += 1;
        notes.time
    }

    fn emit(&self, bus: &EventBus, n: u32) {
        let begin = self.now();
        emit(bus, n).unwrap().into_result().unwrap();
        let end = self.now();
        locked(&self.0).emits.insert(n, (begin, end));
    }

    /// Subscribes a guest.
    fn guest(&self, number: u32, subscribe: impl FnOnce(Witness) -> Subscription) -> Subscription {
        let begin = self.now();
        locked(&self.0).guests.entry(number).or_default().begins.0 = begin;
        let subscription = subscribe(Witness { log: self.clone(), number });
        let end = self.now();
        locked(&self.0).guests.entry(number).or_default().begins.1 = end;
        subscription
    }

    /// Ends guests in one way of several.
    fn end(&self, guests: &[u32], end: impl FnOnce()) {
        let change = |change: fn(&mut (u32, u32), u32)| {
            let now = self.now();
            let mut notes = locked(&self.0);
            for guest in guests {
                let guest = notes.guests.entry(*guest).or_default();
                change(guest.ends.get_or_insert((now, u32::MAX)), now);
            }
        };
        change(|_, _| {});
        end();
        change(|ends, now| ends.1 = ends.1.min(now));
    }

    /// Whoever subscribed before an emit began, and stood when it ended, was told once; whoever ended before it began, or came
    /// after, was not; and in between it may be either.
    #[track_caller]
    fn assert_told(&self) {
        let notes = mem::take(&mut *locked(&self.0));
        for (number, guest) in &notes.guests {
            let ends = guest.ends.unwrap_or((u32::MAX, u32::MAX));
            for (n, (begin, end)) in &notes.emits {
                let told = guest.told.iter().filter(|told| *told == n).count();
                let allowed = if guest.begins.1 < *begin && *end < ends.0 {
                    1..=1
                } else if ends.1 < *begin || *end < guest.begins.0 {
                    0..=0
                } else {
                    0..=1
                };
                assert!(allowed.contains(&told), "{n} of {:?}, {number}: {guest:?}", notes.emits);
            }
            assert!(guest.dropped.len() <= 1, "{number}: {guest:?}");
        }
    }

    fn dropped(&self, guest: u32) -> usize {
        locked(&self.0).guests.get(&guest).map_or(0, |guest| guest.dropped.len())
    }
}

/// The observer of a guest.
struct Witness {
    log: Log,
    number: u32,
}

impl Witness {
    fn saw(&self, n: u32) {
        pause();
        locked(&self.log.0).guests.entry(self.number).or_default().told.push(n);
        pause();
    }

    fn subscribe(self, bus: &EventBus) -> Subscription {
        bus.subscribe(move |event: &Envelope<Step>| self.saw(event.n))
    }
}

impl Observer for Witness {
    fn is_interested(&self, event_type: &EventType) -> bool {
        pause();
        event_type.name() == "step"
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        self.saw(event.downcast::<Step>().ok_or("not a step")?.n);
        Ok(())
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let now = self.log.now();
        locked(&self.log.0).guests.entry(self.number).or_default().dropped.push(now);
    }
}

/// A thread with a bus and a log.
fn thread<T: Send + 'static>(bus: &EventBus, log: &Log, run: fn(EventBus, Log) -> T) -> JoinHandle<T> {
    let (bus, log) = (bus.clone(), log.clone());
    thread::spawn(move || run(bus, log))
}

fn join<T>(threads: impl IntoIterator<Item = JoinHandle<T>>) -> Vec<T> {
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn observers_are_told_from_subscribe_to_drop() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let emitter = thread(&bus, &log, |bus, log| {
            log.emit(&bus, 10);
            log.emit(&bus, 11);
        });
        let neighbour = thread(&bus, &log, |bus, log| {
            let guest = log.guest(2, |witness| bus.observe(witness));
            log.emit(&bus, 20);
            log.end(&[2], || drop(guest));
            log.emit(&bus, 21);
        });
        let guest = log.guest(1, |witness| witness.subscribe(&bus));
        log.emit(&bus, 1);
        log.end(&[1], || drop(guest));
        log.emit(&bus, 2);
        join([emitter, neighbour]);
        assert_eq!((log.dropped(1), log.dropped(2)), (1, 1));
        log.assert_told();
    });
}

#[test]
fn one_thread_subscribes_and_another_emits() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let busy = thread(&bus, &log, |bus, log| {
            log.emit(&bus, 20);
            log.emit(&bus, 21);
        });
        let guest = log.guest(1, |witness| bus.observe(witness));
        join([thread(&bus, &log, |bus, log| log.emit(&bus, 10))]);
        log.end(&[1], || drop(guest));
        let last = thread(&bus, &log, |bus, log| log.emit(&bus, 11));
        join([busy, last]);
        assert_eq!(log.dropped(1), 1);
        log.assert_told();
    });
}

/// The first emit after each change finds out the route anew, and must not pass it on to later ones when there was a change since.
#[test]
fn no_stale_route_is_passed_on() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let _early = log.guest(9, |witness| bus.observe(witness));
        let threads = [1, 2].map(|number| {
            let (bus, log) = (bus.clone(), log.clone());
            thread::spawn(move || {
                let guest = log.guest(number, |witness| bus.observe(witness));
                log.emit(&bus, number * 10);
                log.emit(&bus, number * 10 + 1);
                guest
            })
        });
        log.emit(&bus, 1);
        log.emit(&bus, 2);
        let _guests = join(threads);
        log.emit(&bus, 3);
        log.assert_told();
    });
}

#[test]
fn a_subscription_ends_by_its_scope_and_by_hand_at_once() {
    check(|| {
        let (bus, log, scope) = (EventBus::new(), Log::default(), Scope::new());
        let guest = log.guest(1, |witness| bus.subscription().scope(&scope).observe(witness));
        log.emit(&bus, 1);
        let by_scope = {
            let (bus, log) = (bus.clone(), log.clone());
            thread::spawn(move || {
                log.end(&[1], || drop(scope));
                log.emit(&bus, 10);
            })
        };
        log.end(&[1], || drop(guest));
        log.emit(&bus, 2);
        by_scope.join().unwrap();
        assert_eq!((bus.stats().subscriptions, log.dropped(1)), (0, 1));
        log.assert_told();
    });
}

#[test]
fn a_scope_ends_while_others_subscribe_in_it_and_emit() {
    check(|| {
        let (bus, log, scope) = (EventBus::new(), Log::default(), Scope::new());
        let child = scope.child();
        log.guest(1, |witness| bus.subscription().scope(&child).observe(witness)).detach();
        let subscriber = {
            let (bus, log) = (bus.clone(), log.clone());
            thread::spawn(move || {
                log.guest(2, |witness| bus.subscription().scope(&child).observe(witness)).detach();
                child
            })
        };
        let emitter = thread(&bus, &log, |bus, log| {
            log.emit(&bus, 10);
            log.emit(&bus, 11);
        });
        log.end(&[1], || drop(scope));
        log.emit(&bus, 1);
        let child = subscriber.join().unwrap();
        emitter.join().unwrap();
        assert!(child.is_closed());
        assert_eq!((bus.stats().subscriptions, log.dropped(1), log.dropped(2)), (0, 1, 1));
        // Whoever subscribes in a closed scope may be told of what is emitted meanwhile.
        locked(&log.0).guests.remove(&2);
        log.assert_told();
    });
}

#[test]
fn an_observer_ends_another_before_it_is_told() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let guest = Arc::new(Mutex::new(None::<Subscription>));
        let ending = Arc::clone(&guest);
        let first = bus.subscription().priority(1).subscribe(move |event: &Envelope<Step>| {
            if event.n == 1 {
                let guest = locked(&ending).take();
                drop(guest);
            }
        });
        *locked(&guest) = Some(log.guest(1, |witness| bus.observe(witness)));
        let other = thread(&bus, &log, |bus, log| log.emit(&bus, 10));
        assert_eq!(observers(&emit(&bus, 1).unwrap()), 1);
        other.join().unwrap();
        drop(first);
        let notes = locked(&log.0);
        assert!(notes.guests[&1].told.iter().all(|n| *n == 10));
    });
}

/// Has a last word when it is dropped.
struct Parting {
    bus: EventBus,
    drops: Arc<Mutex<u32>>,
}

impl Observer for Parting {
    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        pause();
        Ok(())
    }
}

impl Drop for Parting {
    fn drop(&mut self) {
        let receipt = reply(&self.bus, 1);
        assert!(matches!(receipt, Ok(Receipt::Delivered { .. }) | Err(EmitError::ShutDown { .. })));
        self.bus.subscribe(|_: &Envelope<Step>| pause()).detach();
        drop(self.bus.subscription().id("parting").unwrap());
        drop((self.bus.history(), self.bus.stats()));
        *locked(&self.drops) += 1;
    }
}

#[test]
fn the_drop_of_an_observer_may_use_the_bus() {
    check(|| {
        let (bus, log, drops) = (builder().history(2).build(), Log::default(), Arc::default());
        let replies = Arc::new(Mutex::new(0));
        let count = Arc::clone(&replies);
        bus.subscribe(move |_: &Envelope<Reply>| *locked(&count) += 1).detach();
        let guest = bus.observe(Parting { bus: bus.clone(), drops: Arc::clone(&drops) });
        let emitters = [10, 20].map(|n| {
            let (bus, log) = (bus.clone(), log.clone());
            thread::spawn(move || log.emit(&bus, n))
        });
        drop(guest);
        join(emitters);
        assert_eq!((*locked(&drops), *locked(&replies)), (1, 1));
        assert_eq!(bus.stats().subscriptions, 2);
    });
}

#[test]
fn the_observer_of_a_last_event_may_use_the_bus_when_it_is_dropped() {
    check(|| {
        let (bus, log, drops) = (EventBus::new(), Log::default(), Arc::default());
        let observer = Parting { bus: bus.clone(), drops: Arc::clone(&drops) };
        bus.subscription().once().observe(observer).detach();
        let emitter = thread(&bus, &log, |bus, log| log.emit(&bus, 10));
        log.emit(&bus, 1);
        emitter.join().unwrap();
        assert_eq!((*locked(&drops), bus.stats().subscriptions), (1, 1));
    });
}

#[test]
fn an_observer_that_ends_with_the_bus_may_use_it_when_it_is_dropped() {
    check(|| {
        let (bus, log, drops) = (EventBus::new(), Log::default(), Arc::default());
        bus.observe(Parting { bus: bus.clone(), drops: Arc::clone(&drops) }).detach();
        let emitter = thread(&bus, &log, |bus, _| drop(emit(&bus, 10)));
        bus.shutdown(HOUR).unwrap();
        emitter.join().unwrap();
        assert_eq!((*locked(&drops), bus.stats().subscriptions), (1, 0));
    });
}

#[test]
fn one_of_two_equal_events_is_delivered() {
    check(|| {
        let (bus, log) = (with_window(), Log::default());
        let _guest = log.guest(1, |witness| witness.subscribe(&bus));
        let other = thread(&bus, &log, |bus, _| emit(&bus, 1).unwrap());
        let receipts = [emit(&bus, 1).unwrap(), other.join().unwrap()];
        assert_eq!(receipts.iter().filter(|receipt| receipt.is_delivered()).count(), 1);
        assert_eq!(receipts.iter().filter(|receipt| receipt.is_duplicate()).count(), 1);
        assert_eq!(locked(&log.0).guests[&1].told, [1]);
        assert!(matches!(emit(&bus, 1), Ok(Receipt::Duplicate { pending: false, .. })));
        assert_eq!((bus.stats().delivered, bus.stats().duplicates), (1, 2));
    });
}

#[test]
fn after_a_failure_an_event_succeeds_once() {
    check(|| {
        let (bus, log, calls) = (with_window(), Log::default(), Arc::new(Mutex::new(0)));
        let count = Arc::clone(&calls);
        bus.subscribe(move |_: &Envelope<Step>| {
            pause();
            *locked(&count) += 1;
            if *locked(&count) == 1 { Err("the first one") } else { Ok(()) }
        })
        .detach();
        let emitters = [(); 2].map(|()| thread(&bus, &log, |bus, _| emit(&bus, 1).unwrap()));
        let mut receipts = vec![emit(&bus, 1).unwrap()];
        receipts.extend(join(emitters));
        receipts.extend([emit(&bus, 1).unwrap(), emit(&bus, 1).unwrap()]);
        let failed = receipts.iter().filter(|receipt| !receipt.failures().is_empty()).count();
        let delivered = receipts.iter().filter(|receipt| receipt.is_delivered()).count();
        let duplicates = receipts.iter().filter(|receipt| receipt.is_duplicate()).count();
        assert_eq!((failed, delivered, duplicates), (1, 2, 3));
        assert_eq!(*locked(&calls), 2);
        assert!(receipts.pop().is_some_and(|last| last.is_duplicate()));
    });
}

#[test]
fn a_queued_event_and_an_equal_one_of_another_thread() {
    check(|| {
        let (bus, log, told) = (with_window(), Log::default(), Arc::new(Mutex::new(0)));
        let (inner, queued) = (bus.clone(), Arc::new(Mutex::new(Vec::new())));
        let receipts = Arc::clone(&queued);
        let guest = bus.subscribe(move |_: &Envelope<Step>| {
            let receipt = reply(&inner, 1).unwrap();
            locked(&receipts).push(receipt);
        });
        let count = Arc::clone(&told);
        bus.subscribe(move |_: &Envelope<Reply>| {
            pause();
            *locked(&count) += 1;
        })
        .detach();
        let other = thread(&bus, &log, |bus, _| reply(&bus, 1).unwrap());
        emit(&bus, 1).unwrap().into_result().unwrap();
        let other = other.join().unwrap();
        let queued = mem::take(&mut *locked(&queued));
        assert!(matches!((&*queued, &other), ([own], other) if own.is_queued() != other.is_delivered()));
        assert!(queued[0].is_duplicate() != other.is_duplicate());
        assert_eq!(*locked(&told), 1);
        assert_eq!(bus.stats().delivered, 2);
        drop(guest);
    });
}

#[test]
fn nested_events_stay_with_their_thread() {
    check(|| {
        let (bus, log, told) = (EventBus::new(), Log::default(), Arc::new(Mutex::new(Vec::new())));
        let (inner, replies) = (bus.clone(), Arc::clone(&told));
        bus.subscribe(move |event: &Envelope<Step>| {
            pause();
            assert!(reply(&inner, event.n).unwrap().is_queued());
        })
        .detach();
        bus.subscribe(move |event: &Envelope<Reply>| {
            pause();
            locked(&replies).push((event.n, thread::current().id()));
        })
        .detach();
        let other = thread(&bus, &log, |bus, _| {
            emit(&bus, 1).unwrap().into_result().unwrap();
            thread::current().id()
        });
        emit(&bus, 2).unwrap().into_result().unwrap();
        let (own, other) = (thread::current().id(), other.join().unwrap());
        let mut told = mem::take(&mut *locked(&told));
        told.sort_by_key(|(n, _)| *n);
        assert_eq!(told, [(1, other), (2, own)]);
    });
}

#[test]
fn take_is_exact() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        log.guest(1, |witness| bus.subscription().take(2).observe(witness)).detach();
        log.guest(2, |witness| bus.subscription().once().observe(witness)).detach();
        let others = [(); 2].map(|()| {
            thread(&bus, &log, |bus, _| observers(&emit(&bus, 1).unwrap()) + observers(&emit(&bus, 2).unwrap()))
        });
        let told = observers(&emit(&bus, 3).unwrap());
        let told = told + join(others).into_iter().sum::<usize>();
        let notes = locked(&log.0);
        assert_eq!((notes.guests[&1].told.len(), notes.guests[&2].told.len(), told), (2, 1, 3));
        drop(notes);
        assert_eq!((log.dropped(1), log.dropped(2), bus.stats().subscriptions), (1, 1, 0));
    });
}

/// Who gets the id of another subscription knows that it has ended.
#[test]
fn an_id_is_free_when_its_subscription_has_ended() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let guest = log.guest(1, |witness| bus.subscription().id("a").unwrap().observe(witness));
        let other = thread(&bus, &log, |bus, log| {
            log.emit(&bus, 10);
            let Ok(free) = bus.subscription().id("a") else { return };
            log.end(&[1], || ());
            let next = log.guest(2, |witness| free.observe(witness));
            log.emit(&bus, 11);
            log.end(&[2], || drop(next));
        });
        log.end(&[1], || drop(guest));
        other.join().unwrap();
        log.assert_told();
        assert!(bus.subscription().id("a").is_ok());
    });
}

#[test]
fn a_bus_is_switched_off_and_on() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let _guest = log.guest(1, |witness| witness.subscribe(&bus));
        let other = thread(&bus, &log, |bus, _| [10, 11].map(|n| (n, emit(&bus, n).unwrap())));
        let first = emit(&bus, 1).unwrap();
        bus.set_enabled(false);
        let second = emit(&bus, 2).unwrap();
        bus.set_enabled(true);
        let third = emit(&bus, 3).unwrap();
        assert!(first.is_delivered() && second.is_suppressed() && third.is_delivered());
        let receipts = other.join().unwrap().into_iter().chain([(1, first), (2, second), (3, third)]);
        let told = mem::take(&mut *locked(&log.0)).guests.remove(&1).unwrap().told;
        for (n, receipt) in receipts {
            assert_eq!(told.iter().filter(|told| **told == n).count(), observers(&receipt));
            assert!(receipt.is_suppressed() == (observers(&receipt) == 0));
        }
    });
}

#[test]
fn a_subscription_is_switched_off_and_on() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let guest = log.guest(1, |witness| bus.observe(witness));
        let others = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || observers(&emit(&bus, n).unwrap()))
        });
        guest.set_enabled(false);
        let off = observers(&emit(&bus, 1).unwrap());
        guest.set_enabled(true);
        let on = observers(&emit(&bus, 2).unwrap());
        let sum: usize = join(others).into_iter().sum();
        let told = mem::take(&mut *locked(&log.0)).guests.remove(&1).unwrap().told;
        assert_eq!((off, on, told.len()), (0, 1, sum + 1));
        assert!(!told.contains(&1) && told.contains(&2));
    });
}

/// Emits until it is refused: what was taken, and what was not.
fn emit_until_shut(bus: &EventBus, numbers: impl IntoIterator<Item = u32>) -> (Vec<u32>, Vec<u32>) {
    numbers.into_iter().partition(|n| match emit(bus, *n) {
        Ok(receipt) => receipt.is_delivered(),
        Err(error) => {
            assert!(matches!(error, EmitError::ShutDown { .. }));
            false
        }
    })
}

#[test]
fn shutdown_waits_for_what_was_taken_and_refuses_the_rest() {
    check(|| {
        let bus = builder().history(10).build();
        let (told, down) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(false)));
        let (seen, late) = (Arc::clone(&told), Arc::clone(&down));
        let inner = bus.clone();
        bus.subscribe(move |event: &Envelope<Step>| {
            pause();
            // Every event has a reply, or is one of the last.
            let replied = reply(&inner, event.n).is_ok();
            locked(&seen).push((event.n, replied, *locked(&late)));
        })
        .detach();
        let (replies, late) = (Arc::new(Mutex::new(Vec::new())), Arc::clone(&down));
        let seen = Arc::clone(&replies);
        bus.subscribe(move |event: &Envelope<Reply>| {
            pause();
            locked(&seen).push((event.n, *locked(&late)));
        })
        .detach();
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || emit_until_shut(&bus, [n, n + 1]))
        });
        let switch = bus.clone();
        let switch = thread::spawn(move || switch.set_enabled(true));
        bus.shutdown(HOUR).unwrap();
        *locked(&down) = true;
        assert!(matches!(emit(&bus, 1), Err(EmitError::ShutDown { .. })));
        let delivered = bus.stats().delivered;
        switch.join().unwrap();
        let taken: Vec<u32> = join(emitters).into_iter().flat_map(|(taken, _)| taken).collect();
        let mut told = mem::take(&mut *locked(&told));
        let mut replies = mem::take(&mut *locked(&replies));
        assert!(told.iter().all(|(.., late)| !late) && replies.iter().all(|(_, late)| !late));
        told.sort_unstable();
        replies.sort_unstable();
        assert_eq!(told.iter().map(|(n, ..)| *n).collect::<Vec<_>>(), taken);
        let answered: Vec<u32> = told.iter().filter(|(_, replied, _)| *replied).map(|(n, ..)| *n).collect();
        assert_eq!(replies.iter().map(|(n, _)| *n).collect::<Vec<_>>(), answered);
        assert_eq!(delivered, (told.len() + replies.len()) as u64);
        assert_eq!(bus.history().events().len(), told.len() + replies.len());
        assert_eq!((bus.stats().delivered, bus.stats().subscriptions), (delivered, 0));
    });
}

#[test]
fn shutdown_by_two_threads_while_others_switch_and_subscribe() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        log.guest(1, |witness| witness.subscribe(&bus)).detach();
        let down = thread(&bus, &log, |bus, log| {
            bus.shutdown(HOUR).unwrap();
            log.now()
        });
        let busy = thread(&bus, &log, |bus, log| {
            bus.set_enabled(false);
            log.guest(2, |witness| bus.observe(witness)).detach();
            bus.set_enabled(true);
            drop(emit(&bus, 10));
            0
        });
        bus.shutdown(HOUR).unwrap();
        assert!(!bus.is_enabled() && matches!(emit(&bus, 1), Err(EmitError::ShutDown { .. })));
        join([down, busy]);
        assert!(!bus.is_enabled() && matches!(emit(&bus, 2), Err(EmitError::ShutDown { .. })));
        assert_eq!((bus.stats().subscriptions, log.dropped(1), log.dropped(2)), (0, 1, 1));
    });
}

#[test]
fn a_stream_ends_with_what_was_emitted_before_the_shutdown() {
    check(|| {
        let bus = EventBus::new();
        let stream = bus.stream::<Step>(1, Overflow::Block);
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || emit_until_shut(&bus, [n, n + 1]).0)
        });
        let reader = thread::spawn(move || stream.iter().map(|event| event.n).collect::<Vec<_>>());
        bus.shutdown(HOUR).unwrap();
        let mut seen = reader.join().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, join(emitters).concat());
    });
}

#[test]
fn the_reader_of_a_stream_goes_while_others_emit() {
    check(|| {
        let bus = EventBus::new();
        let stream = bus.stream::<Step>(1, Overflow::Block);
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || [n, n + 1].map(|n| emit(&bus, n).unwrap().into_result().unwrap()))
        });
        let first = stream.recv().unwrap().n;
        assert!(first == 10 || first == 20);
        drop(stream);
        assert_eq!(bus.stats().subscriptions, 0);
        assert_eq!(observers(&emit(&bus, 1).unwrap()), 0);
        join(emitters);
        assert_eq!((bus.stats().delivered, bus.stats().lost), (5, 0));
    });
}

#[test]
fn what_a_stream_loses_is_counted() {
    check(|| {
        let bus = EventBus::new();
        let stream = bus.stream::<Step>(1, Overflow::DropOldest);
        let emitters = [10, 20].map(|n| {
            let bus = bus.clone();
            thread::spawn(move || [n, n + 1].map(|n| emit(&bus, n).unwrap().into_result().unwrap()))
        });
        let mut seen: Vec<u32> = stream.try_recv().into_iter().map(|event| event.n).collect();
        join(emitters);
        bus.shutdown(HOUR).unwrap();
        seen.extend(stream.iter().map(|event| event.n));
        assert_eq!((seen.len() as u64 + stream.lost(), bus.stats().lost), (4, stream.lost()));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len() as u64 + stream.lost(), 4);
    });
}

#[test]
fn the_history_keeps_the_last_events() {
    check(|| {
        let numbers = |bus: &EventBus| bus.history().of::<Step>().iter().map(|event| event.n).collect::<Vec<_>>();
        let (bus, ring) = (builder().history(10).build(), builder().history(2).build());
        let emitters = [10, 20].map(|n| {
            let (bus, ring) = (bus.clone(), ring.clone());
            thread::spawn(move || {
                for n in [n, n + 1] {
                    emit(&bus, n).unwrap().into_result().unwrap();
                    emit(&ring, n).unwrap().into_result().unwrap();
                }
            })
        });
        let (early, late) = (numbers(&bus), numbers(&bus));
        let short = numbers(&ring);
        join(emitters);
        let all = numbers(&bus);
        assert!(late.starts_with(&early) && all.starts_with(&late) && short.len() <= 2, "{early:?} {late:?} {all:?}");
        for thread in [1, 2] {
            let own: Vec<u32> = all.iter().copied().filter(|n| n / 10 == thread).collect();
            assert_eq!(own, [thread * 10, thread * 10 + 1]);
        }
        let last = numbers(&ring);
        // The last one of some thread is the last of all.
        assert!(last.len() == 2 && matches!(last[1], 11 | 21), "{last:?}");
    });
}
