//! One event on its way: deduplication, the queue of nested events, and the call of each observer.

use std::{
    cell::RefCell,
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{
    Shared,
    dedup::{Admission, Ticket},
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

thread_local! {
    /// The deliveries under way on this thread, outermost first; one at most for each bus.
    static FRAMES: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
}

/// Runs with this thread's frames, unless the thread is ending. No user code may run inside.
fn with_frames<T>(run: impl FnOnce(&mut Vec<Frame>) -> T) -> Option<T> {
    FRAMES.try_with(|frames| run(&mut frames.borrow_mut())).ok()
}

fn with_frame<T>(bus: *const Shared, run: impl FnOnce(&mut Frame) -> T) -> Option<T> {
    with_frames(|frames| frames.iter_mut().find(|frame| frame.bus == bus).map(run)).flatten()
}

/// The flow that an event emitted here and now belongs to: caused by the event being delivered on this thread, if any.
pub(super) fn flow() -> Metadata {
    let cause = with_frames(|frames| frames.last().map(|frame| frame.current.clone())).flatten();
    cause.map_or_else(Metadata::default, |cause| Metadata {
        correlation_id: cause.correlation_id().cloned(),
        causation_id: Some(cause.id()),
        ..Metadata::default()
    })
}

pub(super) fn emit(shared: &Arc<Shared>, envelope: AnyEnvelope) -> Result<Receipt, EmitError> {
    let bus = Arc::as_ptr(shared);
    let depth = with_frame(bus, |frame| frame.depth).map_or(0, |depth| depth + 1);
    if depth > shared.max_depth {
        shared.counters.refused();
        return Err(EmitError::TooDeep { event_type: envelope.event_type(), depth, limit: shared.max_depth });
    }
    let id = envelope.id();
    let ticket = match &shared.window {
        None => None,
        Some(window) => match window.admit(id, envelope.time(), shared.clock.elapsed()) {
            Admission::Fresh(ticket) => Some(ticket),
            Admission::Duplicate { first_seen } => {
                shared.counters.duplicate();
                return Ok(Receipt::Duplicate { id, first_seen });
            }
        },
    };
    let pending = Pending { envelope, ticket, depth };
    if depth > 0 {
        with_frame(bus, |frame| frame.queue.push_back(pending));
        return Ok(Receipt::Queued { id });
    }
    let _frame = FrameGuard::push(bus, pending.envelope.clone());
    let (observers, failures) = deliver(shared, pending);
    while let Some(next) = with_frame(bus, |frame| {
        let next = frame.queue.pop_front()?;
        frame.depth = next.depth;
        let previous = std::mem::replace(&mut frame.current, next.envelope.clone());
        Some((next, previous))
    })
    .flatten()
    {
        // The previous event may be gone with this: its payload's drop is user code, so not inside the frame.
        let (next, previous) = next;
        drop_contained(previous);
        // No receipt reports these failures: the hook and the counters do.
        drop_contained(deliver(shared, next));
    }
    Ok(Receipt::Delivered { id, observers, failures })
}

/// Tells every interested observer. What goes wrong in one of them stops nobody.
fn deliver(shared: &Shared, pending: Pending) -> (usize, Vec<ObserverFailure>) {
    let Pending { envelope, ticket, .. } = pending;
    let mut observers = 0;
    let mut failures = Vec::new();
    for slot in shared.registry.route(&envelope).iter() {
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
    (observers, failures)
}

/// Marks a delivery as under way on this thread, for as long as it lives.
struct FrameGuard(*const Shared);

impl FrameGuard {
    fn push(bus: *const Shared, current: AnyEnvelope) -> Self {
        with_frames(|frames| frames.push(Frame { bus, current, depth: 0, queue: VecDeque::new() }));
        Self(bus)
    }
}

impl Drop for FrameGuard {
    fn drop(&mut self) {
        let frame = with_frames(|frames| {
            let at = frames.iter().rposition(|frame| frame.bus == self.0)?;
            Some(frames.remove(at))
        });
        drop(frame);
    }
}
