//! What a thread knows of the deliveries under way on it: which event is being told, and which wait behind it.

use std::{cell::RefCell, collections::VecDeque, sync::Arc, thread::AccessError};

use super::{
    Shared,
    window::{Ticket, Window},
};
use crate::{
    AnyEnvelope, CorrelationId, EventId, Metadata, TraceParent, envelope::Head, receipt::drop_contained,
    sync::thread_local,
};

/// An event that a bus is delivering on this thread, and those emitted meanwhile.
struct Frame {
    bus: *const Shared,
    depth: u32,
    cause: EventId,
    correlation_id: Option<CorrelationId>,
    trace_parent: Option<TraceParent>,
    queue: VecDeque<Waiting>,
}

/// An admitted event that waits for the present one.
pub(super) struct Waiting {
    pub(super) event: AnyEnvelope,
    pub(super) ticket: Option<(Arc<Window>, Ticket)>,
    pub(super) depth: u32,
}

/// A correlation scope.
struct Correlation {
    bus: *const Shared,
    id: CorrelationId,
    /// How many deliveries were under way when it was opened.
    frames: usize,
}

/// The state of one thread. No user code may run while one of its parts is borrowed.
pub(super) struct Thread {
    /// The deliveries under way, outermost first; one at most for each bus.
    frames: RefCell<Vec<Frame>>,
    correlations: RefCell<Vec<Correlation>>,
}

thread_local! {
    static THREAD: Thread = const { Thread { frames: RefCell::new(Vec::new()), correlations: RefCell::new(Vec::new()) } };
}

impl Thread {
    pub(super) fn with<T>(run: impl FnOnce(&Self) -> T) -> Result<T, AccessError> {
        THREAD.try_with(run)
    }

    /// If the bus is delivering on this thread: how deep in a chain the event is, and how many wait.
    pub(super) fn delivering(&self, bus: *const Shared) -> Option<(u32, usize)> {
        let frames = self.frames.borrow();
        frames.iter().find(|frame| frame.bus == bus).map(|frame| (frame.depth, frame.queue.len()))
    }

    /// Marks an event as being delivered until the guard is dropped.
    pub(super) fn begin(&self, bus: *const Shared, head: &Head<'_>) -> Delivering<'_> {
        self.frames.borrow_mut().push(Frame {
            bus,
            depth: 0,
            cause: head.id,
            correlation_id: head.metadata.correlation_id.clone(),
            trace_parent: head.metadata.trace_parent.clone(),
            queue: VecDeque::new(),
        });
        Delivering(self)
    }

    /// Puts an event behind those that wait.
    pub(super) fn enqueue(&self, bus: *const Shared, waiting: Waiting) {
        if let Some(frame) = self.frames.borrow_mut().iter_mut().find(|frame| frame.bus == bus) {
            frame.queue.push_back(waiting);
        }
    }

    /// The flow that an event emitted here and now belongs to: caused by the event being delivered on this thread, if any;
    /// correlated as that one, or as the innermost scope says.
    pub(super) fn flow(&self, bus: *const Shared) -> Metadata {
        let frames = self.frames.borrow();
        let correlations = self.correlations.borrow();
        let scope = correlations.iter().rev().find(|scope| scope.bus == bus);
        let Some(frame) = frames.last() else {
            return Metadata { correlation_id: scope.map(|scope| scope.id.clone()), ..Metadata::default() };
        };
        let inner = scope.filter(|scope| scope.frames == frames.len()).map(|scope| &scope.id);
        let correlation_id = inner.or(frame.correlation_id.as_ref()).or(scope.map(|scope| &scope.id));
        Metadata {
            correlation_id: correlation_id.cloned(),
            causation_id: Some(frame.cause),
            trace_parent: frame.trace_parent.clone(),
            ..Metadata::default()
        }
    }
}

/// A delivery under way.
pub(super) struct Delivering<'t>(&'t Thread);

impl Delivering<'_> {
    /// Takes the next event that waits. From now on it is the one being delivered.
    pub(super) fn advance(&self) -> Option<Waiting> {
        let mut frames = self.0.frames.borrow_mut();
        let frame = frames.last_mut()?;
        let next = frame.queue.pop_front()?;
        let head = next.event.head();
        frame.depth = next.depth;
        frame.cause = head.id;
        frame.correlation_id.clone_from(&head.metadata.correlation_id);
        frame.trace_parent.clone_from(&head.metadata.trace_parent);
        Some(next)
    }
}

impl Drop for Delivering<'_> {
    fn drop(&mut self) {
        let frame = self.0.frames.borrow_mut().pop();
        // Empty, unless a panic of the bus itself is unwinding.
        drop_contained(frame);
    }
}

/// An open correlation scope.
pub(super) struct CorrelationGuard;

impl CorrelationGuard {
    pub(super) fn open(bus: *const Shared, id: CorrelationId) -> Option<Self> {
        Thread::with(|thread| {
            let frames = thread.frames.borrow().len();
            thread.correlations.borrow_mut().push(Correlation { bus, id, frames });
            Self
        })
        .ok()
    }
}

impl Drop for CorrelationGuard {
    fn drop(&mut self) {
        let _ = Thread::with(|thread| drop(thread.correlations.borrow_mut().pop()));
    }
}
