//! What services find out: testers look at what was collected.

use std::collections::BTreeMap;

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::ServiceEmitter;
use crate::values::Details;

/// What the service itself found out: a tester says so of the service that it tests.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.test_results")]
#[event(emitter = ServiceEmitter)]
pub struct ServiceTestResults {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The results, by the names that the service gives them.
    pub test_results: Details,
    /// Whether all is well.
    pub overall_success: bool,
    /// The results in short.
    #[event(default)]
    pub test_summary: Option<Details>,
}

/// A tester begins to look at the outputs that were collected.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.tester_analysis_started")]
#[event(emitter = ServiceEmitter)]
pub struct TesterAnalysisStarted {
    /// The tester's name.
    pub tester_name: String,
    /// What it looks at: paths, by the names of the outputs.
    pub inputs: BTreeMap<String, String>,
    /// What kind of analysis it is: `trace`, `pcap`.
    pub analysis_type: String,
}

/// A tester has looked at the outputs that were collected.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.tester_analysis_completed")]
#[event(emitter = ServiceEmitter)]
pub struct TesterAnalysisCompleted {
    /// The tester's name.
    pub tester_name: String,
    /// Whether all checks hold.
    pub passed: bool,
    /// The names of the checks that do not hold.
    pub failed_checks: Vec<String>,
    /// What is worth a look, though no check failed.
    #[event(default)]
    pub warnings: Option<Vec<String>>,
    /// All it found.
    #[event(default)]
    pub detailed_results: Option<Details>,
}
