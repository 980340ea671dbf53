//! Many events on their way together: one look at the clock and at the registry, one delivery as far as nested events go.

use std::{any::TypeId, cell::RefCell, cmp::Reverse, sync::Arc};

use super::{
    Shared,
    dispatch::{self, conclude, drain},
    entry::Entry,
    passing::Passing,
    registry::{Mode, Snapshot},
    route::{Delivery, Route, caught},
    thread::{self, Delivering},
    window::{Ticket, Window},
};
use crate::{
    AnyEnvelope, EmitError, ObserverFailure, Receipt,
    envelope::{EnvelopeView, Head},
    receipt::drop_contained,
};

/// An event, or why there is none.
pub(super) type Given<'e> = Result<(Head<'e>, EnvelopeView<'e>), &'e EmitError>;

/// What became of each event.
type Receipts = Vec<Result<Receipt, EmitError>>;

/// Emits so many events one after the other, as one delivery. An error in the place of an event stays there. Inside an observer,
/// and on a bus that is closed or switched off, each is emitted by itself.
pub(super) fn emit<'e>(shared: &Shared, len: usize, event: impl Fn(usize) -> Given<'e>) -> Receipts {
    let events = || (0..len).map(&event);
    let Some((first, _)) = events().flatten().next() else {
        return events().filter_map(Result::err).map(|error| Err(error.clone())).collect();
    };
    // Held until the queue is empty: closing the bus waits for it.
    let snapshot = shared.registry.snapshot();
    if snapshot.mode != Mode::Open || !matches!(thread::delivering(shared), Ok(None)) {
        drop(snapshot);
        let emit = |event: Given<'_>| match event {
            Ok((head, view)) => dispatch::emit(shared, &Passing::new(head, view)),
            Err(error) => Err(error.clone()),
        };
        return events().map(emit).collect();
    }
    // Observers are asked whether they are interested: what they emit when asked waits for the batch.
    let delivering = Delivering::begin(shared, &first);
    let mut ways = Ways { shared, snapshot: &snapshot, known: Vec::new() };
    let receipts = tell(&mut ways, events());
    // Observers that were unsubscribed meanwhile are dropped with it, and may emit.
    drop(ways);
    drain(shared, &delivering);
    receipts
}

/// How the events of one type find their observers.
#[derive(Clone)]
struct Way {
    payload: TypeId,
    route: Arc<Route>,
    version: u64,
}

struct Ways<'w> {
    shared: &'w Shared,
    snapshot: &'w Snapshot,
    known: Vec<Way>,
}

impl Ways<'_> {
    #[cold]
    fn find(&mut self, event: &Passing<'_>) -> Way {
        let payload = event.payload();
        if let Some(known) = self.known.iter().find(|way| way.payload == payload) {
            return known.clone();
        }
        let (route, version) = match self.snapshot.route(payload) {
            Some(route) => (Arc::clone(route), self.snapshot.version),
            None => self.shared.registry.find_route(event),
        };
        let way = Way { payload, route, version };
        self.known.push(way.clone());
        way
    }
}

#[allow(single_use_lifetimes, reason = "an anonymous one is unstable here; newer compilers know that")]
fn tell<'e>(ways: &mut Ways<'_>, events: impl ExactSizeIterator<Item = Given<'e>>) -> Receipts {
    let shared = ways.shared;
    let tally = shared.counters.tally();
    let mut now = None;
    let batch = Batch::default();
    let mut waiting = Vec::new();
    let mut spent = false;
    let mut receipts = Receipts::with_capacity(events.len());
    let mut present: Option<Way> = None;
    for event in events {
        let event = match event {
            Ok((head, view)) => Passing::new(head, view),
            Err(error) => {
                receipts.push(Err(error.clone()));
                continue;
            }
        };
        let way = match &mut present {
            Some(way) if way.payload == event.payload() => way,
            _ => present.insert(ways.find(&event)),
        };
        let ticket = match &way.route.window {
            None => None,
            Some(window) => {
                let now = *now.get_or_insert_with(|| shared.clock.elapsed());
                match dispatch::admit(shared, window, &event, now, Some(&tally), None) {
                    Ok(ticket) => Some((window, ticket)),
                    Err(duplicate) => {
                        receipts.push(Ok(duplicate));
                        continue;
                    }
                }
            }
        };
        thread::turn_to(&event);
        let mut delivery = Delivery::of_batch(shared, &event, way.version, (&batch, waiting.len()));
        way.route.slots.deliver(&mut delivery);
        spent |= delivery.is_spent();
        // Once an event waits for the end of the batch, so do those behind it: the history keeps their order.
        if batch.is_empty() {
            conclude(&delivery, Some(&tally), ticket.map(|(window, ticket)| (&**window, ticket)));
            receipts.push(Ok(delivery.receipt()));
        } else {
            let ticket = ticket.map(|(window, ticket)| (Arc::clone(window), ticket));
            let (observers, failures) = delivery.into_parts();
            waiting.push(Waits { place: receipts.len(), event: event.any().clone(), observers, failures, ticket });
            receipts.push(Ok(Receipt::Queued { id: event.id() }));
        }
    }
    batch.tell(shared, &mut waiting);
    // Not before: who took a last event for the end of the batch stands until then.
    if spent {
        shared.registry.remove_spent();
    }
    for Waits { place, event, observers, failures, ticket } in waiting {
        let passing = Passing::new(event.head(), EnvelopeView::Any(&event));
        thread::turn_to(&passing);
        let delivery = Delivery::made(shared, &passing, observers, failures);
        let (window, ticket) = ticket.unzip();
        conclude(&delivery, Some(&tally), window.as_deref().zip(ticket));
        receipts[place] = Ok(delivery.receipt());
        drop_contained(event);
    }
    receipts
}

/// An event that waits for the end of its batch.
struct Waits {
    /// That of its receipt.
    place: usize,
    event: AnyEnvelope,
    observers: usize,
    failures: Vec<ObserverFailure>,
    ticket: Option<(Arc<Window>, Ticket<'static>)>,
}

/// The observers that take batches, and for each which of the waiting events are for it.
#[derive(Default)]
pub(super) struct Batch(RefCell<Vec<(Arc<Entry>, Vec<usize>)>>);

impl Batch {
    /// Keeps an event for an observer, by its place among those that wait.
    pub(super) fn keep(&self, entry: &Arc<Entry>, place: usize) {
        let mut kept = self.0.borrow_mut();
        match kept.iter_mut().find(|(known, _)| known.key == entry.key) {
            Some((_, places)) => places.push(place),
            None => kept.push((Arc::clone(entry), vec![place])),
        }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Tells the observers, in the order in which observers are told. What goes wrong in one is a failure of each event it was told.
    fn tell(self, shared: &Shared, events: &mut [Waits]) {
        let mut kept = self.0.into_inner();
        kept.sort_by_key(|(entry, _)| (Reverse(entry.options().priority), entry.key));
        for (entry, places) in kept {
            if entry.is_withdrawn() {
                for place in places {
                    events[place].observers -= 1;
                }
            } else if let Some(observer) = entry.handler().as_any() {
                let slice: Vec<_> = places.iter().map(|&place| events[place].event.clone()).collect();
                // What it emits follows from an event it was told.
                if let Some(last) = slice.last() {
                    thread::turn_to(&last.head());
                }
                if let Err(kind) = caught(|| observer.call_batch(&slice)) {
                    for place in places {
                        let Waits { event, failures, .. } = &mut events[place];
                        let failure = ObserverFailure { observer: entry.name(), kind: kind.clone() };
                        let passing = Passing::new(event.head(), EnvelopeView::Any(event));
                        shared.hooks.failed(&passing, &failure);
                        failures.push(failure);
                    }
                }
                slice.into_iter().for_each(drop_contained);
            }
            drop_contained(entry);
        }
    }
}
