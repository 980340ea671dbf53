//! An environment in use: what is deployed to it, and what becomes of it.

use std::collections::BTreeMap;

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::EnvironmentEmitter;
use crate::values::{Details, MetricValue};

/// Services are about to be put into the environment.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.deployment_started")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentDeploymentStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The names of the services.
    pub services: Vec<String>,
    /// How they are to be deployed.
    #[event(default)]
    pub deployment_config: Option<Details>,
}

/// The deployment to the environment came to an end.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.deployment_completed")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentDeploymentCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// Whether all services are there.
    pub success: bool,
    /// The services that are, by name, and where each is: a container or an address.
    pub deployed_services: BTreeMap<String, String>,
    /// How long it took, in seconds.
    pub duration: f64,
    /// What else is to be known of it.
    #[event(default)]
    pub deployment_details: Option<Details>,
}

/// Services could not be put into the environment.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.deployment_failed")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentDeploymentFailed {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: `deployment_error`, unless it is said.
    #[event(default = "deployment_error".to_owned())]
    pub error_type: String,
    /// The names of the services that are not there.
    #[event(default)]
    pub failed_services: Option<Vec<String>>,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
}

/// The environment met an error, in whatever it was doing.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.error")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct EnvironmentError {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: `unknown`, unless it is said.
    #[event(default = "unknown".to_owned())]
    pub error_type: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
    /// Whether it may be ready again.
    #[event(default)]
    pub recovery_possible: bool,
}

/// The environment took a resource, or gave one back.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.resource")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentResource {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What kind of resource: `port`, `network`, `volume`.
    pub resource_type: String,
    /// What was done: `allocated`, `released`.
    pub resource_action: String,
    /// Which one, and how much of it.
    #[event(default)]
    pub resource_details: Option<Details>,
}

/// The configuration of the environment was changed while it is in use.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.configuration")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentConfiguration {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What was changed, in words.
    pub config_change: String,
    /// The configuration before.
    #[event(default)]
    pub old_config: Option<Details>,
    /// The configuration now.
    #[event(default)]
    pub new_config: Option<Details>,
}

/// Something was measured in the environment.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.monitoring")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct EnvironmentMonitoring {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What was measured: `open_sockets`.
    pub metric_name: String,
    /// What was found.
    pub metric_value: MetricValue,
    /// The unit of the value; empty, where it has none.
    #[event(default)]
    pub metric_unit: String,
    /// What else was measured at that moment.
    #[event(default)]
    pub additional_metrics: Option<Details>,
}
