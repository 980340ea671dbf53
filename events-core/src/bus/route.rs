//! The stops of one type of event, and the loop that calls them.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{
    Shared,
    batch::Batch,
    entry::Entry,
    handler::{CallAny, CallTyped, Stop, Undecided, slots},
    passing::Passing,
    window::Window,
};
use crate::{
    Envelope, Event, ObserverFailure, ObserverResult, Receipt,
    envelope::TypedEnvelope,
    receipt::{FailureKind, drop_contained, panic_message},
};

/// Who is told of one type of event, in order.
pub(super) struct Route {
    pub(super) slots: Box<dyn Slots>,
    /// Where duplicates of this type are noticed, if anywhere.
    pub(super) window: Option<Arc<Window>>,
    pub(super) is_empty: bool,
}

impl Route {
    pub(super) fn new(stops: &[Stop], window: Option<Arc<Window>>) -> Self {
        Self { slots: slots(stops), window, is_empty: stops.is_empty() }
    }
}

/// Observers in the form in which they are called.
pub(super) trait Slots: Send + Sync {
    fn deliver(&self, delivery: &mut Delivery<'_>);
}

/// One event being delivered, and what came of it so far.
pub(super) struct Delivery<'d> {
    pub(super) shared: &'d Shared,
    pub(super) event: &'d Passing<'d>,
    /// The version of the registry for which the route was made.
    version: u64,
    /// The place of the next observer.
    next: Cell<usize>,
    observers: Cell<usize>,
    failures: Option<Vec<ObserverFailure>>,
    spent: Cell<bool>,
    /// Where the event is one of a batch: that, and the event's place among those that wait for its end.
    batch: Option<(&'d Batch, usize)>,
}

impl<'d> Delivery<'d> {
    #[inline]
    pub(super) fn new(shared: &'d Shared, event: &'d Passing<'d>, version: u64) -> Self {
        let (next, observers, spent) = <(Cell<usize>, Cell<usize>, Cell<bool>)>::default();
        Self { shared, event, version, next, observers, failures: None, spent, batch: None }
    }

    /// One of a batch, with its place among the events that wait for its end.
    #[inline]
    pub(super) fn of_batch(
        shared: &'d Shared,
        event: &'d Passing<'d>,
        version: u64,
        batch: (&'d Batch, usize),
    ) -> Self {
        Self { batch: Some(batch), ..Self::new(shared, event, version) }
    }

    /// One that was made already.
    pub(super) fn made(
        shared: &'d Shared,
        event: &'d Passing<'d>,
        observers: usize,
        failures: Vec<ObserverFailure>,
    ) -> Self {
        let failures = Some(failures);
        Self { observers: Cell::new(observers), failures, ..Self::new(shared, event, 0) }
    }

    /// How many observers it reached, and what went wrong in them.
    #[inline]
    pub(super) fn into_parts(self) -> (usize, Vec<ObserverFailure>) {
        (self.observers.get(), self.failures.unwrap_or_default())
    }

    #[inline]
    pub(super) fn observers(&self) -> usize {
        self.observers.get()
    }

    /// How many observers failed.
    #[inline]
    pub(super) fn failures(&self) -> usize {
        self.failures.as_ref().map_or(0, Vec::len)
    }

    /// Whether a subscription took its last event.
    #[inline]
    pub(super) fn is_spent(&self) -> bool {
        self.spent.get()
    }

    /// Whether this very event is for an observer, now.
    #[inline(never)]
    fn takes(&self, entry: &Arc<Entry>) -> bool {
        match entry.take(self.event) {
            Some(last) => {
                self.spent.set(self.spent.get() || last);
                match self.batch {
                    Some((batch, place)) if entry.takes_batches() => {
                        batch.keep(entry, place);
                        false
                    }
                    _ => true,
                }
            }
            None => {
                self.observers.set(self.observers.get() - 1);
                false
            }
        }
    }

    /// Tells the hook and the receipt of the observer before the next.
    fn failed(&mut self, entries: &[Arc<Entry>], kind: FailureKind) {
        let Some(entry) = self.next.get().checked_sub(1).and_then(|at| entries.get(at)) else { return };
        let failure = ObserverFailure { observer: entry.name(), kind };
        self.shared.hooks.failed(self.event, &failure);
        self.failures.get_or_insert_default().push(failure);
    }

    #[inline]
    pub(super) fn receipt(self) -> Receipt {
        let id = self.event.id();
        let (observers, failures) = self.into_parts();
        Receipt::Delivered { id, observers, failures }
    }
}

/// Observers as they are called, each through a pointer `C`, and their subscriptions in the same order.
struct SlotList<C> {
    calls: Vec<C>,
    entries: Vec<Arc<Entry>>,
    /// Whether one of the subscriptions is to be asked at each event.
    guarded: bool,
}

impl<C> SlotList<C> {
    /// `call` makes of a stop the form in which it is called.
    fn new(stops: &[Stop], call: impl Fn(&Stop) -> Option<C>) -> Self {
        let slot = |stop: &Stop| Some((call(stop)?, Arc::clone(&stop.entry)));
        let (calls, entries): (_, Vec<_>) = stops.iter().filter_map(slot).unzip();
        let guarded = entries.iter().any(|entry| entry.is_guarded());
        Self { calls, entries, guarded }
    }

    /// Calls each observer in turn. What goes wrong in one of them stops nobody.
    #[inline]
    fn run(&self, delivery: &mut Delivery<'_>, call: impl Fn(&C) -> ObserverResult) {
        delivery.observers.set(self.calls.len());
        // Caught once for all: after a failure the loop goes on behind it.
        if let Err(kind) = caught(|| self.call_from(0, delivery, &call)) {
            self.go_on(delivery, kind, call);
        }
    }

    #[cold]
    fn go_on(&self, delivery: &mut Delivery<'_>, mut kind: FailureKind, call: impl Fn(&C) -> ObserverResult) {
        loop {
            delivery.failed(&self.entries, kind);
            match caught(|| self.call_from(delivery.next.get(), delivery, &call)) {
                Ok(()) => return,
                Err(next) => kind = next,
            }
        }
    }

    /// Calls the observers from one on, up to the first that fails. The same code for both
    /// callers: inlined into each, it is measurably slower for many observers.
    #[inline(never)]
    fn call_from(&self, first: usize, delivery: &Delivery<'_>, call: impl Fn(&C) -> ObserverResult) -> ObserverResult {
        let Delivery { shared: Shared { registry, .. }, version, .. } = *delivery;
        // Where a subscription is to be asked, no version tells enough.
        let version = if self.guarded { u64::MAX } else { version };
        let mut next = first;
        for observer in self.calls.get(first..).unwrap_or_default() {
            next += 1;
            delivery.next.set(next);
            // An observer before this one may have ended the subscription.
            if registry.version() == version || delivery.takes(&self.entries[next - 1]) {
                call(observer)?;
            }
        }
        Ok(())
    }
}

#[inline]
pub(super) fn caught(run: impl FnOnce() -> ObserverResult) -> Result<(), FailureKind> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(FailureKind::Error(Arc::from(error))),
        Err(panic) => Err(FailureKind::Panic(panic_message(panic))),
    }
}

/// The last ones to hold an observer may be these.
impl<C> Drop for SlotList<C> {
    fn drop(&mut self) {
        self.calls.drain(..).for_each(drop_contained);
        self.entries.drain(..).for_each(drop_contained);
    }
}

/// Observers of events of any type.
pub(super) struct AnySlots(SlotList<Arc<dyn CallAny>>);

impl AnySlots {
    /// `stops` are all untyped.
    pub(super) fn new(stops: &[Stop]) -> Self {
        Self(SlotList::new(stops, |stop| match &stop.undecided {
            Some(message) => Some(Arc::new(Undecided(message.clone())) as _),
            None => stop.entry.handler().as_any().map(Arc::clone),
        }))
    }
}

impl Slots for AnySlots {
    fn deliver(&self, delivery: &mut Delivery<'_>) {
        let event = delivery.event;
        self.0.run(delivery, |observer| observer.call(event.any()));
    }
}

/// Observers, at least one of which takes events of type `E` alone.
pub(super) struct TypedSlots<E>(SlotList<Box<dyn CallTyped<E>>>);

impl<E: Event> TypedSlots<E> {
    /// `stops` are untyped or over `E`.
    pub(super) fn new(stops: &[Stop]) -> Self {
        Self(SlotList::new(stops, |stop| match &stop.undecided {
            Some(message) => Some(Box::new(Undecided(message.clone())) as _),
            None => stop.entry.handler().as_typed(),
        }))
    }

    fn run(&self, delivery: &mut Delivery<'_>, envelope: &dyn TypedEnvelope) {
        let envelope: &dyn std::any::Any = envelope;
        let event = delivery.event;
        if let Some(envelope) = envelope.downcast_ref::<Envelope<E>>() {
            self.0.run(delivery, |observer| observer.call(envelope, event));
        }
    }
}

impl<E: Event> Slots for TypedSlots<E> {
    fn deliver(&self, delivery: &mut Delivery<'_>) {
        match delivery.event.typed() {
            Ok(typed) => self.run(delivery, typed),
            Err(any) => any.with_typed(&mut |typed| self.run(delivery, typed)),
        }
    }
}
