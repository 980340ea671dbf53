//! Chaos: what a network, a retry and a bad day do to events, from one seed.

mod dice;
mod line;
mod log;

use std::{fmt, sync::Arc, thread};

pub use self::log::{ChaosAct, ChaosLog, ChaosStep};
use self::{dice::Throw, line::Line};
use crate::{
    AnyEnvelope, EventType, Observer, ObserverError, ObserverResult,
    sync::{Mutex, lock},
};

/// An observer that stands before another one, and loses, repeats, reorders and delays what that one is told, fails and
/// panics: each with a probability, all from one seed. Clones are one chaos: give one to the bus, and keep another.
///
/// What is done to an event follows from the seed and the event's number alone, in this release and in every other. So a
/// run with a seed that failed can be repeated, as long as the events come in the same order: from one thread, or one after
/// the other.
///
/// ```
/// use events_core::{Event, EventBus, EventType, testing::{Chaos, Recorder}};
/// # #[derive(serde::Serialize)]
/// # struct Step { n: u32 }
/// # impl Event for Step { const TYPE: EventType = EventType::from_static("quick_test.step"); }
///
/// for seed in 0..10 {
///     let (bus, told) = (EventBus::new(), Recorder::new());
///     let chaos = Chaos::builder(told.clone()).seed(seed).duplicate(0.3).reorder(0.3, 5).build();
///     let _subscription = bus.observe(chaos.clone());
///     for n in 0..20 {
///         bus.emit(Step { n }.for_entity("test-001")?)?.into_result()?;
///     }
///     chaos.flush()?;
///     assert!((0..20).all(|n| told.of::<Step>().iter().any(|step| step.n == n)));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// When it is dropped because the thread panics, as it is at the end of a test that fails, it prints its [`log`](Self::log)
/// with the seed to standard error.
///
/// # The order of things
///
/// Of each event it is decided, in this order: whether it is lost, or an error or a panic takes its place; else whether it
/// is duplicated; whether it and all behind it are delayed; and of each copy whether others pass it. Time is counted in
/// events that came, lost ones included: nothing here waits. What is still held back at the end, [`flush`](Self::flush)
/// passes on. Of a batch it is decided event by event, so the inner observer is told them one by one, whether it takes batches or
/// not.
pub struct Chaos<O> {
    shared: Arc<Shared<O>>,
}

struct Shared<O> {
    settings: Settings,
    progress: Mutex<Progress>,
    observer: O,
}

#[derive(Clone, Copy, Debug, Default)]
struct Settings {
    seed: u64,
    lose: f64,
    fail: f64,
    panic: f64,
    duplicate: f64,
    reorder: (f64, usize),
    delay: (f64, usize),
}

#[derive(Default)]
struct Progress {
    came: usize,
    line: Line,
    steps: Vec<ChaosStep>,
}

/// What takes the place of an event.
enum Instead {
    Failure(ChaosError),
    Panic(String),
}

impl<O: Observer> Chaos<O> {
    /// Chaos before this observer. Until it is told to do something, everything passes.
    pub fn builder(observer: O) -> ChaosBuilder<O> {
        ChaosBuilder { settings: Settings::default(), observer }
    }

    /// Passes on all that is held back, in the order in which it would have been. A panic of the inner observer goes
    /// through, and what is behind that event stays held back.
    ///
    /// # Errors
    ///
    /// The first failure of the inner observer. It was told of everything all the same.
    pub fn flush(&self) -> Result<(), FlushError> {
        self.pass_on(|progress| progress.line.flush())
    }

    /// The inner observer.
    pub fn observer(&self) -> &O {
        &self.shared.observer
    }

    /// What was done until now.
    pub fn log(&self) -> ChaosLog {
        self.shared.log()
    }

    /// Tells the inner observer what is next, one by one: it may emit, and an event that makes it panic does not take
    /// others along.
    fn pass_on(&self, next: impl Fn(&mut Progress) -> Option<(usize, AnyEnvelope)>) -> Result<(), FlushError> {
        let mut result = Ok(());
        loop {
            let (number, event) = {
                let mut progress = lock(&self.shared.progress);
                let Some((number, event)) = next(&mut progress) else { return result };
                progress.log(number, &event, ChaosAct::Told);
                (number, event)
            };
            let told = self.shared.observer.on_event(&event);
            result = result.and(told.map_err(|source| FlushError { number, event_type: event.event_type(), source }));
        }
    }
}

#[diagnostic::do_not_recommend]
impl<O: Observer> Observer for Chaos<O> {
    fn is_interested(&self, event_type: &EventType) -> bool {
        self.shared.observer.is_interested(event_type)
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let instead = lock(&self.shared.progress).take(event, &self.shared.settings);
        let told = self.pass_on(|progress| progress.line.next(progress.came)).map_err(|error| error.source);
        match instead {
            None => told,
            Some(Instead::Failure(error)) => told.and(Err(error.into())),
            Some(Instead::Panic(message)) => panic!("{message}"),
        }
    }
}

impl Progress {
    /// Decides on an event, and puts it on its way.
    fn take(&mut self, event: &AnyEnvelope, settings: &Settings) -> Option<Instead> {
        self.came += 1;
        let (number, throw) = (self.came, Throw::new(settings.seed, self.came));
        if throw.lose.hits(settings.lose) {
            self.log(number, event, ChaosAct::Lost);
            return None;
        }
        let error = || ChaosError { seed: settings.seed, number, event_type: event.event_type() };
        if throw.fail.hits(settings.fail) {
            self.log(number, event, ChaosAct::Failed);
            return Some(Instead::Failure(error()));
        }
        if throw.panic.hits(settings.panic) {
            self.log(number, event, ChaosAct::Panicked);
            return Some(Instead::Panic(error().to_string()));
        }
        let (probability, events) = settings.delay;
        if throw.delay.hits(probability) {
            let until = number.saturating_add(throw.delay.up_to(events));
            self.log(number, event, ChaosAct::Delayed { until });
            self.line.stall(until);
        }
        let duplicated = throw.duplicate.hits(settings.duplicate);
        if duplicated {
            self.log(number, event, ChaosAct::Duplicated);
        }
        for die in throw.reorder.into_iter().take(1 + usize::from(duplicated)) {
            let (probability, window) = settings.reorder;
            let until = die.hits(probability).then(|| number.saturating_add(die.up_to(window)));
            if let Some(until) = until {
                self.log(number, event, ChaosAct::Reordered { until });
            }
            self.line.push(number, event, until);
        }
        None
    }

    fn log(&mut self, number: usize, event: &AnyEnvelope, act: ChaosAct) {
        self.steps.push(ChaosStep { number, event: event.clone(), act });
    }
}

impl<O> Shared<O> {
    fn log(&self) -> ChaosLog {
        let progress = lock(&self.progress);
        let Progress { came, line, steps } = &*progress;
        ChaosLog { seed: self.settings.seed, came: *came, held: line.len(), steps: steps.clone() }
    }
}

impl<O> Drop for Shared<O> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.log());
        }
    }
}

impl<O> Clone for Chaos<O> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<O> fmt::Debug for Chaos<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chaos").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

/// A [`Chaos`] to be set up; made by [`Chaos::builder`].
///
/// A probability lies between 0, never, and 1, always; what is less counts as 0, what is more as 1, and what is no number
/// as 0.
#[must_use = "chaos is made by `build`"]
pub struct ChaosBuilder<O> {
    settings: Settings,
    observer: O,
}

impl<O: Observer> ChaosBuilder<O> {
    /// What makes all decisions. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Loses events: nobody is told, and the receipt knows nothing of it.
    pub fn lose(mut self, probability: f64) -> Self {
        self.settings.lose = probability;
        self
    }

    /// Fails with a [`ChaosError`] in place of an event. It is in the receipt, and the event can be emitted again.
    pub fn fail(mut self, probability: f64) -> Self {
        self.settings.fail = probability;
        self
    }

    /// Panics in place of an event, with the same message. The bus contains it.
    pub fn panic(mut self, probability: f64) -> Self {
        self.settings.panic = probability;
        self
    }

    /// Passes events on twice.
    pub fn duplicate(mut self, probability: f64) -> Self {
        self.settings.duplicate = probability;
        self
    }

    /// Holds an event back until from 1 to `window` later ones passed it.
    pub fn reorder(mut self, probability: f64, window: usize) -> Self {
        self.settings.reorder = (probability, window);
        self
    }

    /// Holds an event and all behind it back until from 1 to `events` more came; then they are passed on at once, in the
    /// order that they had.
    pub fn delay(mut self, probability: f64, events: usize) -> Self {
        self.settings.delay = (probability, events);
        self
    }

    /// The chaos.
    #[must_use]
    pub fn build(self) -> Chaos<O> {
        let Self { settings, observer } = self;
        Chaos { shared: Arc::new(Shared { settings, progress: Mutex::default(), observer }) }
    }
}

impl<O> fmt::Debug for ChaosBuilder<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChaosBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What a [`Chaos`] fails with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event #{number} (`{event_type}`) fell to chaos with seed {seed}")]
#[non_exhaustive]
pub struct ChaosError {
    /// What made the decision.
    pub seed: u64,
    /// The number of the event, from 1, in the order in which they came.
    pub number: usize,
    /// The type of the event.
    pub event_type: &'static EventType,
}

/// The inner observer failed on an event that was held back.
#[derive(Debug, thiserror::Error)]
#[error("the observer failed on #{number}, a `{event_type}`: {source}")]
#[non_exhaustive]
pub struct FlushError {
    /// The number of the event, from 1, in the order in which they came.
    pub number: usize,
    /// The type of the event.
    pub event_type: &'static EventType,
    /// What the observer said.
    pub source: ObserverError,
}
