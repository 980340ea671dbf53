//! What becomes of rotated files: compressed, and removed when there are too many. It can be interrupted at any point, and
//! begins again with whatever is there.

use std::{
    fs, io,
    sync::atomic::{AtomicBool, Ordering},
};

use super::policy::Rotation;
use crate::{
    error::RotationError,
    gzip,
    identity::sync_directory,
    series::{Forms, Series},
};

/// Compresses and removes what is to be, and goes on behind each error. Ends early when it is to be `abandoned`.
pub(super) fn tidy(series: &Series, rotation: &Rotation, abandoned: &AtomicBool) -> Vec<RotationError> {
    let mut errors = Vec::new();
    let mut files = match series.list() {
        Ok(files) => files,
        Err(source) => return vec![RotationError::List { path: series.directory().to_owned(), source }],
    };
    let whole = files.values().filter(|forms| forms.whole()).count();
    let mut too_many = whole.saturating_sub(rotation.keep.unwrap_or(usize::MAX));
    files.retain(|number, forms| {
        let goes = too_many > 0 && forms.whole();
        if goes {
            too_many -= 1;
            errors.extend(remove(series, *number, *forms).err());
        }
        !goes
    });
    for (number, forms) in files {
        if abandoned.load(Ordering::Relaxed) {
            break;
        }
        errors.extend(settle(series, rotation, number, forms, abandoned).err());
    }
    errors
}

/// Removes all forms of a file; the whole ones last.
fn remove(series: &Series, number: u64, forms: Forms) -> Result<(), RotationError> {
    for (there, path) in [
        (forms.partial, series.partial(number)),
        (forms.plain, series.rotated(number)),
        (forms.gzip, series.gzip(number)),
    ] {
        if there
            && let Err(source) = fs::remove_file(&path)
            // Unless somebody else was first.
            && source.kind() != io::ErrorKind::NotFound
        {
            return Err(RotationError::Remove { path, source });
        }
    }
    Ok(())
}

/// Brings a file into the form in which it is kept.
fn settle(
    series: &Series,
    rotation: &Rotation,
    number: u64,
    forms: Forms,
    abandoned: &AtomicBool,
) -> Result<(), RotationError> {
    if forms.plain && !forms.gzip && rotation.gzip {
        return compress(series, number, abandoned)
            .map_err(|source| RotationError::Compress { path: series.rotated(number), source });
    }
    // What an interruption left: a beginning that nobody goes on with, and the plain form of what is compressed and complete.
    let superfluous = Forms { plain: forms.plain && forms.gzip, gzip: false, partial: forms.partial };
    remove(series, number, superfluous)
}

/// Replaces a file by its compressed form, once that is on the disk.
fn compress(series: &Series, number: u64, abandoned: &AtomicBool) -> io::Result<()> {
    let (plain, partial) = (series.rotated(number), series.partial(number));
    let written = gzip::compress(&plain, &partial, abandoned);
    let complete = written
        .and_then(|whole| if whole { fs::rename(&partial, series.gzip(number)).map(|()| true) } else { Ok(false) });
    if !matches!(complete, Ok(true)) {
        // What it took of a disk that is full is given back. If that fails too, the next time does it.
        let _ = fs::remove_file(&partial);
        return complete.map(|_| ());
    }
    sync_directory(series.directory())?;
    fs::remove_file(&plain)
}
