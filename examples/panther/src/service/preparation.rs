//! A service before it is deployed: its command, its image.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::ServiceEmitter;
use crate::values::Details;

/// A service was made of the configuration, and nothing was done for it yet.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.created")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceCreated {
    /// The service's name in the configuration.
    pub service_name: String,
    /// What it is in the test: `client`, `server`, `tester`.
    pub service_type: String,
    /// The program behind it: `picoquic`, `quinn`.
    pub implementation: String,
    /// The service's configuration.
    #[event(default)]
    pub config: Option<Details>,
}

/// What the service needs before it can be deployed is about to be made: images, commands, files.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.preparation_started")]
#[event(emitter = ServiceEmitter)]
pub struct ServicePreparationStarted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// What is to be done, in order.
    #[event(default)]
    pub preparation_steps: Option<Vec<String>>,
}

/// The service can be deployed.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.preparation_completed")]
#[event(emitter = ServiceEmitter)]
pub struct ServicePreparationCompleted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// How long the preparation took, in seconds.
    #[event(default)]
    pub duration_seconds: Option<f64>,
    /// What was made: names of images, paths of files.
    #[event(default)]
    pub artifacts: Option<Details>,
}

/// The service could not be prepared.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.preparation_failed")]
#[event(emitter = ServiceEmitter)]
pub struct ServicePreparationFailed {
    /// The service's name in the configuration.
    pub service_name: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// Which step of the preparation failed.
    #[event(default)]
    pub failed_step: Option<String>,
}

/// The command that runs the service is about to be made.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.command_generation_started")]
#[event(emitter = ServiceEmitter)]
pub struct CommandGenerationStarted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// For which phase of the service: `pre_run`, `run`, `post_run`.
    pub phase: String,
    /// What the command is made of.
    #[event(default)]
    pub config: Option<Details>,
}

/// The command that runs the service was made.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.command_generated")]
#[event(emitter = ServiceEmitter)]
pub struct CommandGenerated {
    /// The service's name in the configuration.
    pub service_name: String,
    /// For which phase of the service: `pre_run`, `run`, `post_run`.
    pub phase: String,
    /// The command line.
    pub command: String,
    /// What kind of command it is: `shell`, `binary`.
    #[event(default)]
    pub command_type: Option<String>,
}

/// An execution environment changed the command that runs the service: it runs under a tracer or with limits now.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.command_modified")]
#[event(emitter = ServiceEmitter)]
pub struct CommandModified {
    /// The service's name in the configuration.
    pub service_name: String,
    /// For which phase of the service: `pre_run`, `run`, `post_run`.
    pub phase: String,
    /// The command line before.
    pub original_command: String,
    /// The command line now.
    pub modified_command: String,
    /// The environment that changed it: `strace`, `gperf_cpu`.
    pub modifier: String,
    /// What was changed, and why.
    #[event(default)]
    pub modification_details: Option<Details>,
}

/// The image of the service is about to be built.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.docker_build_started")]
#[event(emitter = ServiceEmitter)]
pub struct DockerBuildStarted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The path of the Dockerfile.
    pub dockerfile_path: String,
    /// How the image will be called.
    #[event(default)]
    pub image_name: Option<String>,
}

/// The build of the service's image came to an end.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.docker_build_completed")]
#[event(emitter = ServiceEmitter)]
pub struct DockerBuildCompleted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// How the image is called.
    pub image_name: String,
    /// Whether there is an image.
    pub success: bool,
    /// Why there is none, in words.
    #[event(default)]
    pub error_message: Option<String>,
    /// How long the build took, in seconds.
    #[event(default)]
    pub build_duration: Option<f64>,
}

/// The image of the service could not be built. That the preparation failed is an event of its own.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.docker_build_failed")]
#[event(emitter = ServiceEmitter)]
pub struct DockerBuildFailed {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The path of the Dockerfile.
    pub dockerfile_path: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// How long the build took, in seconds.
    #[event(default)]
    pub build_duration: Option<f64>,
}
