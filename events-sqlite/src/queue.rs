//! [`LogQueue`]: events are taken at once, and appended by a thread.

use std::{
    collections::VecDeque,
    ops::RangeInclusive,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use events_core::{AnyEnvelope, IntoEnvelope, Observer, ObserverResult};

use crate::{AppendOutcome, EventLog, LogError, append::Request, entry::Entry};

/// So many events are appended in one commit.
const AT_ONCE: usize = 4096;
/// What a full disk or another process keeps from being written is tried again after so long.
const AGAIN: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(1);

impl EventLog {
    /// A queue in front of the log: it takes events without waiting for the disk, and a thread appends them, as many in one commit as
    /// have come since the last. When `capacity` events wait, whoever brings the next has to.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events_core::{Event, EventBus};
    /// use events_sqlite::EventLog;
    /// # use events_core::EventType;
    /// # #[derive(serde::Serialize)]
    /// # struct Started { attempt: u32 }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    ///
    /// let bus = EventBus::new();
    /// let queue = log.queue(10_000)?;
    /// let _kept = bus.observe(queue.clone());
    /// for attempt in 1..=100 {
    ///     let _ = bus.emit(Started { attempt }.for_entity("test-001")?)?;
    /// }
    /// queue.flush(Duration::from_secs(5))?; // or a ticket for one event: `queue.append(&event)?.wait()?`
    /// assert_eq!(log.last_position()?, 100);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogError::ReadOnly`]; [`LogError::Store`] when there can be no more threads.
    pub fn queue(&self, capacity: usize) -> Result<LogQueue, LogError> {
        self.group()?;
        let lane = Arc::new(Lane { capacity: capacity.max(1), state: Mutex::default(), changed: Condvar::new() });
        let (log, of_thread) = (self.clone(), Arc::clone(&lane));
        let thread = thread::Builder::new().name("event log".into()).spawn(move || of_thread.run(&log));
        let thread = thread.map_err(|error| LogError::Store(Arc::new(error)))?;
        Ok(LogQueue { inner: Arc::new(Inner { lane, thread: Mutex::new(Some(thread)) }) })
    }
}

/// A queue in front of a log, and an observer; see [`EventLog::queue`]. A clone is the same queue. It ends with the last clone, when
/// what it took is appended.
///
/// Events that cannot be appended because the log is full or busy stay in the queue, and are tried again. What fails for another
/// reason is told by its ticket, by the next [`flush`](Self::flush), and to a bus by the next event.
#[derive(Clone, Debug)]
pub struct LogQueue {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    lane: Arc<Lane>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Lane {
    capacity: usize,
    state: Mutex<State>,
    /// Whatever changed: events came, were taken or appended, or the queue was closed.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<(Entry, Ticket)>,
    /// How many events there were, and of how many it is known what became of them.
    taken: u64,
    settled: u64,
    closed: bool,
    /// The first error that nobody was told yet.
    failed: Option<LogError>,
    /// Why the events under way have to be tried again.
    hindered: Option<LogError>,
}

/// What becomes of an event in a queue.
#[derive(Clone, Debug)]
#[must_use = "the event is durable when `wait` says so"]
pub struct Ticket {
    place: Arc<Place>,
}

#[derive(Debug, Default)]
struct Place {
    answer: Mutex<Option<Result<AppendOutcome, LogError>>>,
    given: Condvar,
}

impl Ticket {
    fn new() -> Self {
        Self { place: Arc::default() }
    }

    fn answer(&self, outcome: Result<AppendOutcome, LogError>) {
        *lock(&self.place.answer) = Some(outcome);
        self.place.given.notify_all();
    }

    /// Waits until the event is durable, and says where it is.
    ///
    /// # Errors
    ///
    /// Whatever kept it from being appended.
    pub fn wait(&self) -> Result<AppendOutcome, LogError> {
        let answer = self.place.given.wait_while(lock(&self.place.answer), |answer| answer.is_none());
        answer.unwrap_or_else(PoisonError::into_inner).clone().unwrap_or(Err(LogError::Abandoned))
    }

    /// The same, waited for so long at most: `None` when it is not known by then. The event stays in the queue.
    ///
    /// ```
    /// use std::time::Duration;
    /// # use events_core::{Event, EventType};
    /// # use events_sqlite::EventLog;
    /// # #[derive(serde::Serialize)]
    /// # struct Started { attempt: u32 }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    ///
    /// let ticket = log.queue(100)?.append(Started { attempt: 1 }.for_entity("test-001")?)?;
    /// match ticket.wait_timeout(Duration::from_secs(5)) {
    ///     Some(outcome) => assert_eq!(outcome?.position(), 1),
    ///     None => println!("the disk is slow, or full"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Result<AppendOutcome, LogError>> {
        let answer = self.place.given.wait_timeout_while(lock(&self.place.answer), timeout, |answer| answer.is_none());
        answer.unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// The same, if it is known.
    pub fn outcome(&self) -> Option<Result<AppendOutcome, LogError>> {
        lock(&self.place.answer).clone()
    }
}

impl LogQueue {
    /// Takes an event; waits only while the queue is full.
    ///
    /// # Errors
    ///
    /// [`LogError::Json`] and [`LogError::TooLarge`]; [`LogError::Abandoned`] when the queue is closed.
    pub fn append(&self, event: impl IntoEnvelope) -> Result<Ticket, LogError> {
        self.inner.lane.push(Entry::new(&event.into_envelope())?)
    }

    /// Waits until everything that was taken before is durable.
    ///
    /// # Errors
    ///
    /// The first error that nobody was told yet. After the time-out, why it takes so long: [`LogError::Full`] or
    /// [`LogError::Busy`], and [`LogError::TimedOut`] where it is only slow; the events stay in the queue.
    pub fn flush(&self, timeout: Duration) -> Result<(), LogError> {
        let deadline = Instant::now().checked_add(timeout);
        let lane = &*self.inner.lane;
        let mut state = lock(&lane.state);
        let taken = state.taken;
        loop {
            if let Some(error) = state.failed.take() {
                return Err(error);
            }
            if state.settled >= taken {
                return Ok(());
            }
            let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(state.hindered.clone().unwrap_or(LogError::TimedOut { timeout }));
            }
            state = lane.wait(state, left);
        }
    }

    /// Takes no more events, and waits until those that were taken are appended. Of what the log has no room for, one more attempt
    /// decides.
    ///
    /// # Errors
    ///
    /// The first error that nobody was told yet.
    pub fn close(&self) -> Result<(), LogError> {
        self.inner.close();
        lock(&self.inner.lane.state).failed.take().map_or(Ok(()), Err)
    }
}

impl Observer for LogQueue {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let _ticket = self.append(event)?;
        Ok(lock(&self.inner.lane.state).failed.take().map_or(Ok(()), Err)?)
    }
}

impl Inner {
    fn close(&self) {
        lock(&self.lane.state).closed = true;
        self.lane.changed.notify_all();
        if let Some(thread) = lock(&self.thread).take() {
            // It runs no code of users, and does not panic.
            let _ = thread.join();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl Lane {
    fn push(&self, entry: Entry) -> Result<Ticket, LogError> {
        let mut state = lock(&self.state);
        while state.waiting.len() >= self.capacity && !state.closed {
            state = self.wait(state, Duration::MAX);
        }
        if state.closed {
            return Err(LogError::Abandoned);
        }
        let ticket = Ticket::new();
        state.waiting.push_back((entry, ticket.clone()));
        state.taken += 1;
        self.changed.notify_all();
        Ok(ticket)
    }

    /// What the thread does until the queue is closed and empty.
    fn run(&self, log: &EventLog) {
        loop {
            let mut state = lock(&self.state);
            while state.waiting.is_empty() && !state.closed {
                state = self.wait(state, Duration::MAX);
            }
            let count = state.waiting.len().min(AT_ONCE);
            if count == 0 {
                return;
            }
            let (entries, tickets): (Vec<_>, Vec<_>) = state.waiting.drain(..count).unzip();
            self.changed.notify_all();
            drop(state);
            let result = self.append(log, entries);
            let mut state = lock(&self.state);
            match result {
                Ok(outcomes) => {
                    for (ticket, outcome) in tickets.iter().zip(outcomes) {
                        ticket.answer(Ok(outcome));
                    }
                }
                Err(error) => {
                    for ticket in &tickets {
                        ticket.answer(Err(error.clone()));
                    }
                    state.failed.get_or_insert(error);
                }
            }
            state.settled += count as u64;
            state.hindered = None;
            self.changed.notify_all();
        }
    }

    /// Appends events, if need be in many attempts.
    fn append(&self, log: &EventLog, entries: Vec<Entry>) -> Result<Vec<AppendOutcome>, LogError> {
        let entries = Arc::new(entries);
        loop {
            let last_attempt = lock(&self.state).closed;
            let start = Instant::now();
            match log.submit(Request { entries: Arc::clone(&entries), expected: None }) {
                Err(error) if error.is_transient() && !last_attempt => {
                    // Others write as well: an attempt holds them up.
                    let pause = start.elapsed().saturating_mul(4).clamp(*AGAIN.start(), *AGAIN.end());
                    let mut state = lock(&self.state);
                    state.hindered = Some(error);
                    self.changed.notify_all();
                    let open = |state: &mut State| !state.closed;
                    drop(self.changed.wait_timeout_while(state, pause, open).unwrap_or_else(PoisonError::into_inner));
                }
                result => return result,
            }
        }
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>, at_most: Duration) -> MutexGuard<'s, State> {
        self.changed.wait_timeout(state, at_most).unwrap_or_else(PoisonError::into_inner).0
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
