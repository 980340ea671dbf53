//! Who is told, from subscribing to the end.

use std::mem;
use std::sync::{Arc, Mutex};

use super::{HOUR, Log, Reply, Step, builder, emit, join, locked, observers, pause, reply, thread};
use crate::{
    AnyEnvelope, EmitError, Envelope, Observer, ObserverResult, Receipt,
    bus::{EventBus, Scope, Subscription},
    sync::check,
};

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

/// From the third event of a type on, a thread has a lease of its route.
#[test]
fn a_lease_ends_with_the_next_change() {
    check(|| {
        let (bus, log) = (EventBus::new(), Log::default());
        let (first, last) = [1, 9].map(|number| log.guest(number, |witness| witness.subscribe(&bus))).into();
        let others = [10, 20].map(|from| {
            let (bus, log) = (bus.clone(), log.clone());
            thread::spawn(move || (from..from + 4).for_each(|n| log.emit(&bus, n)))
        });
        (1..4).for_each(|n| log.emit(&bus, n));
        log.end(&[1], || drop(first));
        (4..6).for_each(|n| log.emit(&bus, n));
        let _next = log.guest(2, |witness| witness.subscribe(&bus));
        (6..9).for_each(|n| log.emit(&bus, n));
        join(others);
        assert_eq!((log.dropped(1), log.dropped(9)), (1, 0));
        bus.shutdown(HOUR).unwrap();
        assert_eq!((log.dropped(2), log.dropped(9), bus.stats().delivered), (1, 1, 16));
        drop(last);
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
        assert!(matches!(
            receipt,
            Ok(Receipt::Delivered { .. } | Receipt::Queued { .. }) | Err(EmitError::ShutDown { .. })
        ));
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
