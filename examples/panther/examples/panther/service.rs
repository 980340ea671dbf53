//! A client or a server of a test, and what is told of it.

use std::{io, net::SocketAddr, time::Instant};

use events_core::{Emitter, EventBus};
use events_panther::service::{
    ServiceDeploymentCompleted, ServiceEmitter, ServiceHealthCheckFailed, ServiceHealthCheckPassed,
    ServicePreparationCompleted, ServiceStarted, ServiceStopped,
};

use crate::{
    PLUGIN, Told,
    echo::{Client, ExchangeError},
    record::Failure,
};

/// How often a service is asked in a row, before it is given up.
const CHECKS: u32 = 3;
const CHECK: &str = "echo";

/// One service of a test.
pub(crate) struct Service {
    role: &'static str,
    emitter: ServiceEmitter,
    started: Option<Instant>,
}

impl Service {
    /// The service of a test that has this role there, which is its name.
    pub(crate) fn new(bus: &EventBus, test: &str, role: &'static str) -> Self {
        Self { role, emitter: ServiceEmitter::new(bus, format!("{test}-{role}")), started: None }
    }

    pub(crate) fn role(&self) -> &'static str {
        self.role
    }

    /// Makes what it needs: here the command alone.
    pub(crate) fn prepare(&self) -> Told {
        let begin = Instant::now();
        self.emitter.emit_created(self.role, self.role, PLUGIN)?.into_result()?;
        self.emitter.emit_preparation_started(self.role)?.into_result()?;
        self.emitter.emit_command_generation_started(self.role, "run")?.into_result()?;
        let command = format!("{PLUGIN} --{}", self.role);
        self.emitter.emit_command_generated(self.role, "run", command)?.into_result()?;
        let completed = ServicePreparationCompleted {
            service_name: self.role.to_owned(),
            duration_seconds: Some(begin.elapsed().as_secs_f64()),
            artifacts: None,
        };
        self.emitter.emit(completed)?.into_result()?;
        Ok(())
    }

    pub(crate) fn deployment_started(&self, environment: &str) -> Told {
        self.emitter.emit_deployment_started(self.role, environment)?.into_result()?;
        Ok(())
    }

    /// It is there; where it is reached, if it is to be reached at all.
    pub(crate) fn deployed(&self, environment: &str, endpoint: Option<SocketAddr>) -> Told {
        let deployed = ServiceDeploymentCompleted {
            service_name: self.role.to_owned(),
            environment: environment.to_owned(),
            endpoint: endpoint.map(|address| address.to_string()),
            ports: endpoint.map(|address| vec![address.port()]),
            deployment_details: None,
        };
        self.emitter.emit(deployed)?.into_result()?;
        Ok(())
    }

    pub(crate) fn deployment_failed(&self, environment: &str, error: &io::Error) -> Told {
        self.emitter.emit_deployment_failed(self.role, environment, error.to_string())?.into_result()?;
        Ok(())
    }

    pub(crate) fn start(&mut self) -> Told {
        self.emitter.emit_start_requested(self.role)?.into_result()?;
        self.started = Some(Instant::now());
        let started = ServiceStarted {
            service_name: self.role.to_owned(),
            pid: Some(std::process::id()),
            start_time: Some(self.emitter.entity_emitter().now()),
        };
        self.emitter.emit(started)?.into_result()?;
        Ok(())
    }

    pub(crate) fn ready(&self) -> Told {
        self.emitter.emit_ready(self.role)?.into_result()?;
        Ok(())
    }

    /// It did not answer, and is not ready any longer.
    pub(crate) fn unhealthy(&self, endpoint: SocketAddr, error: &ExchangeError) -> Told {
        let failed = ServiceHealthCheckFailed {
            service_name: self.role.to_owned(),
            check_type: CHECK.to_owned(),
            error_message: error.to_string(),
            endpoint: Some(endpoint.to_string()),
            status_code: None,
        };
        self.emitter.emit(failed)?.into_result()?;
        Ok(())
    }

    /// Asks it until it answers, and then it is ready. One that does not answer for too long is in error, which is the inner error.
    pub(crate) fn check(&self, client: &mut Client) -> Result<Result<(), ExchangeError>, Failure> {
        let endpoint = client.server();
        let mut checks = 0;
        let error = loop {
            match client.exchange(1, 16) {
                Ok(time) => {
                    let passed = ServiceHealthCheckPassed {
                        service_name: self.role.to_owned(),
                        check_type: CHECK.to_owned(),
                        endpoint: Some(endpoint.to_string()),
                        response_time_ms: Some(time.as_secs_f64() * 1000.0),
                    };
                    self.emitter.emit(passed)?.into_result()?;
                    self.ready()?;
                    return Ok(Ok(()));
                }
                Err(error) => {
                    self.unhealthy(endpoint, &error)?;
                    checks += 1;
                    if checks == CHECKS {
                        break error;
                    }
                }
            }
        };
        self.emitter.emit_error(self.role, format!("{CHECKS} health checks failed: {error}"))?.into_result()?;
        Ok(Err(error))
    }

    /// Stops it, if it was started, and removes it.
    pub(crate) fn remove(&self) -> Told {
        if let Some(started) = self.started {
            self.emitter.emit_stop_requested(self.role)?.into_result()?;
            let stopped = ServiceStopped {
                service_name: self.role.to_owned(),
                exit_code: Some(0),
                reason: None,
                uptime_seconds: Some(started.elapsed().as_secs_f64()),
            };
            self.emitter.emit(stopped)?.into_result()?;
            self.emitter.emit_destroy_requested(self.role)?.into_result()?;
        }
        self.emitter.emit_destroyed(self.role)?.into_result()?;
        Ok(())
    }
}
