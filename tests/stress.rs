//! Everything at once on one bus, from many threads, and at the end the accounts: what the receipts said, what the bus counted,
//! and what observers, streams and the history saw are the same.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use events_core::{
    AnyEnvelope, DedupWindow, EmitError, Envelope, EventBus, EventId, ObserverResult, Overflow, Receipt, Scope, pattern,
};

use crate::domain::{Log, QuickTestBeat, QuickTestEmitter, QuickTestStep, ServiceEmitter, ServiceReady};

const EMITTERS: u32 = 4;
const EVENTS: u32 = 1_500;
/// Every content that is emitted by all threads fails so many times before it succeeds.
const FAILURES: u32 = 2;

/// What the receipts of one thread said.
#[derive(Debug, Default)]
struct Account {
    delivered: u64,
    duplicates: u64,
    suppressed: u64,
    refused: u64,
    failures: u64,
    /// How many observers were told, all in all.
    told: u64,
    /// The events that arrived without failure.
    arrived: Vec<EventId>,
}

impl Account {
    fn add(&mut self, receipt: Result<Receipt, EmitError>) {
        match receipt {
            Ok(Receipt::Delivered { id, observers, failures, .. }) => {
                self.delivered += 1;
                self.told += observers as u64;
                self.failures += failures.len() as u64;
                if failures.is_empty() {
                    self.arrived.push(id);
                }
            }
            Ok(Receipt::Duplicate { .. }) => self.duplicates += 1,
            Ok(Receipt::Suppressed { .. }) => self.suppressed += 1,
            Ok(other) => panic!("{other:?}"),
            Err(EmitError::ShutDown { .. }) => self.refused += 1,
            Err(error) => panic!("{error}"),
        }
    }

    fn sum(accounts: Vec<Self>) -> Self {
        accounts.into_iter().fold(Self::default(), |mut sum, mut account| {
            sum.delivered += account.delivered;
            sum.duplicates += account.duplicates;
            sum.suppressed += account.suppressed;
            sum.refused += account.refused;
            sum.failures += account.failures;
            sum.told += account.told;
            sum.arrived.append(&mut account.arrived);
            sum
        })
    }
}

/// Emits own events, events that all threads emit, and beats, each of its own id.
fn emit_all(bus: &EventBus, thread: u32) -> Account {
    let (own, shared) = (QuickTestEmitter::new(bus, thread), ServiceEmitter::new(bus, "shared"));
    let mut account = Account::default();
    for n in 0..EVENTS {
        account.add(own.emit_step(n));
        account.add(shared.emit_ready(u16::try_from(n / 4).unwrap()));
        account.add(own.emit_beat(n));
    }
    account
}

/// Subscribes and unsubscribes in every way, until told to stop. What guests were told, and how many there were.
fn come_and_go(bus: &EventBus, stop: &AtomicBool, drops: &Arc<AtomicUsize>) -> (u64, usize) {
    struct Leaving(Arc<AtomicUsize>);
    impl Drop for Leaving {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    let (told, mut guests) = (Arc::new(AtomicU64::new(0)), 0);
    let guest = || {
        let (told, leaving) = (Arc::clone(&told), Leaving(Arc::clone(drops)));
        move |_: &AnyEnvelope| {
            let _ = &leaving;
            told.fetch_add(1, SeqCst);
        }
    };
    while !stop.load(SeqCst) {
        let scope = Scope::new();
        let child = scope.child();
        let by_hand = bus.subscription().pattern(pattern!("quick_test.*")).scope(&scope).subscribe(guest());
        bus.subscription().scope(&child).entity("shared").subscribe(guest()).detach();
        bus.subscription().take(3).scope(&child).subscribe(guest()).detach();
        by_hand.set_enabled(false);
        thread::yield_now();
        by_hand.set_enabled(true);
        thread::yield_now();
        thread::scope(|threads| {
            threads.spawn(|| drop(by_hand));
            drop(scope);
        });
        assert!(child.is_closed());
        guests += 3;
    }
    (told.load(SeqCst), guests)
}

#[test]
fn the_accounts_of_many_threads_agree() {
    let bus = EventBus::builder()
        .dedup(DedupWindow::new(100_000, Duration::from_secs(3600)))
        .history(usize::try_from(EMITTERS * EVENTS * 4).unwrap())
        .build();
    let steps = Log::new();
    let log = steps.clone();
    bus.subscribe(move |event: &Envelope<QuickTestStep>| log.push((event.entity_id().to_string(), event.n))).detach();
    let (tries, ready) = (Mutex::new(HashMap::<u16, u32>::new()), Arc::new(AtomicU64::new(0)));
    let told = Arc::clone(&ready);
    bus.subscribe(move |event: &Envelope<ServiceReady>| -> ObserverResult {
        told.fetch_add(1, SeqCst);
        let mut tries = tries.lock().unwrap();
        let tries = tries.entry(event.port).or_default();
        *tries += 1;
        if *tries <= FAILURES { Err("not yet".into()) } else { Ok(()) }
    })
    .detach();
    let blocking = bus.stream::<QuickTestBeat>(8, Overflow::Block);
    let lossy = bus.stream::<AnyEnvelope>(8, Overflow::DropOldest);

    let (stop, drops) = (AtomicBool::new(false), Arc::new(AtomicUsize::new(0)));
    let begin = Barrier::new(usize::try_from(EMITTERS).unwrap());
    let (account, guests, beats, seen) = thread::scope(|threads| {
        let beats = threads.spawn(|| blocking.iter().map(|event| event.id()).collect::<Vec<_>>());
        let seen = threads.spawn(|| lossy.iter().count() as u64);
        let guests = [(); 2].map(|()| threads.spawn(|| come_and_go(&bus, &stop, &drops)));
        let switch = threads.spawn(|| {
            while !stop.load(SeqCst) {
                bus.set_enabled(false);
                bus.set_enabled(true);
                thread::sleep(Duration::from_millis(1));
            }
        });
        let emitters: Vec<_> = (0..EMITTERS)
            .map(|thread| {
                let (bus, begin) = (&bus, &begin);
                threads.spawn(move || {
                    begin.wait();
                    emit_all(bus, thread)
                })
            })
            .collect();
        // Some events come after the shutdown, if the machine lets them.
        while bus.stats().delivered < u64::from(EMITTERS * EVENTS)
            && !emitters.iter().all(thread::ScopedJoinHandle::is_finished)
        {
            thread::sleep(Duration::from_millis(1));
        }
        bus.shutdown(Duration::from_secs(60)).unwrap();
        let at_shutdown = bus.stats();
        let account = Account::sum(emitters.into_iter().map(|thread| thread.join().unwrap()).collect());
        assert_eq!(bus.stats().delivered, at_shutdown.delivered);
        stop.store(true, SeqCst);
        switch.join().unwrap();
        let guests = guests.map(|thread| thread.join().unwrap());
        (account, guests, beats.join().unwrap(), seen.join().unwrap())
    });

    let stats = bus.stats();
    let emitted = account.delivered + account.duplicates + account.suppressed + account.refused;
    assert_eq!(emitted, u64::from(EMITTERS * EVENTS * 3));
    assert_eq!(
        (stats.delivered, stats.duplicates, stats.suppressed, stats.refused, stats.failures, stats.subscriptions),
        (account.delivered, account.duplicates, account.suppressed, account.refused, account.failures, 0),
    );
    // Nothing that arrived did so twice, and all that was delivered is in the history, failures included.
    assert_eq!(account.arrived.iter().collect::<HashSet<_>>().len(), account.arrived.len());
    let history = bus.history();
    assert_eq!(history.events().len() as u64, account.delivered);
    assert_eq!(account.delivered - account.failures, account.arrived.len() as u64);
    // Steps in the order of their threads, each once.
    let steps = steps.take();
    assert_eq!(steps.len(), history.of::<QuickTestStep>().len());
    for thread in 0..EMITTERS {
        let thread = thread.to_string();
        assert!(steps.iter().filter(|step| step.0 == thread).map(|step| step.1).is_sorted_by(|one, next| one < next));
    }
    // The streams had all that came, or counted it as lost.
    assert_eq!(beats.len(), history.of::<QuickTestBeat>().len());
    assert_eq!(beats.iter().collect::<HashSet<_>>().len(), beats.len());
    assert_eq!((seen + lossy.lost(), stats.lost), (account.delivered, lossy.lost()));
    // Every observer that was told is in a receipt, and every guest was dropped once.
    let (by_guests, guests) = guests.into_iter().fold((0, 0), |sum, guest| (sum.0 + guest.0, sum.1 + guest.1));
    let told = by_guests + steps.len() as u64 + ready.load(SeqCst) + beats.len() as u64 + seen + lossy.lost();
    assert_eq!(told, account.told);
    assert_eq!(drops.load(SeqCst), guests);
}
