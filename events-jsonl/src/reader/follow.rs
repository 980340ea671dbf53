//! A recording that is read while it grows.

use std::{
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use events_core::{RecvTimeoutError, TryRecvError};

use super::{MAX_LINE, ReadError, Record, TornTail, decode, file::OpenFile, files::Files};
use crate::{series::Series, sync::lock};

/// How often a file is looked at that does not grow, unless something else is said.
const POLL: Duration = Duration::from_millis(50);
/// It is not looked at more often.
const LEAST_POLL: Duration = Duration::from_millis(1);

/// Where following begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// With the oldest rotated file.
    Beginning,
    /// With the file that is written.
    #[default]
    CurrentFile,
    /// Behind what is there when following begins.
    New,
}

/// Reads a recording while it is written, and across its rotations (`tail -F`): a blocking iterator over its events.
///
/// Only whole lines are given, those that end with a line break; each of them once and in order, as long as no rotated file is
/// removed before it was read ([`ReadError::Missing`]). A file that is not there yet is waited for, one that was replaced is
/// read to its end first. The recording may be that of another process. Where the path is a link, that is followed once: the
/// recording is the one to which it leads at first.
///
/// It looks for news every 50 milliseconds ([`FollowerBuilder::poll_interval`]), by reading on and asking which file the path leads to; while there
/// is something to be read it does not wait. The iterator ends when it is [stopped](Self::stop_handle) and has read what is there.
///
/// ```
/// use std::{thread, time::Duration};
/// use events_core::{Event, EventBus, EventType};
/// use events_jsonl::{Follower, JsonlRecorder};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("events.jsonl");
///
/// let mut follower = Follower::open(&path)?;
/// let stop = follower.stop_handle();
/// let reader = thread::spawn(move || follower.by_ref().filter_map(Result::ok).count());
///
/// let bus = EventBus::new();
/// let _recorder = bus.observe(JsonlRecorder::open(&path)?);
/// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
/// stop.stop();
/// assert_eq!(reader.join().unwrap(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a follower is an iterator: it reads what it is asked for"]
pub struct Follower {
    files: Files,
    file: Option<OpenFile>,
    poll: Duration,
    torn_tail: TornTail,
    /// Whether the next look is one too many before some time has passed.
    pause: bool,
    stop: Arc<Stop>,
}

/// How a [`Follower`] is to read.
#[derive(Clone, Debug)]
#[must_use = "it does nothing until `open` is called"]
pub struct FollowerBuilder {
    path: PathBuf,
    start: Start,
    poll: Duration,
    torn_tail: TornTail,
    max_line: usize,
}

impl FollowerBuilder {
    /// Where it begins; [`Start::CurrentFile`] unless it is said.
    pub const fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// How often it looks for news; every 50 milliseconds unless it is said, and every millisecond at most.
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll = interval;
        self
    }

    /// What becomes of a torn line at the end of a file that is not written any more; see [`TornTail`].
    pub const fn torn_tail(mut self, torn_tail: TornTail) -> Self {
        self.torn_tail = torn_tail;
        self
    }

    /// As [`JsonlReader::max_line`](crate::JsonlReader::max_line).
    pub const fn max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// Begins. The file need not be there, its directory must.
    ///
    /// # Errors
    ///
    /// [`ReadError`]: the directory or a file cannot be read.
    pub fn open(self) -> Result<Follower, ReadError> {
        let mut files = Files::growing(Series::found(&self.path), self.start == Start::Beginning, self.max_line)?;
        let mut file = files.advance()?;
        if self.start == Start::New
            && let Some(file) = &mut file
        {
            // Asked twice, for the first end is that of what it read at once.
            while let Some(line) = file.advance().map_or_else(|| file.advance(), Some) {
                match line {
                    Ok(()) | Err(ReadError::TooLong { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            file.retreat()?;
        }
        let (poll, torn_tail) = (self.poll.max(LEAST_POLL), self.torn_tail);
        Ok(Follower { files, file, poll, torn_tail, pause: false, stop: Arc::default() })
    }
}

impl Follower {
    /// Follows the file that is written, from its beginning.
    ///
    /// # Errors
    ///
    /// As [`FollowerBuilder::open`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, ReadError> {
        Self::builder(path).open()
    }

    /// Follows in another way.
    pub fn builder(path: impl Into<PathBuf>) -> FollowerBuilder {
        FollowerBuilder {
            path: path.into(),
            start: Start::default(),
            poll: POLL,
            torn_tail: TornTail::default(),
            max_line: MAX_LINE,
        }
    }

    /// What ends it, from any thread.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(Arc::clone(&self.stop))
    }

    /// What the iterator would give next, if it need not wait for it.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] when no event is there yet, [`TryRecvError::Closed`] when it was stopped and has given what is there.
    /// The inner error is what is wrong with the recording.
    pub fn try_recv(&mut self) -> Result<Result<Record, ReadError>, TryRecvError> {
        self.next_before(Some(Instant::now())).map_err(|none| match none {
            RecvTimeoutError::Timeout => TryRecvError::Empty,
            RecvTimeoutError::Closed => TryRecvError::Closed,
        })
    }

    /// What the iterator would give next, waited for so long at most.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events_core::RecvTimeoutError;
    /// use events_jsonl::Follower;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("events.jsonl");
    /// let mut follower = Follower::open(path)?;
    /// # follower.stop_handle().stop();
    /// loop {
    ///     match follower.recv_timeout(Duration::from_secs(1)) {
    ///         Ok(record) => println!("{}", record?.event()),
    ///         Err(RecvTimeoutError::Timeout) => println!("nothing new"),
    ///         Err(RecvTimeoutError::Closed) => break, // stopped
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RecvTimeoutError::Timeout`] when no event came in time; the others as [`try_recv`](Self::try_recv) has them.
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Result<Record, ReadError>, RecvTimeoutError> {
        // A time-out beyond all clocks is none.
        self.next_before(Instant::now().checked_add(timeout))
    }

    /// Without a moment it waits as long as it takes.
    fn next_before(&mut self, moment: Option<Instant>) -> Result<Result<Record, ReadError>, RecvTimeoutError> {
        loop {
            let stopped = self.stop.is_stopped();
            if let Some(found) = self.look() {
                return Ok(found);
            }
            // Asked before it looked: what was written before it was stopped is read.
            if stopped {
                return Err(RecvTimeoutError::Closed);
            }
            let left = moment.map_or(self.poll, |moment| moment.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(RecvTimeoutError::Timeout);
            }
            self.stop.wait(left.min(self.poll));
        }
    }

    /// What is there now.
    fn look(&mut self) -> Option<Result<Record, ReadError>> {
        if std::mem::take(&mut self.pause) {
            return None;
        }
        let found = self.advance();
        // What the operating system refuses it would refuse again at once.
        self.pause = matches!(&found, Some(Err(ReadError::Open { .. })));
        found
    }

    fn advance(&mut self) -> Option<Result<Record, ReadError>> {
        loop {
            let Some(file) = &mut self.file else {
                match self.files.advance() {
                    Ok(file) => self.file = Some(file?),
                    Err(error) => return Some(Err(error)),
                }
                continue;
            };
            if let Some(found) = file.advance() {
                return Some(found.and_then(|()| decode(file.place(), file.line())));
            }
            if self.files.at_live() {
                let torn = file.torn_bytes();
                if let Err(error) = file.retreat() {
                    return Some(Err(error));
                }
                match self.files.live_len() {
                    Err(error) => return Some(Err(error)),
                    // Another may take its place. Its length says nothing: it is compressed, or cannot be read any further.
                    Ok(Some(_)) if !file.grows() => return None,
                    Ok(Some(bytes)) if bytes < file.end() => {
                        let place = file.place();
                        self.file = None;
                        self.files.again();
                        return Some(Err(ReadError::Shortened { place, bytes }));
                    }
                    // There is more by now.
                    Ok(Some(bytes)) if bytes > file.end() + torn => continue,
                    Ok(Some(_)) => return None,
                    // Nobody writes to it from now on, but somebody may have before.
                    Ok(None) => {
                        if let Some(found) = file.advance() {
                            return Some(found.and_then(|()| decode(file.place(), file.line())));
                        }
                    }
                }
            }
            let torn = file.torn().filter(|_| self.torn_tail == TornTail::Report);
            self.file = None;
            if let Some(torn) = torn {
                return Some(Err(torn));
            }
        }
    }
}

impl Iterator for Follower {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_before(None).ok()
    }
}

/// Ends a [`Follower`].
#[derive(Clone, Debug)]
pub struct StopHandle(Arc<Stop>);

impl StopHandle {
    /// The follower reads what is there, and ends instead of waiting for more.
    pub fn stop(&self) {
        *lock(&self.0.stopped) = true;
        self.0.changed.notify_all();
    }
}

#[derive(Debug, Default)]
struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    fn is_stopped(&self) -> bool {
        *lock(&self.stopped)
    }

    /// Waits so long at most.
    fn wait(&self, time: Duration) {
        let stopped = lock(&self.stopped);
        drop(
            self.changed.wait_timeout_while(stopped, time, |stopped| !*stopped).unwrap_or_else(PoisonError::into_inner),
        );
    }
}
