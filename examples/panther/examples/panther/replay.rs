//! A record told again.

use std::{fs, time::Duration};

use events_core::{DedupWindow, EventBus};
use events_jsonl::JsonlReader;
use events_panther::{
    EVENTS,
    summary::{Summary, Watch},
};
use events_sqlite::{EventLog, Query};

use crate::record::{Failure, Record, about};

/// What came of telling a record again.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) summary: Summary,
    /// How many events of the record were told again by the machines before: their transitions and refusals.
    pub(crate) repeated: u64,
}

impl Replayed {
    /// Whether this is what the run came to, with all that the machines told then.
    pub(crate) fn agrees_with(&self, run: &Summary) -> bool {
        self.summary == *run && self.repeated == run.transitions + run.refusals
    }
}

impl Record {
    /// What the run itself came to.
    pub(crate) fn outcome(&self) -> Result<Summary, Failure> {
        let file = self.summary();
        let text = fs::read(&file).map_err(about(&file))?;
        serde_json::from_slice(&text).map_err(about(&file))
    }

    pub(crate) fn replay_log(&self) -> Result<Replayed, Failure> {
        let file = self.log();
        replay(|bus| {
            let log = EventLog::builder().read_only().open(&file).map_err(about(&file))?;
            let report = log.replay_into(Query::all(), &EVENTS, bus).map_err(about(&file))?;
            let is_whole = report.delivered + report.duplicates == report.last;
            if is_whole { Ok(report.duplicates) } else { Err(about(&file)(format!("not all is told: {report:?}"))) }
        })
    }

    pub(crate) fn replay_lines(&self) -> Result<Replayed, Failure> {
        let file = self.lines();
        replay(|bus| {
            let lines = JsonlReader::open(&file).map_err(about(&file))?;
            let report = lines.replay(&EVENTS).run(bus).map_err(about(&file))?;
            let is_whole = report.delivered + report.duplicates == report.records;
            if is_whole { Ok(report.duplicates) } else { Err(about(&file)(format!("not all is told: {report:?}"))) }
        })
    }
}

/// Gives the events of a record a bus of their own; `tell` emits them there, and says how many the bus knew already.
fn replay(tell: impl FnOnce(&EventBus) -> Result<u64, Failure>) -> Result<Replayed, Failure> {
    let bus = EventBus::builder().dedup(DedupWindow::new(1_000_000, Duration::MAX)).build();
    let watch = Watch::on(&bus);
    let repeated = tell(&bus)?;
    Ok(Replayed { summary: watch.summary(), repeated })
}
