//! What chaos did.

use std::fmt;

use crate::{
    AnyEnvelope,
    testing::report::{counted, shortened},
};

/// What a [`Chaos`](super::Chaos) did until now, step by step. Its `Display` tells all of it, the seed first:
///
/// ```
/// use events_core::{Event, EventType, Observer, testing::{Chaos, Recorder}};
/// # #[derive(serde::Serialize)]
/// # struct Step { n: u32 }
/// # impl Event for Step { const TYPE: EventType = EventType::from_static("quick_test.step"); }
///
/// let chaos = Chaos::builder(Recorder::new()).seed(7).duplicate(1.0).build();
/// chaos.on_event(&Step { n: 1 }.for_entity("test-001")?.erase())?;
/// assert_eq!(
///     chaos.log().to_string(),
///     "chaos with seed 7: 1 event came, 0 lost, 0 failed, 1 duplicated, 2 told, 0 held back\n  \
///        #1 quick_test.step of test-001: duplicated\n  \
///        #1 quick_test.step of test-001: told\n  \
///        #1 quick_test.step of test-001: told",
/// );
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChaosLog {
    /// What made all decisions.
    pub seed: u64,
    /// How many events came.
    pub came: usize,
    /// How many are held back: those of which two are on their way twice.
    pub held: usize,
    /// What was done, in that order.
    pub steps: Vec<ChaosStep>,
}

/// One thing that a [`Chaos`](super::Chaos) did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChaosStep {
    /// The number of the event, from 1, in the order in which they came.
    pub number: usize,
    /// The event.
    pub event: AnyEnvelope,
    /// What was done to it.
    pub act: ChaosAct,
}

/// What a [`Chaos`](super::Chaos) does to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChaosAct {
    /// The inner observer was told.
    Told,
    /// It was lost.
    Lost,
    /// An error took its place.
    Failed,
    /// A panic took its place.
    Panicked,
    /// It is on its way twice.
    Duplicated,
    /// It is held back, and others pass it.
    #[non_exhaustive]
    Reordered {
        /// The number of the event that passes it last.
        until: usize,
    },
    /// It is held back, and all others behind it.
    #[non_exhaustive]
    Delayed {
        /// The number of the event with which it ends.
        until: usize,
    },
}

impl ChaosLog {
    /// How often this was done.
    pub fn count(&self, is: impl Fn(ChaosAct) -> bool) -> usize {
        self.steps.iter().filter(|step| is(step.act)).count()
    }
}

impl fmt::Display for ChaosAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told => f.write_str("told"),
            Self::Lost => f.write_str("lost"),
            Self::Failed => f.write_str("failed"),
            Self::Panicked => f.write_str("panicked"),
            Self::Duplicated => f.write_str("duplicated"),
            Self::Reordered { until } => write!(f, "held back behind #{until}"),
            Self::Delayed { until } => write!(f, "all held back until #{until}"),
        }
    }
}

impl fmt::Display for ChaosStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, event, act } = self;
        write!(f, "#{number} {} of {}: {act}", event.event_type(), event.entity_id())
    }
}

impl fmt::Display for ChaosLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, came, held, steps } = self;
        write!(
            f,
            "chaos with seed {seed}: {} came, {} lost, {} failed, {} duplicated, {} told, {held} held back",
            counted(*came, "event"),
            self.count(|act| act == ChaosAct::Lost),
            self.count(|act| matches!(act, ChaosAct::Failed | ChaosAct::Panicked)),
            self.count(|act| act == ChaosAct::Duplicated),
            self.count(|act| act == ChaosAct::Told),
        )?;
        let hidden = shortened(steps.len());
        for (index, step) in steps.iter().enumerate().filter(|(index, _)| !hidden.contains(index)) {
            if index == hidden.end && !hidden.is_empty() {
                write!(f, "\n  … {} more", hidden.len())?;
            }
            write!(f, "\n  {step}")?;
        }
        Ok(())
    }
}
