//! How a recorder is to record.

use std::{
    fmt,
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    sync::Arc,
};

use events_core::{Clock, SystemClock};

use super::{
    JsonlRecorder,
    lock_file::LockFile,
    log::Log,
    policy::{Flush, Fsync, Rotation},
    shared::{Hook, Shared},
};
use crate::{
    error::{BackgroundError, OpenError},
    identity::look,
    series::Series,
};

/// How a [`JsonlRecorder`] is to record.
#[must_use = "it does nothing until `open` is called"]
pub struct JsonlRecorderBuilder {
    path: PathBuf,
    flush: Flush,
    fsync: Fsync,
    rotation: Option<Rotation>,
    on_error: Option<Hook>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for JsonlRecorderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonlRecorderBuilder")
            .field("path", &self.path)
            .field("flush", &self.flush)
            .field("fsync", &self.fsync)
            .field("rotation", &self.rotation)
            .finish_non_exhaustive()
    }
}

impl JsonlRecorderBuilder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            flush: Flush::default(),
            fsync: Fsync::default(),
            rotation: None,
            on_error: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// When lines are written; [`Flush::EveryEvent`] unless it is said.
    pub const fn flush(mut self, flush: Flush) -> Self {
        self.flush = flush;
        self
    }

    /// When what is written is put on the disk; [`Fsync::Never`] unless it is said.
    pub const fn fsync(mut self, fsync: Fsync) -> Self {
        self.fsync = fsync;
        self
    }

    /// When the file is changed for a new one; never unless it is said.
    pub const fn rotation(mut self, rotation: Rotation) -> Self {
        self.rotation = Some(rotation);
        self
    }

    /// Is called with each error that no receipt carries, on the thread that met it and with no lock held. Its panics are contained.
    pub fn on_error(mut self, hook: impl Fn(&BackgroundError) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Box::new(hook));
        self
    }

    /// Measures the age of files by another clock than the [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Opens the file, or makes it if there is none; its directory must exist. If its last line has no line break it is
    /// [mended](JsonlRecorder::tail_repair), and what a rotation left undone is done.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: another recorder writes it, it is no regular file, or the operating system refuses.
    pub fn open(self) -> Result<JsonlRecorder, OpenError> {
        let path = make(&self.path)?;
        let series = Arc::new(Series::new(&path));
        let lock = LockFile::hold(&series)?;
        let policies = (self.flush, self.fsync, self.rotation);
        let (log, repair) = Log::open(Arc::clone(&series), policies, self.clock)?;
        let shared = Arc::new(Shared::new(series, log, self.on_error));
        JsonlRecorder::start(shared, lock, (self.flush, self.rotation), repair).map_err(OpenError::io(&path))
    }
}

/// Makes the file if there is none. Returns its path without links and independent of the current directory.
fn make(path: &Path) -> Result<PathBuf, OpenError> {
    if look(path).map_err(OpenError::io(path))?.is_some_and(|metadata| !metadata.is_file()) {
        return Err(OpenError::NotAFile { path: path.to_owned() });
    }
    OpenOptions::new().append(true).create(true).open(path).map_err(OpenError::io(path))?;
    fs::canonicalize(path).map_err(OpenError::io(path))
}
