//! A service on its way into its environment, and out of it.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::ServiceEmitter;
use crate::values::Details;

/// The configuration that deploys the service was written: a compose file, mostly.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.config_generated")]
#[event(emitter = ServiceEmitter)]
pub struct ConfigGenerated {
    /// What kind of file it is: `docker-compose`.
    pub config_type: String,
    /// The path of the file.
    pub config_path: String,
    /// What the file says.
    #[event(default)]
    pub config_content: Option<String>,
    /// The names of the services that it deploys.
    #[event(default)]
    pub services_included: Option<Vec<String>>,
}

/// The service is about to be put into its environment.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.deployment_started")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceDeploymentStarted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The name of the environment it is deployed to.
    pub environment: String,
    /// How it is to be deployed.
    #[event(default)]
    pub deployment_config: Option<Details>,
}

/// The service is in its environment, and does not run yet.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.deployment_completed")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceDeploymentCompleted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The name of the environment it is deployed to.
    pub environment: String,
    /// Where it will be reached: an address or a URL.
    #[event(default)]
    pub endpoint: Option<String>,
    /// The ports that it will listen on.
    #[event(default)]
    pub ports: Option<Vec<u16>>,
    /// What else is to be known of the deployment.
    #[event(default)]
    pub deployment_details: Option<Details>,
}

/// The service could not be put into its environment.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.deployment_failed")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceDeploymentFailed {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The name of the environment it is deployed to.
    pub environment: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
}

/// The service is about to be removed with all it left. Upstream has the state and no event for it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.destroy_requested")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceDestroyRequested {
    /// The service's name in the configuration.
    pub service_name: String,
    /// Why, in words.
    #[event(default)]
    pub reason: Option<String>,
}

/// Nothing of the service is left.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.destroyed")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceDestroyed {
    /// The service's name in the configuration.
    pub service_name: String,
    /// What was removed.
    #[event(default)]
    pub cleanup_details: Option<Details>,
}
