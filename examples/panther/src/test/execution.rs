//! While a test runs: its steps and its assertions.

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::TestEmitter;
use crate::values::Details;

/// The test itself begins: everything is in place.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.execution_started")]
#[event(emitter = TestEmitter)]
pub struct TestExecutionStarted {
    /// The names of the steps, in the order in which they are to run.
    #[event(default)]
    pub steps: Option<Vec<String>>,
    /// How long it will probably take, in seconds.
    #[event(default)]
    pub expected_duration: Option<f64>,
}

/// The test begins its first or its next step.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.step_started")]
#[event(emitter = TestEmitter)]
pub struct TestStepStarted {
    /// The step's name, which no other step of the test has.
    pub step_name: String,
    /// What kind of step it is: `wait`, `handshake`.
    #[event(default)]
    pub step_type: Option<String>,
    /// The step's configuration.
    #[event(default)]
    pub step_config: Option<Details>,
}

/// A step of the test is done.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.step_completed")]
#[event(emitter = TestEmitter)]
pub struct TestStepCompleted {
    /// The step's name.
    pub step_name: String,
    /// How long it took, retries included, in seconds.
    #[event(default)]
    pub duration_seconds: Option<f64>,
    /// What came of it.
    #[event(default)]
    pub result: Option<Details>,
}

/// A step of the test failed, and is not tried again. The verdict on the test follows.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.step_failed")]
#[event(emitter = TestEmitter)]
pub struct TestStepFailed {
    /// The step's name.
    pub step_name: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
}

/// All steps are done; what the test asserts is checked next.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.assertions_started")]
#[event(emitter = TestEmitter)]
pub struct TestAssertionsStarted {
    /// The assertions, each as it is configured.
    #[event(default)]
    pub assertions: Option<Vec<Details>>,
}

/// One assertion of the test was checked.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.assertion_checked")]
#[event(emitter = TestEmitter)]
pub struct TestAssertionChecked {
    /// What kind of assertion it is: `packet_count`, `service_responsive`.
    pub assertion_type: String,
    /// The assertion, as it is configured.
    pub assertion_config: Details,
    /// Whether it holds.
    pub passed: bool,
    /// What was found.
    #[event(default)]
    pub result: Option<Details>,
}

/// All assertions of the test were checked, whether they hold or not.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.assertions_completed")]
#[event(emitter = TestEmitter)]
pub struct TestAssertionsCompleted {
    /// How many were checked.
    pub total_assertions: u32,
    /// How many hold.
    pub passed_assertions: u32,
    /// How many do not.
    pub failed_assertions: u32,
    /// Whether all of them hold.
    pub all_passed: bool,
}

/// The assertions could not be checked because of an error. The verdict on the test follows.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.assertions_failed")]
#[event(emitter = TestEmitter)]
pub struct TestAssertionsFailed {
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
}
