//! The time that a replay takes, injected.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How a replay at the original pace measures time and waits; injected, so that tests need not.
pub trait Timer {
    /// The time since a fixed but arbitrary moment.
    fn elapsed(&mut self) -> Duration;

    /// Returns when so much time has passed.
    fn wait(&mut self, time: Duration);
}

/// The real time.
#[derive(Clone, Copy, Debug)]
pub struct SystemTimer {
    start: Instant,
}

impl Default for SystemTimer {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Timer for SystemTimer {
    fn elapsed(&mut self) -> Duration {
        self.start.elapsed()
    }

    fn wait(&mut self, time: Duration) {
        thread::sleep(time);
    }
}

impl<T: Timer + ?Sized> Timer for Box<T> {
    fn elapsed(&mut self) -> Duration {
        (**self).elapsed()
    }

    fn wait(&mut self, time: Duration) {
        (**self).wait(time);
    }
}

impl<T: Timer + ?Sized> Timer for &mut T {
    fn elapsed(&mut self) -> Duration {
        (**self).elapsed()
    }

    fn wait(&mut self, time: Duration) {
        (**self).wait(time);
    }
}
