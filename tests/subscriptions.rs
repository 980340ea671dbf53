//! For which events, how many of them, and until when an observer is told.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use events_core::{AnyEnvelope, Envelope, EventBus, PlanVerdict, Receipt, pattern};

use crate::domain::{Log, QuickTestEmitter, QuickTestStep, delivered, quick_test};

#[test]
fn a_filter_is_asked_at_each_event_that_passes_the_others() {
    let (bus, asked, told) = (EventBus::new(), Log::new(), Log::new());
    let (questions, seen) = (asked.clone(), told.clone());
    let _subscription = bus
        .subscription()
        .pattern(pattern!("quick_test.step"))
        .entity("a")
        .filter(move |event| {
            let n = event.payload::<QuickTestStep>().unwrap().n;
            questions.push(n);
            n % 2 == 0
        })
        .subscribe(move |event: &AnyEnvelope| seen.push(event.payload::<QuickTestStep>().unwrap().n));
    for n in 0..4 {
        delivered(QuickTestEmitter::new(&bus, "a").emit_step(n));
        delivered(QuickTestEmitter::new(&bus, "b").emit_step(n));
        delivered(QuickTestEmitter::new(&bus, "a").emit_failed("no"));
    }
    assert_eq!((asked.take(), told.take()), (vec![0, 1, 2, 3], vec![0, 2]));
    let receipt = QuickTestEmitter::new(&bus, "a").emit_step(1).unwrap();
    assert!(matches!(receipt, Receipt::Delivered { observers: 0, .. }));
}

#[test]
fn once_and_take_count_the_events_that_pass_the_filters() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = |name| {
        let log = log.clone();
        move |event: &Envelope<QuickTestStep>| log.push((name, event.n))
    };
    let even = |event: &AnyEnvelope| event.payload::<QuickTestStep>().is_some_and(|step| step.n.is_multiple_of(2));
    let once = bus.subscription().once().subscribe(seen("once"));
    let twice = bus.subscription().filter(even).take(2).subscribe(seen("twice"));
    let never = bus.subscription().take(0).subscribe(seen("never"));
    assert!(once.is_active() && twice.is_active() && !never.is_active());
    for n in 1..7 {
        delivered(quick_test(&bus).emit_step(n));
    }
    assert_eq!(log.take(), [("once", 1), ("twice", 2), ("twice", 4)]);
    assert!(!once.is_active() && !twice.is_active());
    assert_eq!(bus.stats().subscriptions, 0);
}

/// The observer emits the event it waits for, before its own call has ended.
#[test]
fn a_subscription_may_begin_switched_off() {
    let (bus, log) = (EventBus::new(), Log::new());
    let seen = log.clone();
    let later =
        bus.subscription().enabled(false).once().subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    assert!(later.is_active() && !later.is_enabled());
    assert_eq!(bus.plan::<QuickTestStep>().steps()[0].verdict(), &PlanVerdict::SwitchedOff);
    delivered(quick_test(&bus).emit_step(1));
    later.set_enabled(true);
    delivered(quick_test(&bus).emit_step(2));
    assert_eq!(log.take(), [2]);
}

#[test]
fn once_is_once_although_its_observer_emits() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (inner, seen) = (bus.clone(), log.clone());
    let _once = bus.subscription().once().subscribe(move |event: &Envelope<QuickTestStep>| {
        seen.push(event.n);
        assert!(quick_test(&inner).emit_step(event.n + 1).unwrap().is_queued());
    });
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), [1]);
    assert_eq!(bus.stats().delivered, 2);
}

#[test]
fn take_is_exact_when_several_threads_emit() {
    const THREADS: usize = 4;
    const EACH: u32 = 50;
    for wanted in [1, 7, 100] {
        let (bus, told) = (EventBus::new(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&told);
        let limited = bus.subscription().take(wanted).subscribe(move |_: &AnyEnvelope| {
            count.fetch_add(1, SeqCst);
        });
        let (start, reached) = (Barrier::new(THREADS), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    for n in 0..EACH {
                        if let Receipt::Delivered { observers, .. } = quick_test(&bus).emit_step(n).unwrap() {
                            reached.fetch_add(observers, SeqCst);
                        }
                    }
                });
            }
        });
        assert_eq!((told.load(SeqCst), reached.load(SeqCst)), (wanted, wanted));
        assert!(!limited.is_active());
    }
}

/// What the other thread is telling already may still arrive; what it emits later does not.
#[test]
fn after_unsubscribing_another_thread_tells_no_more_than_what_is_under_way() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (entered, entries) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let _gate = bus.subscription().priority(1).subscribe(move |event: &Envelope<QuickTestStep>| {
        if event.n == 1 {
            entered.send(()).unwrap();
            wait.lock().unwrap().recv().unwrap();
        }
    });
    let seen = log.clone();
    let subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    thread::scope(|scope| {
        let emitter = scope.spawn(|| {
            delivered(quick_test(&bus).emit_step(1));
            delivered(quick_test(&bus).emit_step(2));
        });
        entries.recv_timeout(Duration::from_secs(60)).unwrap();
        drop(subscription);
        go.send(()).unwrap();
        emitter.join().unwrap();
    });
    let told = log.take();
    assert!(told.is_empty() || told == [1], "{told:?}");
}

#[test]
fn an_observer_may_be_called_by_several_threads_at_once() {
    let (bus, met) = (EventBus::new(), Arc::new(Barrier::new(2)));
    let _subscription = bus.subscribe(move |_: &AnyEnvelope| {
        // Neither call ends before both have begun.
        met.wait();
    });
    thread::scope(|scope| {
        for n in 0..2 {
            let bus = &bus;
            scope.spawn(move || delivered(quick_test(bus).emit_step(n)));
        }
    });
    assert_eq!(bus.stats().delivered, 2);
}

#[test]
fn an_observer_that_wants_one_call_at_a_time_takes_a_lock() {
    const EVENTS: u32 = 500;
    let (bus, sum) = (EventBus::new(), Arc::new(std::sync::Mutex::new((0_u32, 0_u32))));
    let total = Arc::clone(&sum);
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        let mut total = total.lock().unwrap();
        let before = total.0;
        thread::yield_now();
        *total = (before + 1, total.1 + event.n);
    });
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for n in 0..EVENTS {
                    delivered(quick_test(&bus).emit_step(n));
                }
            });
        }
    });
    assert_eq!(*sum.lock().unwrap(), (2 * EVENTS, EVENTS * (EVENTS - 1)));
}
