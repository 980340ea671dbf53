//! What a thread knows of the deliveries under way on it: which event is being told, and which wait behind it.

use std::{
    any::TypeId,
    cell::{Cell, RefCell},
    collections::VecDeque,
    ptr,
    rc::Rc,
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use uuid::Uuid;

use super::{
    Shared,
    lease::{Lease, Leases},
    window::{Ticket, Window},
};
use crate::{
    AnyEnvelope, CorrelationId, EventId, Metadata, TraceParent,
    envelope::Head,
    receipt::drop_contained,
    sync::{AccessError, thread_local},
};

/// An event that a bus is delivering on this thread.
struct Frame {
    bus: *const Shared,
    depth: u32,
    cause: EventId,
    flow: Option<Rc<Flow>>,
    queue: VecDeque<Waiting>,
}

/// What an event hands on to those that follow from it; most have nothing.
struct Flow {
    correlation_id: Option<CorrelationId>,
    trace_parent: Option<TraceParent>,
}

impl Flow {
    #[inline]
    fn is_in(metadata: &Metadata) -> bool {
        metadata.correlation_id.is_some() || metadata.trace_parent.is_some()
    }

    fn of(metadata: &Metadata) -> Option<Rc<Self>> {
        let Metadata { correlation_id, trace_parent, .. } = metadata;
        let flow = || Rc::new(Self { correlation_id: correlation_id.clone(), trace_parent: trace_parent.clone() });
        Self::is_in(metadata).then(flow)
    }
}

/// An admitted event that waits for the present one.
pub(super) struct Waiting {
    pub(super) event: AnyEnvelope,
    pub(super) ticket: Option<(Arc<Window>, Ticket<'static>)>,
    pub(super) depth: u32,
}

/// A correlation scope.
struct Correlation {
    bus: *const Shared,
    id: CorrelationId,
    /// How many deliveries were under way when it was opened.
    deliveries: usize,
}

/// The state of one thread. No user code may run while one of its parts is borrowed.
pub(super) struct Thread {
    /// How many deliveries are under way; one at most for each bus.
    deliveries: Cell<usize>,
    /// The innermost one. In cells, as it is written at each event.
    bus: Cell<*const Shared>,
    depth: Cell<u32>,
    cause: Cell<EventId>,
    flow: Cell<Option<Rc<Flow>>>,
    /// Whether there is a flow.
    flowing: Cell<bool>,
    /// The events that wait for it.
    queue: RefCell<VecDeque<Waiting>>,
    /// The length of the queue.
    waiting: Cell<usize>,
    /// The other deliveries, outermost first.
    outer: RefCell<Vec<Frame>>,
    correlations: RefCell<Vec<Correlation>>,
    leases: Leases,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            deliveries: Cell::new(0),
            bus: Cell::new(ptr::null()),
            depth: Cell::new(0),
            cause: Cell::new(EventId::from_uuid(Uuid::nil())),
            flow: Cell::new(None),
            flowing: Cell::new(false),
            outer: RefCell::new(Vec::new()),
            queue: RefCell::new(VecDeque::new()),
            waiting: Cell::new(0),
            correlations: RefCell::new(Vec::new()),
            leases: Leases::new(),
        }
    };

    /// The number of this thread; 0 while none was given. It stands by itself, without a destructor, for the destructors of other
    /// thread-locals to have it.
    static NUMBER: Cell<usize> = const { Cell::new(0) };
}

/// Runs with the state of this thread, unless it is ending.
#[inline]
fn with<T>(run: impl FnOnce(&Thread) -> T) -> Option<T> {
    THREAD.try_with(run).ok()
}

/// The lease of a route, if there is one and nothing is being delivered on this thread.
#[inline]
pub(super) fn lease(bus: *const Shared, payload: TypeId) -> Option<Arc<Lease>> {
    with(|thread| if thread.deliveries.get() == 0 { thread.leases.get(bus, payload) } else { None })?
}

/// Keeps a lease for the events to come, if there is room for it.
pub(super) fn renew_lease(bus: *const Shared, payload: TypeId, lease: impl FnOnce() -> Option<Weak<Lease>>) {
    with(|thread| thread.leases.renew(bus, payload, lease));
}

/// Takes the next event that waits for the innermost delivery. From now on it is the one being delivered.
pub(super) fn next_waiting() -> Option<Waiting> {
    with(Thread::next)?
}

/// Sets the event that is being told, within a delivery of several.
#[inline]
pub(super) fn turn_to(head: &Head<'_>) {
    with(|thread| thread.tell(head));
}

/// Whether events wait for the innermost delivery.
#[inline]
pub(super) fn has_waiting() -> bool {
    with(|thread| thread.waiting.get() != 0).unwrap_or(false)
}

/// If the bus is delivering on this thread: how deep in a chain the event is, and how many wait.
pub(super) fn delivering(bus: *const Shared) -> Result<Option<(u32, usize)>, AccessError> {
    THREAD.try_with(|thread| if thread.deliveries.get() == 0 { None } else { thread.find_delivery(bus) })
}

/// The number of this thread, from 1; no other has it.
pub(super) fn number() -> usize {
    NUMBER.with(|number| if number.get() == 0 { new_number(number) } else { number.get() })
}

#[cold]
fn new_number(number: &Cell<usize>) -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);

    number.set(THREADS.fetch_add(1, Relaxed).saturating_add(1));
    number.get()
}

/// Puts an event behind those that wait for a bus.
pub(super) fn enqueue(bus: *const Shared, waiting: Waiting) {
    with(|thread| {
        if thread.bus.get() == bus {
            thread.queue.borrow_mut().push_back(waiting);
            thread.waiting.set(thread.waiting.get() + 1);
        } else if let Some(frame) = thread.outer.borrow_mut().iter_mut().find(|frame| frame.bus == bus) {
            frame.queue.push_back(waiting);
        }
    });
}

/// The flow that an event emitted here and now belongs to: caused by the event being delivered on this thread, if any;
/// correlated as that one, or as the innermost scope says.
pub(super) fn flow(bus: *const Shared) -> Metadata {
    with(|thread| thread.flow(bus)).unwrap_or_default()
}

impl Thread {
    fn find_delivery(&self, bus: *const Shared) -> Option<(u32, usize)> {
        if self.bus.get() == bus {
            return Some((self.depth.get(), self.waiting.get()));
        }
        let outer = self.outer.borrow();
        outer.iter().find(|frame| frame.bus == bus).map(|frame| (frame.depth, frame.queue.len()))
    }

    /// Sets the event that is being told.
    #[inline]
    fn tell(&self, head: &Head<'_>) {
        self.cause.set(head.id());
        if self.flowing.get() || Flow::is_in(head.metadata()) {
            self.set_flow(Flow::of(head.metadata()));
        }
    }

    #[cold]
    fn set_flow(&self, flow: Option<Rc<Flow>>) {
        self.flowing.set(flow.is_some());
        drop(self.flow.replace(flow));
    }

    /// Takes the next event that waits for the innermost delivery.
    fn next(&self) -> Option<Waiting> {
        let next = self.queue.borrow_mut().pop_front()?;
        self.waiting.set(self.waiting.get() - 1);
        self.depth.set(next.depth);
        self.tell(&next.event.head());
        Some(next)
    }

    /// Drops what waits: only a panic of the bus itself, unwinding, leaves something behind.
    #[cold]
    fn give_up(&self) {
        self.waiting.set(0);
        self.queue.take().into_iter().for_each(drop_contained);
    }

    #[cold]
    fn push(&self) {
        self.outer.borrow_mut().push(Frame {
            bus: self.bus.get(),
            depth: self.depth.get(),
            cause: self.cause.get(),
            flow: self.flow.take(),
            queue: self.queue.take(),
        });
        self.flowing.set(false);
        self.waiting.set(0);
    }

    #[cold]
    fn pop(&self) {
        let frame = self.outer.borrow_mut().pop();
        if let Some(Frame { bus, depth, cause, flow, queue }) = frame {
            self.bus.set(bus);
            self.depth.set(depth);
            self.cause.set(cause);
            self.set_flow(flow);
            self.waiting.set(queue.len());
            self.queue.replace(queue);
        }
    }

    fn flow(&self, bus: *const Shared) -> Metadata {
        let correlations = self.correlations.borrow();
        let scope = correlations.iter().rev().find(|scope| scope.bus == bus);
        let deliveries = self.deliveries.get();
        if deliveries == 0 {
            return Metadata { correlation_id: scope.map(|scope| scope.id.clone()), ..Metadata::default() };
        }
        let flow = self.flow.take();
        let inner = scope.filter(|scope| scope.deliveries == deliveries).map(|scope| &scope.id);
        let of_event = flow.as_ref().and_then(|flow| flow.correlation_id.as_ref());
        let correlation_id = inner.or(of_event).or(scope.map(|scope| &scope.id)).cloned();
        let trace_parent = flow.as_ref().and_then(|flow| flow.trace_parent.clone());
        self.flow.set(flow);
        Metadata { correlation_id, causation_id: Some(self.cause.get()), trace_parent, ..Metadata::default() }
    }
}

/// A delivery under way.
pub(super) struct Delivering(());

impl Delivering {
    /// Marks an event as being delivered until this is dropped.
    #[inline]
    pub(super) fn begin(bus: *const Shared, head: &Head<'_>) -> Self {
        with(|thread| {
            let deliveries = thread.deliveries.get();
            if deliveries != 0 {
                thread.push();
            }
            thread.deliveries.set(deliveries + 1);
            thread.bus.set(bus);
            thread.depth.set(0);
            thread.tell(head);
        });
        Self(())
    }
}

impl Drop for Delivering {
    #[inline]
    fn drop(&mut self) {
        with(|thread| {
            if thread.waiting.get() != 0 {
                thread.give_up();
            }
            let deliveries = thread.deliveries.get() - 1;
            thread.deliveries.set(deliveries);
            if deliveries != 0 {
                thread.pop();
            }
        });
    }
}

/// An open correlation scope.
pub(super) struct CorrelationGuard;

impl CorrelationGuard {
    pub(super) fn open(bus: *const Shared, id: CorrelationId) -> Option<Self> {
        let open = |thread: &Thread| {
            let deliveries = thread.deliveries.get();
            thread.correlations.borrow_mut().push(Correlation { bus, id, deliveries });
        };
        with(open).map(|()| Self)
    }
}

impl Drop for CorrelationGuard {
    fn drop(&mut self) {
        with(|thread| drop(thread.correlations.borrow_mut().pop()));
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::{sync::mpsc, thread};

    /// At its end, it had the number of the first thread: a machine that one held was taken for its own.
    #[test]
    fn a_thread_keeps_its_number_to_its_end() {
        struct Late(mpsc::Sender<usize>);
        impl Drop for Late {
            fn drop(&mut self) {
                self.0.send(super::number()).unwrap();
            }
        }
        thread_local!(static LATE: std::cell::RefCell<Option<Late>> = const { std::cell::RefCell::new(None) });

        let numbers = [(); 2].map(|()| {
            let (sender, late) = mpsc::channel();
            // Those made later are destroyed earlier.
            let number = thread::spawn(move || {
                LATE.set(Some(Late(sender)));
                assert!(!super::has_waiting());
                super::number()
            });
            (number.join().unwrap(), late.recv().unwrap())
        });
        let [(first, first_at_end), (second, second_at_end)] = numbers;
        assert_eq!((first_at_end, second_at_end), (first, second));
        assert_ne!(first, second);
    }
}
