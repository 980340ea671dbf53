//! The tools under which services run: profilers, tracers, limits.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::EnvironmentEmitter;
use crate::values::{Details, ResourceLimits};

/// The tool under which services will run is about to be set up.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.execution_setup_started")]
#[event(emitter = EnvironmentEmitter)]
pub struct ExecutionEnvironmentSetupStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the tool that runs the services: a profiler, a tracer.
    #[event(default)]
    pub execution_config: Option<Details>,
    /// How much each service may use.
    #[event(default)]
    pub resource_limits: Option<ResourceLimits>,
}

/// Services can be run under the tool.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.execution_setup_completed")]
#[event(emitter = EnvironmentEmitter)]
pub struct ExecutionEnvironmentSetupCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the tool that runs the services: a profiler, a tracer.
    #[event(default)]
    pub execution_config: Option<Details>,
    /// What it took: processors, memory, files.
    #[event(default)]
    pub allocated_resources: Option<Details>,
    /// How long the setup took, in seconds.
    #[event(default)]
    pub duration: Option<f64>,
}

/// What the services use was measured.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.execution_resource_monitoring")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct ExecutionEnvironmentResourceMonitoring {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the tool that runs the services: a profiler, a tracer.
    #[event(default)]
    pub execution_config: Option<Details>,
    /// How much of the processors is used, in percent; more than 100 with several of them.
    #[event(default, metric(gauge, unit = "percent"))]
    pub cpu_usage: Option<f64>,
    /// How much memory is used, in mebibytes.
    #[event(default, metric(gauge, unit = "mebibytes"))]
    pub memory_usage: Option<f64>,
    /// What else was measured at that moment.
    #[event(default)]
    pub additional_metrics: Option<Details>,
}

/// A service used more than it may.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.execution_limit_exceeded")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct ExecutionEnvironmentLimitExceeded {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the tool that runs the services: a profiler, a tracer.
    #[event(default)]
    pub execution_config: Option<Details>,
    /// What it used too much of: `cpu`, `memory`; `unknown`, unless it is said.
    #[event(default = "unknown".to_owned())]
    pub limit_type: String,
    /// How much it used, in the unit of the limit.
    #[event(default)]
    pub current_value: Option<f64>,
    /// How much it may use, in the unit of the limit.
    #[event(default)]
    pub limit_value: Option<f64>,
    /// What was done about it: `none`, unless it is said.
    #[event(default = "none".to_owned())]
    pub action_taken: String,
}
