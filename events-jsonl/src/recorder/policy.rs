//! When lines are written, when they are certain, and when the file is changed for another.

use std::time::Duration;

/// When recorded events are written to the file.
///
/// What is written survives the end of the process, however it ends; see [`Fsync`] for what survives a loss of power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flush {
    /// Before the emit returns: what has a receipt without failure is in the file. Events of a batch are written together.
    #[default]
    EveryEvent,
    /// As soon as at least so many bytes wait.
    EveryBytes(usize),
    /// So long after the first event that waits, a millisecond at least, by a thread of the recorder; and as soon as 64 KiB wait.
    Every(Duration),
}

impl Flush {
    /// How many bytes may wait.
    pub(super) const fn capacity(self) -> usize {
        match self {
            Self::EveryEvent => 0,
            Self::EveryBytes(bytes) => bytes,
            Self::Every(_) => 64 * 1024,
        }
    }
}

/// When the operating system is asked to put what was written on the disk, so that it survives a loss of power. It takes
/// milliseconds on most disks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fsync {
    /// When it likes; [`JsonlRecorder::sync`](crate::JsonlRecorder::sync) asks for it.
    #[default]
    Never,
    /// When a file is complete: it is rotated away, or the recorder closed.
    OnRotation,
    /// Whenever lines are written, before they count as written.
    OnFlush,
}

/// When the file is changed for a new one, and what becomes of the old ones.
///
/// `events.jsonl` becomes `events.000001.jsonl`, the next one `events.000002.jsonl`: the higher, the newer.
///
/// ```
/// use std::time::Duration;
/// use events_jsonl::Rotation;
///
/// let rotation = Rotation::by_size(64 << 20).or_age(Duration::from_secs(24 * 3600)).keep(14);
/// # let _ = rotation;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it is given to `JsonlRecorderBuilder::rotation`"]
pub struct Rotation {
    pub(super) bytes: Option<u64>,
    pub(super) age: Option<Duration>,
    pub(super) keep: Option<usize>,
    pub(super) gzip: bool,
}

impl Rotation {
    const NEVER: Self = Self { bytes: None, age: None, keep: None, gzip: false };

    /// Before a file grows over so many bytes. What is written at once, a line or the lines that waited, is not divided: where it
    /// alone is larger, so is its file.
    pub const fn by_size(bytes: u64) -> Self {
        Self { bytes: Some(bytes), ..Self::NEVER }
    }

    /// When a file is so old, counted from its first line; one that was there when the recorder was opened, from when it was made,
    /// if the file system knows that. It is noticed when the next lines are written.
    pub const fn by_age(age: Duration) -> Self {
        Self { age: Some(age), ..Self::NEVER }
    }

    /// Also before a file grows over so many bytes; see [`by_size`](Self::by_size).
    pub const fn or_size(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// Also when a file is so old; see [`by_age`](Self::by_age).
    pub const fn or_age(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }

    /// Only so many rotated files are kept, the newest; older ones are removed. The newest is kept always, 0 means as much as 1.
    pub const fn keep(mut self, files: usize) -> Self {
        self.keep = Some(if files == 0 { 1 } else { files });
        self
    }

    /// Rotated files are compressed (`events.000001.jsonl.gz`), by a thread of the recorder. A file is removed only when its
    /// compressed form is on the disk; what was interrupted is begun again by whoever opens the recording next.
    #[cfg(feature = "gzip")]
    #[cfg_attr(docsrs, doc(cfg(feature = "gzip")))]
    pub const fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }
}
