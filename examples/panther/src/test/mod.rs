//! A test: its services and its environment are set up, its steps run, its assertions are checked, and all is torn down.
//!
//! What goes wrong on the way ([`TestStepFailed`], [`TestDeploymentFailed`], …) is an event that changes no state, for a test that
//! failed may still be torn down. The verdict is the last event of a test: [`TestCompleted`] or [`TestFailed`].
//!
//! Upstream gives several classes one type. Here each has its own:
//!
//! | event | upstream's type | here |
//! |---|---|---|
//! | [`TestResult`] | `completed` or `failed` | `test.result` |
//! | [`EnhancedResult`] | `completed` or `failed` | `test.enhanced_result` |
//!
//! Ours, since upstream has a state that none of its events leads to: [`TestServiceSetupStarted`].

mod execution;
mod outcome;
mod setup;

use events_core::{Emitter, EntityEmitter, EventEnum, StateMachine};

pub use self::{execution::*, outcome::*, setup::*};

/// Emits the events of one test.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "test")]
pub struct TestEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to a test: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum TestEvent {
    /// A test was made of the configuration, and has not begun.
    Created(TestCreated),
    /// The test begins: what it needs is set up.
    SetupStarted(TestSetupStarted),
    /// The services of the test are about to be set up.
    ServiceSetupStarted(TestServiceSetupStarted),
    /// The services of the test are set up; its environment comes next.
    SetupCompleted(TestSetupCompleted),
    /// The services of the test could not be set up.
    SetupFailed(TestSetupFailed),
    /// The environment in which the test runs is about to be set up.
    EnvironmentSetupStarted(TestEnvironmentSetupStarted),
    /// The environment of the test is set up; its services can be deployed there.
    EnvironmentSetupCompleted(TestEnvironmentSetupCompleted),
    /// The environment of the test could not be set up.
    EnvironmentSetupFailed(TestEnvironmentSetupFailed),
    /// The services of the test are about to be deployed to its environment.
    DeploymentStarted(TestDeploymentStarted),
    /// All services of the test are deployed.
    DeploymentCompleted(TestDeploymentCompleted),
    /// Services of the test could not be deployed.
    DeploymentFailed(TestDeploymentFailed),
    /// The test itself begins: everything is in place.
    ExecutionStarted(TestExecutionStarted),
    /// The test begins its first or its next step.
    StepStarted(TestStepStarted),
    /// A step of the test is done.
    StepCompleted(TestStepCompleted),
    /// A step of the test failed, and is not tried again.
    StepFailed(TestStepFailed),
    /// All steps are done; what the test asserts is checked next.
    AssertionsStarted(TestAssertionsStarted),
    /// One assertion of the test was checked.
    AssertionChecked(TestAssertionChecked),
    /// All assertions of the test were checked, whether they hold or not.
    AssertionsCompleted(TestAssertionsCompleted),
    /// The assertions could not be checked because of an error.
    AssertionsFailed(TestAssertionsFailed),
    /// The test itself is over without an error; what it set up is still there.
    ExecutionCompleted(TestExecutionCompleted),
    /// The test itself ended with an error.
    ExecutionFailed(TestExecutionFailed),
    /// What the test set up is about to be torn down.
    TeardownStarted(TestTeardownStarted),
    /// All that the test set up is gone.
    TeardownCompleted(TestTeardownCompleted),
    /// The test is over, and passed.
    Completed(TestCompleted),
    /// The test is over, and failed: the verdict behind whatever went wrong.
    Failed(TestFailed),
    /// A result that somebody else found out about the test: an analysis of its outputs, say.
    Result(TestResult),
    /// As `Result`, with a category and tags to find it by.
    EnhancedResult(EnhancedResult),
}

/// The life of a test.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestState {
    /// Not begun.
    #[state(initial, on(TestSetupStarted => SettingUp), on(TestFailed => Failed))]
    Created,
    /// What it needs is being set up.
    #[state(on(TestServiceSetupStarted => SettingUpServices), on(TestFailed => Failed))]
    SettingUp,
    /// Its services are being set up.
    #[state(on(TestSetupCompleted => ServicesSetup), on(TestFailed => Failed))]
    SettingUpServices,
    /// Its services are set up.
    #[state(on(TestEnvironmentSetupStarted => SettingUpEnvironment), on(TestFailed => Failed))]
    ServicesSetup,
    /// Its environment is being set up.
    #[state(on(TestEnvironmentSetupCompleted => EnvironmentSetup), on(TestFailed => Failed))]
    SettingUpEnvironment,
    /// Its environment is set up.
    #[state(on(TestDeploymentStarted => Deploying), on(TestFailed => Failed))]
    EnvironmentSetup,
    /// Its services are being deployed.
    #[state(on(TestDeploymentCompleted => Deployed), on(TestFailed => Failed))]
    Deploying,
    /// Its services are deployed.
    #[state(on(TestExecutionStarted => Executing), on(TestFailed => Failed))]
    Deployed,
    /// It runs, and no step has begun.
    #[state(on(TestStepStarted => ExecutingSteps), on(TestFailed => Failed))]
    Executing,
    /// Its steps run, one after the other: each begins with an event, so that this state follows itself.
    #[state(on(TestStepStarted => ExecutingSteps))]
    #[state(on(TestAssertionsStarted => ValidatingAssertions), on(TestTeardownStarted => TearingDown), on(TestFailed => Failed))]
    ExecutingSteps,
    /// Its assertions are being checked.
    #[state(on(TestTeardownStarted => TearingDown), on(TestFailed => Failed))]
    ValidatingAssertions,
    /// What it set up is being torn down.
    #[state(on(TestCompleted => Completed), on(TestFailed => Failed))]
    TearingDown,
    /// Over, and passed.
    #[state(terminal)]
    Completed,
    /// Over, and failed.
    #[state(terminal)]
    Failed,
}
