//! The events in a durable log.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use events_core::{AnyEnvelope, EventBus, ObserverResult, Subscription};
use events_sqlite::{EventLog, LogError};

/// Keeps every event of a bus in a log, and counts those that are new there.
pub(crate) struct Logged {
    file: PathBuf,
    counts: Arc<Counts>,
    _subscription: Subscription,
}

#[derive(Default)]
struct Counts {
    new: AtomicU64,
    known: AtomicU64,
}

impl Logged {
    /// `log.observer()` would do, if nobody wanted to know how many were new.
    pub(crate) fn on(bus: &EventBus, file: &Path) -> Result<Self, LogError> {
        let log = EventLog::open(file)?;
        let counts = Arc::new(Counts::default());
        let told = Arc::clone(&counts);
        let subscription = bus.subscribe(move |event: &AnyEnvelope| -> ObserverResult {
            let outcome = log.append(event)?;
            (if outcome.is_duplicate() { &told.known } else { &told.new }).fetch_add(1, Relaxed);
            Ok(())
        });
        Ok(Self { file: file.to_owned(), counts, _subscription: subscription })
    }
}

impl fmt::Display for Logged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (new, known) = (self.counts.new.load(Relaxed), self.counts.known.load(Relaxed));
        write!(f, "{}: {new} new, {known} there already", self.file.display())
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use events_core::EventBus;
    use events_examples::quick_test::{Config, QuickTestEmitter};

    use super::Logged;

    #[test]
    fn a_second_run_finds_the_events_of_the_first() {
        let directory = env::temp_dir().join(format!("quick_test-{}", process::id()));
        fs::create_dir(&directory).unwrap();
        let file = directory.join("events.db");
        let said = |name: &str| {
            let bus = EventBus::new();
            let kept = Logged::on(&bus, &file).unwrap();
            let test = QuickTestEmitter::new(&bus, "test-001");
            test.emit_created(name, Config::new()).unwrap().into_result().unwrap();
            test.emit_failed(name, "no packet", "packet_loss").unwrap().into_result().unwrap();
            kept.to_string().split_once(": ").unwrap().1.to_owned()
        };
        assert_eq!(said("Connection Test"), "2 new, 0 there already");
        assert_eq!(said("Connection Test"), "0 new, 2 there already");
        assert_eq!(said("Another Test"), "2 new, 0 there already");
        fs::remove_dir_all(directory).unwrap();
    }
}
