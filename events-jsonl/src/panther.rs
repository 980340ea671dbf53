//! What upstream PANTHER writes into `structured.jsonl`, read as raw events.
//!
//! [PANTHER](https://github.com/ElNiak/PANTHER), the network-testing framework whose events these crates re-think, keeps one
//! timeline of an experiment: logs, metrics and events, one JSON object a line. The member `source` says which a line is.
//!
//! | `source` | written by | is read as |
//! |---|---|---|
//! | `event` | its event recorder | [`PantherLine::Event`] |
//! | `logging` | its log formatter | [`PantherLine::Log`] |
//! | `metrics` | its metrics collector | [`PantherLine::Metric`] |
//!
//! Of an event becomes
//!
//! | member | is there | becomes |
//! |---|---|---|
//! | `event_id` | always | `id`. A version-5 UUID of what upstream takes for the content, so it is no content id of ours and nothing is verified |
//! | `event_type` (`test.started`) | always | `type` |
//! | `entity_type`, `entity_id` | always | `source` (`/<entity type>/<entity id>`, percent-encoded), `subject` the id, `entitytype` the type |
//! | `ts` | always | `time`. Upstream writes the local time of its machine and says it were UTC; it is taken at its word |
//! | `data` | if there is any | `data`, byte for byte |
//! | `experiment_id`, `test_id`, `service_id`, `phase` | if known | the extensions `experimentid`, `testid`, `serviceid`, `phase` |
//! | `level` (`EVENT`), `level_num`, `message` | always | nothing: the same for all events, or type, entity and time once more |
//!
//! Members that are not in the table are left out. `NaN` and `Infinity`, which Python writes, are no JSON: a line with them is an error.
//!
//! ```
//! use events_jsonl::{JsonlReader, panther::PantherLine};
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("structured.jsonl");
//! # std::fs::write(&path, r#"{"ts": "2026-03-01T12:00:00.000000+00:00", "level": "INFO", "level_num": 20, "source": "logging", "message": "go"}
//! # {"ts": "2026-03-01T12:00:01.500000+00:00", "level": "EVENT", "level_num": 25, "source": "event", "event_id": "5bbc6cbe-7b8a-5b8a-9d2a-2f1d6c3e8a11", "event_type": "test.started", "entity_type": "test", "entity_id": "handshake 1", "phase": "run", "message": "test.started(handshake 1) at 2026-03-01T12:00:01.500000", "data": {"attempt": 1}}
//! # "#)?;
//!
//! let mut types = Vec::new();
//! for line in JsonlReader::open(&path)?.panther() {
//!     if let PantherLine::Event(event) = line?.into_event() {
//!         assert_eq!((event.source(), event.subject()), ("/test/handshake%201", Some("handshake 1")));
//!         assert_eq!(event.attribute("phase").unwrap(), "run");
//!         types.push(event.event_type().to_owned());
//!     }
//! }
//! assert_eq!(types, ["test.started"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{borrow::Cow, error::Error, iter::FusedIterator};

use chrono::{DateTime, Utc};
use events_core::wire::{DecodeError, RawEnvelope};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::reader::{JsonlReader, Place, ReadError, Reading, Record};

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PantherLine {
    /// An event.
    Event(RawEnvelope),
    /// A log record, which is no event.
    Log,
    /// A sample of a metric, which is no event.
    Metric,
}

/// Why a line is none of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PantherError {
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is no JSON object, or one of its members is not what it is to be.
    #[error("{place}: {source}")]
    #[non_exhaustive]
    Syntax {
        /// The line.
        place: Place,
        /// What the parser says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// It is from a source that is not known.
    #[error("{place}: unknown source `{found}`; expected `event`, `logging` or `metrics`")]
    #[non_exhaustive]
    UnknownSource {
        /// The line.
        place: Place,
        /// The source.
        found: String,
    },
    /// It is an event without something that every event has.
    #[error("{place}: an event without `{member}`")]
    #[non_exhaustive]
    Missing {
        /// The line.
        place: Place,
        /// What it lacks.
        member: &'static str,
    },
    /// What it says makes no event.
    #[error("{place}: {source}")]
    #[non_exhaustive]
    Event {
        /// The line.
        place: Place,
        /// Why. Its offset is in the event that it would be.
        source: DecodeError,
    },
}

/// The members of a line that are looked at.
#[derive(Deserialize)]
struct Line<'l> {
    #[serde(borrow)]
    source: Cow<'l, str>,
    ts: Option<DateTime<Utc>>,
    #[serde(borrow)]
    event_id: Option<Cow<'l, str>>,
    #[serde(borrow)]
    event_type: Option<Cow<'l, str>>,
    #[serde(borrow)]
    entity_type: Option<Cow<'l, str>>,
    #[serde(borrow)]
    entity_id: Option<Cow<'l, str>>,
    #[serde(borrow)]
    experiment_id: Option<Cow<'l, str>>,
    #[serde(borrow)]
    test_id: Option<Cow<'l, str>>,
    #[serde(borrow)]
    service_id: Option<Cow<'l, str>>,
    #[serde(borrow)]
    phase: Option<Cow<'l, str>>,
    #[serde(borrow)]
    data: Option<&'l RawValue>,
}

impl JsonlReader {
    /// Reads what upstream PANTHER wrote; see [`panther`](crate::panther).
    pub fn panther(self) -> PantherReader {
        PantherReader { lines: self.into_lines() }
    }
}

/// Reads a `structured.jsonl`: an iterator over its lines, and over what is wrong with them.
#[derive(Debug)]
#[must_use = "a reader is an iterator: it reads what it is asked for"]
pub struct PantherReader {
    lines: Reading,
}

impl Iterator for PantherReader {
    type Item = Result<Record<PantherLine>, PantherError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = match self.lines.advance()? {
            Ok(place) => place,
            Err(error) => return Some(Err(error.into())),
        };
        Some(line(self.lines.line(), &place).map(|line| Record::new(line, place)))
    }
}

impl FusedIterator for PantherReader {}

fn line(text: &[u8], place: &Place) -> Result<PantherLine, PantherError> {
    let line: Line<'_> = serde_json::from_slice(text)
        .map_err(|error| PantherError::Syntax { place: place.clone(), source: error.into() })?;
    match &*line.source {
        "event" => line.event(place).map(PantherLine::Event),
        "logging" => Ok(PantherLine::Log),
        "metrics" => Ok(PantherLine::Metric),
        other => Err(PantherError::UnknownSource { place: place.clone(), found: other.to_owned() }),
    }
}

impl Line<'_> {
    fn event(&self, place: &Place) -> Result<RawEnvelope, PantherError> {
        let missing = |member| move || PantherError::Missing { place: place.clone(), member };
        let id = self.event_id.as_ref().ok_or_else(missing("event_id"))?;
        let event_type = self.event_type.as_ref().ok_or_else(missing("event_type"))?;
        let entity_type = self.entity_type.as_ref().ok_or_else(missing("entity_type"))?;
        let entity_id = self.entity_id.as_ref().ok_or_else(missing("entity_id"))?;
        let time = self.ts.ok_or_else(missing("ts"))?;
        let mut event = RawEnvelope::builder_for_entity(event_type, entity_type, entity_id, id).time(time);
        let context = [
            ("experimentid", &self.experiment_id),
            ("testid", &self.test_id),
            ("serviceid", &self.service_id),
            ("phase", &self.phase),
        ];
        for (name, value) in context {
            // An attribute of CloudEvents is never empty.
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                event = event.extension(name, value);
            }
        }
        if let Some(data) = self.data {
            event = event.data_json(data.get());
        }
        event.build().map_err(|source| PantherError::Event { place: place.clone(), source })
    }
}
