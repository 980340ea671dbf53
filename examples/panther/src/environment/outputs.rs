//! What services wrote, fetched from an environment.

use std::collections::BTreeMap;

use events_core::Event;
use serde::{Deserialize, Serialize};

use super::EnvironmentEmitter;
use crate::values::Details;

/// What the services wrote is about to be fetched.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.output_collection_started")]
#[event(emitter = EnvironmentEmitter)]
pub struct OutputCollectionStarted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The names of the services that are asked for it.
    #[event(default)]
    pub collection_targets: Option<Vec<String>>,
    /// What is to be fetched, and where it is put.
    #[event(default)]
    pub collection_config: Option<Details>,
}

/// One output of a service was fetched.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.output_collected")]
#[event(emitter = EnvironmentEmitter)]
pub struct OutputCollected {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What kind of output it is: `pcap`, `qlog`, `stdout`.
    pub output_type: String,
    /// The path of the copy.
    pub output_path: String,
    /// How long it is, in bytes.
    #[event(default, metric(counter, name = "output_bytes_total", unit = "bytes", labels(output_type)))]
    pub output_size: Option<u64>,
    /// What else is to be known of it.
    #[event(default)]
    pub metadata: Option<Details>,
}

/// Several outputs were fetched in one go.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.outputs_collected")]
#[event(emitter = EnvironmentEmitter)]
pub struct OutputsCollected {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// What is to be known of each, by its name.
    pub outputs: BTreeMap<String, Details>,
    /// How many there are.
    pub total_count: u32,
    /// How long they are together, in bytes.
    #[event(default)]
    pub total_size: Option<u64>,
}

/// All outputs were fetched.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("environment.output_collection_completed")]
#[event(emitter = EnvironmentEmitter)]
pub struct OutputCollectionCompleted {
    /// The environment's name in the configuration.
    pub environment_name: String,
    /// The kind of environment: `docker_compose`, `loopback`, `shadow`.
    pub environment_type: String,
    /// The path of each, by its name.
    pub outputs: BTreeMap<String, String>,
    /// How many there are.
    pub total_outputs: u32,
    /// How long fetching them took, in seconds.
    #[event(default)]
    pub collection_duration: Option<f64>,
    /// What was fetched, in short.
    #[event(default)]
    pub collection_summary: Option<Details>,
}
