//! What a recorder counts.

/// What a recorder did since it was opened, in events unless it says otherwise: each is a line.
///
/// `recorded` is the sum of `written`, `waiting` and `lost`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecorderStats {
    /// Taken: the observer returned `Ok`.
    pub recorded: u64,
    /// Refused: the observer returned an error.
    pub refused: u64,
    /// Written to the file.
    pub written: u64,
    /// Taken and not yet written, as [`Flush`](crate::Flush) allows, or because writing failed.
    pub waiting: u64,
    /// Taken, and not written when the recorder was dropped.
    pub lost: u64,
    /// Bytes written.
    pub bytes: u64,
    /// How often was written.
    pub flushes: u64,
    /// How many files were rotated away.
    pub rotations: u64,
    /// How many errors there were that are in no receipt; see
    /// [`JsonlRecorder::last_background_error`](crate::JsonlRecorder::last_background_error).
    pub background_errors: u64,
}
