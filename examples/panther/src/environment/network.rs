//! The network of an environment.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::EnvironmentEmitter;
use crate::values::Details;

/// The network of the environment is about to be built.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.network_setup_started")]
#[event(emitter = EnvironmentEmitter)]
pub struct NetworkSetupStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the network: names, subnets, latencies.
    #[event(default)]
    pub network_config: Option<Details>,
    /// The names of the interfaces that it will have.
    #[event(default)]
    pub interfaces: Option<Vec<String>>,
}

/// The network of the environment carries packets.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.network_setup_completed")]
#[event(emitter = EnvironmentEmitter)]
pub struct NetworkSetupCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the network: names, subnets, latencies.
    #[event(default)]
    pub network_config: Option<Details>,
    /// What it is made of: bridges, addresses, ports.
    #[event(default)]
    pub allocated_resources: Option<Details>,
    /// How long building it took, in seconds.
    #[event(default)]
    pub duration: Option<f64>,
}

/// The network of the environment could not be built.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.network_setup_failed")]
#[event(emitter = EnvironmentEmitter)]
pub struct NetworkSetupFailed {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the network: names, subnets, latencies.
    #[event(default)]
    pub network_config: Option<Details>,
    /// What went wrong, in words.
    pub error_message: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
}

/// The network of the environment is about to be taken down.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.network_teardown_started")]
#[event(emitter = EnvironmentEmitter)]
pub struct NetworkTeardownStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the network: names, subnets, latencies.
    #[event(default)]
    pub network_config: Option<Details>,
    /// Why: `test_completed`, unless it is said.
    #[event(default = "test_completed".to_owned())]
    pub teardown_reason: String,
}

/// The network of the environment is down.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.network_teardown_completed")]
#[event(emitter = EnvironmentEmitter)]
pub struct NetworkTeardownCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The configuration of the network: names, subnets, latencies.
    #[event(default)]
    pub network_config: Option<Details>,
    /// What it gave back: bridges, addresses, ports.
    #[event(default)]
    pub released_resources: Option<Details>,
    /// How long taking it down took, in seconds.
    #[event(default)]
    pub duration: Option<f64>,
}
