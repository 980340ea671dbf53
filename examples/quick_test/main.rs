//! The main job: a real connection test, told in events.
//!
//! 100 UDP datagrams go to an echo socket on loopback; what comes back is measured. Observers print one line per event and
//! follow the state machine; a second run of the same content is recognised as a duplicate. `--drop 0.3` makes the echo
//! side lose packets, and the test fail; `--json` writes the events as JSON lines. `--log FILE` (with the feature `log`) keeps them
//! in a durable event log, where a second run finds them.

mod args;
mod connection;
#[cfg(feature = "log")]
mod log;

use std::{
    env,
    error::Error,
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, SecondsFormat, Utc};
use events_core::{
    AnyEnvelope, BusStats, ConsoleObserver, DedupWindow, Emitter, EventBus, EventEnum, Observer, ObserverResult,
    Receipt, StateManager, Subscription, pattern,
};
use events_examples::quick_test::{Config, QuickTestEmitter, QuickTestEvent, QuickTestState, Results};

use self::{
    args::{Args, Command, USAGE},
    connection::{ConnectionError, EchoServer},
};

const NAME: &str = "Tutorial Connection Test";

fn main() -> ExitCode {
    let args = match args::parse(env::args_os().skip(1)) {
        Ok(Command::Run(args)) => args,
        Ok(Command::Help) => {
            return finish(&writeln!(io::stdout(), "{USAGE}"), 0);
        }
        Err(error) => {
            return finish(&writeln!(io::stderr(), "error: {error}\n\n{USAGE}"), 2);
        }
    };
    match run(&args) {
        Ok(QuickTestState::Completed) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => finish(&writeln!(io::stderr(), "error: {error}"), 3),
    }
}

/// The exit code, or 3 where even the last words could not be written (to a closed pipe, say).
fn finish(written: &io::Result<()>, code: u8) -> ExitCode {
    ExitCode::from(if written.is_ok() { code } else { 3 })
}

/// Where lines for people go: standard output, unless that carries JSON.
#[derive(Clone, Copy)]
struct People {
    json: bool,
}

impl People {
    fn tell(self, line: impl Display) -> io::Result<()> {
        if self.json { writeln!(io::stderr(), "{line}") } else { writeln!(io::stdout(), "{line}") }
    }
}

fn run(args: &Args) -> Result<QuickTestState, Box<dyn Error>> {
    let people = People { json: args.json };
    let bus = EventBus::builder().dedup(DedupWindow::new(10_000, Duration::from_secs(3600))).build();
    // Before the others: what they tell is on the disk.
    #[cfg(feature = "log")]
    let logged = args.log.as_deref().map(|file| log::Logged::on(&bus, file)).transpose()?;
    let printer = if args.json { bus.observe(JsonLines) } else { bus.observe(ConsoleObserver::stdout()) };
    let machine = Arc::new(Mutex::new(StateManager::<QuickTestState>::new()));
    let follower = follow(&bus, &machine, people);
    let events = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&events);
    let keeper = bus.subscribe(move |event: &QuickTestEvent| lock(&kept).push(event.clone()));

    people.tell("=== Starting Test Lifecycle ===")?;
    let test = QuickTestEmitter::new(&bus, "tutorial-test-001");
    let config = Config::from([
        ("packets".into(), args.packets.into()),
        ("timeout_ms".into(), u64::try_from(args.timeout.as_millis())?.into()),
    ]);
    let id = test.emit_created(NAME, config.clone())?.into_result()?;
    people.tell(format_args!("✓ Test created: {id}"))?;
    let id = test.start(NAME, config)?.into_result()?;
    people.tell(format_args!("✓ Test started: {id}"))?;

    match connect(args) {
        Ok(results) => {
            test.complete(NAME, results)?.into_result()?;
            let Results { packets_sent, packets_received, success_rate } = results;
            people.tell(format_args!(
                "✓ Test completed successfully: {packets_received} of {packets_sent} packets, success rate {success_rate}"
            ))?;
        }
        Err(error) => {
            test.emit_failed(NAME, error.to_string(), error.kind())?.into_result()?;
            people.tell(format_args!("✗ Test failed: {error}"))?;
        }
    }

    people.tell("=== The Same Content Again ===")?;
    let events = lock(&events).clone();
    for event in events {
        let kind = event.kind();
        match test.emit(event)? {
            Receipt::Duplicate { id, first_seen, .. } => {
                people.tell(format_args!("= {kind}: duplicate of {id}, first seen {}", micros(first_seen)))?;
            }
            other => return Err(format!("{kind}: expected a duplicate, got {other:?}").into()),
        }
    }

    drop((printer, follower, keeper));
    let BusStats { delivered, duplicates, failures, .. } = bus.stats();
    people.tell(format_args!("{delivered} events delivered, {duplicates} duplicates, {failures} failures"))?;
    #[cfg(feature = "log")]
    if let Some(logged) = logged {
        people.tell(logged)?;
    }
    Ok(*lock(&machine).state())
}

/// The connection test itself.
fn connect(args: &Args) -> Result<Results, ConnectionError> {
    let server = EchoServer::start(args.drop, args.seed)?;
    let results = connection::measure(server.address(), args.packets, args.timeout)?;
    connection::judge(results, args.min_success)
}

/// Lets the events drive the state machine, with one line for each change.
fn follow(bus: &EventBus, machine: &Arc<Mutex<StateManager<QuickTestState>>>, people: People) -> Subscription {
    let machine = Arc::clone(machine);
    bus.subscription().pattern(pattern!("quick_test.*")).subscribe(move |event: &AnyEnvelope| -> ObserverResult {
        if let Some(step) = lock(&machine).apply(event)? {
            people.tell(format_args!("  state: {} → {}", step.from, step.to))?;
        }
        Ok(())
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn micros(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Writes every event as one line of JSON.
struct JsonLines;

impl Observer for JsonLines {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        writeln!(io::stdout(), "{}", event.to_json()?)?;
        Ok(())
    }
}
