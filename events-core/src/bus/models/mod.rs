//! The bus under the model checker, which tries many orders of the same steps.
//!
//! `RUSTFLAGS="--cfg shuttle" cargo test -p events-core --lib models --target-dir target/shuttle`
//!
//! What the tests write down is kept behind locks of `std`, which the checker does not see; where an observer is to be interrupted,
//! it [pauses]. A failed assertion inside an observer would be one more failure of an observer: they are made outside.
//!
//! [pauses]: pause

mod delivery;
mod ending;
mod subscriptions;

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

use super::{EventBus, EventBusBuilder, Subscription};
use crate::{
    AnyEnvelope, Clock, DedupWindow, EmitError, Envelope, Event, EventType, Observer, ObserverResult, Receipt,
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
pub(super) fn pause() {
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
