//! What the name of an event says of it: good news or bad.

use crate::EventType;

/// How an event sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Bad,
    Doubtful,
    Good,
    Neutral,
}

const BAD: &[&str] = &["failed", "failure", "error", "crashed", "panicked", "aborted", "refused", "rejected", "lost"];
const DOUBTFUL: &[&str] = &["warning", "degraded", "retried", "retrying", "cancelled", "skipped", "stalled", "timeout"];
const GOOD: &[&str] = &["completed", "succeeded", "passed", "finished", "ready", "recovered"];

impl Tone {
    /// By the last word of the event's name: `failed`, `connection_failed`.
    pub(crate) fn of(event_type: &EventType) -> Self {
        let name = event_type.name();
        let word = name.rsplit('_').next().unwrap_or(name);
        let tones = [(BAD, Self::Bad), (DOUBTFUL, Self::Doubtful), (GOOD, Self::Good)];
        tones.into_iter().find(|(words, _)| words.contains(&word)).map_or(Self::Neutral, |(_, tone)| tone)
    }
}
