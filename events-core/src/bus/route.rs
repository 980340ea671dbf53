//! The stops of one type of event, and the loop that calls them.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{
    Shared,
    entry::Entry,
    handler::{CallAny, CallTyped, Stop, Undecided, slots},
    passing::Passing,
    window::Window,
};
use crate::{
    Envelope, Event, EventId, ObserverFailure, ObserverResult, Receipt,
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

/// What came of an event.
#[derive(Default)]
pub(super) struct Told {
    pub(super) observers: usize,
    pub(super) failures: Vec<ObserverFailure>,
}

impl Told {
    #[inline]
    pub(super) fn receipt(self, id: EventId) -> Receipt {
        Receipt::Delivered { id, observers: self.observers, failures: self.failures }
    }
}

/// One event being delivered, and what came of it so far.
pub(super) struct Delivery<'d> {
    pub(super) shared: &'d Shared,
    pub(super) event: &'d Passing<'d>,
    /// The version of the registry for which the route was made.
    pub(super) version: u64,
    pub(super) outcome: &'d mut Told,
    /// Whether a subscription took its last event.
    pub(super) spent: bool,
}

impl Delivery<'_> {
    /// Tells the hook and the receipt.
    #[cold]
    fn failed(&mut self, entry: &Entry, kind: FailureKind) {
        let failure = ObserverFailure { observer: entry.name(), kind };
        self.shared.hooks.failed(self.event, &failure);
        self.outcome.failures.push(failure);
    }
}

struct Slot<C: ?Sized> {
    call: Arc<C>,
    guarded: bool,
    entry: Arc<Entry>,
}

struct SlotList<C: ?Sized>(Vec<Slot<C>>);

impl<C: ?Sized> SlotList<C> {
    /// `call` makes of a stop the form in which it is called.
    fn new(stops: &[Stop], call: impl Fn(&Stop) -> Option<Arc<C>>) -> Self {
        let slot = |stop: &Stop| {
            let entry = Arc::clone(&stop.entry);
            Some(Slot { call: call(stop)?, guarded: entry.is_guarded(), entry })
        };
        Self(stops.iter().filter_map(slot).collect())
    }

    /// Calls each observer in turn. What goes wrong in one of them stops nobody.
    #[inline]
    fn run(&self, delivery: &mut Delivery<'_>, call: impl Fn(&C) -> ObserverResult) {
        let slots = &*self.0;
        let Delivery { shared: Shared { registry, .. }, event, version, .. } = *delivery;
        let (next, skipped, spent) = (Cell::new(0), Cell::new(0), Cell::new(false));
        loop {
            // One for all: after a failure the loop goes on behind it.
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                for (at, slot) in slots.iter().enumerate().skip(next.get()) {
                    next.set(at + 1);
                    // An observer before this one may have ended the subscription.
                    if slot.guarded || registry.version() != version {
                        let Some(last) = slot.entry.take(event) else {
                            skipped.set(skipped.get() + 1);
                            continue;
                        };
                        spent.set(spent.get() || last);
                    }
                    call(&slot.call)?;
                }
                ObserverResult::Ok(())
            }));
            let kind = match outcome {
                Ok(Ok(())) => break,
                Ok(Err(error)) => FailureKind::Error(Arc::from(error)),
                Err(panic) => FailureKind::Panic(panic_message(panic)),
            };
            if let Some(slot) = next.get().checked_sub(1).and_then(|at| slots.get(at)) {
                delivery.failed(&slot.entry, kind);
            }
        }
        delivery.outcome.observers += slots.len() - skipped.get();
        delivery.spent |= spent.get();
    }
}

/// The last ones to hold an observer may be these.
impl<C: ?Sized> Drop for SlotList<C> {
    fn drop(&mut self) {
        self.0.drain(..).for_each(drop_contained);
    }
}

/// Observers of events of any type.
pub(super) struct AnySlots(SlotList<dyn CallAny>);

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
pub(super) struct TypedSlots<E>(SlotList<dyn CallTyped<E>>);

impl<E: Event> TypedSlots<E> {
    /// `stops` are untyped or over `E`.
    pub(super) fn new(stops: &[Stop]) -> Self {
        Self(SlotList::new(stops, |stop| match &stop.undecided {
            Some(message) => Some(Arc::new(Undecided(message.clone())) as _),
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
