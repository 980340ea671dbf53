//! An experiment: plugins are loaded, tests are made and run, results are collected.
//!
//! What goes wrong on the way is an event that changes no state. The verdict is one as well, the last of an experiment:
//! [`ExperimentCompleted`], [`ExperimentFailed`] or [`ExperimentFinishedEarly`].
//!
//! Ours, since upstream has a state that none of its events leads to: [`ExperimentTestInitializationStarted`].

use events_core::{Emitter, EntityEmitter, Event, EventEnum, StateMachine};
use serde::{Deserialize, Serialize};

use crate::values::Details;

/// The experiment was set up: its configuration is read, and nothing was loaded yet.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.initialized")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentInitialized {
    /// The experiment's configuration, as it was read.
    #[event(default)]
    pub config: Option<Details>,
}

/// The plugins that the experiment needs are about to be loaded.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.plugin_loading_started")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentPluginLoadingStarted {
    /// How many are to be loaded.
    #[event(default)]
    pub plugin_count: Option<u32>,
}

/// All plugins that the experiment needs are loaded.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.plugin_loading_completed")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentPluginLoadingCompleted {
    /// The names of those that were loaded.
    #[event(default)]
    pub loaded_plugins: Option<Vec<String>>,
    /// How many were loaded.
    #[event(default)]
    pub plugin_count: Option<u32>,
}

/// Plugins could not be loaded. The verdict on the experiment follows by an event of its own.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.plugin_loading_failed")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentPluginLoadingFailed {
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// The names of the plugins that could not be loaded.
    #[event(default)]
    pub failed_plugins: Option<Vec<String>>,
}

/// The experiment begins to make its tests of the configuration. Upstream has the state and no event for it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.test_initialization_started")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentTestInitializationStarted {
    /// How many tests the configuration has, where that is known already.
    #[event(default)]
    pub test_count: Option<u32>,
}

/// All tests of the experiment are made, and can be run.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.test_cases_initialized")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentTestCasesInitialized {
    /// How many tests there are.
    pub test_count: u32,
    /// Their names, in the order of the configuration.
    #[event(default)]
    pub test_names: Option<Vec<String>>,
}

/// The first test is about to run.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.execution_started")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentExecutionStarted {
    /// How many tests are to be run.
    #[event(default)]
    pub test_count: Option<u32>,
}

/// All tests were run, whatever came of each; results are collected next.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.execution_completed")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentExecutionCompleted {
    /// How many tests completed.
    pub success_count: u32,
    /// How many tests failed.
    pub failure_count: u32,
    /// How many tests were run.
    pub total_count: u32,
    /// How long all of them took, in seconds.
    #[event(default)]
    pub duration_seconds: Option<f64>,
}

/// Running the tests was given up because of an error that is none of a single test. The verdict on the experiment
/// follows.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.execution_failed")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentExecutionFailed {
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// What the experiment was doing, in upstream's words: `execution`, `collection`.
    #[event(default)]
    pub phase: Option<String>,
}

/// The experiment was ended before all tests were run: by a signal, say, or since a first failure was to end it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.finished_early")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentFinishedEarly {
    /// Why it was ended, in words.
    pub reason: String,
    /// What else is known of it.
    #[event(default)]
    pub details: Option<Details>,
}

/// The experiment is over, and did what it was to do.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.completed")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentCompleted {
    /// Its results in short.
    #[event(default)]
    pub summary: Option<Details>,
}

/// The experiment is over, and failed: the verdict behind whatever went wrong.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.failed")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentFailed {
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// Its results in short, as far as there are any.
    #[event(default)]
    pub summary: Option<Details>,
}

/// A service failed in a way that is to end the experiment. The verdict follows.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("experiment.service_failure")]
#[event(emitter = ExperimentEmitter)]
pub struct ExperimentServiceFailure {
    /// The id of the service.
    pub failed_service: String,
    /// Why the experiment cannot go on without it.
    pub reason: String,
    /// What else is known of the failure.
    #[event(default)]
    pub details: Option<Details>,
}

/// Emits the events of one experiment.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "experiment")]
pub struct ExperimentEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to an experiment: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum ExperimentEvent {
    /// The experiment was set up: its configuration is read, and nothing was loaded yet.
    Initialized(ExperimentInitialized),
    /// The plugins that the experiment needs are about to be loaded.
    PluginLoadingStarted(ExperimentPluginLoadingStarted),
    /// All plugins that the experiment needs are loaded.
    PluginLoadingCompleted(ExperimentPluginLoadingCompleted),
    /// Plugins could not be loaded.
    PluginLoadingFailed(ExperimentPluginLoadingFailed),
    /// The experiment begins to make its tests of the configuration.
    TestInitializationStarted(ExperimentTestInitializationStarted),
    /// All tests of the experiment are made, and can be run.
    TestCasesInitialized(ExperimentTestCasesInitialized),
    /// The first test is about to run.
    ExecutionStarted(ExperimentExecutionStarted),
    /// All tests were run, whatever came of each; results are collected next.
    ExecutionCompleted(ExperimentExecutionCompleted),
    /// Running the tests was given up because of an error that is none of a single test.
    ExecutionFailed(ExperimentExecutionFailed),
    /// The experiment was ended before all tests were run: by a signal, say, or since a first failure was to end it.
    FinishedEarly(ExperimentFinishedEarly),
    /// The experiment is over, and did what it was to do.
    Completed(ExperimentCompleted),
    /// The experiment is over, and failed: the verdict behind whatever went wrong.
    Failed(ExperimentFailed),
    /// A service failed in a way that is to end the experiment.
    ServiceFailure(ExperimentServiceFailure),
}

/// The life of an experiment.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExperimentState {
    /// Not set up yet.
    #[state(initial, on(ExperimentInitialized => Initializing), on(ExperimentFailed => Failed))]
    Created,
    /// Set up; nothing is loaded.
    #[state(on(ExperimentPluginLoadingStarted => LoadingPlugins))]
    #[state(on(ExperimentFailed => Failed), on(ExperimentFinishedEarly => FinishedEarly))]
    Initializing,
    /// Plugins are being loaded.
    #[state(on(ExperimentPluginLoadingCompleted => PluginsLoaded))]
    #[state(on(ExperimentFailed => Failed), on(ExperimentFinishedEarly => FinishedEarly))]
    LoadingPlugins,
    /// All plugins are there.
    #[state(on(ExperimentTestInitializationStarted => InitializingTests))]
    #[state(on(ExperimentFailed => Failed), on(ExperimentFinishedEarly => FinishedEarly))]
    PluginsLoaded,
    /// Tests are being made.
    #[state(on(ExperimentTestCasesInitialized => TestsInitialized))]
    #[state(on(ExperimentFailed => Failed), on(ExperimentFinishedEarly => FinishedEarly))]
    InitializingTests,
    /// All tests are there, and none has run.
    #[state(on(ExperimentExecutionStarted => Running))]
    #[state(on(ExperimentFailed => Failed), on(ExperimentFinishedEarly => FinishedEarly))]
    TestsInitialized,
    /// Tests are being run.
    #[state(on(ExperimentExecutionCompleted => CollectingResults))]
    #[state(on(ExperimentFailed => Failed), on(ExperimentFinishedEarly => FinishedEarly))]
    Running,
    /// All tests were run; their results are being put together.
    #[state(on(ExperimentCompleted => Completed), on(ExperimentFailed => Failed))]
    CollectingResults,
    /// Over, and well.
    #[state(terminal)]
    Completed,
    /// Over, and not well.
    #[state(terminal)]
    Failed,
    /// Over before all tests were run.
    #[state(terminal)]
    FinishedEarly,
}
