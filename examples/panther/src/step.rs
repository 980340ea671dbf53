//! A step of a test, told by whoever does it; what the test says of its steps is in [`test`](mod@crate::test).
//!
//! The entity is one step of one test: an id such as `test-001/handshake`. A step that is tried again makes the same progress again,
//! which therefore has unique ids.

use events_core::{Emitter, EntityEmitter, Event, EventEnum};
use serde::{Deserialize, Serialize};

use crate::values::Details;

/// A step begins.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("step.execution_started")]
#[event(emitter = StepEmitter)]
pub struct StepExecutionStarted {
    /// The step's name.
    pub step_name: String,
    /// The id of the test that the step is part of.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// The step's configuration.
    #[event(default)]
    pub step_config: Option<Details>,
    /// The names of the steps that had to be done before.
    #[event(default)]
    pub prerequisites: Option<Vec<String>>,
}

/// A step is done.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("step.execution_completed")]
#[event(emitter = StepEmitter)]
pub struct StepExecutionCompleted {
    /// The step's name.
    pub step_name: String,
    /// The id of the test that the step is part of.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// How long it took, retries included, in seconds.
    #[event(default, metric(histogram, name = "step_duration_seconds", unit = "seconds"))]
    pub duration: Option<f64>,
    /// What came of it.
    #[event(default)]
    pub result: Option<Details>,
    /// What it wrote.
    #[event(default)]
    pub output: Option<String>,
}

/// A step failed once. Whether it is tried again is told by what follows: a retry that fails is an event of its own, by
/// its count.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("step.execution_failed")]
#[event(emitter = StepEmitter)]
pub struct StepExecutionFailed {
    /// The step's name.
    pub step_name: String,
    /// The id of the test that the step is part of.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// What went wrong, in words.
    pub error_message: String,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
    /// How long it took to fail, in seconds.
    #[event(default)]
    pub duration: Option<f64>,
    /// How many times the step had been tried again: 0 for the first attempt.
    #[event(default)]
    pub retry_count: u32,
}

/// A step is under way.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("step.progress")]
#[event(emitter = StepEmitter, identity = unique)]
pub struct StepProgress {
    /// The step's name.
    pub step_name: String,
    /// The id of the test that the step is part of.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// How much of it is done, from 0 to 100.
    #[event(default)]
    pub progress_percentage: Option<f64>,
    /// How far it is, in words.
    pub progress_message: String,
    /// What it is doing now.
    #[event(default)]
    pub current_operation: Option<String>,
}

/// A step cannot be done in this environment, and is left out.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("step.unsupported")]
#[event(emitter = StepEmitter)]
pub struct StepUnsupported {
    /// The step's name.
    pub step_name: String,
    /// The id of the test that the step is part of.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// Why it cannot.
    pub reason: String,
    /// The names of steps that would do instead.
    #[event(default)]
    pub alternative_steps: Option<Vec<String>>,
}

/// A step is left out on purpose.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("step.skipped")]
#[event(emitter = StepEmitter)]
pub struct StepSkipped {
    /// The step's name.
    pub step_name: String,
    /// The id of the test that the step is part of.
    #[event(default)]
    pub test_case_id: Option<String>,
    /// Why, in words.
    pub skip_reason: String,
    /// The condition under which it is left out, as it is configured.
    #[event(default)]
    pub skip_condition: Option<String>,
}

/// Emits the events of one step.
#[derive(Emitter, Clone, Debug)]
#[emitter(entity_type = "step")]
pub struct StepEmitter {
    emitter: EntityEmitter,
}

/// Everything that can happen to a step: upstream's base class of the same name.
#[derive(EventEnum, Clone, Debug, PartialEq)]
pub enum StepEvent {
    /// A step begins.
    ExecutionStarted(StepExecutionStarted),
    /// A step is done.
    ExecutionCompleted(StepExecutionCompleted),
    /// A step failed once.
    ExecutionFailed(StepExecutionFailed),
    /// A step is under way.
    Progress(StepProgress),
    /// A step cannot be done in this environment, and is left out.
    Unsupported(StepUnsupported),
    /// A step is left out on purpose.
    Skipped(StepSkipped),
}
