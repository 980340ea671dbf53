//! The events of the tests, and how files are looked at without the reader.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::DateTime;
use events_core::{AnyEnvelope, Envelope, Event, EventBus, Receipt};
use events_jsonl::{JsonlRecorder, JsonlRecorderBuilder};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// The step of a test that has this number.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("step.done")]
pub struct StepDone {
    pub number: u64,
    pub note: String,
}

pub fn step(number: u64) -> AnyEnvelope {
    noted(number, "")
}

pub fn noted(number: u64, note: &str) -> AnyEnvelope {
    let event = StepDone { number, note: note.into() };
    Envelope::builder(event, "test-1").time(DateTime::UNIX_EPOCH).build().unwrap().erase()
}

/// A bus with a recorder, in a directory that goes away with it.
pub struct Recording {
    pub bus: EventBus,
    pub recorder: Arc<JsonlRecorder>,
    pub path: PathBuf,
    pub directory: TempDir,
}

impl Recording {
    pub fn new(build: impl FnOnce(JsonlRecorderBuilder) -> JsonlRecorderBuilder) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.jsonl");
        let recorder = Arc::new(build(JsonlRecorder::builder(&path)).open().unwrap());
        let bus = EventBus::new();
        bus.observe(Arc::clone(&recorder)).detach();
        Self { bus, recorder, path, directory }
    }

    pub fn emit(&self, number: u64) -> Receipt {
        self.bus.emit(step(number)).unwrap()
    }

    /// What the recorder said of the event, as it is shown.
    pub fn failure(&self, number: u64) -> String {
        self.emit(number).into_result().unwrap_err().to_string()
    }

    pub fn numbers(&self) -> Vec<u64> {
        numbers(&self.path)
    }
}

/// The numbers of the steps in a file; each line is a whole one.
pub fn numbers(path: &Path) -> Vec<u64> {
    numbers_in(&fs::read_to_string(path).unwrap())
}

pub fn numbers_in(text: &str) -> Vec<u64> {
    assert!(text.is_empty() || text.ends_with('\n'), "a torn line: {:?}", text.lines().last());
    let number = |line| {
        let event: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert_eq!(event["type"], "step.done");
        event["data"]["number"].as_u64().unwrap()
    };
    text.lines().map(number).collect()
}

/// The names of what is in the directory, the lock's aside.
pub fn names(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| !name.contains(".lock")).collect();
    names.sort();
    names
}

/// The text of a file, decompressed if it is compressed.
pub fn text_of(path: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    } else {
        std::io::BufReader::new(file).read_to_string(&mut text).unwrap();
    }
    text
}

/// The numbers of the steps in all files of a recording, oldest first.
pub fn all_numbers(directory: &Path) -> Vec<u64> {
    let (mut rotated, mut live): (Vec<_>, Vec<_>) =
        names(directory).into_iter().partition(|name| name != "events.jsonl");
    rotated.append(&mut live);
    rotated.iter().flat_map(|name| numbers_in(&text_of(&directory.join(name)))).collect()
}
