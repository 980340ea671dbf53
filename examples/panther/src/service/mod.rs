//! A service of a test: a client, a server, a tester; prepared, deployed, started, watched, stopped and removed.
//!
//! Upstream gives several classes one type. Here each has its own:
//!
//! | event | upstream's type | here |
//! |---|---|---|
//! | [`CommandGenerationStarted`] | `preparation_started` | `service.command_generation_started` |
//! | [`CommandGenerated`] | `preparation_completed` | `service.command_generated` |
//! | [`CommandModified`] | `preparation_completed` | `service.command_modified` |
//! | [`DockerBuildStarted`] | `preparation_started` | `service.docker_build_started` |
//! | [`DockerBuildCompleted`] | `preparation_completed` | `service.docker_build_completed` |
//! | [`DockerBuildFailed`] | `error` | `service.docker_build_failed` |
//! | [`ConfigGenerated`] | `deployment_started` | `service.config_generated` |
//! | [`TesterAnalysisStarted`] | `test_results` | `service.tester_analysis_started` |
//! | [`TesterAnalysisCompleted`] | `test_results` | `service.tester_analysis_completed` |
//!
//! Ours, since upstream has states that none of its events leads to: [`ServiceStartRequested`], [`ServiceStopRequested`],
//! [`ServiceDestroyRequested`].
//!
//! A service may start again, and be ready again, with nothing to tell the second time from the first. What may drive its machine
//! in a circle, and what is measured of it, has unique ids, so that no repeat is taken for a duplicate.

mod deployment;
mod operation;
mod preparation;
mod results;

use events_core::{Emitter, EntityEmitter, EventEnum, StateMachine};

pub use self::{deployment::*, operation::*, preparation::*, results::*};

/// Emits the events of one service.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "service")]
pub struct ServiceEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to a service: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum ServiceEvent {
    /// A service was made of the configuration, and nothing was done for it yet.
    Created(ServiceCreated),
    /// What the service needs before it can be deployed is about to be made: images, commands, files.
    PreparationStarted(ServicePreparationStarted),
    /// The service can be deployed.
    PreparationCompleted(ServicePreparationCompleted),
    /// The service could not be prepared.
    PreparationFailed(ServicePreparationFailed),
    /// The command that runs the service is about to be made.
    CommandGenerationStarted(CommandGenerationStarted),
    /// The command that runs the service was made.
    CommandGenerated(CommandGenerated),
    /// An execution environment changed the command that runs the service: it runs under a tracer or with limits now.
    CommandModified(CommandModified),
    /// The image of the service is about to be built.
    DockerBuildStarted(DockerBuildStarted),
    /// The build of the service's image came to an end.
    DockerBuildCompleted(DockerBuildCompleted),
    /// The image of the service could not be built.
    DockerBuildFailed(DockerBuildFailed),
    /// The configuration that deploys the service was written: a compose file, mostly.
    ConfigGenerated(ConfigGenerated),
    /// The service is about to be put into its environment.
    DeploymentStarted(ServiceDeploymentStarted),
    /// The service is in its environment, and does not run yet.
    DeploymentCompleted(ServiceDeploymentCompleted),
    /// The service could not be put into its environment.
    DeploymentFailed(ServiceDeploymentFailed),
    /// The service is about to be removed with all it left.
    DestroyRequested(ServiceDestroyRequested),
    /// Nothing of the service is left.
    Destroyed(ServiceDestroyed),
    /// The service was told to start, for the first time or again.
    StartRequested(ServiceStartRequested),
    /// The process of the service runs; whether it serves is another question.
    Started(ServiceStarted),
    /// The service serves: for the first time, or again.
    Ready(ServiceReady),
    /// The service was looked at, and is well.
    HealthCheckPassed(ServiceHealthCheckPassed),
    /// The service was looked at, and is not well.
    HealthCheckFailed(ServiceHealthCheckFailed),
    /// The service was told to stop.
    StopRequested(ServiceStopRequested),
    /// The process of the service ended, as it was told to.
    Stopped(ServiceStopped),
    /// The service met an error that it does not get over by itself.
    Error(ServiceError),
    /// What the service itself found out: a tester says so of the service that it tests.
    TestResults(ServiceTestResults),
    /// A tester begins to look at the outputs that were collected.
    TesterAnalysisStarted(TesterAnalysisStarted),
    /// A tester has looked at the outputs that were collected.
    TesterAnalysisCompleted(TesterAnalysisCompleted),
}

/// The life of a service.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceState {
    /// Nothing was done for it.
    #[state(initial, on(ServicePreparationStarted => Preparing))]
    #[state(on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Created,
    /// What it needs is being made.
    #[state(on(ServicePreparationCompleted => Prepared), on(ServicePreparationFailed => Error))]
    #[state(on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Preparing,
    /// It can be deployed.
    #[state(on(ServiceDeploymentStarted => Deploying))]
    #[state(on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Prepared,
    /// It is being put into its environment.
    #[state(on(ServiceDeploymentCompleted => Deployed), on(ServiceDeploymentFailed => Error))]
    #[state(on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Deploying,
    /// It is in its environment, and does not run.
    #[state(on(ServiceStartRequested => Starting), on(ServiceStopRequested => Stopping))]
    #[state(on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Deployed,
    /// It was told to start.
    #[state(on(ServiceStarted => Running))]
    #[state(on(ServiceError => Error), on(ServiceStopRequested => Stopping), on(ServiceDestroyed => Destroyed))]
    Starting,
    /// Its process runs, and does not serve. Each check that fails is told here, so that this state follows itself.
    #[state(on(ServiceReady => Ready), on(ServiceHealthCheckFailed => Running))]
    #[state(on(ServiceStopRequested => Stopping), on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Running,
    /// It serves.
    #[state(on(ServiceHealthCheckFailed => Running))]
    #[state(on(ServiceStopRequested => Stopping), on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Ready,
    /// It was told to stop.
    #[state(on(ServiceStopped => Stopped), on(ServiceError => Error), on(ServiceDestroyed => Destroyed))]
    Stopping,
    /// Its process ended.
    #[state(on(ServiceStartRequested => Starting), on(ServiceDestroyRequested => Destroying), on(ServiceDestroyed => Destroyed))]
    Stopped,
    /// It met an error. It may meet more, and be looked at, so that this state follows itself.
    #[state(on(ServiceStopRequested => Stopping), on(ServiceDestroyRequested => Destroying), on(ServiceDestroyed => Destroyed))]
    #[state(on(ServiceError => Error), on(ServiceHealthCheckFailed => Error))]
    Error,
    /// What it left is being removed.
    #[state(on(ServiceDestroyed => Destroyed))]
    Destroying,
    /// Nothing of it is left.
    #[state(terminal)]
    Destroyed,
}
