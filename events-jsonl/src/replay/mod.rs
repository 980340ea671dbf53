//! Recorded events, emitted again.

mod report;
mod timer;

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};
use events_core::{
    AnyEnvelope, EventBus, Receipt,
    wire::{Decoded, EventRegistry, RawEnvelope},
};

pub use self::{
    report::{ReplayError, ReplayProblem, ReplayReport},
    timer::{SystemTimer, Timer},
};
use crate::reader::{Follower, JsonlReader, ReadError, Record};

/// What a replay does about a record that goes wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it goes on or it does not")]
pub enum OnProblem {
    /// It ends, with an error.
    #[default]
    Stop,
    /// It counts it, tells it to [`Replay::on_problem`], and goes on.
    Continue,
}

/// Emits recorded events again, with the ids, times and metadata that they had.
///
/// Made of whatever gives records: a [`JsonlReader`], a [`Follower`], or what a program makes of them.
///
/// ```
/// use std::time::Duration;
/// use events_core::{AnyEnvelope, Event, EventBus, wire::{EventRegistry, RegisteredType}};
/// use events_jsonl::{JsonlReader, JsonlRecorder};
///
/// #[derive(Event, serde::Serialize, serde::Deserialize)]
/// #[event_type("door.opened")]
/// struct DoorOpened {
///     by: String,
/// }
/// static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<DoorOpened>()]);
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("events.jsonl");
///
/// let bus = EventBus::new();
/// let recorder = bus.observe(JsonlRecorder::open(&path)?);
/// let event = DoorOpened { by: "Ada".into() }.for_entity("door-1")?;
/// bus.emit(&event)?.into_result()?;
///
/// let again = EventBus::new();
/// let (id, time) = (event.id(), event.time());
/// let _observer = again.subscribe(move |event: &AnyEnvelope| assert_eq!((event.id(), event.time()), (id, time)));
/// let report = JsonlReader::open_with_rotated(&path)?.replay(&EVENTS).run(&again)?;
/// assert_eq!((report.records, report.delivered), (1, 1));
/// # drop(recorder);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it does nothing until it is run"]
pub struct Replay<'r, I> {
    records: I,
    registry: &'r EventRegistry,
    speed: Option<f64>,
    max_wait: Duration,
    on: OnProblem,
    tell_problem: Box<dyn FnMut(&ReplayProblem) + Send + 'r>,
    tell_raw: Box<dyn FnMut(Record<RawEnvelope>) + Send + 'r>,
    timer: Box<dyn Timer + Send + 'r>,
}

impl<I> fmt::Debug for Replay<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("speed", &self.speed).field("on", &self.on).finish_non_exhaustive()
    }
}

impl JsonlReader {
    /// Emits what it reads; see [`Replay`].
    pub fn replay(self, registry: &EventRegistry) -> Replay<'_, Self> {
        Replay::new(self, registry)
    }
}

impl Follower {
    /// Emits what it reads, until it is stopped; see [`Replay`].
    pub fn replay(self, registry: &EventRegistry) -> Replay<'_, Self> {
        Replay::new(self, registry)
    }
}

impl<'r, I: Iterator<Item = Result<Record, ReadError>>> Replay<'r, I> {
    /// A replay of these records, by the types that are registered, as fast as it goes.
    pub fn new(records: I, registry: &'r EventRegistry) -> Self {
        Self {
            records,
            registry,
            speed: None,
            max_wait: Duration::MAX,
            on: OnProblem::default(),
            tell_problem: Box::new(|_| ()),
            tell_raw: Box::new(|_| ()),
            timer: Box::new(SystemTimer::default()),
        }
    }

    /// At so many times the pace at which the events happened; 1 is the original one, 2 takes half of the time. Events that are
    /// earlier than one before, and those without a time, do not wait.
    pub fn speed(mut self, factor: f64) -> Self {
        self.speed = Some(factor);
        self
    }

    /// Waits so long for an event at most, however long nothing happened.
    pub fn max_wait(mut self, time: Duration) -> Self {
        self.max_wait = time;
        self
    }

    /// What it does about a record that goes wrong; [`OnProblem::Stop`] unless it is said.
    pub fn on(mut self, on: OnProblem) -> Self {
        self.on = on;
        self
    }

    /// Is told of each record that goes wrong.
    pub fn on_problem(mut self, tell: impl FnMut(&ReplayProblem) + Send + 'r) -> Self {
        self.tell_problem = Box::new(tell);
        self
    }

    /// Is told of each event of a type that is not registered.
    pub fn on_raw(mut self, tell: impl FnMut(Record<RawEnvelope>) + Send + 'r) -> Self {
        self.tell_raw = Box::new(tell);
        self
    }

    /// Measures time and waits with this.
    pub fn timer(mut self, timer: impl Timer + Send + 'r) -> Self {
        self.timer = Box::new(timer);
        self
    }

    /// Emits the events, and returns behind the last.
    ///
    /// # Errors
    ///
    /// [`ReplayError`]: the speed makes no sense, or a record went wrong and it was to stop there.
    pub fn run(mut self, bus: &EventBus) -> Result<ReplayReport, ReplayError> {
        let mut pace = match self.speed {
            Some(speed) if speed.is_nan() || speed <= 0.0 => return Err(ReplayError::Speed { speed }),
            speed => {
                speed.filter(|speed| speed.is_finite()).map(|speed| Pace { speed, max_wait: self.max_wait, from: None })
            }
        };
        let mut report = ReplayReport::default();
        while let Some(record) = self.records.next() {
            report.records += 1;
            let Err(problem) = self.replay(record, bus, &mut pace, &mut report) else { continue };
            (self.tell_problem)(&problem);
            if self.on == OnProblem::Stop {
                return Err(ReplayError::Stopped { problem: Box::new(problem), report });
            }
        }
        Ok(report)
    }

    fn replay(
        &mut self,
        record: Result<Record, ReadError>,
        bus: &EventBus,
        pace: &mut Option<Pace>,
        report: &mut ReplayReport,
    ) -> Result<(), ReplayProblem> {
        let record = record.inspect_err(|_| report.unreadable += 1)?;
        if let (Some(pace), Some(time)) = (pace, record.event().time()) {
            pace.wait(time, &mut *self.timer);
        }
        match self.registry.decode(record.event()) {
            Ok(Decoded::Event(event)) => emit(bus, event, &record, report),
            Ok(Decoded::Raw(_)) => {
                report.unknown += 1;
                (self.tell_raw)(record);
                Ok(())
            }
            Err(source) => {
                report.undecodable += 1;
                Err(ReplayProblem::Undecodable { place: record.place().clone(), source })
            }
        }
    }
}

fn emit(bus: &EventBus, event: AnyEnvelope, record: &Record, report: &mut ReplayReport) -> Result<(), ReplayProblem> {
    let place = || record.place().clone();
    let receipt = bus.emit(event).map_err(|source| {
        report.refused += 1;
        ReplayProblem::Refused { place: place(), source }
    })?;
    let counted = match &receipt {
        Receipt::Delivered { failures, .. } if failures.is_empty() => &mut report.delivered,
        Receipt::Delivered { .. } => &mut report.failed,
        Receipt::Duplicate { .. } => &mut report.duplicates,
        Receipt::Suppressed { .. } => &mut report.suppressed,
        // Of what is still to come it may yet be anything.
        _ => &mut report.queued,
    };
    *counted += 1;
    receipt.into_result().map(drop).map_err(|source| ReplayProblem::Failed { place: place(), source })
}

/// When events are due.
#[derive(Debug)]
struct Pace {
    speed: f64,
    max_wait: Duration,
    /// The time of the latest event, and when on the timer it was due.
    from: Option<(DateTime<Utc>, Duration)>,
}

impl Pace {
    /// Waits until the event of that time is due.
    fn wait(&mut self, time: DateTime<Utc>, timer: &mut dyn Timer) {
        let now = timer.elapsed();
        let Some((latest, due)) = self.from else {
            self.from = Some((time, now));
            return;
        };
        let Ok(apart) = (time - latest).to_std() else { return };
        let apart =
            Duration::try_from_secs_f64(apart.as_secs_f64() / self.speed).unwrap_or(Duration::MAX).min(self.max_wait);
        // Counted from when the one before was due: what emitting took is made up for.
        let due = due.saturating_add(apart);
        if let Some(left) = due.checked_sub(now).filter(|left| !left.is_zero()) {
            timer.wait(left);
        }
        self.from = Some((time, due));
    }
}
