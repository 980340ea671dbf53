//! `events replay`.

use std::{
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

use crate::{
    Verdict,
    args::Replay,
    error::CliError,
    open,
    output::{Look, Output},
};

pub(crate) fn run(args: &Replay, look: Look) -> Result<Verdict, CliError> {
    let log = open(&args.file)?;
    let mut output = Output::new(look);
    let mut pace = Pace::new(args.speed, args.max_pause.unwrap_or(Duration::MAX));
    for record in log.read(args.filters.query()) {
        let record = record?;
        if !args.fast
            && let Some(time) = record.raw()?.time()
        {
            let pause = pace.due(time).saturating_duration_since(Instant::now());
            if !pause.is_zero() {
                output.flush()?;
                thread::sleep(pause);
            }
        }
        output.event(&record)?;
    }
    output.flush()?;
    Ok(Verdict::Fine)
}

/// As good as never.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// When events are due. Each counts from the one before it, so that no pause is longer than allowed, and from when that one was due,
/// so that delays do not add up.
struct Pace {
    speed: f64,
    max_pause: Duration,
    due: Instant,
    /// When the newest event so far happened: one that was recorded late is due at once.
    newest: Option<DateTime<Utc>>,
}

impl Pace {
    fn new(speed: f64, max_pause: Duration) -> Self {
        Self { speed, max_pause, due: Instant::now(), newest: None }
    }

    fn due(&mut self, time: DateTime<Utc>) -> Instant {
        let newest = *self.newest.get_or_insert(time);
        if let Ok(gap) = time.signed_duration_since(newest).to_std() {
            let pause = Duration::try_from_secs_f64(gap.as_secs_f64() / self.speed).unwrap_or(Duration::MAX);
            // What is beyond all clocks is due at once.
            self.due = self.due.checked_add(pause.min(self.max_pause).min(YEAR)).unwrap_or(self.due);
            self.newest = Some(time);
        }
        self.due
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn pauses(speed: f64, max_pause: Duration, at: &[i64]) -> Vec<u128> {
        let mut pace = Pace::new(speed, max_pause);
        let mut before = pace.due;
        let mut pause = |seconds| {
            let due = pace.due(DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds));
            (due - std::mem::replace(&mut before, due)).as_millis()
        };
        at.iter().map(|seconds| pause(*seconds)).collect()
    }

    #[test]
    fn pauses_are_those_of_the_events_by_the_factor() {
        assert_eq!(pauses(2.0, Duration::MAX, &[100, 101, 105]), [0, 500, 2000]);
        assert_eq!(pauses(0.5, Duration::from_secs(3), &[0, 1, 100]), [0, 2000, 3000]);
    }

    #[test]
    fn an_event_that_was_recorded_late_is_due_at_once() {
        assert_eq!(pauses(1.0, Duration::MAX, &[10, 7, 9, 11]), [0, 0, 0, 1000]);
    }

    #[test]
    fn no_time_is_too_far_away() {
        assert_eq!(pauses(f64::MIN_POSITIVE, Duration::MAX, &[0, 9_000_000]), [0, YEAR.as_millis()]);
    }
}
