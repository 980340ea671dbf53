//! Bugs of the bus.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    time::Duration,
};

use events_core::{AnyEnvelope, DedupWindow, Event, EventBus, Receipt, Subscription};
use serde::{Serialize, Serializer};

use crate::domain::QuickTestStep;

/// Panics when it is dropped, unless the thread is unwinding already.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

/// The limit on waiting events was applied to those that do not wait.
#[test]
fn a_queue_of_none_lets_outermost_events_pass() {
    let bus = EventBus::builder().max_queue(0).build();
    assert!(bus.emit(QuickTestStep { n: 1 }.for_entity("e").unwrap()).unwrap().is_delivered());
}

/// Two observers unsubscribed by the event that is under way went together, and a second panic ends the process.
#[test]
fn observers_that_panic_when_dropped_go_one_by_one() {
    let bus = EventBus::new();
    let held: Arc<Mutex<Vec<Subscription>>> = Arc::default();
    for _ in 0..2 {
        let (bomb, own) = (Bomb, Arc::clone(&held));
        let subscription = bus.subscribe(move |_: &AnyEnvelope| {
            let _ = &bomb;
            let subscriptions = std::mem::take(&mut *own.lock().unwrap());
            drop(subscriptions);
        });
        held.lock().unwrap().push(subscription);
    }
    let receipt = bus.emit(QuickTestStep { n: 1 }.for_entity("e").unwrap()).unwrap();
    assert!(receipt.is_delivered());
    assert_eq!(bus.stats().subscriptions, 0);
}

struct Explosive(Option<Bomb>);

impl Serialize for Explosive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

#[derive(Event, Serialize)]
#[event_type("regression.explosive")]
struct Exploding {
    inner: Explosive,
}

/// A duplicate's payload was dropped where its panic left `emit`.
#[test]
fn a_duplicate_that_panics_when_dropped_is_a_duplicate_all_the_same() {
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    assert!(bus.emit(Exploding { inner: Explosive(None) }.for_entity("e").unwrap()).unwrap().is_delivered());
    let again = Exploding { inner: Explosive(Some(Bomb)) }.for_entity("e").unwrap();
    assert!(again.inner.0.is_some());
    let receipt = catch_unwind(AssertUnwindSafe(|| bus.emit(again)));
    assert!(matches!(receipt, Ok(Ok(Receipt::Duplicate { pending: false, .. }))));
}
