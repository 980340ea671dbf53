//! The lock by which a recording has one recorder.

use std::fs::{File, OpenOptions, TryLockError};

use crate::{error::OpenError, series::Series};

/// A recording's lock, held until this is dropped or the process ends.
#[derive(Debug)]
pub(super) struct LockFile(File);

impl LockFile {
    pub(super) fn hold(series: &Series) -> Result<Self, OpenError> {
        let path = series.lock();
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(OpenError::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked { path: series.live().to_owned(), lock: path }),
            Err(TryLockError::Error(source)) => Err(OpenError::Io { path, source }),
        }
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Closing it is not enough: a process that is just being started has it open as well, until it becomes what it is to be.
        let _ = self.0.unlock();
    }
}
