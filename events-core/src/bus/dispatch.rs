//! One event on its way: whether it may pass, the queue of nested events, and what came of it.

use std::sync::Arc;

use super::{
    Shared,
    passing::Passing,
    registry::{Mode, Snapshot},
    route::{Delivery, Outcome, Route},
    thread::{self, Delivering, Waiting},
    window::{Admission, Ticket, Window},
};
use crate::{EmitError, Receipt, envelope::EnvelopeView, receipt::drop_contained};

/// The way of most events and no more than that, for speed: all that is rare goes another.
pub(super) fn emit(shared: &Shared, event: &Passing<'_>) -> Result<Receipt, EmitError> {
    if !thread::is_idle() {
        return emit_inside(shared, event);
    }
    // Held until the queue is empty: closing the bus waits for it.
    let snapshot = shared.registry.snapshot();
    match snapshot.route(event.payload) {
        Some(route) if snapshot.mode == Mode::Open && route.window.is_none() => {
            Ok(send(shared, event, route, snapshot.version, None))
        }
        _ => emit_checked(shared, event, &snapshot, 0),
    }
}

/// Emits while this thread is delivering, or ending.
#[cold]
fn emit_inside(shared: &Shared, event: &Passing<'_>) -> Result<Receipt, EmitError> {
    let depth = match thread::delivering(shared) {
        Ok(None) => Ok(0),
        Ok(Some((depth, waiting))) => nested_depth(shared, event, depth, waiting),
        Err(_) => Err(EmitError::ThreadEnding { event_type: event.event_type() }),
    };
    match depth {
        Ok(depth) => emit_checked(shared, event, &shared.registry.snapshot(), depth),
        Err(error) => refused(shared, error),
    }
}

/// Emits an event whose route may be new, which may be a duplicate or have to wait, to a bus that may be closed.
fn emit_checked(shared: &Shared, event: &Passing<'_>, snapshot: &Snapshot, depth: u32) -> Result<Receipt, EmitError> {
    let id = event.id;
    if snapshot.mode != Mode::Open {
        return not_open(shared, event, snapshot.mode);
    }
    let found = Found::new(shared, snapshot, event);
    let (route, version) = found.route();
    let ticket = match &route.window {
        None => None,
        Some(window) => match window.admit(id, shared.clock.elapsed()) {
            Admission::Fresh(ticket) => Some((window, ticket)),
            Admission::Duplicate { first_seen, pending } => {
                shared.counters.duplicate();
                return Ok(Receipt::Duplicate { id, first_seen, pending });
            }
        },
    };
    if depth == 0 {
        return Ok(send(shared, event, route, version, ticket.map(|(window, ticket)| (&**window, ticket))));
    }
    let ticket = ticket.map(|(window, ticket)| (Arc::clone(window), ticket));
    thread::enqueue(shared, Waiting { event: event.any().clone(), ticket, depth });
    Ok(Receipt::Queued { id })
}

/// Sends an event on its way, and those that were emitted meanwhile after it.
#[inline(always)]
#[expect(clippy::inline_always, reason = "most events have no ticket: their copy of this is half as long")]
fn send(
    shared: &Shared,
    event: &Passing<'_>,
    route: &Route,
    version: u64,
    ticket: Option<(&Window, Ticket)>,
) -> Receipt {
    let mut outcome = Outcome::default();
    if route.is_empty {
        conclude(shared, event, ticket, &outcome);
    } else {
        let delivering = Delivering::begin(shared, event);
        deliver(shared, event, route, version, &mut outcome);
        conclude(shared, event, ticket, &outcome);
        if thread::has_waiting() {
            drain(shared, &delivering);
        }
    }
    Receipt::Delivered { id: event.id, observers: outcome.observers, failures: outcome.failures }
}

/// Tells every interested observer.
#[inline]
fn deliver(shared: &Shared, event: &Passing<'_>, route: &Route, version: u64, outcome: &mut Outcome) {
    let mut delivery = Delivery { shared, event, version, outcome, spent: false };
    route.slots.deliver(&mut delivery);
    if delivery.spent {
        shared.registry.remove_spent();
    }
}

/// What follows from an outcome, apart from the receipt.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as `send`")]
fn conclude(shared: &Shared, event: &Passing<'_>, ticket: Option<(&Window, Ticket)>, outcome: &Outcome) {
    if let Some((window, ticket)) = ticket {
        window.settle(ticket, outcome.failures.is_empty());
    }
    shared.delivered(event, outcome.observers, outcome.failures.len());
}

/// Delivers what waits behind an event. No receipt reports failures here: the hook and the counters do.
#[cold]
fn drain(shared: &Shared, delivering: &Delivering) {
    while let Some(Waiting { event, ticket, .. }) = delivering.advance() {
        {
            let event = Passing::new(event.head(), EnvelopeView::Any(&event));
            // Admitted before the bus was closed, if it is: so it is delivered.
            let snapshot = shared.registry.snapshot();
            let found = Found::new(shared, &snapshot, &event);
            let (route, version) = found.route();
            let mut outcome = Outcome::default();
            deliver(shared, &event, route, version, &mut outcome);
            let (window, ticket) = ticket.unzip();
            conclude(shared, &event, window.as_deref().zip(ticket), &outcome);
            drop_contained(outcome);
        }
        drop_contained(event);
    }
}

#[cold]
fn refused(shared: &Shared, error: EmitError) -> Result<Receipt, EmitError> {
    shared.counters.refused();
    Err(error)
}

#[cold]
fn not_open(shared: &Shared, event: &Passing<'_>, mode: Mode) -> Result<Receipt, EmitError> {
    if mode == Mode::Closed {
        return refused(shared, EmitError::ShutDown { event_type: event.event_type() });
    }
    shared.counters.suppressed();
    Ok(Receipt::Suppressed { id: event.id })
}

/// The route of an event: known to the snapshot, or just found out.
enum Found<'s> {
    Known(&'s Route, u64),
    New(Arc<Route>, u64),
}

impl<'s> Found<'s> {
    fn new(shared: &Shared, snapshot: &'s Snapshot, event: &Passing<'_>) -> Self {
        match snapshot.route(event.payload) {
            Some(route) => Self::Known(route, snapshot.version),
            None => {
                let (route, version) = shared.registry.find_route(event);
                Self::New(route, version)
            }
        }
    }

    /// The route, and the version of the registry for which it holds.
    fn route(&self) -> (&Route, u64) {
        match self {
            Self::Known(route, version) => (route, *version),
            Self::New(route, version) => (route, *version),
        }
    }
}

/// The depth of an event emitted while another is being delivered.
#[cold]
fn nested_depth(shared: &Shared, event: &Passing<'_>, depth: u32, waiting: usize) -> Result<u32, EmitError> {
    let (event_type, depth) = (event.event_type(), depth + 1);
    if depth > shared.max_depth {
        return Err(EmitError::TooDeep { event_type, depth, limit: shared.max_depth });
    }
    if waiting >= shared.max_queue {
        return Err(EmitError::QueueFull { event_type, limit: shared.max_queue });
    }
    Ok(depth)
}
