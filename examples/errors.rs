//! Next steps: errors and panics as events.
//!
//! Run it with `cargo run --example errors`.

use std::{fs, io, panic};

use events_core::{Emitter, EntityEmitter, ErrorBacktrace, ErrorInfo, Event, EventBus, Severity};
use serde::Serialize;

/// A service could not go on.
#[derive(Event, Serialize)]
#[event_type("service.failed")]
#[event(emitter = Service)]
struct Failed {
    phase: String,
    error: ErrorInfo,
    /// Different each time, so no part of the id.
    #[event(skip_id, default = ErrorBacktrace::capture())]
    backtrace: ErrorBacktrace,
}

/// Emits the events of one service.
#[derive(Emitter)]
#[emitter(entity_type = "service")]
struct Service(EntityEmitter);

/// A configuration that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("no configuration at {path}")]
struct NoConfig {
    path: &'static str,
    source: io::Error,
}

impl Service {
    fn failed(phase: &str, error: ErrorInfo) -> Failed {
        Failed { phase: phase.to_owned(), error, backtrace: ErrorBacktrace::capture() }
    }

    /// Returns what it would return without events; what goes wrong is emitted on the way.
    fn load(&self, path: &'static str) -> Result<String, NoConfig> {
        let text = fs::read_to_string(path).map_err(|source| NoConfig { path, source });
        self.observe_result(text, |error| Self::failed("load", ErrorInfo::new(error).with_severity(Severity::Critical)))
    }

    fn start(&self, port: u16) -> u16 {
        let run = || {
            assert!(port > 1024, "port {port} is for the administrator");
            port
        };
        self.observe_panic(run, |info| Self::failed("start", info))
    }
}

fn main() {
    let bus = EventBus::builder().history(10).on_refused(|error| eprintln!("an event was refused: {error}")).build();
    let service = Service::new(&bus, "web");

    let error = service.load("/no/such/file").unwrap_err();
    println!("returned: {error}");
    let failed = bus.history().of::<Failed>();
    let info = &failed[0].error;
    println!("emitted:  {info:#} ({}, {})", info.error_type(), info.severity());
    assert_eq!(info.message(), "no configuration at /no/such/file");
    assert_eq!((info.chain().len(), info.severity()), (1, Severity::Critical));

    // The same error again is the same event: its id follows from the content.
    assert!(service.load("/no/such/file").is_err());
    let failed = bus.history().of::<Failed>();
    assert_eq!(failed[0].id(), failed[1].id());

    // A panic is emitted with its message, and goes on.
    panic::set_hook(Box::new(|_| {}));
    assert_eq!(service.start(8080), 8080);
    let panicked = panic::catch_unwind(|| service.start(80));
    assert!(panicked.is_err());
    let failed = bus.history().of::<Failed>();
    println!("emitted:  {}", failed[2].error);
    assert_eq!(failed[2].error.message(), "port 80 is for the administrator");
}
