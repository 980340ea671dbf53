//! A service that runs.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events_core::Event;
use serde::{Deserialize, Serialize};

use super::ServiceEmitter;
use crate::values::Details;

/// The service was told to start, for the first time or again. Upstream has the state and no event for it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.start_requested")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceStartRequested {
    /// The service's name in the configuration.
    pub service_name: String,
    /// Why, in words; nothing, where it is what comes next.
    #[event(default)]
    pub reason: Option<String>,
}

/// The process of the service runs; whether it serves is another question.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.started")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceStarted {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The process id.
    #[event(default)]
    pub pid: Option<u32>,
    /// When the process began.
    #[event(default)]
    pub start_time: Option<DateTime<Utc>>,
}

/// The service serves: for the first time, or again.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.ready")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceReady {
    /// The service's name in the configuration.
    pub service_name: String,
    /// What was looked at, by name, and whether it was well.
    #[event(default)]
    pub readiness_checks: Option<BTreeMap<String, bool>>,
}

/// The service was looked at, and is well.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.health_check_passed")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceHealthCheckPassed {
    /// The service's name in the configuration.
    pub service_name: String,
    /// How it was looked at: `udp`, `http`, `process`.
    pub check_type: String,
    /// Where it was asked.
    #[event(default)]
    pub endpoint: Option<String>,
    /// How long the answer took, in milliseconds.
    #[event(default, metric(histogram, name = "service_response_time", unit = "milliseconds", labels(check_type)))]
    pub response_time_ms: Option<f64>,
}

/// The service was looked at, and is not well. One that was ready is not any longer.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.health_check_failed")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceHealthCheckFailed {
    /// The service's name in the configuration.
    pub service_name: String,
    /// How it was looked at: `udp`, `http`, `process`.
    pub check_type: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// Where it was asked.
    #[event(default)]
    pub endpoint: Option<String>,
    /// The status that it answered with, where the protocol has one.
    #[event(default)]
    pub status_code: Option<u16>,
}

/// The service was told to stop. Upstream has the state and no event for it.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.stop_requested")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceStopRequested {
    /// The service's name in the configuration.
    pub service_name: String,
    /// Why, in words; nothing, where it is what comes next.
    #[event(default)]
    pub reason: Option<String>,
}

/// The process of the service ended, as it was told to.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.stopped")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceStopped {
    /// The service's name in the configuration.
    pub service_name: String,
    /// The exit code of the process; negative for a signal.
    #[event(default)]
    pub exit_code: Option<i32>,
    /// Why it ended, in words.
    #[event(default)]
    pub reason: Option<String>,
    /// How long it ran, in seconds.
    #[event(default)]
    pub uptime_seconds: Option<f64>,
}

/// The service met an error that it does not get over by itself.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("service.error")]
#[event(emitter = ServiceEmitter, identity = unique)]
pub struct ServiceError {
    /// The service's name in the configuration.
    pub service_name: String,
    /// What went wrong, in words.
    pub error_message: String,
    /// What went wrong, for programs: the name of an error.
    #[event(default)]
    pub error_type: Option<String>,
    /// What else is known of it.
    #[event(default)]
    pub error_details: Option<Details>,
}
