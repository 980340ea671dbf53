//! A plugin: loaded, initialized, started and stopped; and the services that it makes.
//!
//! Upstream gives several classes one type. Here each has its own:
//!
//! | event | upstream's type | here |
//! |---|---|---|
//! | [`PluginLoaded`] | `loading_completed` | `plugin.loaded` |
//! | [`ServiceManagerCreated`] | `service_created` | `plugin.service_manager_created` |

mod loading;
mod services;

use events_core::{Emitter, EntityEmitter, EventEnum};

pub use self::{loading::*, services::*};

/// Emits the events of one plugin.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "plugin")]
pub struct PluginEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to a plugin: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum PluginEvent {
    /// A plugin is about to be loaded.
    LoadingStarted(PluginLoadingStarted),
    /// A plugin was loaded, and is not initialized yet.
    LoadingCompleted(PluginLoadingCompleted),
    /// A plugin could not be loaded.
    LoadingFailed(PluginLoadingFailed),
    /// A plugin is loaded, and can be used from now on.
    Loaded(PluginLoaded),
    /// A plugin has its configuration.
    Initialized(PluginInitialized),
    /// A plugin is at work.
    Started(PluginStarted),
    /// A plugin is at work no longer.
    Stopped(PluginStopped),
    /// A plugin met an error.
    Error(PluginError),
    /// A plugin made a service.
    ServiceCreated(PluginServiceCreated),
    /// A plugin started a service that it made.
    ServiceStarted(PluginServiceStarted),
    /// A plugin stopped a service that it made.
    ServiceStopped(PluginServiceStopped),
    /// A plugin made what manages a service: the first thing that a test asks of it.
    ServiceManagerCreated(ServiceManagerCreated),
}
