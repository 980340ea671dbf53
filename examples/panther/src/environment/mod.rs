//! Where services run: the network between them, the tools under which they run, and what they write.
//!
//! Upstream gives these classes no types. Here a type is the name of the class without the words `Environment` and `Event`:
//! `NetworkSetupStartedEvent` is `environment.network_setup_started`.
//!
//! Upstream has two more base classes. Each is an enum of its own here, [`NetworkEnvironmentEvent`] and
//! [`ExecutionEnvironmentEvent`], for those who observe these events alone; [`EnvironmentEvent`] has them all.
//!
//! Ours, since upstream has a state that none of its events leads to: [`EnvironmentDestroyRequested`].
//!
//! An environment may get over an error, and meet the same one again. What may drive its machine in a circle, and what is measured,
//! has unique ids, so that no repeat is taken for a duplicate.

mod execution;
mod lifecycle;
mod network;
mod operation;
mod outputs;

use events_core::{Emitter, EntityEmitter, EventEnum, StateMachine};

pub use self::{execution::*, lifecycle::*, network::*, operation::*, outputs::*};

/// Emits the events of one environment.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "environment")]
pub struct EnvironmentEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to an environment: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum EnvironmentEvent {
    /// An environment was made of the configuration, and nothing of it exists yet.
    Created(EnvironmentCreated),
    /// The environment looks for what it needs: tools, permissions, directories.
    InitializationStarted(EnvironmentInitializationStarted),
    /// The environment has what it needs.
    InitializationCompleted(EnvironmentInitializationCompleted),
    /// The environment lacks what it needs.
    InitializationFailed(EnvironmentInitializationFailed),
    /// The environment is about to be built: networks, directories, processes.
    SetupStarted(EnvironmentSetupStarted),
    /// The environment is built.
    SetupCompleted(EnvironmentSetupCompleted),
    /// The environment could not be built.
    SetupFailed(EnvironmentSetupFailed),
    /// The environment takes services: for the first time, or again after an error.
    Ready(EnvironmentReady),
    /// The environment is about to be taken down.
    TeardownStarted(EnvironmentTeardownStarted),
    /// The environment is down; what it left is still there.
    TeardownCompleted(EnvironmentTeardownCompleted),
    /// The environment could not be taken down, or not all of it.
    TeardownFailed(EnvironmentTeardownFailed),
    /// The environment is about to be removed with all it left.
    DestroyRequested(EnvironmentDestroyRequested),
    /// Nothing of the environment is left.
    Destroyed(EnvironmentDestroyed),
    /// Services are about to be put into the environment.
    DeploymentStarted(EnvironmentDeploymentStarted),
    /// The deployment to the environment came to an end.
    DeploymentCompleted(EnvironmentDeploymentCompleted),
    /// Services could not be put into the environment.
    DeploymentFailed(EnvironmentDeploymentFailed),
    /// The environment met an error, in whatever it was doing.
    Error(EnvironmentError),
    /// The environment took a resource, or gave one back.
    Resource(EnvironmentResource),
    /// The configuration of the environment was changed while it is in use.
    Configuration(EnvironmentConfiguration),
    /// Something was measured in the environment.
    Monitoring(EnvironmentMonitoring),
    /// The network of the environment is about to be built.
    NetworkSetupStarted(NetworkSetupStarted),
    /// The network of the environment carries packets.
    NetworkSetupCompleted(NetworkSetupCompleted),
    /// The network of the environment could not be built.
    NetworkSetupFailed(NetworkSetupFailed),
    /// The network of the environment is about to be taken down.
    NetworkTeardownStarted(NetworkTeardownStarted),
    /// The network of the environment is down.
    NetworkTeardownCompleted(NetworkTeardownCompleted),
    /// The tool under which services will run is about to be set up.
    ExecutionSetupStarted(ExecutionEnvironmentSetupStarted),
    /// Services can be run under the tool.
    ExecutionSetupCompleted(ExecutionEnvironmentSetupCompleted),
    /// What the services use was measured.
    ExecutionResourceMonitoring(ExecutionEnvironmentResourceMonitoring),
    /// A service used more than it may.
    ExecutionLimitExceeded(ExecutionEnvironmentLimitExceeded),
    /// What the services wrote is about to be fetched.
    OutputCollectionStarted(OutputCollectionStarted),
    /// One output of a service was fetched.
    OutputCollected(OutputCollected),
    /// Several outputs were fetched in one go.
    OutputsCollected(OutputsCollected),
    /// All outputs were fetched.
    OutputCollectionCompleted(OutputCollectionCompleted),
}

/// What can happen to the network of an environment: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum NetworkEnvironmentEvent {
    /// The network is about to be built.
    SetupStarted(NetworkSetupStarted),
    /// The network carries packets.
    SetupCompleted(NetworkSetupCompleted),
    /// The network could not be built.
    SetupFailed(NetworkSetupFailed),
    /// The network is about to be taken down.
    TeardownStarted(NetworkTeardownStarted),
    /// The network is down.
    TeardownCompleted(NetworkTeardownCompleted),
}

/// What can happen to the tool under which services run: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum ExecutionEnvironmentEvent {
    /// The tool is about to be set up.
    SetupStarted(ExecutionEnvironmentSetupStarted),
    /// Services can be run under the tool.
    SetupCompleted(ExecutionEnvironmentSetupCompleted),
    /// What the services use was measured.
    ResourceMonitoring(ExecutionEnvironmentResourceMonitoring),
    /// A service used more than it may.
    LimitExceeded(ExecutionEnvironmentLimitExceeded),
}

/// The life of an environment.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironmentState {
    /// Nothing of it exists.
    #[state(initial, on(EnvironmentInitializationStarted => Initializing))]
    #[state(on(EnvironmentError => Error), on(EnvironmentDestroyRequested => Destroying))]
    Created,
    /// It looks for what it needs.
    #[state(on(EnvironmentInitializationCompleted => Initialized), on(EnvironmentInitializationFailed => Error))]
    #[state(on(EnvironmentError => Error), on(EnvironmentDestroyRequested => Destroying))]
    Initializing,
    /// It has what it needs.
    #[state(on(EnvironmentSetupStarted => SettingUp))]
    #[state(on(EnvironmentError => Error), on(EnvironmentDestroyRequested => Destroying))]
    Initialized,
    /// It is being built.
    #[state(on(EnvironmentSetupCompleted => Setup), on(EnvironmentSetupFailed => Error))]
    #[state(on(EnvironmentError => Error), on(EnvironmentTeardownStarted => TearingDown))]
    SettingUp,
    /// It is built.
    #[state(on(EnvironmentReady => Ready), on(EnvironmentError => Error), on(EnvironmentTeardownStarted => TearingDown))]
    Setup,
    /// It takes services.
    #[state(on(EnvironmentTeardownStarted => TearingDown), on(EnvironmentError => Error))]
    Ready,
    /// It is being taken down.
    #[state(on(EnvironmentTeardownCompleted => TornDown), on(EnvironmentTeardownFailed => Error))]
    #[state(on(EnvironmentError => Error), on(EnvironmentDestroyRequested => Destroying))]
    TearingDown,
    /// It is down; what it left is there.
    #[state(on(EnvironmentDestroyRequested => Destroying), on(EnvironmentError => Error))]
    TornDown,
    /// What it left is being removed.
    #[state(on(EnvironmentDestroyed => Destroyed), on(EnvironmentError => Error))]
    Destroying,
    /// Nothing of it is left.
    #[state(terminal)]
    Destroyed,
    /// It met an error. It may meet more, so that this state follows itself.
    #[state(on(EnvironmentTeardownStarted => TearingDown), on(EnvironmentDestroyRequested => Destroying))]
    #[state(on(EnvironmentReady => Ready), on(EnvironmentError => Error))]
    Error,
}
