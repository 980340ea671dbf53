//! Next steps: events in the logs of `tracing`, field by field.
//!
//! Run it with `cargo run --example tracing_observer`.

use std::{
    error::Error,
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use events_core::{EventBus, TracingObserver, pattern};
use events_examples::quick_test::{Config, QuickTestEmitter, Results};
use tracing::{Level, info_span, subscriber};

/// A log in memory.
#[derive(Default)]
struct Memory(Mutex<Vec<u8>>);

impl Memory {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for &Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Any subscriber will do. The lines of this one can be looked at.
    let log = Arc::new(Memory::default());
    let lines = tracing_subscriber::fmt().with_writer(Arc::clone(&log)).with_ansi(false).without_time();
    let lines = lines.with_max_level(Level::INFO).finish();

    let bus = EventBus::new();
    let tracing = TracingObserver::new().level(pattern!("quick_test.created"), Level::DEBUG);
    let _tracing = bus.observe(tracing);

    subscriber::with_default(lines, || -> Result<(), Box<dyn Error>> {
        let test = QuickTestEmitter::new(&bus, "tutorial-test-001");
        // Below the level of the log: it is delivered, and not written.
        test.emit_created("Tutorial Connection Test", Config::new())?.into_result()?;
        // What is emitted in a span stands in that span.
        info_span!("run", number = 7)
            .in_scope(|| test.start("Tutorial Connection Test", Config::new()))?
            .into_result()?;
        test.complete("Tutorial Connection Test", Results::new(100, 98))?.into_result()?;
        test.emit_failed("Tutorial Connection Test", "lost 2 packets", "packet_loss")?.into_result()?;
        Ok(())
    })?;

    let log = String::from_utf8(log.bytes().clone())?;
    print!("{log}");
    let lines: Vec<&str> = log.lines().map(str::trim_start).collect();
    let [started, completed, failed] = lines[..] else { return Err("expected three lines".into()) };
    assert!(
        started.starts_with("INFO run{number=7}: events::quick_test: event_type=\"quick_test.started\""),
        "{started}"
    );
    assert!(
        completed.contains(r#"results={"packets_sent":100,"packets_received":98,"success_rate":0.98}"#),
        "{completed}"
    );
    assert!(failed.starts_with("ERROR events::quick_test: "), "{failed}");
    assert!(failed.contains(r#"test_name="Tutorial Connection Test" error_message="lost 2 packets""#), "{failed}");
    Ok(())
}
