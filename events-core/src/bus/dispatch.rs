//! One event on its way: whether it may pass, the queue of nested events, and what came of it.

use std::{ptr, sync::Arc};

use super::{
    Shared,
    passing::Passing,
    registry::{Mode, Snapshot},
    route::{Delivery, Route},
    thread::{self, Waiting},
    window::{Admission, Ticket, Window},
};
use crate::{EmitError, ObserverFailure, Receipt, envelope::EnvelopeView, receipt::drop_contained};

pub(super) fn emit(shared: &Shared, event: &Passing<'_>) -> Result<Receipt, EmitError> {
    let (bus, id) = (ptr::from_ref(shared), event.id);
    let depth = match thread::delivering(bus) {
        Ok(None) => 0,
        Ok(Some((depth, waiting))) => match nested_depth(shared, event, depth, waiting) {
            Ok(depth) => depth,
            Err(error) => return refused(shared, error),
        },
        Err(_) => return refused(shared, EmitError::ThreadEnding { event_type: event.event_type() }),
    };
    // Held until the queue is empty: closing the bus waits for it.
    let snapshot = shared.registry.snapshot();
    if snapshot.mode != Mode::Open {
        return not_open(shared, event, snapshot.mode);
    }
    let found = Found::new(shared, &snapshot, event);
    let (route, version) = found.route();
    let ticket = match &route.window {
        None => None,
        Some(window) => match window.admit(id, shared.clock.elapsed()) {
            Admission::Fresh(ticket) => Some(ticket),
            Admission::Duplicate { first_seen, pending } => {
                shared.counters.duplicate();
                return Ok(Receipt::Duplicate { id, first_seen, pending });
            }
        },
    };
    if depth > 0 {
        let ticket = route.window.clone().zip(ticket);
        thread::enqueue(bus, Waiting { event: event.any().clone(), ticket, depth });
        return Ok(Receipt::Queued { id });
    }
    if route.is_empty {
        settle(route.window.as_deref(), ticket, true);
        shared.delivered(event, 0, 0);
        return Ok(Receipt::Delivered { id, observers: 0, failures: Vec::new() });
    }
    let delivering = thread::begin(bus, event);
    let (observers, failures) = deliver(shared, event, route, version);
    settle(route.window.as_deref(), ticket, failures.is_empty());
    while let Some(Waiting { event, ticket, .. }) = delivering.advance() {
        deliver_waiting(shared, &Passing::new(event.head(), EnvelopeView::Any(&event)), ticket);
        drop_contained(event);
    }
    Ok(Receipt::Delivered { id, observers, failures })
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

/// Delivers an event that was queued. No receipt reports its failures: the hook and the counters do.
fn deliver_waiting(shared: &Shared, event: &Passing<'_>, ticket: Option<(Arc<Window>, Ticket)>) {
    // Admitted before the bus was closed, if it is: so it is delivered.
    let snapshot = shared.registry.snapshot();
    let found = Found::new(shared, &snapshot, event);
    let (route, version) = found.route();
    let (_, failures) = deliver(shared, event, route, version);
    if let Some((window, ticket)) = ticket {
        window.settle(ticket, failures.is_empty());
    }
    drop_contained(failures);
}

/// Tells every interested observer: how many, and what went wrong.
fn deliver(shared: &Shared, event: &Passing<'_>, route: &Route, version: u64) -> (usize, Vec<ObserverFailure>) {
    let mut delivery = Delivery { shared, event, version, observers: 0, failures: Vec::new(), spent: false };
    route.slots.deliver(&mut delivery);
    let Delivery { observers, failures, spent, .. } = delivery;
    if spent {
        shared.registry.remove_spent();
    }
    shared.delivered(event, observers, failures.len());
    (observers, failures)
}

fn settle(window: Option<&Window>, ticket: Option<Ticket>, delivered: bool) {
    if let (Some(window), Some(ticket)) = (window, ticket) {
        window.settle(ticket, delivered);
    }
}
