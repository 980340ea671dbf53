//! What the recorder and its threads have in common.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{
    helper::Signal,
    keeping,
    log::{Flushed, Log},
    policy::Rotation,
};
use crate::{
    error::{BackgroundError, RecordError},
    series::Series,
    sync::lock,
};

pub(super) type Hook = Box<dyn Fn(&BackgroundError) + Send + Sync>;

pub(super) struct Shared {
    pub(super) series: Arc<Series>,
    pub(super) log: Mutex<Log>,
    pub(super) refused: AtomicU64,
    on_error: Option<Hook>,
    /// How many there were, and the last of them.
    errors: Mutex<(u64, Option<Arc<BackgroundError>>)>,
    /// Tells the one that flushes that lines wait, and the one that keeps rotated files that there is one more.
    pub(super) flushing: Arc<Signal>,
    pub(super) keeping: Arc<Signal>,
    /// Whether rotated files are left to whoever opens the recording next.
    pub(super) abandoned: AtomicBool,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("path", &self.series.live()).finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(series: Arc<Series>, log: Log, on_error: Option<Hook>) -> Self {
        Self {
            series,
            log: Mutex::new(log),
            refused: AtomicU64::new(0),
            on_error,
            errors: Mutex::default(),
            flushing: Arc::default(),
            keeping: Arc::default(),
            abandoned: AtomicBool::new(false),
        }
    }

    /// Does something to the log, and afterwards tells whom it concerns that a file was rotated away or could not be.
    pub(super) fn with_log<T>(&self, run: impl FnOnce(&mut Log, &mut Flushed) -> T) -> T {
        let mut flushed = Flushed::default();
        let result = run(&mut lock(&self.log), &mut flushed);
        if flushed.rotated {
            self.keeping.wake();
        }
        if let Some(error) = flushed.error {
            self.report(BackgroundError::Rotation(error));
        }
        result
    }

    pub(super) fn record(&self, lines: &[u8], count: u64) -> Result<(), RecordError> {
        if self.with_log(|log, flushed| log.record(lines, count, flushed))? {
            self.flushing.wake();
        }
        Ok(())
    }

    /// Writes what waits where nobody can be given the error. Says whether lines wait on.
    pub(super) fn flush_behind(&self) -> bool {
        let (error, waits) = self.with_log(|log, flushed| (log.flush_behind(flushed), log.stats.waiting > 0));
        if let Some(error) = error {
            self.report(BackgroundError::Flush(error));
        }
        waits
    }

    /// Brings the rotated files into order.
    pub(super) fn tidy(&self, rotation: &Rotation) {
        for error in keeping::tidy(&self.series, rotation, &self.abandoned) {
            self.report(BackgroundError::Rotation(error));
        }
    }

    pub(super) fn report(&self, error: BackgroundError) {
        let error = Arc::new(error);
        {
            let mut errors = lock(&self.errors);
            errors.0 += 1;
            errors.1 = Some(Arc::clone(&error));
        }
        if let Some(hook) = &self.on_error {
            // The standard hook has told of it; there is nobody else to tell.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| hook(&error)));
        }
    }

    pub(super) fn errors(&self) -> (u64, Option<Arc<BackgroundError>>) {
        lock(&self.errors).clone()
    }

    pub(super) fn refuse(&self, events: u64) {
        self.refused.fetch_add(events, Ordering::Relaxed);
    }
}
