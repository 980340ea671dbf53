//! A whole experiment in PANTHER's events: tests in threads, each with services, an environment, steps and assertions over real
//! sockets, of which some fail and recover, and others do not.
//!
//! One bus takes it all: the events go to a log and to JSON lines, drive a state machine for each experiment, test, service and
//! environment, feed metrics, and what went wrong or changed its state is printed. The example `panther_replay` tells the record again.

mod args;
mod assertions;
mod case;
mod echo;
mod environment;
mod execution;
mod experiment;
mod figures;
mod record;
#[cfg(test)]
mod replay;
mod service;
#[cfg(test)]
mod tests;

use std::{
    env, fmt, fs,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use events_core::{AnyEnvelope, ConsoleObserver, DedupWindow, EventBus, MetricsObserver, StateChanged, StateMachine};
use events_jsonl::{Flush, JsonlRecorder};
use events_panther::{
    environment::EnvironmentState,
    experiment::ExperimentState,
    service::ServiceState,
    summary::{Summary, Watch},
    test::TestState,
};
use events_sqlite::EventLog;

use self::{
    args::{Args, Command, USAGE},
    figures::Figures,
    record::{Failure, Record, about, about_output},
};

/// The plugin that brings the services.
const PLUGIN: &str = "udp-echo";

/// What comes of telling events: nothing, if all goes well.
type Told = Result<(), Failure>;

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
    match run_and_tell(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => finish(&writeln!(io::stderr(), "error: {error}"), 3),
    }
}

/// The exit code, or 3 where even the last words could not be written (to a closed pipe, say).
fn finish(written: &io::Result<()>, code: u8) -> ExitCode {
    ExitCode::from(if written.is_ok() { code } else { 3 })
}

/// Runs the experiment, and prints what became of it; whether it completed.
fn run_and_tell(args: &Args) -> Result<bool, Failure> {
    let figures = Figures::install()?;
    let temporary;
    let directory = match &args.output {
        Some(directory) => directory,
        None => {
            temporary = tempfile::tempdir()?;
            temporary.path()
        }
    };
    let Outcome { summary, duplicates } = run(args, directory, ConsoleObserver::stdout())?;
    let mut out = io::stdout().lock();
    let mut tell = |text: fmt::Arguments<'_>| writeln!(out, "{text}").map_err(about_output);
    tell(format_args!("\n{summary}\n{duplicates} duplicates, which nobody was told again\n\nmeasured"))?;
    for line in figures.lines() {
        tell(format_args!("{line}"))?;
    }
    if let Some(directory) = &args.output {
        tell(format_args!("\nTell it again: cargo run --example panther_replay -- {}", directory.display()))?;
    }
    Ok(summary.count("experiment", "completed") == 1)
}

/// What became of a run.
struct Outcome {
    summary: Summary,
    /// How many events the bus recognised as delivered before.
    duplicates: u64,
}

/// Runs the experiment on a bus of its own, and records it.
fn run(args: &Args, directory: &Path, console: ConsoleObserver) -> Result<Outcome, Failure> {
    let record = Record::at(directory);
    let (log_file, lines_file, summary_file) = (record.log(), record.lines(), record.summary());
    fs::create_dir_all(directory).map_err(about(directory))?;
    if log_file.exists() {
        return Err(format!("`{}` holds an experiment already", directory.display()).into());
    }
    // What machines tell is told behind the event that moved them, and its failures are in no receipt.
    let failure = Arc::new(OnceLock::new());
    let met = Arc::clone(&failure);
    let bus = EventBus::builder()
        .dedup(DedupWindow::new(1_000_000, Duration::MAX))
        .on_failure(move |event, failure| _ = met.set(format!("{}: {failure}", event.event_type())))
        .build();
    // First the log: it has an event before others are told, and on the disk when it is closed.
    let log = EventLog::open(&log_file).map_err(about(&log_file))?;
    let queue = log.queue(10_000).map_err(about(&log_file))?;
    let _log = bus.subscription().name(log_file.display().to_string()).priority(10).observe(queue.clone());
    let lines = JsonlRecorder::builder(&lines_file).flush(Flush::Every(Duration::from_millis(50)));
    let lines = Arc::new(lines.open().map_err(about(&lines_file))?);
    let _lines = bus.subscription().name(lines_file.display().to_string()).observe(Arc::clone(&lines));
    let _metrics = bus.observe(MetricsObserver::new());
    let verbose = args.verbose;
    let shown = bus.subscription().name("standard output").filter(move |event| is_shown(event, verbose));
    let _console = shown.observe(console);
    let watch = Watch::on(&bus);

    experiment::run(&bus, args, &directory.join("outputs"))?;

    lines.close().map_err(about(&lines_file))?;
    queue.close().map_err(about(&log_file))?;
    if let Some(failure) = failure.get() {
        return Err(failure.as_str().into());
    }
    let summary = watch.summary();
    fs::write(&summary_file, serde_json::to_vec_pretty(&summary)?).map_err(about(&summary_file))?;
    Ok(Outcome { summary, duplicates: bus.stats().duplicates })
}

/// What is printed: whatever goes wrong, and each change of a state.
fn is_shown(event: &AnyEnvelope, verbose: bool) -> bool {
    let name = event.event_type().name();
    name.ends_with("failed")
        || name.ends_with("error")
        || name == "transition_refused"
        || changes_state::<ExperimentState>(event)
        || changes_state::<TestState>(event)
        || (verbose && (changes_state::<ServiceState>(event) || changes_state::<EnvironmentState>(event)))
}

/// Whether a machine of this kind is in another state now: a transition may lead to where it began.
fn changes_state<S: StateMachine>(event: &AnyEnvelope) -> bool {
    event.payload::<StateChanged<S>>().is_some_and(|change| change.from != change.to)
}
