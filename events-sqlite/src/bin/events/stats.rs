//! `events stats`.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write,
    path::PathBuf,
};

use chrono::{DateTime, Utc};
use events_core::{
    __private::{Line, columns},
    anstyle::Style,
    wire::RawEnvelope,
};
use indicatif::{DecimalBytes, HumanCount};
use serde::Serialize;

use crate::{
    Verdict,
    args::Stats,
    error::CliError,
    line::style,
    open,
    output::{Look, Report, Stream, escaped},
    progress, scan, time,
};

pub(crate) fn run(args: &Stats, look: Look) -> Result<Verdict, CliError> {
    let log = open(&args.file)?;
    let mut summary = Summary {
        file: args.file.clone(),
        bytes: scan::size(&args.file),
        first_position: log.first_position()?,
        last_position: log.last_position()?,
        events: 0,
        entities: 0,
        times: Times::default(),
        types: BTreeMap::new(),
        color: look.color,
    };
    let bar = progress::events("counting", (summary.last_position + 1).saturating_sub(summary.first_position));
    let mut entities = HashSet::new();
    for record in log.read(args.filters.query()) {
        let record = record?;
        bar.set_position(record.position().saturating_sub(summary.first_position));
        let event = record.raw()?;
        // With the source, for other systems share subjects.
        let entity = [event.source(), event.subject().unwrap_or_default()].join("\n");
        if !entities.contains(&entity) {
            entities.insert(entity);
        }
        summary.count(&event);
    }
    bar.finish_and_clear();
    summary.entities = entities.len();
    look.report(Stream::Output, &summary)?;
    Ok(Verdict::Fine)
}

/// What a log holds. The positions are those of the log, the rest is of the events that were asked for.
#[derive(Debug, Serialize)]
struct Summary {
    file: PathBuf,
    bytes: u64,
    first_position: u64,
    last_position: u64,
    events: u64,
    entities: usize,
    #[serde(flatten)]
    times: Times,
    types: BTreeMap<String, OfType>,
    #[serde(skip)]
    color: bool,
}

#[derive(Debug, Default, Serialize)]
struct OfType {
    events: u64,
    #[serde(flatten)]
    times: Times,
}

#[derive(Debug, Default, Serialize)]
struct Times {
    earliest: Option<DateTime<Utc>>,
    latest: Option<DateTime<Utc>>,
}

impl Summary {
    fn count(&mut self, event: &RawEnvelope) {
        self.events += 1;
        self.times.include(event.time());
        let of_type = match self.types.get_mut(event.event_type()) {
            Some(of_type) => of_type,
            None => self.types.entry(event.event_type().to_owned()).or_default(),
        };
        of_type.events += 1;
        of_type.times.include(event.time());
    }
}

impl Times {
    fn include(&mut self, time: Option<DateTime<Utc>>) {
        if let Some(time) = time {
            self.earliest = Some(self.earliest.map_or(time, |earliest| earliest.min(time)));
            self.latest = Some(self.latest.map_or(time, |latest| latest.max(time)));
        }
    }
}

impl Report for Summary {
    fn for_people(&self) -> String {
        let mut text = String::new();
        let mut say = |name, value: String| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name:<12}{value}");
        };
        say("file", format!("{}, {}", escaped(&self.file.to_string_lossy()), DecimalBytes(self.bytes)));
        if self.first_position <= self.last_position {
            say("positions", format!("{} to {}", self.first_position, self.last_position));
        }
        say("events", HumanCount(self.events).to_string());
        say("entities", HumanCount(self.entities as u64).to_string());
        if let Some((earliest, latest)) = self.times.earliest.zip(self.times.latest) {
            say("times", format!("{} to {}", time::millis(earliest), time::millis(latest)));
        }
        if !self.types.is_empty() {
            text.push_str(&self.table());
        }
        text
    }
}

impl Summary {
    /// A line for each type, those with most events first.
    fn table(&self) -> String {
        let mut types: Vec<_> = self.types.iter().collect();
        types.sort_by_key(|(_, of_type)| std::cmp::Reverse(of_type.events));
        let width = types.iter().map(|(name, _)| columns(name)).max().unwrap_or(0).max(4);
        let mut text = format!("\n{:width$}  {:>12}  {:>7}  latest\n", "type", "events", "share");
        for (name, of_type) in types {
            let mut line = Line::new(self.color, None);
            line.push_escaped(style(name), name);
            line.pad(width - columns(name));
            let count = HumanCount(of_type.events).to_string();
            let share = percent(of_type.events, self.events);
            let latest = of_type.times.latest.map_or_else(|| "-".to_owned(), time::millis);
            line.push(Style::new(), &format!("  {count:>12}  {share:>7}  {latest}"));
            text.push_str(&line.finish());
        }
        text
    }
}

/// To one decimal place.
fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1000 + u128::from(whole) / 2) / u128::from(whole.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn shares_are_rounded() {
        let shares = [(1, 3), (2, 3), (1, 1), (0, 7), (1, 2000), (u64::MAX, u64::MAX), (0, 0)];
        let expected = ["33.3 %", "66.7 %", "100.0 %", "0.0 %", "0.1 %", "100.0 %", "0.0 %"];
        assert_eq!(shares.map(|(part, whole)| percent(part, whole)), expected);
    }
}
