//! The recorder against lines that are ready, and the reader against a line by line `serde_json::Value`.
//!
//! `cargo bench -p events-jsonl --bench jsonl`. It ends with lines `ratio wire/jsonl-<write or read>/<case> <time over that of the
//! group's first case>`.

#[path = "../../events-core/benches/support/paired.rs"]
mod paired;

use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
};

use events_core::{
    AnyEnvelope, Event, Observer as _,
    wire::{EventRegistry, RegisteredType},
};
use events_jsonl::{Flush, JsonlReader, JsonlRecorder};
use paired::{Case, compare};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const BUFFER: usize = 64 * 1024;
/// So many events are in the file that is read.
const READ: u64 = 200;

/// A line of some 420 bytes.
#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.completed")]
struct Completed {
    test_name: String,
    attempt: u64,
    success_rate: f64,
    phases: Vec<String>,
}

static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<Completed>()]);

fn event(attempt: u64) -> Result<AnyEnvelope, Box<dyn Error>> {
    let phases = ["resolving", "connecting", "measuring"].map(str::to_owned).into();
    let event = Completed { test_name: "Tutorial Connection Test".into(), attempt, success_rate: 0.98, phases };
    Ok(event.for_entity("test-123")?.erase())
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let mut verdicts = write(directory.path())?;
    verdicts.extend(read(directory.path())?);
    println!("\n{}", verdicts.join("\n"));
    Ok(())
}

/// Times are those of one event. The first case has nothing to encode and nothing to ask; that of a line a write is the one to hold
/// the default policy against.
fn write(directory: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let file = |name: &str| File::create(directory.join(name));
    let recorder = |name: &str, flush| JsonlRecorder::builder(directory.join(name)).flush(flush).open();
    let event = event(1)?;
    let line = event.to_json()? + "\n";
    println!("lines of {} bytes", line.len());
    let mut buffered = BufWriter::with_capacity(BUFFER, file("buffered")?);
    let mut encoded = BufWriter::with_capacity(BUFFER, file("encoded")?);
    let mut text = Vec::new();
    let mut unbuffered = file("unbuffered")?;
    let waiting = recorder("waiting.jsonl", Flush::EveryBytes(BUFFER))?;
    let at_once = recorder("at-once.jsonl", Flush::EveryEvent)?;
    let batches = recorder("batches.jsonl", Flush::EveryEvent)?;
    let hundred = vec![event.clone(); 100];
    Ok(compare(
        "wire/jsonl-write",
        vec![
            Case::new("ready-lines-bufwriter", || buffered.write_all(line.as_bytes())),
            Case::new("encoded-bufwriter", || {
                text.clear();
                event.write_json(&mut text).map(|()| encoded.write_all(&text))
            }),
            Case::new("ours-every-64k", || waiting.on_event(&event)),
            Case::new("ready-lines-write-each", || unbuffered.write_all(line.as_bytes())),
            Case::new("ours-every-event", || at_once.on_event(&event)),
            Case::timed("ours-batch-of-100", |events| {
                let start = std::time::Instant::now();
                for batch in 0..events.div_ceil(100) {
                    let rest = usize::try_from(events - batch * 100).unwrap_or(100).min(100);
                    std::hint::black_box(batches.on_batch(&hundred[..rest]).is_ok());
                }
                start.elapsed()
            }),
        ],
    ))
}

/// Times are those of a file of so many events.
fn read(directory: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let path = directory.join("read.jsonl");
    let recorder = JsonlRecorder::open(&path)?;
    for attempt in 0..READ {
        recorder.on_event(&event(attempt)?).map_err(|error| error.to_string())?;
    }
    recorder.close()?;
    let records = || JsonlReader::open(&path).into_iter().flatten().flatten();
    assert_eq!(records().count() as u64, READ);
    let lines =
        || File::open(&path).into_iter().flat_map(|file| BufReader::with_capacity(BUFFER, file).lines()).flatten();
    Ok(compare(
        "wire/jsonl-read",
        vec![
            Case::new("lines-to-value", || {
                lines().filter_map(|line| serde_json::from_str::<Value>(&line).ok()).count()
            }),
            Case::new("lines-alone", || lines().map(|line| line.len()).sum::<usize>()),
            Case::new("ours-raw", || records().count()),
            Case::new("ours-typed-and-verified", || {
                records().filter_map(|record| EVENTS.decode(record.event()).ok()).count()
            }),
        ],
    ))
}
