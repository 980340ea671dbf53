//! A plugin itself.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::PluginEmitter;
use crate::values::Details;

/// A plugin is about to be loaded.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.loading_started")]
#[event(emitter = PluginEmitter)]
pub struct PluginLoadingStarted {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// The path it is loaded from.
    #[event(default)]
    pub plugin_path: Option<String>,
    /// How it is to be loaded.
    #[event(default)]
    pub loading_config: Option<Details>,
}

/// A plugin was loaded, and is not initialized yet.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.loading_completed")]
#[event(emitter = PluginEmitter)]
pub struct PluginLoadingCompleted {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// How long loading took, in seconds.
    #[event(default)]
    pub duration: Option<f64>,
    /// What it can do, by name.
    #[event(default)]
    pub capabilities: Option<Vec<String>>,
    /// Its version, as it says itself.
    #[event(default)]
    pub version: Option<String>,
}

/// A plugin could not be loaded.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.loading_failed")]
#[event(emitter = PluginEmitter)]
pub struct PluginLoadingFailed {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
    /// How long it took to fail, in seconds.
    #[event(default)]
    pub duration: Option<f64>,
}

/// A plugin is loaded, and can be used from now on.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.loaded")]
#[event(emitter = PluginEmitter)]
pub struct PluginLoaded {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// The path it was loaded from.
    pub plugin_path: String,
    /// What the plugin says of itself.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// A plugin has its configuration.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.initialized")]
#[event(emitter = PluginEmitter)]
pub struct PluginInitialized {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// The plugin's configuration.
    #[event(default)]
    pub initialization_config: Option<Details>,
    /// The names of the plugins that it uses.
    #[event(default)]
    pub dependencies: Option<Vec<String>>,
}

/// A plugin is at work.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.started")]
#[event(emitter = PluginEmitter)]
pub struct PluginStarted {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// How long its start took, in seconds.
    #[event(default)]
    pub startup_duration: Option<f64>,
    /// What is to be known of its start.
    #[event(default)]
    pub startup_details: Option<Details>,
}

/// A plugin is at work no longer.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.stopped")]
#[event(emitter = PluginEmitter)]
pub struct PluginStopped {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// Why: `normal_shutdown`, unless it is said.
    #[event(default = "normal_shutdown".to_owned())]
    pub stop_reason: String,
    /// How long cleaning up took, in seconds.
    #[event(default)]
    pub cleanup_duration: Option<f64>,
    /// What was cleaned up.
    #[event(default)]
    pub cleanup_details: Option<Details>,
}

/// A plugin met an error.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("plugin.error")]
#[event(emitter = PluginEmitter)]
pub struct PluginError {
    /// The plugin's name.
    pub plugin_name: String,
    /// What it brings: `service`, `environment`, `protocol`.
    pub plugin_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: `unknown`, unless it is said.
    #[event(default = "unknown".to_owned())]
    pub error_type: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
    /// Whether the plugin can go on.
    #[event(default)]
    pub recoverable: bool,
}
