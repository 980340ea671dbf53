//! [`EventLog`]: the handle.

use std::{borrow::Borrow, fs, path::Path, sync::Arc};

use events_core::{IntoEnvelope, wire::RawEnvelope};

use crate::{
    AppendOutcome, EventLogBuilder, LogError, append::Request, entry::Entry, group::Group, readers::Readers, scan,
    schema, tip::Tip, writer::Writer,
};

/// A durable log of events in one `SQLite` file. Cheap to clone; all clones share it.
///
/// See the [page of the crate](crate) for what it promises.
#[derive(Clone, Debug)]
pub struct EventLog {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    /// Not there in a log that is open for reading only.
    group: Option<Group>,
    pub(crate) readers: Readers,
    pub(crate) tip: Tip,
}

impl EventLog {
    /// Opens the log in a file, or creates it.
    ///
    /// ```
    /// use events_sqlite::EventLog;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// let log = EventLog::open(directory.path().join("events.db"))?;
    /// assert_eq!(log.last_position()?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`EventLogBuilder::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LogError> {
        Self::builder().open(path)
    }

    /// What can be said of a log before it is opened.
    pub fn builder() -> EventLogBuilder {
        EventLogBuilder::default()
    }

    pub(crate) fn with_options(path: &Path, options: EventLogBuilder) -> Result<Self, LogError> {
        let group = if options.read_only {
            drop(schema::open_checked_reader(path, &options)?);
            None
        } else {
            Some(Group::new(Writer::new(schema::open_writer(path, &options)?, options.known_ids)?))
        };
        // Readers open it again, and have to find the same file, wherever the current directory is by then.
        let found = fs::canonicalize(path)
            .map_err(|source| LogError::Open { path: path.to_owned(), source: Arc::new(source) })?;
        let readers = Readers::new(found, options);
        Ok(Self { shared: Arc::new(Shared { group, readers, tip: Tip::default() }) })
    }

    /// The file, without links and independent of the current directory.
    pub fn path(&self) -> &Path {
        self.shared.readers.path()
    }

    /// Appends an event, unless one of its id is there, and returns when it is durable. Threads that append at the same time share
    /// a commit.
    ///
    /// # Errors
    ///
    /// Whatever keeps the event from being written; then it is not there.
    pub fn append(&self, event: impl IntoEnvelope) -> Result<AppendOutcome, LogError> {
        let entry = Entry::new(&event.into_envelope())?;
        self.submit_one(Request::one(entry, None))
    }

    /// Appends an event if its entity is at the version at which the writer took it to be (0, where it has no events). An event that
    /// is there already is no conflict: a request may be repeated when its answer was lost.
    ///
    /// ```
    /// use events_sqlite::{EventLog, LogError};
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Renamed { name: String }
    /// # impl Event for Renamed { const TYPE: EventType = EventType::from_static("quick_test.renamed"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    ///
    /// log.append_expecting(0, Renamed { name: "a".into() }.for_entity("test-001")?)?;
    /// let conflict = log.append_expecting(0, Renamed { name: "b".into() }.for_entity("test-001")?).unwrap_err();
    /// assert_eq!(conflict.to_string(), "quick_test/test-001 is at version 1, not at 0 as expected");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogError::Conflict`] where somebody else appended; as [`append`](Self::append).
    pub fn append_expecting(&self, version: u64, event: impl IntoEnvelope) -> Result<AppendOutcome, LogError> {
        let entry = Entry::new(&event.into_envelope())?;
        self.submit_one(Request::one(entry, Some(version)))
    }

    /// Appends an event of any type and from anybody, as it was written. It is there already if one of its source and id is.
    ///
    /// ```
    /// use events_core::wire::RawEnvelope;
    /// use events_sqlite::EventLog;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    /// let event = RawEnvelope::builder("com.example.Pushed", "https://example.com/repository", "7").build()?;
    /// assert!(!log.append_raw(&event)?.is_duplicate());
    /// assert!(log.append_raw(&event)?.is_duplicate());
    /// let other = RawEnvelope::builder("com.example.Pushed", "https://example.com/another", "7").build()?;
    /// assert!(!log.append_raw(&other)?.is_duplicate());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append).
    pub fn append_raw(&self, event: &RawEnvelope) -> Result<AppendOutcome, LogError> {
        self.submit_one(Request::one(Entry::of_raw(event)?, None))
    }

    /// Appends events as they were written, in one commit; see [`append_raw`](Self::append_raw) and
    /// [`append_batch`](Self::append_batch).
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append); then none is there.
    pub fn append_raw_batch<I>(&self, events: I) -> Result<Vec<AppendOutcome>, LogError>
    where
        I: IntoIterator<Item: Borrow<RawEnvelope>>,
    {
        let entries = events.into_iter().map(|event| Entry::of_raw(event.borrow())).collect::<Result<_, _>>()?;
        self.submit(Request::many(entries, None))
    }

    /// Appends events in one commit: all of them or none. Those that are there already stay where they are.
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append); then none is there.
    pub fn append_batch<I>(&self, events: I) -> Result<Vec<AppendOutcome>, LogError>
    where
        I: IntoIterator<Item: IntoEnvelope>,
    {
        self.submit(Request::many(entries(events)?, None))
    }

    /// Appends events in one commit if the entity of the first is at a version; see [`append_expecting`](Self::append_expecting).
    ///
    /// # Errors
    ///
    /// As [`append_expecting`](Self::append_expecting).
    pub fn append_batch_expecting<I>(&self, version: u64, events: I) -> Result<Vec<AppendOutcome>, LogError>
    where
        I: IntoIterator<Item: IntoEnvelope>,
    {
        self.submit(Request::many(entries(events)?, Some(version)))
    }

    /// The position of the newest event, 0 in an empty log.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being read.
    pub fn last_position(&self) -> Result<u64, LogError> {
        self.shared.readers.read(scan::newest_position)
    }

    fn submit_one(&self, request: Request) -> Result<AppendOutcome, LogError> {
        self.submit(request)?.pop().ok_or(LogError::Abandoned)
    }

    pub(crate) fn submit(&self, request: Request) -> Result<Vec<AppendOutcome>, LogError> {
        self.group()?.append(request, &self.shared.tip)
    }

    /// What writes, if anything does.
    pub(crate) fn group(&self) -> Result<&Group, LogError> {
        self.shared.group.as_ref().ok_or(LogError::ReadOnly)
    }
}

fn entries<I>(events: I) -> Result<Vec<Entry>, LogError>
where
    I: IntoIterator<Item: IntoEnvelope>,
{
    events.into_iter().map(|event| Entry::new(&event.into_envelope())).collect()
}
