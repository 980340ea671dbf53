//! One event on its way: whether it may pass, the queue of nested events, and what came of it.

use super::{
    Shared,
    passing::Passing,
    registry::{Mode, Snapshot},
    route::{Delivery, Route, Told},
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
    if snapshot.mode != Mode::Open {
        return not_open(shared, event, snapshot.mode);
    }
    let known = snapshot.route(event.payload);
    let found;
    let window = match known {
        Some(route) => route.window.as_ref(),
        None => {
            found = shared.registry.window(event);
            found.as_ref()
        }
    };
    let receipt = admit(shared, window.map(|window| &**window), event).map(|ticket| {
        if depth > 0 {
            // Who is told of it is found out when its turn comes.
            let ticket = window.cloned().zip(ticket);
            thread::enqueue(shared, Waiting { event: event.any().clone(), ticket, depth });
            return Receipt::Queued { id: event.id };
        }
        let ticket = window.map(|window| &**window).zip(ticket);
        if let Some(route) = known {
            return send(shared, event, route, snapshot.version, ticket);
        }
        // Observers are asked whether they are interested: what they emit when asked waits for this event.
        let delivering = Delivering::begin(shared, event);
        let (route, version) = shared.registry.find_route(event);
        let receipt = tell(shared, event, &route, version, ticket);
        // Observers that were unsubscribed meanwhile are dropped with it, and may emit.
        drop(route);
        drain(shared, &delivering);
        receipt
    });
    Ok(receipt.unwrap_or_else(|duplicate| duplicate))
}

/// Asks the window, if there is one. The error is the receipt of a duplicate.
fn admit(shared: &Shared, window: Option<&Window>, event: &Passing<'_>) -> Result<Option<Ticket>, Receipt> {
    let Some(window) = window else { return Ok(None) };
    match window.admit(event.id, shared.clock.elapsed()) {
        Admission::Fresh(ticket) => Ok(Some(ticket)),
        Admission::Duplicate { first_seen, pending } => {
            shared.counters.duplicate();
            Err(Receipt::Duplicate { id: event.id, first_seen, pending })
        }
    }
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
    // With a hook, or a history that lets go of an event, user code may run and emit.
    if route.is_empty && shared.hooks.on_unobserved.is_none() && shared.history.is_none() {
        let outcome = Told::default();
        conclude(shared, event, ticket, &outcome);
        return outcome.receipt(event.id);
    }
    let delivering = Delivering::begin(shared, event);
    let receipt = tell(shared, event, route, version, ticket);
    if thread::has_waiting() {
        drain(shared, &delivering);
    }
    receipt
}

/// Delivers one event.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as `send`")]
fn tell(
    shared: &Shared,
    event: &Passing<'_>,
    route: &Route,
    version: u64,
    ticket: Option<(&Window, Ticket)>,
) -> Receipt {
    let mut outcome = Told::default();
    deliver(shared, event, route, version, &mut outcome);
    conclude(shared, event, ticket, &outcome);
    outcome.receipt(event.id)
}

/// Tells every interested observer.
#[inline]
fn deliver(shared: &Shared, event: &Passing<'_>, route: &Route, version: u64, outcome: &mut Told) {
    let mut delivery = Delivery { shared, event, version, outcome, spent: false };
    route.slots.deliver(&mut delivery);
    if delivery.spent {
        shared.registry.remove_spent();
    }
}

/// What follows from an outcome, apart from the receipt.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as `send`")]
fn conclude(shared: &Shared, event: &Passing<'_>, ticket: Option<(&Window, Ticket)>, outcome: &Told) {
    if let Some((window, ticket)) = ticket {
        window.settle(ticket, outcome.failures.is_empty());
    }
    shared.delivered(event, outcome.observers, outcome.failures.len());
}

/// Delivers what waits behind an event. No receipt reports failures here: the hook and the counters do.
#[cold]
fn drain(shared: &Shared, _: &Delivering) {
    while let Some(Waiting { event, ticket, .. }) = thread::next_waiting() {
        {
            let event = Passing::new(event.head(), EnvelopeView::Any(&event));
            // Admitted before the bus was closed, if it is: so it is delivered.
            let snapshot = shared.registry.snapshot();
            let (window, ticket) = ticket.unzip();
            let ticket = window.as_deref().zip(ticket);
            let receipt = match snapshot.route(event.payload) {
                Some(route) => tell(shared, &event, route, snapshot.version, ticket),
                None => {
                    let (route, version) = shared.registry.find_route(&event);
                    tell(shared, &event, &route, version, ticket)
                }
            };
            drop_contained(receipt);
        }
        drop_contained(event);
    }
}

#[cold]
fn refused(shared: &Shared, error: EmitError) -> Result<Receipt, EmitError> {
    Err(shared.refused(error))
}

#[cold]
fn not_open(shared: &Shared, event: &Passing<'_>, mode: Mode) -> Result<Receipt, EmitError> {
    if mode == Mode::Closed {
        return refused(shared, EmitError::ShutDown { event_type: event.event_type() });
    }
    shared.counters.suppressed();
    Ok(Receipt::Suppressed { id: event.id })
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
