//! The tables, and connections to them.

use std::{
    borrow::Cow,
    fs, io,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::{Durability, EventLogBuilder, LogError, error::Fault};

/// `evnt`: says in the header of the file whose it is.
pub(crate) const APPLICATION_ID: i32 = 0x6576_6e74;

/// What is done to come from each version of the schema to the next; a new file goes all the way.
const MIGRATIONS: [&str; 1] = [include_str!("schema_1.sql")];

/// The newest version of the schema.
#[expect(clippy::cast_possible_truncation, reason = "a handful")]
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// In bytes.
const PAGE: u32 = 4096;

/// So many pages of the write-ahead log are gathered until they are moved into the file: 16 MiB.
const CHECKPOINT_PAGES: u32 = 4096;

/// `SQLite` counts the milliseconds that it waits in 31 bits.
const LONGEST_WAIT: Duration = Duration::from_millis(i32::MAX.unsigned_abs() as u64);

/// The connection that writes; creates the file and its tables where there are none.
pub(crate) fn open_writer(path: &Path, options: &EventLogBuilder) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = connect(path, flags, options)?;
    prepare(&mut connection, path, options)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    if let Some(bytes) = options.max_bytes {
        let page: u64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        let pages = i64::try_from(bytes / page.max(1)).unwrap_or(i64::MAX);
        connection.pragma_update(None, "max_page_count", pages.max(1))?;
    }
    Ok(connection)
}

/// A connection that reads, and never waits for the writer.
pub(crate) fn open_reader(path: &Path, options: &EventLogBuilder) -> Result<Connection, Fault> {
    // A reader, too, writes to the shared memory beside the file.
    let flags = if options.read_only { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
    let connection = connect(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX, options)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// The connection of a log that is open for reading only: the file is checked and not changed.
pub(crate) fn open_checked_reader(path: &Path, options: &EventLogBuilder) -> Result<Connection, LogError> {
    let open = || {
        let connection = open_reader(path, options)?;
        let kind = kind(&connection, path)?;
        Ok((connection, kind))
    };
    match open().map_err(|fault: Fault| LogError::from(fault)) {
        Ok((connection, Kind::Ours(VERSION))) => Ok(connection),
        // To be migrated, or to be created: both want a writer.
        Ok((_, Kind::Ours(_) | Kind::Empty)) => Err(LogError::NotALog { path: path.to_owned() }),
        Err(LogError::ReadOnly) => {
            let said = "reading needs files beside it, and its directory cannot be written";
            Err(LogError::Open { path: path.to_owned(), source: Arc::new(io::Error::other(said)) })
        }
        Err(error) => Err(error),
    }
}

/// The bytes of the file, and of the write-ahead log beside it: beside the file itself, and not beside a link to it.
pub(crate) fn size(path: &Path) -> io::Result<u64> {
    let path = fs::canonicalize(path)?;
    let bytes = fs::metadata(&path)?.len();
    let mut beside = path.into_os_string();
    beside.push("-wal");
    Ok(bytes + fs::metadata(beside).map_or(0, |beside| beside.len()))
}

/// A connection that reads whatever can be read.
pub(crate) fn open_damaged(path: &Path) -> Result<Connection, LogError> {
    let open = || {
        let connection = Connection::open_with_flags(as_file(path), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // Before anything is read: else a file that was cut off is refused.
        connection.pragma_update(None, "writable_schema", true)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        Ok(connection)
    };
    let connection = open().map_err(|error| of_opening(error, path))?;
    kind(&connection, path)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags, options: &EventLogBuilder) -> Result<Connection, LogError> {
    let open = || -> rusqlite::Result<_> {
        let connection = Connection::open_with_flags(as_file(path), flags)?;
        connection.busy_timeout(options.busy_timeout.min(LONGEST_WAIT))?;
        connection.set_prepared_statement_cache_capacity(64);
        let synchronous = match options.durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
            Durability::Off => "OFF",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // Where `fsync` does not reach the disk (macOS), what does.
        connection.pragma_update(None, "fullfsync", options.durability == Durability::Full)?;
        // A number of more than 31 bits counts as 0 here.
        let cache = i32::try_from(options.cache_bytes >> 10).unwrap_or(i32::MAX);
        connection.pragma_update(None, "cache_size", -cache)?;
        // A damaged page is noticed when it is read, and no function of the schema is trusted with more than it needs.
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        Ok(connection)
    };
    open().map_err(|error| of_opening(error, path))
}

/// The path in a form that is one of a file for `SQLite` as well: it takes `file:` for the beginning of a URI, and some names for
/// databases without a file.
fn as_file(path: &Path) -> Cow<'_, Path> {
    let name = path.as_os_str().as_encoded_bytes();
    let special = name.is_empty() || name.starts_with(b":") || name.starts_with(b"file:");
    if special { Path::new(".").join(path).into() } else { path.into() }
}

fn of_opening(error: rusqlite::Error, path: &Path) -> LogError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => LogError::NotALog { path },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure) => {
            LogError::Open { source: Arc::new(without_path(error, &path)), path }
        }
        _ => Fault::from(error).into(),
    }
}

/// `SQLite` names the file at the end of what it says, and so does who tells it.
fn without_path(error: rusqlite::Error, path: &Path) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, Some(said)) => {
            let what = path.to_str().and_then(|path| said.strip_suffix(path)?.strip_suffix(": ")).unwrap_or(&said);
            rusqlite::Error::SqliteFailure(code, Some(what.to_owned()))
        }
        other => other,
    }
}

enum Kind {
    Empty,
    Ours(u32),
}

/// What the file is, by its header.
fn kind(connection: &Connection, path: &Path) -> Result<Kind, LogError> {
    let header = || -> rusqlite::Result<_> {
        let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok((application, version, tables))
    };
    match header() {
        Ok((0, 0, 0)) => Ok(Kind::Empty),
        Ok((APPLICATION_ID, version, _)) if version > VERSION => {
            Err(LogError::NewerSchema { path: path.to_owned(), found: version, supported: VERSION })
        }
        Ok((APPLICATION_ID, version, _)) if version > 0 => Ok(Kind::Ours(version)),
        Ok(_) => Err(LogError::NotALog { path: path.to_owned() }),
        Err(error) => Err(of_opening(error, path)),
    }
}

/// Creates the tables or brings them up to date, unless another process does so first.
fn prepare(connection: &mut Connection, path: &Path, options: &EventLogBuilder) -> Result<(), Fault> {
    if let Kind::Ours(VERSION) = kind(connection, path)? {
        // A copy that `VACUUM INTO` has made, say, has another one.
        return Ok(write_ahead(connection, options.busy_timeout)?);
    }
    connection.pragma_update(None, "page_size", PAGE)?;
    write_ahead(connection, options.busy_timeout)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = match kind(&transaction, path)? {
        Kind::Empty => 0,
        Kind::Ours(version) => version,
    };
    for migration in &MIGRATIONS[from as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Sets the journal mode, which stays with the file. `SQLite` does not wait for others here, so we do.
fn write_ahead(connection: &Connection, timeout: Duration) -> Result<(), LogError> {
    let start = Instant::now();
    loop {
        match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                let said = format!("the file system allows no write-ahead log, only `{mode}`");
                return Err(LogError::Store(Arc::new(io::Error::other(said))));
            }
            Err(error) => match Fault::from(error).into() {
                LogError::Busy if start.elapsed() < timeout => thread::sleep(Duration::from_millis(5)),
                error => return Err(error),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventLog;

    #[test]
    fn a_cache_without_bounds_is_the_greatest_and_not_the_least() {
        let directory = tempfile::tempdir().unwrap();
        for (bytes, expected) in [(16 << 20, -16_384), (1 << 41, i32::MIN + 1), (u64::MAX, i32::MIN + 1)] {
            let options = EventLog::builder().cache_bytes(bytes);
            let connection = open_writer(&directory.path().join("events.db"), &options).unwrap();
            let size: i32 = connection.query_row("PRAGMA cache_size", [], |row| row.get(0)).unwrap();
            assert_eq!(size, expected, "{bytes}");
        }
    }
}
