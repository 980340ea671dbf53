//! A thread that works for a recorder, and ends with it.

use std::{
    io,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::sync::lock;

/// What a helper is told.
#[derive(Debug, Default)]
pub(super) struct Signal {
    said: Mutex<Said>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct Said {
    wake: bool,
    stop: bool,
}

impl Signal {
    pub(super) fn wake(&self) {
        self.say(|said| said.wake = true);
    }

    fn stop(&self) {
        self.say(|said| said.stop = true);
    }

    fn say(&self, change: impl FnOnce(&mut Said)) {
        change(&mut lock(&self.said));
        self.changed.notify_all();
    }

    /// Waits for work. Says whether there is some; if not, the helper is to end.
    pub(super) fn work(&self) -> bool {
        let mut said = lock(&self.said);
        while !said.wake && !said.stop {
            said = self.changed.wait(said).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::take(&mut said.wake)
    }

    /// Waits so long, or until the helper is to end. Says whether it is to go on.
    pub(super) fn pause(&self, time: Duration) -> bool {
        let start = Instant::now();
        let mut said = lock(&self.said);
        while !said.stop
            && let Some(left) = time.checked_sub(start.elapsed()).filter(|left| !left.is_zero())
        {
            (said, _) = self.changed.wait_timeout(said, left).unwrap_or_else(PoisonError::into_inner);
        }
        !said.stop
    }
}

/// The thread. Work that it was woken for is done before it ends.
#[derive(Debug)]
pub(super) struct Helper {
    signal: Arc<Signal>,
    thread: JoinHandle<()>,
}

impl Helper {
    pub(super) fn start(name: &str, signal: Arc<Signal>, run: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(run)?;
        Ok(Self { signal, thread })
    }

    pub(super) fn end(self) {
        self.signal.stop();
        // A hook that it calls may hold the last of a recorder.
        if self.thread.thread().id() != thread::current().id() {
            // What it runs contains the panics of others, and has none of its own.
            let _ = self.thread.join();
        }
    }
}
