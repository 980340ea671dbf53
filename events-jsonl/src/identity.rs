//! Which file a path leads to.

use std::{fs::Metadata, io, path::Path};

/// What tells a file from all others that are there: its device and inode. Where there are none every file is taken for the
/// same, so that only one that is missing is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl FileId {
    /// Whether files that are not the same have different ones.
    pub(crate) const TELLS: bool = cfg!(unix);

    pub(crate) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;

            Self { device: metadata.dev(), inode: metadata.ino() }
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Self {}
        }
    }
}

/// The metadata of what is at the path, or `None` if nothing is.
pub(crate) fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match path.metadata() {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sees to it that names that were given or taken away in the directory outlive a loss of power, where that can be asked for.
#[cfg(unix)]
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it may fail on Unix")]
pub(crate) fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
