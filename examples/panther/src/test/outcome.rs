//! How a test ends.

use events_core::Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TestEmitter;
use crate::values::Details;

/// The test itself is over without an error; what it set up is still there.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.execution_completed")]
#[event(emitter = TestEmitter)]
pub struct TestExecutionCompleted {
    /// How long steps and assertions took, in seconds.
    #[event(default)]
    pub duration_seconds: Option<f64>,
    /// How many steps were done.
    #[event(default)]
    pub steps_completed: Option<u32>,
    /// Whether all assertions hold; nothing, where there were none.
    #[event(default)]
    pub assertions_passed: Option<bool>,
}

/// The test itself ended with an error. The verdict on the test follows.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.execution_failed")]
#[event(emitter = TestEmitter)]
pub struct TestExecutionFailed {
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// What the test was doing, in upstream's words: `deployment`, `steps`, `assertions`.
    #[event(default)]
    pub phase: Option<String>,
}

/// What the test set up is about to be torn down.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.teardown_started")]
#[event(emitter = TestEmitter)]
pub struct TestTeardownStarted;

/// All that the test set up is gone.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.teardown_completed")]
#[event(emitter = TestEmitter)]
pub struct TestTeardownCompleted {
    /// How long it took, in seconds.
    #[event(default)]
    pub duration_seconds: Option<f64>,
}

/// The test is over, and passed.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.completed")]
#[event(emitter = TestEmitter)]
pub struct TestCompleted {
    /// The test's name, for people.
    #[event(default)]
    pub test_name: Option<String>,
    /// How long the test took, from its setup to the end of its teardown, in seconds.
    #[event(default, metric(histogram, name = "test_duration_seconds", unit = "seconds"))]
    pub total_duration_seconds: Option<f64>,
    /// Its results in short.
    #[event(default)]
    pub summary: Option<Details>,
}

/// The test is over, and failed: the verdict behind whatever went wrong.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.failed")]
#[event(emitter = TestEmitter)]
pub struct TestFailed {
    /// The test's name, for people.
    #[event(default)]
    pub test_name: Option<String>,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// What the test was doing, in upstream's words: `deployment`, `steps`, `assertions`.
    #[event(default)]
    pub phase: Option<String>,
    /// Its results in short, as far as there are any.
    #[event(default)]
    pub summary: Option<Details>,
}

/// A result that somebody else found out about the test: an analysis of its outputs, say. It is no verdict, and changes
/// no state.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.result")]
#[event(emitter = TestEmitter)]
pub struct TestResult {
    /// What found the result: the name of the analysis.
    pub name: String,
    /// The test's name, for people.
    pub test_name: String,
    /// Whether it is good.
    pub result: bool,
    /// What was found.
    #[event(default)]
    pub data: Option<Details>,
    /// What is to be known of how it was found.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// As [`TestResult`], with a category and tags to find it by.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("test.enhanced_result")]
#[event(emitter = TestEmitter)]
pub struct EnhancedResult {
    /// What found the result: the name of the analysis.
    pub name: String,
    /// The test's name, for people.
    pub test_name: String,
    /// Whether it is good.
    pub result: bool,
    /// What was found, in any form.
    #[event(default)]
    pub result_data: Option<Value>,
    /// What is to be known of how it was found.
    #[event(default)]
    pub metadata: Option<Details>,
    /// Words to find it by.
    #[event(default)]
    pub tags: Option<Vec<String>>,
    /// What kind of result it is: `default`, unless it is said.
    #[event(default = "default".to_owned())]
    pub category: String,
}
