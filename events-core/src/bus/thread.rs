//! What a thread knows of the deliveries under way on it: which event is being told, and which wait behind it.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    sync::Arc,
    thread::AccessError,
};

use super::{
    Shared,
    window::{Ticket, Window},
};
use crate::{
    AnyEnvelope, CorrelationId, EventId, Metadata, TraceParent, envelope::Head, receipt::drop_contained,
    sync::thread_local,
};

/// An event that a bus is delivering on this thread.
struct Frame {
    bus: *const Shared,
    depth: u32,
    cause: EventId,
    flow: Option<Flow>,
}

/// What an event hands on to those that follow from it; most have nothing.
struct Flow {
    correlation_id: Option<CorrelationId>,
    trace_parent: Option<TraceParent>,
}

impl Flow {
    #[inline]
    fn of(metadata: &Metadata) -> Option<Self> {
        let Metadata { correlation_id, trace_parent, .. } = metadata;
        if correlation_id.is_none() && trace_parent.is_none() {
            return None;
        }
        Some(Self { correlation_id: correlation_id.clone(), trace_parent: trace_parent.clone() })
    }
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
    /// The events that wait, each with the bus whose delivery it waits for.
    queue: RefCell<VecDeque<(*const Shared, Waiting)>>,
    correlations: RefCell<Vec<Correlation>>,
    /// The lengths of `frames` and `queue`, to be asked at each event.
    deliveries: Cell<usize>,
    waiting: Cell<usize>,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            frames: RefCell::new(Vec::new()),
            queue: RefCell::new(VecDeque::new()),
            correlations: RefCell::new(Vec::new()),
            deliveries: Cell::new(0),
            waiting: Cell::new(0),
        }
    };
}

impl Thread {
    #[inline]
    pub(super) fn with<T>(run: impl FnOnce(&Self) -> T) -> Result<T, AccessError> {
        THREAD.try_with(run)
    }

    /// If the bus is delivering on this thread: how deep in a chain the event is, and how many wait.
    #[inline]
    pub(super) fn delivering(&self, bus: *const Shared) -> Option<(u32, usize)> {
        if self.deliveries.get() == 0 { None } else { self.find_delivery(bus) }
    }

    #[cold]
    fn find_delivery(&self, bus: *const Shared) -> Option<(u32, usize)> {
        let depth = self.frames.borrow().iter().find(|frame| frame.bus == bus)?.depth;
        Some((depth, self.queue.borrow().iter().filter(|(other, _)| *other == bus).count()))
    }

    /// Marks an event as being delivered until the guard is dropped.
    #[inline]
    pub(super) fn begin(&self, bus: *const Shared, head: &Head<'_>) -> Delivering<'_> {
        let frame = Frame { bus, depth: 0, cause: head.id, flow: Flow::of(head.metadata) };
        self.frames.borrow_mut().push(frame);
        self.deliveries.set(self.deliveries.get() + 1);
        Delivering { thread: self, bus }
    }

    /// Puts an event behind those that wait.
    pub(super) fn enqueue(&self, bus: *const Shared, waiting: Waiting) {
        self.queue.borrow_mut().push_back((bus, waiting));
        self.waiting.set(self.waiting.get() + 1);
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
        let of_event = frame.flow.as_ref().and_then(|flow| flow.correlation_id.as_ref());
        let correlation_id = inner.or(of_event).or(scope.map(|scope| &scope.id));
        Metadata {
            correlation_id: correlation_id.cloned(),
            causation_id: Some(frame.cause),
            trace_parent: frame.flow.as_ref().and_then(|flow| flow.trace_parent.clone()),
            ..Metadata::default()
        }
    }
}

/// A delivery under way.
pub(super) struct Delivering<'t> {
    thread: &'t Thread,
    bus: *const Shared,
}

impl Delivering<'_> {
    /// Takes the next event that waits. From now on it is the one being delivered.
    #[inline]
    pub(super) fn advance(&self) -> Option<Waiting> {
        if self.thread.waiting.get() == 0 { None } else { self.next() }
    }

    #[cold]
    fn next(&self) -> Option<Waiting> {
        let (_, next) = {
            let mut queue = self.thread.queue.borrow_mut();
            let at = queue.iter().position(|(bus, _)| *bus == self.bus)?;
            queue.remove(at)?
        };
        self.thread.waiting.set(self.thread.waiting.get() - 1);
        if let Some(frame) = self.thread.frames.borrow_mut().last_mut() {
            let head = next.event.head();
            frame.depth = next.depth;
            frame.cause = head.id;
            frame.flow = Flow::of(head.metadata);
        }
        Some(next)
    }
}

impl Drop for Delivering<'_> {
    #[inline]
    fn drop(&mut self) {
        self.thread.deliveries.set(self.thread.deliveries.get() - 1);
        self.thread.frames.borrow_mut().pop();
        // None is left, unless a panic of the bus itself is unwinding.
        while let Some(left) = self.advance() {
            drop_contained(left);
        }
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
