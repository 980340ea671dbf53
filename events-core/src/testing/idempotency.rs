//! Whether it makes a difference to be told twice.

use std::fmt::{self, Debug};

use super::{ManualClock, SequentialIds, report};
use crate::{AnyEnvelope, DeliveryError, EmitError, EventBus, IntoEnvelope, Receipt};

/// Checks that whoever is told of an event twice is in the same state as if told once: what retries, replays and
/// [`Chaos`](super::Chaos) ask of an observer.
///
/// `set_up` is called for each of three runs with a fresh bus, subscribes to it what is tested, and returns a closure that
/// reads the state. Let subscriptions outlive it: `detach` them, or move them into the closure. One run tells the events
/// once, one tells each of them twice in a row, and one tells all of them and then all of them again. That a repeat is
/// refused with an error is no failure, as long as it changes nothing. The clock stands still, and the bus tells every
/// repeat, unless the type of the event asks for a window.
///
/// ```
/// use std::{collections::BTreeSet, sync::{Arc, Mutex}};
/// use events_core::{Envelope, Event, EventType, testing::check_idempotent};
/// # #[derive(serde::Serialize)]
/// # struct Step { n: u32 }
/// # impl Event for Step { const TYPE: EventType = EventType::from_static("quick_test.step"); }
///
/// let steps = [1, 2, 3].map(|n| Step { n }.for_entity("test-001").unwrap());
///
/// // A set forgets how often it was told.
/// check_idempotent(&steps, |bus| {
///     let done = Arc::new(Mutex::new(BTreeSet::new()));
///     let seen = Arc::clone(&done);
///     bus.subscribe(move |event: &Envelope<Step>| {
///         seen.lock().unwrap().insert(event.n);
///     })
///     .detach();
///     move || done.lock().unwrap().clone()
/// })?;
///
/// // A sum does not.
/// let error = check_idempotent(&steps, |bus| {
///     let sum = Arc::new(Mutex::new(0));
///     let total = Arc::clone(&sum);
///     bus.subscribe(move |event: &Envelope<Step>| *total.lock().unwrap() += event.n).detach();
///     move || *sum.lock().unwrap()
/// })
/// .unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "not idempotent: being told of #1 twice made a difference\n  \
///        #1 quick_test.step of test-001 {\"n\": 1}\n  \
///        once:  1\n  \
///        twice: 2",
/// );
/// # Ok::<(), events_core::testing::IdempotencyError>(())
/// ```
///
/// # Errors
///
/// [`IdempotencyError`]: a repeat changed the state, or the check could not be made.
pub fn check_idempotent<T, R, S>(
    events: impl IntoIterator<Item = T>,
    set_up: impl Fn(&EventBus) -> R,
) -> Result<(), IdempotencyError>
where
    T: IntoEnvelope,
    R: Fn() -> S,
    S: PartialEq + Debug,
{
    let events: Vec<AnyEnvelope> = events.into_iter().map(IntoEnvelope::into_envelope).collect();
    let run = || {
        let bus = EventBus::builder().clock(ManualClock::default()).ids(SequentialIds::default()).build();
        let read = set_up(&bus);
        (bus, read)
    };

    let states = states_when_told_once(&events, run())?;
    let Some(last) = states.last() else { return Err(IdempotencyError::Untested { events: 0 }) };
    let (again, read_again) = run();
    for event in &events {
        tell_again(&again, event)?;
    }
    let state = read_again();
    if state != *last {
        return Err(IdempotencyError::Unsteady { first: format!("{last:?}"), second: format!("{state:?}") });
    }

    let (twice, read_twice) = run();
    for (index, (event, once)) in events.iter().zip(&states).enumerate() {
        tell_again(&twice, event)?;
        tell_again(&twice, event)?;
        let state = read_twice();
        if state != *once {
            return Err(IdempotencyError::Repeat(Difference::new(index, event, once, &state)));
        }
    }

    let mut changed = None;
    for (index, event) in events.iter().enumerate() {
        tell_again(&again, event)?;
        if changed.is_none() && read_again() != *last {
            changed = Some((index, event));
        }
    }
    let state = read_again();
    match changed {
        Some((index, event)) if state != *last => {
            Err(IdempotencyError::Replay(Difference::new(index, event, last, &state)))
        }
        _ => Ok(()),
    }
}

/// The state after each event. Nobody may fail at the first time.
fn states_when_told_once<S>(
    events: &[AnyEnvelope],
    (bus, read): (EventBus, impl Fn() -> S),
) -> Result<Vec<S>, IdempotencyError> {
    let mut told = 0;
    let mut states = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        let receipt = bus.emit(event).map_err(IdempotencyError::Emit)?;
        if let Receipt::Delivered { observers, .. } = receipt {
            told += observers;
        }
        receipt.into_result().map_err(|source| IdempotencyError::Failed { number: index + 1, source })?;
        states.push(read());
    }
    if told == 0 { Err(IdempotencyError::Untested { events: events.len() }) } else { Ok(states) }
}

/// Emits an event that was told before, on this bus or another. That it is refused is no failure.
fn tell_again(bus: &EventBus, event: &AnyEnvelope) -> Result<(), IdempotencyError> {
    bus.emit(event).map(drop).map_err(IdempotencyError::Emit)
}

/// Why a check of [`check_idempotent`] failed. `Debug` says it in words as well, for that is what a test that returns an
/// error prints.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum IdempotencyError {
    /// An event that was told twice in a row made a difference. It is the first one.
    #[error("not idempotent: being told of #{number} twice made a difference\n{0}", number = .0.number)]
    Repeat(Difference),
    /// Each event may be told twice in a row, but not all of them again: this one is the first whose repeat changed the
    /// state, and at the end it was another one.
    #[error("not idempotent: being told of everything again made a difference, from #{number} on\n{0}", number = .0.number)]
    Replay(Difference),
    /// Two runs over the same events, each told once, did not end in the same state.
    #[error("two runs over the same events differ without any repeat\n  first:  {first}\n  second: {second}")]
    #[non_exhaustive]
    Unsteady {
        /// The state at the end of one run.
        first: String,
        /// That of another.
        second: String,
    },
    /// An observer failed when it was told of an event for the first time.
    #[error("#{number} failed when it was told for the first time: {source}")]
    #[non_exhaustive]
    Failed {
        /// The number of the event, from 1.
        number: usize,
        /// What went wrong.
        source: DeliveryError,
    },
    /// Nobody was told of any event: there were none, or no subscription outlived the set-up.
    #[error(
        "nothing was tested: no observer was told of any of the {events} events; does the subscription outlive the set-up?"
    )]
    #[non_exhaustive]
    Untested {
        /// How many events there were.
        events: usize,
    },
    /// An event could not be emitted: the set-up shut the bus down.
    #[error("an event could not be told: {0}")]
    Emit(#[source] EmitError),
}

impl Debug for IdempotencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Two states that should be one, and the event that made the difference.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Difference {
    /// The number of the event, from 1.
    pub number: usize,
    /// The event.
    pub event: AnyEnvelope,
    /// The state where events were told once, as its `Debug` writes it.
    pub once: String,
    /// The state where they were told twice.
    pub twice: String,
}

impl Difference {
    fn new<S: Debug>(index: usize, event: &AnyEnvelope, once: &S, twice: &S) -> Self {
        let (once, twice) = (format!("{once:?}"), format!("{twice:?}"));
        Self { number: index + 1, event: event.clone(), once, twice }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, event, once, twice } = self;
        write!(f, "  {}\n  once:  {once}\n  twice: {twice}", report::line(*number, event))
    }
}
