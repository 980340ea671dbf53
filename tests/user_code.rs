//! Whatever of the user's the bus calls may use the bus, and finds no lock held.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use events_core::{
    AnyEnvelope, Clock, DedupWindow, EmitError, Envelope, Event, EventBus, EventId, EventType, IdSource, Observer,
    ObserverResult, Overflow, Scope, Subscription,
};

use crate::domain::{Log, QuickTestBeat, QuickTestStep, ServiceReady, delivered, quick_test};

/// Does to a bus whatever can be done to it, short of emitting and shutting it down.
fn use_everything(bus: &EventBus) {
    let scope = Scope::new();
    bus.subscription().scope(&scope).subscribe(|_: &Envelope<QuickTestBeat>| ()).detach();
    drop(scope);
    let subscription = bus.subscribe(|_: &Envelope<QuickTestBeat>| ());
    subscription.set_enabled(false);
    subscription.set_enabled(true);
    drop(subscription);
    drop(bus.stream::<QuickTestBeat>(1, Overflow::DropNewest));
    let _ = (bus.plan::<QuickTestBeat>(), bus.history().events(), bus.stats(), bus.now(), format!("{bus:?}"));
    bus.set_enabled(true);
}

/// Where user code is called from, it must be possible to use the bus on this thread, and on another that is waited for.
struct Probe {
    bus: Mutex<Option<EventBus>>,
    busy: AtomicBool,
    found: Log<bool>,
}

impl Probe {
    fn new() -> Arc<Self> {
        Arc::new(Self { bus: Mutex::new(None), busy: AtomicBool::new(false), found: Log::new() })
    }

    fn attach(&self, bus: &EventBus) {
        *self.bus.lock().unwrap() = Some(bus.clone());
    }

    fn run(&self) {
        let bus = self.bus.lock().unwrap().clone();
        // What is done to the bus may call user code again.
        if let Some(bus) = bus
            && !self.busy.swap(true, SeqCst)
        {
            let (done, ended) = mpsc::channel();
            let other = bus.clone();
            thread::spawn(move || {
                use_everything(&other);
                let _ = done.send(());
            });
            let is_free = ended.recv_timeout(Duration::from_secs(20)).is_ok();
            if is_free {
                use_everything(&bus);
            }
            self.found.push(is_free);
            self.busy.store(false, SeqCst);
        }
    }

    /// Insists that it was run, and found no lock held.
    #[track_caller]
    fn assert_free(&self) {
        let found = self.found.take();
        assert!(!found.is_empty(), "it was not run");
        assert!(found.iter().all(|is_free| *is_free), "a lock was held");
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.bus.lock().unwrap().take();
    }
}

/// Runs a probe wherever an observer is called, dropped or asked.
struct Probing(Arc<Probe>);

impl Observer for Probing {
    fn is_interested(&self, _: &EventType) -> bool {
        self.0.run();
        true
    }

    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        Ok(())
    }
}

/// Runs a probe when it is dropped.
struct Dropping(Arc<Probe>);

impl Drop for Dropping {
    fn drop(&mut self) {
        self.0.run();
    }
}

#[test]
fn no_lock_is_held_while_an_observer_runs() {
    let (bus, probe) = (EventBus::builder().history(1).build(), Probe::new());
    probe.attach(&bus);
    let inside = Arc::clone(&probe);
    let _subscription = bus.subscribe(move |_: &Envelope<QuickTestStep>| inside.run());
    delivered(quick_test(&bus).emit_step(1));
    probe.assert_free();
}

#[test]
fn no_lock_is_held_while_a_filter_runs() {
    let (bus, probe) = (EventBus::new(), Probe::new());
    probe.attach(&bus);
    let inside = Arc::clone(&probe);
    let _subscription = bus
        .subscription()
        .filter(move |_| {
            inside.run();
            true
        })
        .subscribe(|_: &Envelope<QuickTestStep>| ());
    delivered(quick_test(&bus).emit_step(1));
    probe.assert_free();
}

#[test]
fn no_lock_is_held_while_an_observer_is_asked() {
    let (bus, probe) = (EventBus::new(), Probe::new());
    probe.attach(&bus);
    let _subscription = bus.observe(Probing(Arc::clone(&probe)));
    delivered(quick_test(&bus).emit_step(1));
    probe.assert_free();
    let _plan = bus.plan::<ServiceReady>();
    probe.assert_free();
}

#[test]
fn no_lock_is_held_while_an_observer_is_dropped() {
    let (bus, probe) = (EventBus::new(), Probe::new());
    probe.attach(&bus);
    let subscribe = || {
        let dropping = Dropping(Arc::clone(&probe));
        bus.subscription().subscribe(move |_: &Envelope<QuickTestStep>| {
            let _ = &dropping;
        })
    };
    drop(subscribe());
    probe.assert_free();
    let kept = subscribe();
    delivered(quick_test(&bus).emit_step(1));
    drop(kept);
    probe.assert_free();
    let scope = Scope::new();
    let dropping = Dropping(Arc::clone(&probe));
    bus.subscription()
        .scope(&scope)
        .once()
        .filter(move |_| {
            let _ = &dropping;
            true
        })
        .subscribe(|_: &Envelope<QuickTestStep>| ())
        .detach();
    drop(scope);
    probe.assert_free();
    let _last = subscribe();
    bus.shutdown(Duration::ZERO).unwrap();
    probe.assert_free();
}

/// A payload of which the last copy is in the history or in a stream.
#[derive(Event, serde::Serialize)]
#[event_type("probe.dropped")]
struct Dropped {
    #[serde(skip)]
    #[event(skip_id)]
    _probe: Option<Dropping>,
    n: u32,
}

#[test]
fn no_lock_is_held_while_an_event_is_dropped() {
    let probe = Probe::new();
    let event = |n| Dropped { _probe: Some(Dropping(Arc::clone(&probe))), n }.for_entity("e").unwrap();
    let bus = EventBus::builder().history(1).build();
    probe.attach(&bus);
    delivered(bus.emit(event(1)));
    assert!(probe.found.take().is_empty());
    delivered(bus.emit(event(2)));
    probe.assert_free();
    let bus = EventBus::new();
    probe.attach(&bus);
    let stream = bus.stream::<Dropped>(1, Overflow::DropOldest);
    delivered(bus.emit(event(3)));
    assert!(probe.found.take().is_empty());
    delivered(bus.emit(event(4)));
    probe.assert_free();
    drop(stream);
    probe.assert_free();
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    probe.attach(&bus);
    delivered(bus.emit(event(5)));
    probe.assert_free();
    assert!(bus.emit(event(5)).unwrap().is_duplicate());
    probe.assert_free();
}

#[test]
fn no_lock_is_held_while_a_hook_runs() {
    let probe = Probe::new();
    let (failed, unobserved) = (Arc::clone(&probe), Arc::clone(&probe));
    let bus = EventBus::builder().on_failure(move |_, _| failed.run()).on_unobserved(move |_| unobserved.run()).build();
    probe.attach(&bus);
    delivered(quick_test(&bus).emit_step(1));
    probe.assert_free();
    let _failing = bus.subscribe(|_: &Envelope<QuickTestStep>| Err::<(), _>("no"));
    assert_eq!(quick_test(&bus).emit_step(1).unwrap().failures().len(), 1);
    probe.assert_free();
    probe.bus.lock().unwrap().take();
}

/// A clock and a source of ids that use the bus.
#[derive(Clone)]
struct Injected(Arc<Probe>);

impl std::fmt::Debug for Injected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Injected")
    }
}

impl Clock for Injected {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.run();
        chrono::DateTime::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        self.0.run();
        Duration::ZERO
    }
}

impl IdSource for Injected {
    fn unique(&self, _: chrono::DateTime<chrono::Utc>) -> EventId {
        self.0.run();
        EventId::from_uuid(uuid::Uuid::from_u128(7))
    }
}

#[test]
fn no_lock_is_held_while_the_clock_or_the_source_of_ids_runs() {
    let probe = Probe::new();
    let injected = Injected(Arc::clone(&probe));
    let bus = EventBus::builder()
        .dedup(DedupWindow::new(10, Duration::from_secs(60)))
        .clock(injected.clone())
        .ids(injected)
        .build();
    probe.attach(&bus);
    delivered(quick_test(&bus).emit_step(1));
    probe.assert_free();
    delivered(quick_test(&bus).emit_beat(1));
    probe.assert_free();
    probe.bus.lock().unwrap().take();
}

#[test]
fn an_observer_may_do_everything_with_its_bus() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (inner, seen) = (bus.clone(), log.clone());
    let scope = Mutex::new(Some(Scope::new()));
    let in_scope = log.clone();
    let name = |event: &AnyEnvelope| event.payload::<QuickTestStep>().map_or(0, |step| step.n);
    bus.subscription()
        .priority(-1)
        .scope(scope.lock().unwrap().as_ref().unwrap())
        .subscribe(move |event: &AnyEnvelope| in_scope.push(("scoped", name(event))))
        .detach();
    let held: Mutex<Vec<Subscription>> = Mutex::default();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| {
        seen.push(("told", event.n));
        match event.n {
            1 => {
                let late = seen.clone();
                held.lock().unwrap().push(inner.subscribe(move |event: &AnyEnvelope| late.push(("late", name(event)))));
                assert!(quick_test(&inner).emit_step(2).unwrap().is_queued());
            }
            2 => {
                drop(scope.lock().unwrap().take());
                assert!(quick_test(&inner).emit_step(3).unwrap().is_queued());
            }
            _ => {
                held.lock().unwrap().clear();
                inner.shutdown(Duration::ZERO).unwrap_err();
                quick_test(&inner).emit_step(4).unwrap_err();
            }
        }
    });
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!(log.take(), [("told", 1), ("scoped", 1), ("told", 2), ("late", 2), ("told", 3)]);
}

/// It answers each event that nobody takes with another: a chain like any other.
#[test]
fn the_unobserved_hook_may_emit_and_its_chain_is_bounded() {
    let (probe, log) = (Probe::new(), Log::new());
    let (inner, seen) = (Arc::clone(&probe), log.clone());
    let bus = EventBus::builder()
        .max_depth(3)
        .on_unobserved(move |event| {
            let n = event.payload::<QuickTestStep>().unwrap().n;
            let bus = inner.bus.lock().unwrap().clone().unwrap();
            seen.push((n, event.causation_id().is_some(), quick_test(&bus).emit_step(n + 1).is_ok()));
        })
        .build();
    probe.attach(&bus);
    delivered(quick_test(&bus).emit_step(0));
    assert_eq!(log.take(), [(0, false, true), (1, true, true), (2, true, true), (3, true, false)]);
    probe.bus.lock().unwrap().take();
}

/// Each bus delivers on one thread what its observer emits to the other, which does the same.
#[test]
fn two_threads_that_tell_each_other_need_no_order_of_locks() {
    let (one, two) = (EventBus::new(), EventBus::new());
    let told = Arc::new(AtomicUsize::new(0));
    for (bus, other) in [(&one, &two), (&two, &one)] {
        let (other, count) = (other.clone(), Arc::clone(&told));
        bus.subscribe(move |event: &Envelope<QuickTestStep>| {
            count.fetch_add(1, SeqCst);
            if event.n.is_multiple_of(2) {
                drop(other.subscribe(|_: &AnyEnvelope| ()));
                delivered(quick_test(&other).emit_step(event.n + 1));
            }
        })
        .detach();
    }
    thread::scope(|scope| {
        for bus in [&one, &two] {
            scope.spawn(move || {
                for n in 0..500 {
                    delivered(quick_test(bus).emit_step(2 * n));
                }
            });
        }
    });
    assert_eq!(told.load(SeqCst), 2000);
    one.shutdown(Duration::ZERO).unwrap();
    two.shutdown(Duration::ZERO).unwrap();
}

/// What a thread-local's destructor emits.
struct Late(EventBus, Log<Result<EventId, EmitError>>);

impl Drop for Late {
    fn drop(&mut self) {
        self.1.push(quick_test(&self.0).emit_step(2).map(|receipt| receipt.id()));
    }
}

thread_local! {
    static LATE: std::cell::OnceCell<Late> = const { std::cell::OnceCell::new() };
}

/// Whether the thread's own state is gone by then is up to the platform; the event is delivered or refused.
#[test]
fn an_event_of_an_ending_thread_is_delivered_or_refused() {
    let (bus, log, told) = (EventBus::new(), Log::new(), Log::new());
    let seen = told.clone();
    let _subscription = bus.subscribe(move |event: &Envelope<QuickTestStep>| seen.push(event.n));
    for early in [true, false] {
        let (bus, log) = (bus.clone(), log.clone());
        thread::spawn(move || {
            let late = || LATE.with(|cell| drop(cell.set(Late(bus.clone(), log.clone()))));
            if early {
                late();
            }
            delivered(quick_test(&bus).emit_step(1));
            if !early {
                late();
            }
        })
        .join()
        .unwrap();
    }
    let (results, told) = (log.take(), told.take());
    assert_eq!(results.len(), 2);
    let refused = results.iter().filter(|result| matches!(result, Err(EmitError::ThreadEnding { .. }))).count();
    let delivered = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!((refused + delivered, told.iter().filter(|n| **n == 2).count()), (2, delivered));
    assert_eq!(bus.stats().refused, refused as u64);
    assert!(!cfg!(target_os = "linux") || refused == 1, "{results:?}");
}
