//! The services that a plugin makes.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::PluginEmitter;
use crate::values::Details;

/// A plugin made a service.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.service_created")]
#[event(emitter = PluginEmitter)]
pub struct PluginServiceCreated {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// The id of the service.
    pub service_id: String,
    /// The service's name in the configuration.
    pub service_name: String,
    /// What it is in the test: `client`, `server`, `tester`.
    pub service_type: String,
    /// The service's configuration.
    #[event(default)]
    pub service_config: Option<Details>,
}

/// A plugin started a service that it made.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.service_started")]
#[event(emitter = PluginEmitter)]
pub struct PluginServiceStarted {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// The id of the service.
    pub service_id: String,
    /// The service's name in the configuration.
    pub service_name: String,
    /// How long the start took, in seconds.
    #[event(default)]
    pub startup_duration: Option<f64>,
}

/// A plugin stopped a service that it made.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.service_stopped")]
#[event(emitter = PluginEmitter)]
pub struct PluginServiceStopped {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// The id of the service.
    pub service_id: String,
    /// The service's name in the configuration.
    pub service_name: String,
    /// Why: `normal_shutdown`, unless it is said.
    #[event(default = "normal_shutdown".to_owned())]
    pub stop_reason: String,
}

/// A plugin made what manages a service: the first thing that a test asks of it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.service_manager_created")]
#[event(emitter = PluginEmitter)]
pub struct ServiceManagerCreated {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// The service's name in the configuration.
    pub service_name: String,
    /// The program behind the service: `picoquic`, `quinn`.
    pub implementation: String,
    /// The protocol that it speaks: `quic`.
    pub protocol: String,
    /// The service's configuration.
    #[event(default)]
    pub service_config: Option<Details>,
}
