//! An assertion of a test, told by whoever checks it; what the test says of its assertions is in [`test`](mod@crate::test).
//!
//! The entity is one assertion of one test, or all that are checked together: an id such as `test-001/assertions`. Those that
//! are checked again make the same progress again, which therefore has unique ids.

use events_core::{Emitter, EntityEmitter, Event, EventEnum};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::values::Details;

/// A group of assertions is about to be checked.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("assertion.validation_started")]
#[event(emitter = AssertionEmitter)]
pub struct AssertionsValidationStarted {
    /// The assertion's name, or that of the group that is checked.
    pub assertion_name: String,
    /// The id of the test that asserts it.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// The id of the step that it is about.
    #[event(default)]
    pub step_id: Option<String>,
    /// How many there are.
    #[event(default)]
    pub total_assertions: Option<u32>,
    /// How they are to be checked.
    #[event(default)]
    pub validation_config: Option<Details>,
}

/// A group of assertions was checked, whether they hold or not.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("assertion.validation_completed")]
#[event(emitter = AssertionEmitter)]
pub struct AssertionsValidationCompleted {
    /// The assertion's name, or that of the group that is checked.
    pub assertion_name: String,
    /// The id of the test that asserts it.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// The id of the step that it is about.
    #[event(default)]
    pub step_id: Option<String>,
    /// How long that took, in seconds.
    #[event(default)]
    pub duration: Option<f64>,
    /// How many hold.
    pub passed_count: u32,
    /// How many do not.
    pub failed_count: u32,
    /// How many were checked.
    pub total_count: u32,
    /// What was found, in short.
    #[event(default)]
    pub summary: Option<Details>,
}

/// A group of assertions is being checked.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("assertion.progress")]
#[event(emitter = AssertionEmitter, identity = unique)]
pub struct AssertionProgress {
    /// The assertion's name, or that of the group that is checked.
    pub assertion_name: String,
    /// The id of the test that asserts it.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// The id of the step that it is about.
    #[event(default)]
    pub step_id: Option<String>,
    /// Which one is being checked, from 1.
    #[event(default)]
    pub current_assertion: Option<u32>,
    /// How many there are.
    #[event(default)]
    pub total_assertions: Option<u32>,
    /// How far the check is, in words.
    pub progress_message: String,
}

/// One assertion was checked.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("assertion.result")]
#[event(emitter = AssertionEmitter)]
pub struct AssertionResult {
    /// The assertion's name, or that of the group that is checked.
    pub assertion_name: String,
    /// The id of the test that asserts it.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// The id of the step that it is about.
    #[event(default)]
    pub step_id: Option<String>,
    /// Whether it holds.
    pub assertion_passed: bool,
    /// What should have been found.
    #[event(default)]
    pub expected_value: Option<Value>,
    /// What was found.
    #[event(default)]
    pub actual_value: Option<Value>,
    /// What that means, in words.
    #[event(default)]
    pub assertion_message: String,
    /// What else is known of it.
    #[event(default)]
    pub assertion_details: Option<Details>,
}

/// An assertion could not be checked.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("assertion.error")]
#[event(emitter = AssertionEmitter)]
pub struct AssertionError {
    /// The assertion's name, or that of the group that is checked.
    pub assertion_name: String,
    /// The id of the test that asserts it.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// The id of the step that it is about.
    #[event(default)]
    pub step_id: Option<String>,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: `unknown`, unless it is said.
    #[event(default = "unknown".to_owned())]
    pub error_type: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
    /// Whether the check may be tried again.
    #[event(default)]
    pub recoverable: bool,
}

/// An assertion was checked, and neither holds nor fails: nothing was measured that would tell.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("assertion.unknown")]
#[event(emitter = AssertionEmitter)]
pub struct AssertionUnknown {
    /// The assertion's name, or that of the group that is checked.
    pub assertion_name: String,
    /// The id of the test that asserts it.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// The id of the step that it is about.
    #[event(default)]
    pub step_id: Option<String>,
    /// Why that cannot be said.
    pub reason: String,
    /// What is known all the same.
    #[event(default)]
    pub context: Option<Details>,
}

/// Emits the events of one assertion, or of all those of one test.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "assertion")]
pub struct AssertionEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to an assertion: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum AssertionEvent {
    /// A group of assertions is about to be checked.
    ValidationStarted(AssertionsValidationStarted),
    /// A group of assertions was checked, whether they hold or not.
    ValidationCompleted(AssertionsValidationCompleted),
    /// A group of assertions is being checked.
    Progress(AssertionProgress),
    /// One assertion was checked.
    Result(AssertionResult),
    /// An assertion could not be checked.
    Error(AssertionError),
    /// An assertion was checked, and neither holds nor fails: nothing was measured that would tell.
    Unknown(AssertionUnknown),
}
