//! Compressed files. Without the feature `gzip` they are refused.

#[cfg(feature = "gzip")]
pub(crate) use self::with::compress;
#[cfg(not(feature = "gzip"))]
pub(crate) use self::without::compress;

#[cfg(feature = "gzip")]
mod with {
    use std::{
        fs::File,
        io::{self, Read},
        path::Path,
        sync::atomic::{AtomicBool, Ordering},
    };

    use flate2::{Compression, write::GzEncoder};

    /// So much is compressed between two looks at whether it is to end.
    const STEP: u64 = 256 * 1024;

    /// Writes the compressed form of a file and returns when it is on the disk. Says whether it did not end early.
    pub(crate) fn compress(from: &Path, to: &Path, abandoned: &AtomicBool) -> io::Result<bool> {
        let from = File::open(from)?;
        let file = File::create(to)?;
        // Who must not read the one must not read the other.
        file.set_permissions(from.metadata()?.permissions())?;
        let mut encoder = GzEncoder::new(file, Compression::default());
        while io::copy(&mut (&from).take(STEP), &mut encoder)? > 0 {
            if abandoned.load(Ordering::Relaxed) {
                return Ok(false);
            }
        }
        encoder.finish()?.sync_all()?;
        Ok(true)
    }
}

#[cfg(not(feature = "gzip"))]
mod without {
    use std::{io, path::Path, sync::atomic::AtomicBool};

    pub(crate) fn compress(_: &Path, _: &Path, _: &AtomicBool) -> io::Result<bool> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "compressed files need the feature `gzip` of events-jsonl"))
    }
}
