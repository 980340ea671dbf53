//! The environment of a test: the loopback interface, and a directory for what the test writes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use events_core::{Emitter, EventBus};
use events_panther::{
    environment::{
        EnvironmentDeploymentCompleted, EnvironmentEmitter, NetworkSetupCompleted, OutputCollected,
        OutputCollectionCompleted,
    },
    values::Details,
};
use serde_json::json;

use crate::{Told, record::about};

/// The kind of environment.
pub(crate) const KIND: &str = "loopback";

/// One environment.
pub(crate) struct Environment {
    name: String,
    emitter: EnvironmentEmitter,
    /// The configuration of the network.
    network: Details,
    outputs: PathBuf,
}

impl Environment {
    /// The environment of a test, which loses such a part of the datagrams, of 1. What the test writes goes below `outputs`.
    pub(crate) fn new(bus: &EventBus, test: &str, drop: f64, outputs: &Path) -> Self {
        let name = format!("{test}-net");
        let network = Details::from([("drop".to_owned(), json!(drop))]);
        Self { emitter: EnvironmentEmitter::new(bus, name.as_str()), name, network, outputs: outputs.join(test) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Looks for what it needs, which is a directory, and builds the network, which loopback is.
    pub(crate) fn set_up(&self) -> Told {
        let name = &self.name;
        self.emitter.emit_created(name, KIND)?.into_result()?;

        let initialization = Instant::now();
        self.emitter.emit_initialization_started(name, KIND)?.into_result()?;
        fs::create_dir_all(&self.outputs).map_err(about(&self.outputs))?;
        let seconds = initialization.elapsed().as_secs_f64();
        self.emitter.emit_initialization_completed(name, KIND, seconds)?.into_result()?;

        let setup = Instant::now();
        self.emitter.emit_setup_started(name, KIND)?.into_result()?;
        let network = Instant::now();
        self.emitter.emit_network_setup_started(name, KIND)?.into_result()?;
        let completed = NetworkSetupCompleted {
            environment_name: name.clone(),
            environment_type: KIND.to_owned(),
            network_config: Some(self.network.clone()),
            allocated_resources: None,
            duration: Some(network.elapsed().as_secs_f64()),
        };
        self.emitter.emit(completed)?.into_result()?;
        self.emitter.emit_setup_completed(name, KIND, setup.elapsed().as_secs_f64())?.into_result()?;
        self.emitter.emit_ready(name, KIND)?.into_result()?;
        Ok(())
    }

    pub(crate) fn deployment_started(&self, services: Vec<String>) -> Told {
        self.emitter.emit_deployment_started(&self.name, KIND, services)?.into_result()?;
        Ok(())
    }

    /// All services are there, each at such an address, since so many seconds ago.
    pub(crate) fn deployed(&self, services: BTreeMap<String, String>, seconds: f64) -> Told {
        let completed = EnvironmentDeploymentCompleted {
            environment_name: self.name.clone(),
            environment_type: KIND.to_owned(),
            success: true,
            deployed_services: services,
            duration: seconds,
            deployment_details: None,
        };
        self.emitter.emit(completed)?.into_result()?;
        Ok(())
    }

    pub(crate) fn deployment_failed(&self, error_message: String) -> Told {
        self.emitter.emit_deployment_failed(&self.name, KIND, error_message)?.into_result()?;
        Ok(())
    }

    /// Keeps what the steps wrote.
    pub(crate) fn collect(&self, trace: &str) -> Told {
        let begin = Instant::now();
        self.emitter.emit_output_collection_started(&self.name, KIND)?.into_result()?;
        let file = self.outputs.join("trace.txt");
        fs::write(&file, trace).map_err(about(&file))?;
        let path = file.display().to_string();
        let collected = OutputCollected {
            environment_name: self.name.clone(),
            environment_type: KIND.to_owned(),
            output_type: "trace".to_owned(),
            output_path: path.clone(),
            output_size: Some(trace.len() as u64),
            metadata: None,
        };
        self.emitter.emit(collected)?.into_result()?;
        let completed = OutputCollectionCompleted {
            environment_name: self.name.clone(),
            environment_type: KIND.to_owned(),
            outputs: BTreeMap::from([("trace".to_owned(), path)]),
            total_outputs: 1,
            collection_duration: Some(begin.elapsed().as_secs_f64()),
            collection_summary: None,
        };
        self.emitter.emit(completed)?.into_result()?;
        Ok(())
    }

    /// Takes it down and removes it. What was collected stays.
    pub(crate) fn remove(&self) -> Told {
        let name = &self.name;
        let teardown = Instant::now();
        self.emitter.emit_teardown_started(name, KIND)?.into_result()?;
        self.emitter.emit_network_teardown_started(name, KIND)?.into_result()?;
        self.emitter.emit_network_teardown_completed(name, KIND)?.into_result()?;
        self.emitter.emit_teardown_completed(name, KIND, teardown.elapsed().as_secs_f64())?.into_result()?;

        let removal = Instant::now();
        self.emitter.emit_destroy_requested(name, KIND)?.into_result()?;
        self.emitter.emit_destroyed(name, KIND, removal.elapsed().as_secs_f64())?.into_result()?;
        Ok(())
    }
}
