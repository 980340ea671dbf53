//! Compressed files. Without the feature `gzip` they are refused.

#[cfg(feature = "gzip")]
pub(crate) use self::with::{compress, decompress};
#[cfg(not(feature = "gzip"))]
pub(crate) use self::without::{compress, decompress};

#[cfg(feature = "gzip")]
mod with {
    use std::{
        fs::File,
        io::{self, Read},
        path::Path,
        sync::atomic::{AtomicBool, Ordering},
    };

    use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};

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

    /// What was compressed, be it at once or piece by piece.
    pub(crate) fn decompress(file: File) -> Box<dyn Read + Send> {
        Box::new(MultiGzDecoder::new(file))
    }
}

#[cfg(not(feature = "gzip"))]
mod without {
    use std::{
        fs::File,
        io::{self, Read},
        path::Path,
        sync::atomic::AtomicBool,
    };

    fn refusal() -> io::Error {
        io::Error::new(io::ErrorKind::Unsupported, "compressed files need the feature `gzip` of events-jsonl")
    }

    pub(crate) fn compress(_: &Path, _: &Path, _: &AtomicBool) -> io::Result<bool> {
        Err(refusal())
    }

    pub(crate) fn decompress(_: File) -> Box<dyn Read + Send> {
        Box::new(Refused)
    }

    struct Refused;

    impl Read for Refused {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(refusal())
        }
    }
}
