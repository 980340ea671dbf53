//! The observer that writes each event as a line.

mod builder;
mod helper;
mod keeping;
mod live;
mod lock_file;
mod log;
mod policy;
mod shared;
mod stats;

use std::{
    cell::Cell,
    io, mem,
    path::{Path, PathBuf},
    slice,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use events_core::{AnyEnvelope, IntoEnvelope, Observer, ObserverResult, wire::RawEnvelope};

pub use self::{
    builder::JsonlRecorderBuilder,
    live::TailRepair,
    policy::{Flush, Fsync, Rotation},
    stats::RecorderStats,
};
use self::{
    helper::{Helper, Signal},
    lock_file::LockFile,
    log::Log,
    shared::Shared,
};
use crate::{
    error::{BackgroundError, CloseError, OpenError, RecordError},
    sync::lock,
};

/// Appends each event it is told to a file, as one line: `CloudEvents` 1.0, structured mode.
///
/// ```
/// use events_core::{Envelope, Event, EventBus, EventType};
/// use events_jsonl::JsonlRecorder;
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("events.jsonl");
///
/// let bus = EventBus::new();
/// let recorder = bus.observe(JsonlRecorder::open(&path)?);
/// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
/// assert_eq!(std::fs::read_to_string(&path)?.lines().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Whoever wants to ask or close it keeps it in an `Arc`, which is an observer too.
///
/// # What is promised
///
/// - **`Ok` is recorded, `Err` is not.** What the observer answers is in the receipt. An event of whose receipt this is no
///   failure is in the file or, where [`Flush`] allows that, waits to be written. Of one with a failure nothing is in the file,
///   and nothing waits: emitting it again, which the bus's deduplication allows after a failure, records it once.
/// - **Whole lines only.** If a write fails in the middle of a line, what was written of it is cut off. What a killed process
///   left of one is cut off when the file is opened next, so that nothing is ever glued to it.
/// - **What waits is kept.** Lines that could not be written when their time came are kept in order, and tried again with the next
///   event. They are lost only when the recorder is dropped before there is room; then they are counted, and told
///   ([`JsonlRecorderBuilder::on_error`]). [`close`](Self::close) tells it and loses nothing.
/// - **A file that somebody removed, renamed, replaced or shortened is noticed** when lines are written next, as far as device and
///   inode tell (that is on Unix; elsewhere only one that is missing is): the error is told once, the file made anew, and the
///   event that met it is not recorded. What was noticed between events, by the thread of [`Flush::Every`], is told to the next event.
/// - **One recorder a file**, through whichever path and symbolic link (a hard link is another file):
///   `events.jsonl.lock` is held locked, by a lock that the operating system releases when the process ends. The lock is advisory,
///   and the file stays.
/// - **Rotation delays nobody and loses nothing.** The emitter waits for a rename; compressing and removing is done by a thread of
///   the recorder. Their errors refuse no event: they are counted, told to the hook and by [`close`](Self::close), and it is
///   tried again. Killed at any point, a rotation is completed by whoever opens the recording next.
#[derive(Debug)]
#[must_use = "dropping a recorder closes it"]
pub struct JsonlRecorder {
    shared: Arc<Shared>,
    rotation: Option<Rotation>,
    repair: Option<TailRepair>,
    held: Mutex<Held>,
}

/// What a recorder has until it is closed.
#[derive(Debug)]
struct Held {
    helpers: Vec<Helper>,
    lock: Option<LockFile>,
}

impl JsonlRecorder {
    /// Opens a recording, or begins it, with a line written for each event and no rotation.
    ///
    /// # Errors
    ///
    /// As [`JsonlRecorderBuilder::open`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        Self::builder(path).open()
    }

    /// A recorder that is to record in another way.
    ///
    /// ```
    /// use std::{sync::Arc, time::Duration};
    /// use events_core::EventBus;
    /// use events_jsonl::{Flush, Fsync, JsonlRecorder, Rotation};
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("events.jsonl");
    ///
    /// let recorder = JsonlRecorder::builder(&path)
    ///     .flush(Flush::Every(Duration::from_millis(200)))
    ///     .fsync(Fsync::OnRotation)
    ///     .rotation(Rotation::by_size(64 << 20).keep(10))
    ///     .on_error(|error| eprintln!("recording: {error}"))
    ///     .open()?;
    /// let recorder = Arc::new(recorder);
    /// let bus = EventBus::new();
    /// let subscription = bus.observe(Arc::clone(&recorder));
    /// // …
    /// recorder.close()?;
    /// # drop(subscription);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder(path: impl Into<PathBuf>) -> JsonlRecorderBuilder {
        JsonlRecorderBuilder::new(path.into())
    }

    /// Starts the threads that it needs.
    fn start(
        shared: Arc<Shared>,
        lock: LockFile,
        (flush, rotation): (Flush, Option<Rotation>),
        repair: Option<TailRepair>,
    ) -> io::Result<Self> {
        let held = Mutex::new(Held { helpers: Vec::new(), lock: Some(lock) });
        let recorder = Self { shared, rotation, repair, held };
        if let Flush::Every(time) = flush {
            // While a disk is full it is tried again no more often.
            let time = time.max(Duration::from_millis(1));
            let shared = Arc::clone(&recorder.shared);
            recorder.employ("jsonl-flush", &recorder.shared.flushing, move || {
                while shared.flushing.work() {
                    shared.flushing.pause(time);
                    while shared.flush_behind() && shared.flushing.pause(time) {}
                }
            })?;
        }
        if let Some(rotation) = rotation {
            let shared = Arc::clone(&recorder.shared);
            recorder.employ("jsonl-keep", &recorder.shared.keeping, move || {
                while shared.keeping.work() {
                    shared.tidy(&rotation);
                }
            })?;
            // What an earlier recorder did not come to.
            recorder.shared.keeping.wake();
        }
        Ok(recorder)
    }

    fn employ(&self, name: &str, signal: &Arc<Signal>, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
        lock(&self.held).helpers.push(Helper::start(name, Arc::clone(signal), run)?);
        Ok(())
    }

    /// The file, without links and independent of the current directory.
    pub fn path(&self) -> &Path {
        self.shared.series.live()
    }

    /// What was done about the end of the file when it was opened; `None` if it was empty or ended with a whole line.
    pub fn tail_repair(&self) -> Option<TailRepair> {
        self.repair
    }

    /// What it did so far.
    pub fn stats(&self) -> RecorderStats {
        let stats = lock(&self.shared.log).stats;
        let (background_errors, _) = self.shared.errors();
        RecorderStats { refused: self.shared.refused.load(Ordering::Relaxed), background_errors, ..stats }
    }

    /// The last error that is in no receipt, if there was one.
    pub fn last_background_error(&self) -> Option<Arc<BackgroundError>> {
        self.shared.errors().1
    }

    /// Records an event that no bus tells.
    ///
    /// ```
    /// use events_core::{Event, EventType};
    /// use events_jsonl::JsonlRecorder;
    /// # #[derive(serde::Serialize)]
    /// # struct Started { test_name: String }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("events.jsonl");
    ///
    /// let recorder = JsonlRecorder::open(&path)?;
    /// recorder.record(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?;
    /// assert_eq!(recorder.stats().written, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RecordError`]: nothing of it is in the file, and nothing waits.
    pub fn record(&self, event: impl IntoEnvelope) -> Result<(), RecordError> {
        self.record_all(&[event.into_envelope()])
    }

    /// Records an event of any type and from anybody, as it was written: one of those that a [`Replay`](crate::Replay) does not
    /// know, for one, which no bus can tell.
    ///
    /// ```
    /// use events_core::wire::RawEnvelope;
    /// use events_jsonl::JsonlRecorder;
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("events.jsonl");
    ///
    /// let recorder = JsonlRecorder::open(&path)?;
    /// let event = RawEnvelope::from_json(r#"{ "id":"7", "specversion":"1.0", "type":"com.example.pushed", "source":"/r" }"#)?;
    /// recorder.record_raw(&event)?;
    /// assert_eq!(std::fs::read_to_string(&path)?, format!("{event}\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RecordError`]: nothing of it is in the file, and nothing waits.
    pub fn record_raw(&self, event: &RawEnvelope) -> Result<(), RecordError> {
        self.record_lines(1, |lines| {
            lines.extend_from_slice(event.as_json().as_bytes());
            lines.push(b'\n');
            Ok(())
        })
    }

    /// Writes what waits.
    ///
    /// # Errors
    ///
    /// [`RecordError`]: it waits on.
    pub fn flush(&self) -> Result<(), RecordError> {
        self.shared.with_log(Log::flush)
    }

    /// Writes what waits, and returns when the operating system says that all of the file is on the disk.
    ///
    /// # Errors
    ///
    /// [`RecordError`]: what could not be written waits on; of what was written, some may not survive a loss of power.
    pub fn sync(&self) -> Result<(), RecordError> {
        self.shared.with_log(Log::sync)
    }

    /// Ends the recording: writes what waits, compresses and removes what is to be, and gives the file free for others. Events
    /// that come later are refused. Of a recorder that is closed already it does nothing.
    ///
    /// # Errors
    ///
    /// [`CloseError::Flush`]: lines wait on that cannot be written; the recorder stays open. [`CloseError::Rotation`]: it is closed, and
    /// something is left for whoever opens the recording next.
    pub fn close(&self) -> Result<(), CloseError> {
        if !self.shared.with_log(Log::close)? {
            return Ok(());
        }
        let free = self.release();
        let left = self.rotation.map(|rotation| keeping::tidy(&self.shared.series, &rotation, &self.shared.abandoned));
        drop(free);
        // They are tried again by whoever opens it next; one of them says so.
        left.into_iter().flatten().next().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Ends the threads. What is returned is what the recording is locked by.
    fn release(&self) -> Option<LockFile> {
        let (helpers, lock) = {
            let mut held = lock(&self.held);
            (mem::take(&mut held.helpers), held.lock.take())
        };
        helpers.into_iter().for_each(Helper::end);
        lock
    }
}

impl Drop for JsonlRecorder {
    fn drop(&mut self) {
        let error = self.shared.with_log(Log::end);
        self.shared.abandoned.store(true, Ordering::Relaxed);
        drop(self.release());
        match error {
            Some((error, 0)) => self.shared.report(BackgroundError::Flush(error)),
            Some((source, lines)) => self.shared.report(BackgroundError::Lost { lines, source }),
            None => {}
        }
    }
}

impl JsonlRecorder {
    /// Records all of the events or, if it fails, none.
    fn record_all(&self, events: &[AnyEnvelope]) -> Result<(), RecordError> {
        self.record_lines(events.len() as u64, |lines| events.iter().try_for_each(|event| write_line(event, lines)))
    }

    fn record_lines(
        &self,
        count: u64,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        // Not borrowed: a payload's `Serialize` may emit, and come by here.
        let mut lines = BUFFER.try_with(Cell::take).unwrap_or_default();
        lines.clear();
        let recorded = write(&mut lines).and_then(|()| self.shared.record(&lines, count));
        if lines.capacity() <= KEPT {
            // A thread that is ending keeps none.
            let _ = BUFFER.try_with(|buffer| buffer.set(lines));
        }
        recorded.inspect_err(|_| self.shared.refuse(count))
    }
}

impl Observer for JsonlRecorder {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        Ok(self.record_all(slice::from_ref(event))?)
    }

    fn takes_batches(&self) -> bool {
        true
    }

    /// Records all of them or, if it fails, none; with [`Flush::EveryEvent`] it writes once.
    fn on_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        Ok(self.record_all(events)?)
    }
}

/// A thread keeps no larger buffer.
const KEPT: usize = 64 * 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

fn write_line(event: &AnyEnvelope, lines: &mut Vec<u8>) -> Result<(), RecordError> {
    event.write_json(lines)?;
    lines.push(b'\n');
    Ok(())
}
