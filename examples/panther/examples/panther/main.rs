//! A whole experiment in PANTHER's events: tests in threads, each with services, an environment, steps and assertions over real
//! sockets; told on one bus to a log, to JSON lines, to machines, to metrics, and where something failed to people.

mod args;
mod case;
mod echo;

use std::{
    env,
    error::Error,
    fs, io,
    io::Write as _,
    path::Path,
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use events_core::{AnyEnvelope, ConsoleObserver, DedupWindow, Emitter, EventBus, MetricsObserver};
use events_jsonl::{Flush, JsonlRecorder};
use events_panther::{
    experiment::{
        ExperimentEmitter, ExperimentExecutionCompleted, ExperimentExecutionStarted, ExperimentPluginLoadingCompleted,
    },
    plugin::PluginEmitter,
    summary::{Summary, Watch},
};
use events_sqlite::EventLog;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

use self::{
    args::{Args, Command, USAGE},
    case::Case,
};

fn main() -> ExitCode {
    let (text, code) = match args::parse(env::args_os().skip(1)) {
        Ok(Command::Help) => (Ok(USAGE.to_owned()), 0),
        Err(error) => (Err(format!("error: {error}\n\n{USAGE}")), 2),
        Ok(Command::Run(args)) => match run(&args) {
            Ok(summary) => (Ok(String::new()), u8::from(summary.count("experiment", "completed") != 1)),
            Err(error) => (Err(format!("error: {error}")), 3),
        },
    };
    let written = match text {
        Ok(text) => {
            if text.is_empty() {
                Ok(())
            } else {
                writeln!(io::stdout(), "{text}")
            }
        }
        Err(text) => writeln!(io::stderr(), "{text}"),
    };
    ExitCode::from(if written.is_ok() { code } else { 3 })
}

fn run(args: &Args) -> Result<Summary, Box<dyn Error + Send + Sync>> {
    let temporary = tempfile::tempdir()?;
    let directory = args.output.as_deref().unwrap_or(temporary.path());
    fs::create_dir_all(directory)?;
    if directory.join("events.db").exists() {
        return Err(format!("`{}` holds an experiment already", directory.display()).into());
    }
    let metrics = DebuggingRecorder::new();
    let snapshotter = metrics.snapshotter();
    metrics.install()?;

    let bus = EventBus::builder().dedup(DedupWindow::new(100_000, Duration::from_secs(3600))).build();
    // First the log: it has an event before others are told, and on the disk when it is closed.
    let log = EventLog::open(directory.join("events.db"))?;
    let queue = log.queue(10_000)?;
    let _log = bus.subscription().priority(10).observe(queue.clone());
    let lines = JsonlRecorder::builder(directory.join("events.jsonl"));
    let lines = Arc::new(lines.flush(Flush::Every(Duration::from_millis(50))).open()?);
    let _lines = bus.observe(Arc::clone(&lines));
    let _metrics = bus.observe(MetricsObserver::new());
    let _people = bus.subscription().filter(is_trouble).observe(ConsoleObserver::stdout());
    let watch = Watch::on(&bus);

    experiment(&bus, args)?;

    lines.close()?;
    queue.close()?;
    let summary = watch.summary();
    fs::write(directory.join("summary.json"), serde_json::to_vec_pretty(&summary)?)?;
    tell(&summary, &bus, &snapshotter, args.output.as_deref())?;
    Ok(summary)
}

/// What people are told at once.
fn is_trouble(event: &AnyEnvelope) -> bool {
    let name = event.event_type().name();
    name.ends_with("failed") || name.ends_with("error") || name == "transition_refused"
}

/// All of the experiment: set up, its tests in threads, the verdict.
fn experiment(bus: &EventBus, args: &Args) -> Result<(), Box<dyn Error + Send + Sync>> {
    let begin = Instant::now();
    let experiment = ExperimentEmitter::new(bus, format!("echo-{}", args.seed));
    experiment.emit_initialized()?.into_result()?;
    experiment.emit_plugin_loading_started()?.into_result()?;
    let plugin = PluginEmitter::new(bus, "udp-echo");
    plugin.emit_loading_started("udp-echo", "service")?.into_result()?;
    plugin.emit_loading_completed("udp-echo", "service")?.into_result()?;
    plugin.emit_initialized("udp-echo", "service")?.into_result()?;
    let loaded = Some(vec!["udp-echo".to_owned()]);
    experiment
        .emit(ExperimentPluginLoadingCompleted { loaded_plugins: loaded, plugin_count: Some(1) })?
        .into_result()?;
    experiment.emit_test_initialization_started()?.into_result()?;
    experiment.emit_test_cases_initialized(args.tests)?.into_result()?;
    experiment.emit(ExperimentExecutionStarted { test_count: Some(args.tests) })?.into_result()?;

    let passed = run_tests(bus, args)?;
    let completed = ExperimentExecutionCompleted {
        success_count: passed,
        failure_count: args.tests - passed,
        total_count: args.tests,
        duration_seconds: Some(begin.elapsed().as_secs_f64()),
    };
    experiment.emit(completed)?.into_result()?;
    if passed == args.tests {
        experiment.emit_completed()?.into_result()?;
    } else {
        experiment.emit_failed(format!("{} of {} tests failed", args.tests - passed, args.tests))?.into_result()?;
    }
    Ok(())
}

/// Runs all tests, so many at a time; how many passed.
fn run_tests(bus: &EventBus, args: &Args) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let (next, passed, error) = (AtomicU32::new(0), AtomicU32::new(0), Mutex::new(None));
    let work = || {
        loop {
            let number = next.fetch_add(1, Relaxed);
            if number >= args.tests {
                return;
            }
            let id = format!("echo-{}-{:03}", args.seed, number + 1);
            let case = Case::new(bus, &id, args.drop, args.seed.wrapping_add(number.into()));
            match bus.with_correlation(id.as_str(), || case.run()) {
                Ok(true) => _ = passed.fetch_add(1, Relaxed),
                Ok(false) => {}
                Err(met) => {
                    next.store(args.tests, Relaxed);
                    error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(met);
                }
            }
        }
    };
    thread::scope(|scope| (0..args.threads).for_each(|_| _ = scope.spawn(work)));
    match error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(passed.into_inner()),
    }
}

fn tell(summary: &Summary, bus: &EventBus, metrics: &Snapshotter, output: Option<&Path>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "\n{summary}, {} duplicates\n", bus.stats().duplicates)?;
    for (key, _, _, value) in metrics.snapshot().into_vec() {
        let key = key.key();
        let DebugValue::Histogram(values) = value else { continue };
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let (count, longest) = (values.len(), values.iter().map(|value| value.into_inner()).fold(0.0, f64::max));
        writeln!(out, "{}{{{}}}: {count} times, {longest:.4} at most", key.name(), labels.join(","))?;
    }
    match output {
        Some(directory) => writeln!(out, "\ncargo run --example panther_replay -- {}", directory.display()),
        None => Ok(()),
    }
}
