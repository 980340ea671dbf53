//! What can be said of a log before it is opened.

use std::{path::Path, time::Duration};

use crate::{EventLog, LogError};

/// What an acknowledged append has survived: the `synchronous` setting of `SQLite`, whose journal is a write-ahead log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Durability {
    /// Every commit is synced to the disk before it is acknowledged: what is acknowledged survives a loss of power.
    #[default]
    Full,
    /// Commits are synced when the write-ahead log is moved into the file: what is acknowledged survives the end of the process, and
    /// a loss of power may take the last commits back, never one without those after it.
    Normal,
    /// Nothing is synced: what is acknowledged survives the end of the process, and a loss of power may damage the file.
    Off,
}

/// Opens an [`EventLog`].
///
/// ```
/// use std::time::Duration;
/// use events_sqlite::{Durability, EventLog};
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("events.db");
/// let log = EventLog::builder().durability(Durability::Normal).busy_timeout(Duration::from_secs(1)).open(path)?;
/// assert_eq!(log.last_position()?, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a log is opened by `open`"]
pub struct EventLogBuilder {
    pub(crate) durability: Durability,
    pub(crate) busy_timeout: Duration,
    pub(crate) poll_interval: Duration,
    pub(crate) known_ids: Option<u64>,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) cache_bytes: u64,
    pub(crate) read_only: bool,
}

impl Default for EventLogBuilder {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            busy_timeout: Duration::from_secs(5),
            poll_interval: Duration::from_millis(20),
            known_ids: None,
            max_bytes: None,
            cache_bytes: 16 << 20,
            read_only: false,
        }
    }
}

impl EventLogBuilder {
    /// What an acknowledged append has survived. Default: [`Durability::Full`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How long a commit waits for another process that writes, until it is [`LogError::Busy`]; 24 days at most. Default: 5 seconds.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How often those who follow the log look for what other processes appended; what this process appended wakes them. Default:
    /// every 20 milliseconds, at some 10 microseconds each. At most once in a millisecond.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// Knows the ids of at least so many of the newest events, and of at most about twice as many; an older event that comes again is
    /// appended again. Each known id takes 15 to 30 bytes of memory in a process that appends. Default: all.
    pub fn known_ids(mut self, events: u64) -> Self {
        self.known_ids = Some(events);
        self
    }

    /// The size at which the file is [`LogError::Full`], in bytes, rounded down to pages of 4096. Default: what the disk has room for.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// The memory in which each connection (that of the writer, and one for each reader at the same time) keeps pages of the file, in
    /// bytes. Default: 16 MiB.
    pub fn cache_bytes(mut self, bytes: u64) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Opens an existing file for reading; nothing is created or changed in it. Beside it, its write-ahead log and shared memory have
    /// to be there, or the directory to be writable.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Opens the file, or creates it.
    ///
    /// # Errors
    ///
    /// [`LogError::Open`] when it cannot be opened, [`LogError::NotALog`] and [`LogError::NewerSchema`] when it is not to be
    /// touched, [`LogError::Corrupt`] when it is damaged, [`LogError::Busy`] when another process holds it.
    pub fn open(self, path: impl AsRef<Path>) -> Result<EventLog, LogError> {
        EventLog::with_options(path.as_ref(), self)
    }
}
