//! Connections that read, as many as there are readers at the same time.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rusqlite::Connection;

use crate::{EventLogBuilder, LogError, error::Fault, schema};

/// So many are kept for the next reader.
const KEPT: usize = 8;

#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    options: EventLogBuilder,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, options: EventLogBuilder) -> Self {
        Self { path, options, idle: Mutex::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn options(&self) -> &EventLogBuilder {
        &self.options
    }

    /// Reads the file as it is at one moment. Short: what a reader still needs cannot leave the write-ahead log.
    pub(crate) fn read<T>(&self, run: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, LogError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.path, &self.options)?,
        };
        let result = {
            let transaction = connection.unchecked_transaction().map_err(Fault::from)?;
            run(&transaction)
        };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(result?)
    }
}
