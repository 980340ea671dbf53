//! Before a test runs: what it needs is set up and deployed.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::TestEmitter;
use crate::values::Details;

/// A test was made of the configuration, and has not begun.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.created")]
#[event(emitter = TestEmitter)]
pub struct TestCreated {
    /// The test's name, for people.
    pub test_name: String,
    /// What it tests, for people.
    #[event(default)]
    pub description: Option<String>,
    /// The test's configuration.
    #[event(default)]
    pub config: Option<Details>,
}

/// The test begins: what it needs is set up.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.setup_started")]
#[event(emitter = TestEmitter)]
pub struct TestSetupStarted {
    /// How many services it has.
    #[event(default)]
    pub service_count: Option<u32>,
    /// The names of its services.
    #[event(default)]
    pub service_names: Option<Vec<String>>,
}

/// The services of the test are about to be set up. Upstream has the state and no event for it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.service_setup_started")]
#[event(emitter = TestEmitter)]
pub struct TestServiceSetupStarted {
    /// The names of the services.
    #[event(default)]
    pub service_names: Option<Vec<String>>,
}

/// The services of the test are set up; its environment comes next.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.setup_completed")]
#[event(emitter = TestEmitter)]
pub struct TestSetupCompleted {
    /// The ids of the services.
    #[event(default)]
    pub services: Option<Vec<String>>,
    /// How long the setup took, in seconds.
    #[event(default)]
    pub duration_seconds: Option<f64>,
}

/// The services of the test could not be set up. The verdict on the test follows by an event of its own.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.setup_failed")]
#[event(emitter = TestEmitter)]
pub struct TestSetupFailed {
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// What could not be set up: the name of a service, mostly.
    #[event(default)]
    pub failed_component: Option<String>,
}

/// The environment in which the test runs is about to be set up.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.environment_setup_started")]
#[event(emitter = TestEmitter)]
pub struct TestEnvironmentSetupStarted {
    /// The kind of environment: `docker_compose`, `loopback`.
    pub environment_type: String,
    /// The environment's configuration.
    #[event(default)]
    pub environment_config: Option<Details>,
}

/// The environment of the test is set up; its services can be deployed there.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.environment_setup_completed")]
#[event(emitter = TestEmitter)]
pub struct TestEnvironmentSetupCompleted {
    /// The kind of environment: `docker_compose`, `loopback`.
    pub environment_type: String,
    /// What is to be known of it: addresses, names of networks.
    #[event(default)]
    pub environment_details: Option<Details>,
}

/// The environment of the test could not be set up. The verdict on the test follows.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.environment_setup_failed")]
#[event(emitter = TestEmitter)]
pub struct TestEnvironmentSetupFailed {
    /// The kind of environment: `docker_compose`, `loopback`.
    pub environment_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
}

/// The services of the test are about to be deployed to its environment.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.deployment_started")]
#[event(emitter = TestEmitter)]
pub struct TestDeploymentStarted {
    /// The names of the services.
    #[event(default)]
    pub services_to_deploy: Option<Vec<String>>,
}

/// All services of the test are deployed.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.deployment_completed")]
#[event(emitter = TestEmitter)]
pub struct TestDeploymentCompleted {
    /// The names of the services.
    #[event(default)]
    pub deployed_services: Option<Vec<String>>,
    /// What is to be known of the deployment: where each service is reached.
    #[event(default)]
    pub deployment_details: Option<Details>,
}

/// Services of the test could not be deployed. The verdict on the test follows.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.deployment_failed")]
#[event(emitter = TestEmitter)]
pub struct TestDeploymentFailed {
    /// What went wrong, in words.
    pub error_message: String,
    /// The names of the services that are not deployed.
    #[event(default)]
    pub failed_services: Option<Vec<String>>,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
}
