//! The experiment: a plugin is loaded, tests are made and run in threads, and there is a verdict.

use std::{
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread,
    time::Instant,
};

use events_core::{Emitter, EventBus};
use events_panther::{
    experiment::{
        ExperimentCompleted, ExperimentEmitter, ExperimentExecutionCompleted, ExperimentExecutionStarted,
        ExperimentFailed, ExperimentInitialized, ExperimentPluginLoadingCompleted, ExperimentTestCasesInitialized,
    },
    plugin::{PluginEmitter, PluginLoadingCompleted},
    values::Details,
};
use fastrand::Rng;
use serde_json::json;

use crate::{PLUGIN, Told, args::Args, case::Case, record::Failure};

/// All of the experiment. What its tests write goes below `outputs`.
pub(crate) fn run(bus: &EventBus, args: &Args, outputs: &Path) -> Told {
    let experiment = ExperimentEmitter::new(bus, format!("echo-{}", args.seed));
    let config = [("tests", json!(args.tests)), ("drop", json!(args.drop)), ("busy_ports", json!(args.busy_ports))];
    let config = Some(config.map(|(name, value)| (name.to_owned(), value)).into());
    experiment.emit(ExperimentInitialized { config })?.into_result()?;
    load_plugin(bus, &experiment)?;
    let cases = make_tests(bus, args, outputs, &experiment)?;

    experiment.emit(ExperimentExecutionStarted { test_count: Some(args.tests) })?.into_result()?;
    let begin = Instant::now();
    let passed = match run_tests(bus, cases, args.threads) {
        Ok(passed) => passed,
        Err(error) => {
            // What kept a test from being told may keep this from being told as well: the first error counts.
            let _ = experiment.emit_execution_failed(error.to_string());
            let _ = experiment.emit_failed(error.to_string());
            return Err(error);
        }
    };
    let failed = args.tests - passed;
    let completed = ExperimentExecutionCompleted {
        success_count: passed,
        failure_count: failed,
        total_count: args.tests,
        duration_seconds: Some(begin.elapsed().as_secs_f64()),
    };
    experiment.emit(completed)?.into_result()?;
    PluginEmitter::new(bus, PLUGIN).emit_stopped(PLUGIN, "service")?.into_result()?;

    let summary = Some(Details::from([("passed".to_owned(), json!(passed)), ("failed".to_owned(), json!(failed))]));
    let verdict = if failed == 0 {
        experiment.emit(ExperimentCompleted { summary })?
    } else {
        let error_message = format!("{failed} of {} tests failed", args.tests);
        experiment.emit(ExperimentFailed { error_message, error_type: Some("tests".to_owned()), summary })?
    };
    verdict.into_result()?;
    Ok(())
}

fn load_plugin(bus: &EventBus, experiment: &ExperimentEmitter) -> Told {
    let begin = Instant::now();
    experiment.emit_plugin_loading_started()?.into_result()?;
    let plugin = PluginEmitter::new(bus, PLUGIN);
    plugin.emit_loading_started(PLUGIN, "service")?.into_result()?;
    let loaded = PluginLoadingCompleted {
        plugin_name: PLUGIN.to_owned(),
        plugin_type: "service".to_owned(),
        duration: Some(begin.elapsed().as_secs_f64()),
        capabilities: Some(vec!["server".to_owned(), "client".to_owned()]),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
    };
    plugin.emit(loaded)?.into_result()?;
    plugin.emit_initialized(PLUGIN, "service")?.into_result()?;
    let loaded_plugins = Some(vec![PLUGIN.to_owned()]);
    experiment.emit(ExperimentPluginLoadingCompleted { loaded_plugins, plugin_count: Some(1) })?.into_result()?;
    Ok(())
}

fn make_tests(
    bus: &EventBus,
    args: &Args,
    outputs: &Path,
    experiment: &ExperimentEmitter,
) -> Result<Vec<Case>, Failure> {
    experiment.emit_test_initialization_started()?.into_result()?;
    // Each test has a generator of its own, so that what goes wrong in it does not depend on the others, or on the threads.
    let mut random = Rng::with_seed(args.seed);
    let cases: Vec<_> = (1..=args.tests).map(|number| Case::new(bus, args, number, random.fork(), outputs)).collect();
    for case in &cases {
        bus.with_correlation(case.id.as_str(), || case.create())?;
    }
    let test_names = Some(cases.iter().map(Case::name).collect());
    experiment.emit(ExperimentTestCasesInitialized { test_count: args.tests, test_names })?.into_result()?;
    Ok(cases)
}

/// Runs all tests, so many at a time; how many passed. The first error ends it, when the tests that run are over.
fn run_tests(bus: &EventBus, cases: Vec<Case>, threads: u32) -> Result<u32, Failure> {
    let (waiting, passed, error) = (Mutex::new(cases.into_iter()), AtomicU32::new(0), Mutex::new(None));
    let next = || {
        let is_over = error.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if is_over { None } else { waiting.lock().unwrap_or_else(PoisonError::into_inner).next() }
    };
    let work = || {
        while let Some(case) = next() {
            match bus.with_correlation(case.id.clone(), || case.run()) {
                Ok(true) => _ = passed.fetch_add(1, Relaxed),
                Ok(false) => {}
                Err(met) => _ = error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(met),
            }
        }
    };
    thread::scope(|scope| (0..threads).for_each(|_| _ = scope.spawn(work)));
    match error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(passed.into_inner()),
    }
}
