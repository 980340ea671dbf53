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
    handler::{CallTyped, Share, Stop, Undecided, Untyped, slots},
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
    /// The version of the registry for which the route was made, or [`GUARDED`].
    version: u64,
    /// The place of the next observer.
    next: Cell<usize>,
    observers: Cell<usize>,
    failures: Option<Vec<ObserverFailure>>,
    spent: Cell<bool>,
    /// Where the event is one of a batch: that, and the event's place among those that wait for its end.
    batch: Option<(&'d Batch, usize)>,
}

/// Where a subscription is to be asked at each event, no version tells enough: this is none.
const GUARDED: u64 = u64::MAX;

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

    /// Whether no subscription has to be asked: none was to begin with, and no observer has ended one meanwhile.
    #[inline]
    fn is_for_all(&self) -> bool {
        self.shared.registry.version() == self.version
    }

    /// Whether this very event is for an observer, now.
    fn is_taken_by(&self, entry: &Arc<Entry>) -> bool {
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

    /// The subscription before the next.
    fn present<'e>(&self, entries: &'e [Arc<Entry>]) -> Option<&'e Arc<Entry>> {
        entries.get(self.next.get().checked_sub(1)?)
    }

    /// Tells the hook and the receipt of the observer before the next.
    fn failed(&mut self, entries: &[Arc<Entry>], kind: FailureKind) {
        let Some(entry) = self.present(entries) else { return };
        let failure = ObserverFailure { observer: entry.name(), kind };
        self.shared.hooks.failed(self.event, &failure);
        self.failures.get_or_insert_default().push(failure);
    }

    #[inline]
    pub(super) fn receipt(self) -> Receipt {
        let id = self.event.id();
        let observers = self.observers.get();
        let failures = self.failures.map_or_else(Box::default, Vec::into_boxed_slice);
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
        if self.guarded {
            delivery.version = GUARDED;
        }
        // Caught once for all: after a failure the loop goes on behind it.
        if let Err(kind) = caught(|| self.call_each(&self.calls, delivery, &call)) {
            self.go_on(delivery, kind, call);
        }
    }

    #[cold]
    fn go_on(&self, delivery: &mut Delivery<'_>, mut kind: FailureKind, call: impl Fn(&C) -> ObserverResult) {
        loop {
            delivery.failed(&self.entries, kind);
            let rest = self.calls.get(delivery.next.get()..).unwrap_or_default();
            match caught(|| self.call_each(rest, delivery, &call)) {
                Ok(()) => return,
                Err(next) => kind = next,
            }
        }
    }

    /// Calls observers from the next one on, up to the first that fails. Not inlined, this is a loop of one jump a turn: a
    /// processor foresees calls by the jumps before them, and with two it loses its way among many observers.
    #[inline(never)]
    fn call_each(
        &self,
        observers: &[C],
        delivery: &Delivery<'_>,
        call: impl Fn(&C) -> ObserverResult,
    ) -> ObserverResult {
        let mut next = delivery.next.get();
        for observer in observers {
            next += 1;
            delivery.next.set(next);
            if delivery.is_for_all() || self.takes(delivery) {
                call(observer)?;
            }
        }
        Ok(())
    }

    /// Whether this very event is for the observer before the next, now.
    #[inline(never)]
    fn takes(&self, delivery: &Delivery<'_>) -> bool {
        delivery.present(&self.entries).is_some_and(|entry| delivery.is_taken_by(entry))
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
pub(super) struct AnySlots(SlotList<Box<dyn Untyped>>);

impl AnySlots {
    /// `stops` are all untyped.
    pub(super) fn new(stops: &[Stop]) -> Self {
        Self(SlotList::new(stops, |stop| match &stop.undecided {
            Some(message) => Some(Arc::new(Undecided(message.clone())).share()),
            None => stop.entry.handler().as_any().map(|observer| Arc::clone(observer).share()),
        }))
    }
}

impl Slots for AnySlots {
    fn deliver(&self, delivery: &mut Delivery<'_>) {
        let event = delivery.event.any();
        self.0.run(delivery, |observer| (**observer).call(event));
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
