//! One event on its way: whether it may pass, the queue of nested events, and what came of it.

use std::time::Duration;

use super::{
    Shared,
    passing::Passing,
    registry::Mode,
    route::{Delivery, Route},
    stats::Tally,
    thread::{self, Delivering, Waiting},
    window::{Admission, OwnLane, Ticket, Window},
};
use crate::{EmitError, Receipt, envelope::EnvelopeView, receipt::drop_contained};

/// A ticket, and the window that gave it.
pub(super) type Held<'w> = Option<(&'w Window, Ticket<'w>)>;

/// The way of most events and no more than that, for speed: all that is rare goes another.
pub(super) fn emit(shared: &Shared, event: &Passing<'_>) -> Result<Receipt, EmitError> {
    // Held until the queue is empty: closing the bus waits for it.
    let Some(lease) = thread::lease(shared, event.payload) else {
        return emit_unleased(shared, event);
    };
    let tally = Some(&*lease.tally);
    let mut delivery = Delivery::new(shared, event, lease.version);
    match &lease.route.window {
        None => send(&mut delivery, &lease.route, tally, None),
        Some(window) => match admit(shared, window, event, shared.clock.elapsed(), tally, lease.lane.as_ref()) {
            Ok(ticket) => send(&mut delivery, &lease.route, tally, Some((window, ticket))),
            Err(duplicate) => return Ok(duplicate),
        },
    }
    Ok(delivery.receipt())
}

/// Emits an event whose route may be new, which may have to wait, to a bus that may be closed.
#[cold]
fn emit_unleased(shared: &Shared, event: &Passing<'_>) -> Result<Receipt, EmitError> {
    let depth = match thread::delivering(shared) {
        Ok(None) => Ok(0),
        Ok(Some((depth, waiting))) => nested_depth(shared, event, depth, waiting),
        Err(_) => Err(EmitError::ThreadEnding { event_type: event.event_type() }),
    };
    let depth = match depth {
        Ok(depth) => depth,
        Err(error) => return refused(shared, error),
    };
    // Held until the queue is empty: closing the bus waits for it.
    let snapshot = shared.registry.snapshot();
    if snapshot.mode != Mode::Open {
        return not_open(shared, event, snapshot.mode);
    }
    let version = snapshot.version;
    let known = snapshot.route(event.payload);
    let found;
    let window = match known {
        Some(route) => {
            let lease = || shared.registry.lease(route, version, || shared.counters.tally());
            thread::renew_lease(shared, event.payload, lease);
            route.window.as_ref()
        }
        None => {
            found = shared.registry.window(event);
            found.as_ref()
        }
    };
    let ticket = match window.map(|window| admit(shared, window, event, shared.clock.elapsed(), None, None)).transpose()
    {
        Ok(ticket) => ticket,
        Err(duplicate) => return Ok(duplicate),
    };
    if depth > 0 {
        // Who is told of it is found out when its turn comes.
        let ticket = window.cloned().zip(ticket);
        thread::enqueue(shared, Waiting { event: event.any().clone(), ticket, depth });
        return Ok(Receipt::Queued { id: event.id() });
    }
    let ticket = window.map(|window| &**window).zip(ticket);
    if let Some(route) = known {
        let mut delivery = Delivery::new(shared, event, version);
        send(&mut delivery, route, None, ticket);
        return Ok(delivery.receipt());
    }
    // Observers are asked whether they are interested: what they emit when asked waits for this event.
    let delivering = Delivering::begin(shared, event);
    let (route, version) = shared.registry.find_route(event);
    let mut delivery = Delivery::new(shared, event, version);
    tell(&mut delivery, &route, None, ticket);
    // Observers that were unsubscribed meanwhile are dropped with it, and may emit.
    drop(route);
    drain(shared, &delivering);
    Ok(delivery.receipt())
}

/// Asks the window. The error is the receipt of a duplicate.
#[inline]
pub(super) fn admit<'l>(
    shared: &Shared,
    window: &Window,
    event: &Passing<'_>,
    now: Duration,
    tally: Option<&Tally>,
    lane: Option<&'l OwnLane>,
) -> Result<Ticket<'l>, Receipt> {
    match window.admit(event.id(), now, lane) {
        Admission::Fresh(ticket) => Ok(ticket),
        Admission::Duplicate { first_seen, pending } => {
            match tally {
                Some(tally) => tally.duplicate(),
                None => shared.counters.duplicate(),
            }
            Err(Receipt::Duplicate { id: event.id(), first_seen, pending })
        }
    }
}

/// Sends an event on its way, and those that were emitted meanwhile after it.
#[inline(always)]
#[expect(clippy::inline_always, reason = "most events have no ticket: their copy of this is half as long")]
fn send(delivery: &mut Delivery<'_>, route: &Route, tally: Option<&Tally>, ticket: Held<'_>) {
    let Delivery { shared, event, .. } = *delivery;
    // With a hook, or a history that lets go of an event, user code may run and emit.
    if route.is_empty && !shared.is_watched {
        return conclude(delivery, tally, ticket);
    }
    let delivering = Delivering::begin(shared, event);
    tell(delivery, route, tally, ticket);
    if thread::has_waiting() {
        drain(shared, &delivering);
    }
}

/// Tells every interested observer.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as `send`")]
fn tell(delivery: &mut Delivery<'_>, route: &Route, tally: Option<&Tally>, ticket: Held<'_>) {
    route.slots.deliver(delivery);
    if delivery.is_spent() {
        delivery.shared.registry.remove_spent();
    }
    conclude(delivery, tally, ticket);
}

/// What follows from a delivery.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as `send`")]
pub(super) fn conclude(delivery: &Delivery<'_>, tally: Option<&Tally>, ticket: Held<'_>) {
    let Delivery { shared, event, .. } = *delivery;
    let (observers, failures) = (delivery.observers(), delivery.failures());
    if let Some((window, ticket)) = ticket {
        window.settle(event.id(), ticket, failures == 0);
    }
    match tally {
        Some(tally) => tally.delivered(observers),
        None => shared.counters.delivered(observers),
    }
    if failures > 0 {
        shared.counters.failed(failures);
    }
    if shared.is_watched {
        shared.watch(event, observers);
    }
}

/// Delivers what waits behind an event. No receipt reports failures here: the hook and the counters do.
#[cold]
pub(super) fn drain(shared: &Shared, _: &Delivering) {
    while let Some(Waiting { event, ticket, .. }) = thread::next_waiting() {
        {
            let event = Passing::new(event.head(), EnvelopeView::Any(&event));
            // Admitted before the bus was closed, if it is: so it is delivered.
            let snapshot = shared.registry.snapshot();
            let (window, ticket) = ticket.unzip();
            let ticket = window.as_deref().zip(ticket);
            let found;
            let (route, version) = match snapshot.route(event.payload) {
                Some(route) => (route, snapshot.version),
                None => {
                    found = shared.registry.find_route(&event);
                    (&found.0, found.1)
                }
            };
            let mut delivery = Delivery::new(shared, &event, version);
            tell(&mut delivery, route, None, ticket);
            drop_contained(delivery);
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
    Ok(Receipt::Suppressed { id: event.id() })
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
