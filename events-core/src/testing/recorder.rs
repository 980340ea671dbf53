//! The recorder: an observer that keeps what it is told.

use std::{
    fmt, mem,
    ops::ControlFlow,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use super::{
    expectation::{Verdict, expectation},
    report::Snapshot,
    wait::WaitError,
};
use crate::{
    AnyEnvelope, EntityId, Envelope, Event, EventBus, Observer, ObserverResult, Subscription,
    sync::{Condvar, Mutex, lock},
};

/// An observer that keeps every event it is told, in that order. Clones are one recorder.
///
/// What it kept is read ([`events`](Self::events), [`of`](Self::of)), waited for ([`wait_for`](Self::wait_for)), and
/// asserted ([`assert_emitted!`](super::assert_emitted) and the macros beside it).
///
/// ```
/// use events_core::{Event, EventBus, EventType, testing::Recorder};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let bus = EventBus::new();
/// let seen = Recorder::on(&bus);
/// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
/// assert_eq!(seen.of::<Started>()[0].test_name, "Connection Test");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With a subscription of its own it records what that one lets through:
///
/// ```
/// use events_core::{EventBus, pattern, testing::Recorder};
///
/// let bus = EventBus::new();
/// let failures = Recorder::new();
/// let _failures = bus.subscription().pattern(pattern!("*.failed")).observe(failures.clone());
/// ```
#[derive(Clone, Default)]
#[must_use = "what is recorded can be read through the recorder alone"]
pub struct Recorder {
    log: Arc<Log>,
    /// What it looks at; it records all the same.
    entity: Option<EntityId>,
    subscription: Option<Arc<Subscription>>,
}

#[derive(Default)]
struct Log {
    kept: Mutex<Kept>,
    grew: Condvar,
}

#[derive(Default)]
struct Kept {
    events: Vec<AnyEnvelope>,
    /// How many there were before these.
    cleared: usize,
}

impl Kept {
    /// How many came in all.
    fn total(&self) -> usize {
        self.cleared + self.events.len()
    }
}

impl Recorder {
    /// A recorder that observes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records every event of a bus from now on, until the last clone is dropped.
    pub fn on(bus: &EventBus) -> Self {
        let recorder = Self::new();
        let subscription = bus.subscription().name("recorder").observe(recorder.clone());
        Self { subscription: Some(Arc::new(subscription)), ..recorder }
    }

    /// The same recorder, looking at the events of one entity alone: what is read, waited for and asserted through it is
    /// about them. It records whatever it is told, as before.
    ///
    /// ```
    /// use events_core::{Event, EventBus, EventType, testing::{Recorder, assert_emitted, assert_not_emitted}};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    ///
    /// let bus = EventBus::new();
    /// let seen = Recorder::on(&bus);
    /// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
    /// assert_emitted!(seen.entity("test-001"), Started);
    /// assert_not_emitted!(seen.entity("test-002"), Started);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn entity(&self, id: impl Into<EntityId>) -> Self {
        Self { entity: Some(id.into()), ..self.clone() }
    }

    /// The events, in the order in which they came.
    pub fn events(&self) -> Vec<AnyEnvelope> {
        let mut events = lock(&self.log.kept).events.clone();
        events.retain(|event| self.looks_at(event));
        events
    }

    /// The events of one type, in the order in which they came.
    pub fn of<E: Event>(&self) -> Vec<Envelope<E>> {
        self.events().iter().filter_map(AnyEnvelope::downcast).collect()
    }

    /// How many events came.
    pub fn len(&self) -> usize {
        lock(&self.log.kept).events.iter().filter(|event| self.looks_at(event)).count()
    }

    /// Whether no event came.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all events, also those of other entities than this recorder looks at.
    pub fn clear(&self) {
        let events = {
            let mut kept = lock(&self.log.kept);
            kept.cleared = kept.total();
            mem::take(&mut kept.events)
        };
        drop(events);
    }

    /// Waits for an event of this type: the first that came already, or else the first to come. In real time, whatever clock
    /// the bus has.
    ///
    /// ```
    /// use std::{thread, time::Duration};
    /// use events_core::{Event, EventBus, EventType, testing::Recorder};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    ///
    /// let bus = EventBus::new();
    /// let seen = Recorder::on(&bus);
    /// thread::spawn(move || bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001").unwrap()));
    /// let started = seen.wait_for::<Started>(Duration::from_secs(5))?;
    /// assert_eq!(started.test_name, "Connection Test");
    /// # Ok::<(), events_core::testing::WaitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`WaitError`] when the time is over: it says what came instead.
    pub fn wait_for<E: Event>(&self, timeout: Duration) -> Result<Envelope<E>, WaitError> {
        self.wait_for_first(timeout, |_| true).map_err(|snapshot| {
            let expected = expectation(E::DESCRIPTOR.event_type().as_str(), |_: &E| Verdict::Matches);
            WaitError::event(timeout, snapshot, &expected, "")
        })
    }

    /// The same for an event of which the condition holds. It is asked of each event once, and may do what it likes: the
    /// recorder is not locked meanwhile.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events_core::{Envelope, Event, EventBus, EventType, testing::Recorder};
    /// # #[derive(Debug, serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    ///
    /// let bus = EventBus::new();
    /// let seen = Recorder::on(&bus);
    /// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
    /// let error = seen
    ///     .wait_until(Duration::from_millis(1), |event: &Envelope<Started>| event.test_name == "Dedup Test")
    ///     .unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "no `quick_test.started` that meets the condition came within 1ms\n\
    ///      nearest: #1\n  \
    ///        the condition does not hold\n\
    ///      1 event came:\n  \
    ///        #1  quick_test.started  test-001  {\"test_name\": \"Connection Test\"}",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`wait_for`](Self::wait_for).
    pub fn wait_until<E: Event>(
        &self,
        timeout: Duration,
        condition: impl FnMut(&Envelope<E>) -> bool,
    ) -> Result<Envelope<E>, WaitError> {
        self.wait_for_first(timeout, condition).map_err(|snapshot| {
            let expected = expectation(E::DESCRIPTOR.event_type().as_str(), |_: &E| Verdict::Condition);
            WaitError::event(timeout, snapshot, &expected, " that meets the condition")
        })
    }

    /// Waits until so many events came, and gives them all.
    ///
    /// # Errors
    ///
    /// As [`wait_for`](Self::wait_for).
    pub fn wait_for_len(&self, timeout: Duration, len: usize) -> Result<Vec<AnyEnvelope>, WaitError> {
        if len == 0 {
            return Ok(self.events());
        }
        let mut count = 0;
        let counted = self.wait(timeout, |event| {
            count += usize::from(self.looks_at(event));
            if count < len { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        counted.map(|()| self.events()).map_err(|snapshot| WaitError::len(timeout, snapshot, len))
    }

    fn wait_for_first<E: Event>(
        &self,
        timeout: Duration,
        mut condition: impl FnMut(&Envelope<E>) -> bool,
    ) -> Result<Envelope<E>, Snapshot> {
        self.wait(timeout, |event| match event.downcast::<E>() {
            Some(typed) if self.looks_at(event) && condition(&typed) => ControlFlow::Break(typed),
            _ => ControlFlow::Continue(()),
        })
    }

    /// Looks at each event, those that came and those to come, until one breaks it off or the time is over; then gives what it
    /// looked at, without what came meanwhile: of that nobody knows whether it is what was waited for.
    fn wait<T>(&self, timeout: Duration, mut look: impl FnMut(&AnyEnvelope) -> ControlFlow<T>) -> Result<T, Snapshot> {
        // A time that no clock will show is waited for without end.
        let deadline = Instant::now().checked_add(timeout);
        let mut next = 0;
        loop {
            // Asked first: what came in time is looked at, however long that takes.
            let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
            let fresh = {
                let kept = lock(&self.log.kept);
                let seen = next.max(kept.cleared) - kept.cleared;
                next = kept.total();
                kept.events[seen..].to_vec()
            };
            for event in fresh {
                if let ControlFlow::Break(found) = look(&event) {
                    return Ok(found);
                }
            }
            let kept = lock(&self.log.kept);
            if is_over {
                let events = kept.events[..next.max(kept.cleared) - kept.cleared].to_vec();
                return Err(Snapshot { events, entity: self.entity.clone() });
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match left {
                _ if kept.total() > next => {}
                Some(left) => drop(self.log.grew.wait_timeout(kept, left).unwrap_or_else(PoisonError::into_inner)),
                None => drop(self.log.grew.wait(kept).unwrap_or_else(PoisonError::into_inner)),
            }
        }
    }

    fn looks_at(&self, event: &AnyEnvelope) -> bool {
        self.entity.as_ref().is_none_or(|entity| entity == event.entity_id())
    }

    /// All that came, and what of it is looked at.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot { events: lock(&self.log.kept).events.clone(), entity: self.entity.clone() }
    }
}

#[diagnostic::do_not_recommend]
impl Observer for Recorder {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        lock(&self.log.kept).events.push(event.clone());
        self.log.grew.notify_all();
        Ok(())
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("events", &self.events())
            .field("entity", &self.entity)
            .field("subscription", &self.subscription)
            .finish_non_exhaustive()
    }
}
