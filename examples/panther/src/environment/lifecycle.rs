//! An environment from its making to its end.

use std::collections::BTreeMap;

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::EnvironmentEmitter;
use crate::values::Details;

/// An environment was made of the configuration, and nothing of it exists yet.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.created")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentCreated {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The environment's configuration.
    #[event(default)]
    pub config: Option<Details>,
}

/// The environment looks for what it needs: tools, permissions, directories.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.initialization_started")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentInitializationStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// How thoroughly: `default`, unless it is said.
    #[event(default = "default".to_owned())]
    pub initialization_type: String,
}

/// The environment has what it needs.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.initialization_completed")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentInitializationCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// How long that took, in seconds.
    pub duration: f64,
    /// What was found.
    #[event(default)]
    pub initialization_details: Option<Details>,
}

/// The environment lacks what it needs.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.initialization_failed")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentInitializationFailed {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
}

/// The environment is about to be built: networks, directories, processes.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.setup_started")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentSetupStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// How it is to be built.
    #[event(default)]
    pub setup_config: Option<Details>,
}

/// The environment is built.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.setup_completed")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentSetupCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// How long that took, in seconds.
    pub duration: f64,
    /// What it is made of now.
    #[event(default)]
    pub resources_allocated: Option<Details>,
}

/// The environment could not be built.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.setup_failed")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentSetupFailed {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
}

/// The environment takes services: for the first time, or again after an error.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.ready")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct EnvironmentReady {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What was looked at, by name, and whether it was well.
    #[event(default)]
    pub readiness_checks: Option<BTreeMap<String, bool>>,
}

/// The environment is about to be taken down.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.teardown_started")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct EnvironmentTeardownStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// Why: `test_completed`, unless it is said.
    #[event(default = "test_completed".to_owned())]
    pub teardown_reason: String,
}

/// The environment is down; what it left is still there.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.teardown_completed")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct EnvironmentTeardownCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// How long that took, in seconds.
    pub duration: f64,
    /// What it gave back.
    #[event(default)]
    pub resources_released: Option<Details>,
}

/// The environment could not be taken down, or not all of it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.teardown_failed")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct EnvironmentTeardownFailed {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
}

/// The environment is about to be removed with all it left. Upstream has the state and no event for it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.destroy_requested")]
#[event(emitter = EnvironmentEmitter, identity = unique)]
pub struct EnvironmentDestroyRequested {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// Why, in words; nothing, where it is what comes next.
    #[event(default)]
    pub reason: Option<String>,
}

/// Nothing of the environment is left.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.destroyed")]
#[event(emitter = EnvironmentEmitter)]
pub struct EnvironmentDestroyed {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// How long that took, in seconds.
    pub cleanup_duration: f64,
    /// What was removed.
    #[event(default)]
    pub cleanup_details: Option<Details>,
}
