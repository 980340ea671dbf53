//! `events verify`.

use std::{fmt::Write, ops::RangeInclusive};

use events_core::anstyle::{AnsiColor, Style};
use events_sqlite::{EventLog, LogError, Record};
use indicatif::{HumanCount, ProgressBar};
use serde::Serialize;

use crate::{
    Verdict,
    args::Verify,
    error::CliError,
    open,
    output::{Look, Report, Stream, counted, escaped},
    progress,
    scan::{Found, Positions},
};

pub(crate) fn run(args: &Verify, look: Look) -> Result<Verdict, CliError> {
    let log = open(&args.file)?;
    let positions = Positions::of(&log)?;
    let bar = progress::events("recomputing ids", positions.left());
    let mut verifier = Verifier { look, bar, summary: Summary::new(look), first: None };
    for found in positions {
        verifier.bar.inc(1);
        match found? {
            Found::Event(record) => verifier.recompute(&record)?,
            Found::Damaged(at, error) => verifier.tell(Some(at..=at), error)?,
            Found::Missing(positions) => verifier.miss(&log, positions)?,
        }
    }
    verifier.bar.finish_and_clear();
    verifier.bar = progress::spinner("checking the file");
    match log.check() {
        Ok(()) => {}
        Err(error @ LogError::Corrupt { .. }) => verifier.tell(None, error)?,
        Err(error) => return Err(error.into()),
    }
    verifier.bar.finish_and_clear();
    let summary = verifier.summary;
    look.report(Stream::Output, &summary)?;
    Ok(if summary.ok { Verdict::Fine } else { Verdict::Faulty })
}

struct Verifier {
    look: Look,
    bar: ProgressBar,
    summary: Summary,
    /// The first damage. The check of the file ends with the first that it finds, and that may be the same.
    first: Option<String>,
}

impl Verifier {
    /// Compares the id with the content, where it follows from that.
    fn recompute(&mut self, record: &Record) -> Result<(), CliError> {
        self.summary.events += 1;
        let at = record.position();
        let event = match record.raw() {
            Ok(event) => event,
            Err(error) => return self.tell(Some(at..=at), error),
        };
        match event.verify() {
            Ok(()) if event.event_id().is_some_and(|id| id.is_content()) => self.summary.recomputed += 1,
            Ok(()) => self.summary.other_ids += 1,
            Err(error) => {
                self.tell_text(Some(at..=at), format!("the event at {at} has not the id of its content: {error}"))?;
            }
        }
        Ok(())
    }

    /// Positions without an event, unless they were pruned meanwhile.
    fn miss(&mut self, log: &EventLog, positions: RangeInclusive<u64>) -> Result<(), CliError> {
        let first = log.first_position()?.max(*positions.start());
        let last = *positions.end();
        if first > last {
            return Ok(());
        }
        let text = if first == last {
            format!("there is no event at {first}")
        } else {
            format!("there are no events from {first} to {last}")
        };
        self.tell_text(Some(first..=last), text)
    }

    fn tell(&mut self, positions: Option<RangeInclusive<u64>>, error: LogError) -> Result<(), CliError> {
        match error {
            LogError::Corrupt { detail, .. } => self.tell_text(positions, detail),
            error => self.tell_text(positions, error.to_string()),
        }
    }

    fn tell_text(&mut self, positions: Option<RangeInclusive<u64>>, text: String) -> Result<(), CliError> {
        if positions.is_none() && self.first.as_ref() == Some(&text) {
            return Ok(());
        }
        self.first.get_or_insert_with(|| text.clone());
        self.summary.faults += 1;
        self.summary.ok = false;
        let (first, last) = positions.map(RangeInclusive::into_inner).unzip();
        let fault = Fault { text, first, last, color: self.look.color };
        self.bar.suspend(|| self.look.report(Stream::Output, &fault))
    }
}

#[derive(Debug, Serialize)]
struct Fault {
    #[serde(rename = "fault")]
    text: String,
    /// The positions, if it is at some.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<u64>,
    #[serde(skip)]
    color: bool,
}

impl Report for Fault {
    fn for_people(&self) -> String {
        let style = if self.color { AnsiColor::Red.on_default() } else { Style::new() };
        format!("{style}fault{style:#}: {}\n", escaped(&self.text))
    }
}

#[derive(Debug, Serialize)]
struct Summary {
    ok: bool,
    events: u64,
    /// So many ids follow from the content.
    recomputed: u64,
    /// So many are of other kinds, and say nothing of the content.
    other_ids: u64,
    faults: u64,
    #[serde(skip)]
    color: bool,
}

impl Summary {
    fn new(look: Look) -> Self {
        Self { ok: true, events: 0, recomputed: 0, other_ids: 0, faults: 0, color: look.color }
    }
}

impl Report for Summary {
    fn for_people(&self) -> String {
        let (verdict, color) = if self.ok {
            ("in order".to_owned(), AnsiColor::Green)
        } else {
            (counted(self.faults, "fault"), AnsiColor::Red)
        };
        let style = if self.color { color.on_default().bold() } else { Style::new() };
        let mut text = format!(
            "{style}{verdict}{style:#}: {} read, {} recomputed",
            counted(self.events, "event"),
            counted(self.recomputed, "id")
        );
        if self.other_ids > 0 {
            // Writing to a string does not fail.
            let _ = write!(text, ", {} not made from the content", HumanCount(self.other_ids));
        }
        text.push('\n');
        text
    }
}
