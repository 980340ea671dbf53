//! One event on its way: deduplication, the queue of nested events, and the call of each observer.

use std::{
    cell::RefCell,
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::AccessError,
};

use chrono::{DateTime, Utc};

use super::{
    Shared,
    dedup::{Admission, Ticket},
    registry::release,
};
use crate::{
    AnyEnvelope, EmitError, Metadata, ObserverFailure, Receipt,
    receipt::{FailureKind, drop_contained, panic_message},
};

pub(super) type FailureHook = Box<dyn Fn(&AnyEnvelope, &ObserverFailure) + Send + Sync>;

/// An event that a bus is delivering on this thread, and those emitted meanwhile.
struct Frame {
    bus: *const Shared,
    current: AnyEnvelope,
    depth: u32,
    queue: VecDeque<Pending>,
}

/// An admitted event.
struct Pending {
    envelope: AnyEnvelope,
    ticket: Option<Ticket>,
    depth: u32,
}

impl Frame {
    /// Takes the next event of the queue; returns it, and the one before.
    fn advance(&mut self) -> Option<(Pending, AnyEnvelope)> {
        let next = self.queue.pop_front()?;
        self.depth = next.depth;
        let previous = std::mem::replace(&mut self.current, next.envelope.clone());
        Some((next, previous))
    }
}

thread_local! {
    /// The deliveries under way on this thread, outermost first; one at most for each bus.
    static FRAMES: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
}

/// Runs with this thread's frames. No user code may run inside.
fn with_frames<T>(run: impl FnOnce(&mut Vec<Frame>) -> T) -> Result<T, AccessError> {
    FRAMES.try_with(|frames| run(&mut frames.borrow_mut()))
}

/// Runs with this thread's frame of a bus, if the bus is delivering on it.
fn with_frame<T>(bus: *const Shared, run: impl FnOnce(&mut Frame) -> T) -> Result<Option<T>, AccessError> {
    with_frames(|frames| frames.iter_mut().find(|frame| frame.bus == bus).map(run))
}

/// The flow that an event emitted here and now belongs to: caused by the event being delivered on this thread, if any.
pub(super) fn flow() -> Metadata {
    let cause = with_frames(|frames| frames.last().map(|frame| frame.current.clone())).ok().flatten();
    cause.map_or_else(Metadata::default, |cause| Metadata {
        correlation_id: cause.correlation_id().cloned(),
        causation_id: Some(cause.id()),
        trace_parent: cause.metadata().trace_parent().cloned(),
        ..Metadata::default()
    })
}

pub(super) fn emit(shared: &Arc<Shared>, envelope: AnyEnvelope) -> Result<Receipt, EmitError> {
    let id = envelope.id();
    let (depth, ticket) = match admit(shared, &envelope) {
        Ok(Admitted::Fresh { depth, ticket }) => (depth, ticket),
        Ok(Admitted::Duplicate { first_seen, pending }) => {
            shared.counters.duplicate();
            drop_contained(envelope);
            return Ok(Receipt::Duplicate { id, first_seen, pending });
        }
        Err(error) => {
            shared.counters.refused();
            drop_contained(envelope);
            return Err(error);
        }
    };
    let bus = Arc::as_ptr(shared);
    let pending = Pending { envelope, ticket, depth };
    if depth > 0 {
        let _ = with_frame(bus, |frame| frame.queue.push_back(pending));
        return Ok(Receipt::Queued { id });
    }
    let _frame = FrameGuard::push(bus, pending.envelope.clone());
    let (observers, failures) = deliver(shared, pending);
    while let Ok(Some(Some((next, previous)))) = with_frame(bus, Frame::advance) {
        // Dropping a payload is user code, so it happens outside the frame.
        drop_contained(previous);
        // No receipt reports these failures: the hook and the counters do.
        drop_contained(deliver(shared, next));
    }
    Ok(Receipt::Delivered { id, observers, failures })
}

/// What is to become of an event.
enum Admitted {
    Fresh { depth: u32, ticket: Option<Ticket> },
    Duplicate { first_seen: DateTime<Utc>, pending: bool },
}

/// Checks the limits of nested events, and whether the event is a duplicate.
fn admit(shared: &Arc<Shared>, envelope: &AnyEnvelope) -> Result<Admitted, EmitError> {
    let event_type = envelope.event_type();
    let Ok(frame) = with_frame(Arc::as_ptr(shared), |frame| (frame.depth + 1, frame.queue.len())) else {
        return Err(EmitError::ThreadEnding { event_type });
    };
    let (depth, queued) = frame.unwrap_or_default();
    if depth > shared.max_depth {
        return Err(EmitError::TooDeep { event_type, depth, limit: shared.max_depth });
    }
    if depth > 0 && queued >= shared.max_queue {
        return Err(EmitError::QueueFull { event_type, limit: shared.max_queue });
    }
    let Some(window) = &shared.window else { return Ok(Admitted::Fresh { depth, ticket: None }) };
    Ok(match window.admit(envelope.id(), envelope.time(), shared.clock.elapsed()) {
        Admission::Fresh(ticket) => Admitted::Fresh { depth, ticket: Some(ticket) },
        Admission::Duplicate { first_seen, pending } => Admitted::Duplicate { first_seen, pending },
    })
}

/// Tells every interested observer. What goes wrong in one of them stops nobody.
fn deliver(shared: &Shared, pending: Pending) -> (usize, Vec<ObserverFailure>) {
    let Pending { envelope, ticket, .. } = pending;
    let mut observers = 0;
    let mut failures = Vec::new();
    let route = shared.registry.route(&envelope);
    for slot in route.iter() {
        if !slot.entry.takes(&envelope) {
            continue;
        }
        observers += 1;
        let kind = match &slot.undecided {
            Some(message) => FailureKind::Panic(message.clone()),
            None => match catch_unwind(AssertUnwindSafe(|| slot.entry.call(&envelope))) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => FailureKind::Error(error.into()),
                Err(panic) => FailureKind::Panic(panic_message(panic)),
            },
        };
        let failure = ObserverFailure { observer: slot.entry.name(), kind };
        if let Some(hook) = &shared.on_failure
            && let Err(panic) = catch_unwind(AssertUnwindSafe(|| hook(&envelope, &failure)))
        {
            panic_message(panic);
        }
        failures.push(failure);
    }
    if let (Some(window), Some(ticket)) = (&shared.window, ticket) {
        window.settle(ticket, failures.is_empty());
    }
    shared.counters.delivered(observers, failures.len());
    drop_contained(envelope);
    release(route);
    (observers, failures)
}

/// Marks a delivery as under way on this thread, for as long as it lives.
struct FrameGuard(*const Shared);

impl FrameGuard {
    fn push(bus: *const Shared, current: AnyEnvelope) -> Self {
        let _ = with_frames(|frames| frames.push(Frame { bus, current, depth: 0, queue: VecDeque::new() }));
        Self(bus)
    }
}

impl Drop for FrameGuard {
    fn drop(&mut self) {
        let frame = with_frames(|frames| {
            let at = frames.iter().rposition(|frame| frame.bus == self.0)?;
            Some(frames.remove(at))
        });
        drop_contained(frame);
    }
}
