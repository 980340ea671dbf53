//! One test of the experiment, from its set-up to its verdict: a server and a client in an environment, steps, assertions.

use std::{
    collections::BTreeMap,
    error::Error,
    net::SocketAddr,
    time::{Duration, Instant},
};

use events_core::{Emitter, EventBus};
use events_panther::{
    assertion::{AssertionEmitter, AssertionResult},
    environment::{EnvironmentEmitter, NetworkSetupCompleted},
    metrics::{MetricsEmitter, TimingMetric},
    plugin::PluginEmitter,
    service::{ServiceDeploymentCompleted, ServiceEmitter, ServiceHealthCheckPassed, ServiceStarted, ServiceStopped},
    step::{StepEmitter, StepExecutionCompleted, StepExecutionFailed},
    test::{
        TestCompleted, TestDeploymentCompleted, TestEmitter, TestExecutionCompleted, TestExecutionStarted, TestFailed,
        TestSetupCompleted, TestSetupStarted, TestStepCompleted,
    },
    values::Details,
};
use serde_json::json;

use crate::echo::{self, ExchangeError, Server};

type Told = Result<(), Box<dyn Error + Send + Sync>>;

const ENVIRONMENT: &str = "loopback";
/// Name, datagrams, and their size in bytes.
const STEPS: [(&str, u32, usize); 4] =
    [("handshake", 1, 64), ("small_packets", 20, 64), ("large_packets", 5, 1400), ("goodbye", 1, 16)];
const ATTEMPTS: u32 = 3;
/// What an answer may take, in seconds.
const SLOWEST: f64 = 0.9;

/// One test.
pub(crate) struct Case<'c> {
    bus: &'c EventBus,
    id: &'c str,
    test: TestEmitter,
    environment: EnvironmentEmitter,
    metrics: MetricsEmitter,
    loss: f64,
    seed: u64,
}

/// Everything that steps found out: the slowest answer of each, in seconds.
type Answers = BTreeMap<&'static str, f64>;

impl<'c> Case<'c> {
    pub(crate) fn new(bus: &'c EventBus, id: &'c str, loss: f64, seed: u64) -> Self {
        Self {
            bus,
            id,
            test: TestEmitter::new(bus, id),
            environment: EnvironmentEmitter::new(bus, format!("{id}-net")),
            metrics: MetricsEmitter::new(bus, id),
            loss,
            seed,
        }
    }

    /// Runs it. Whether it passed; the error is of telling it, or that there is no socket to be had.
    pub(crate) fn run(&self) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let begin = Instant::now();
        let name = format!("Echo over {ENVIRONMENT}, {}", self.id);
        self.test.emit_created(&name)?.into_result()?;
        let services = [self.service("server"), self.service("client")];
        self.set_up(&services)?;
        let server = Server::start(self.loss, self.seed)?;
        self.deploy(&services, server.address())?;
        let outcome = self.execute(&services[0], server.address())?;
        drop(server);
        self.tear_down(&services, begin)?;
        match outcome {
            Ok(()) => {
                let total_duration_seconds = Some(begin.elapsed().as_secs_f64());
                let completed = TestCompleted { test_name: Some(name), total_duration_seconds, summary: None };
                self.test.emit(completed)?.into_result()?;
                Ok(true)
            }
            Err((error_message, kind, phase)) => {
                let (error_type, phase) = (Some(kind.to_owned()), Some(phase.to_owned()));
                let failed = TestFailed { test_name: Some(name), error_message, error_type, phase, summary: None };
                self.test.emit(failed)?.into_result()?;
                Ok(false)
            }
        }
    }

    fn service(&self, role: &'static str) -> (&'static str, ServiceEmitter) {
        (role, ServiceEmitter::new(self.bus, format!("{}-{role}", self.id)))
    }

    fn set_up(&self, services: &[(&'static str, ServiceEmitter)]) -> Told {
        let begin = Instant::now();
        // Each test asks for it; it is started once, and the bus tells it once.
        PluginEmitter::new(self.bus, "udp-echo").emit_started("udp-echo", "service")?.into_result()?;

        let names: Vec<_> = services.iter().map(|(role, _)| (*role).to_owned()).collect();
        let started = TestSetupStarted { service_count: Some(2), service_names: Some(names.clone()) };
        self.test.emit(started)?.into_result()?;
        self.test.emit_service_setup_started()?.into_result()?;
        for (role, service) in services {
            service.emit_created(*role, *role, "udp-echo")?.into_result()?;
            service.emit_preparation_started(*role)?.into_result()?;
            service.emit_command_generated(*role, "run", format!("udp-echo --{role}"))?.into_result()?;
            service.emit_preparation_completed(*role)?.into_result()?;
        }
        let duration_seconds = Some(begin.elapsed().as_secs_f64());
        self.test.emit(TestSetupCompleted { services: Some(names), duration_seconds })?.into_result()?;

        let name = format!("{}-net", self.id);
        self.test.emit_environment_setup_started(ENVIRONMENT)?.into_result()?;
        let environment = &self.environment;
        environment.emit_created(&name, ENVIRONMENT)?.into_result()?;
        environment.emit_initialization_started(&name, ENVIRONMENT)?.into_result()?;
        environment.emit_initialization_completed(&name, ENVIRONMENT, begin.elapsed().as_secs_f64())?.into_result()?;
        environment.emit_setup_started(&name, ENVIRONMENT)?.into_result()?;
        environment.emit_network_setup_started(&name, ENVIRONMENT)?.into_result()?;
        let network = NetworkSetupCompleted {
            environment_name: name.clone(),
            environment_type: ENVIRONMENT.to_owned(),
            network_config: Some(Details::from([("loss".to_owned(), json!(self.loss))])),
            allocated_resources: None,
            duration: Some(begin.elapsed().as_secs_f64()),
        };
        environment.emit(network)?.into_result()?;
        environment.emit_setup_completed(&name, ENVIRONMENT, begin.elapsed().as_secs_f64())?.into_result()?;
        environment.emit_ready(&name, ENVIRONMENT)?.into_result()?;
        self.test.emit_environment_setup_completed(ENVIRONMENT)?.into_result()?;
        Ok(())
    }

    fn deploy(&self, services: &[(&'static str, ServiceEmitter)], address: SocketAddr) -> Told {
        let name = format!("{}-net", self.id);
        self.test.emit_deployment_started()?.into_result()?;
        for (role, service) in services {
            service.emit_deployment_started(*role, &name)?.into_result()?;
            let is_server = *role == "server";
            let deployed = ServiceDeploymentCompleted {
                service_name: (*role).to_owned(),
                environment: name.clone(),
                endpoint: is_server.then(|| address.to_string()),
                ports: is_server.then(|| vec![address.port()]),
                deployment_details: None,
            };
            service.emit(deployed)?.into_result()?;
            service.emit_start_requested(*role)?.into_result()?;
            let (service_name, start_time) = ((*role).to_owned(), Some(self.bus.now()));
            service.emit(ServiceStarted { service_name, pid: Some(std::process::id()), start_time })?.into_result()?;
            service.emit_ready(*role)?.into_result()?;
        }
        let deployed_services = Some(services.iter().map(|(role, _)| (*role).to_owned()).collect());
        self.test.emit(TestDeploymentCompleted { deployed_services, deployment_details: None })?.into_result()?;
        Ok(())
    }

    /// Runs the steps and checks the assertions. The inner error is what the test failed of: words, kind and phase.
    #[expect(clippy::type_complexity, reason = "it is said here and nowhere else")]
    fn execute(
        &self,
        server: &(&'static str, ServiceEmitter),
        address: SocketAddr,
    ) -> Result<Result<(), (String, &'static str, &'static str)>, Box<dyn Error + Send + Sync>> {
        let begin = Instant::now();
        let steps = Some(STEPS.iter().map(|(name, ..)| (*name).to_owned()).collect());
        self.test.emit(TestExecutionStarted { steps, expected_duration: None })?.into_result()?;
        let mut answers = Answers::new();
        for (name, datagrams, size) in STEPS {
            match self.step(name, || echo::exchange(address, datagrams, size))? {
                Ok(slowest) => {
                    answers.insert(name, slowest);
                    let healthy = ServiceHealthCheckPassed {
                        service_name: server.0.to_owned(),
                        check_type: "echo".to_owned(),
                        endpoint: Some(address.to_string()),
                        response_time_ms: Some(slowest * 1000.0),
                    };
                    server.1.emit(healthy)?.into_result()?;
                }
                Err(error) => {
                    server.1.emit_health_check_failed(server.0, "echo", error.to_string())?.into_result()?;
                    self.test.emit_execution_failed(error.to_string())?.into_result()?;
                    return Ok(Err((error.to_string(), error.kind(), "steps")));
                }
            }
        }
        let failed = self.check(&answers)?;
        let completed = TestExecutionCompleted {
            duration_seconds: Some(begin.elapsed().as_secs_f64()),
            steps_completed: Some(u32::try_from(answers.len())?),
            assertions_passed: Some(failed == 0),
        };
        self.test.emit(completed)?.into_result()?;
        Ok(if failed == 0 { Ok(()) } else { Err((format!("{failed} answers were too slow"), "slow", "assertions")) })
    }

    /// One step, tried a few times: how long its slowest answer took, in seconds.
    fn step(
        &self,
        name: &'static str,
        attempt: impl Fn() -> Result<Duration, ExchangeError>,
    ) -> Result<Result<f64, ExchangeError>, Box<dyn Error + Send + Sync>> {
        let step = StepEmitter::new(self.bus, format!("{}-{name}", self.id));
        let test_case_id = Some(self.id.to_owned());
        self.test.emit_step_started(name)?.into_result()?;
        step.emit_execution_started(name)?.into_result()?;
        let begin = Instant::now();
        let mut retry_count = 0;
        loop {
            match attempt() {
                Ok(slowest) => {
                    let duration = begin.elapsed().as_secs_f64();
                    let completed = StepExecutionCompleted {
                        step_name: name.to_owned(),
                        test_case_id,
                        duration: Some(duration),
                        result: None,
                        output: None,
                    };
                    step.emit(completed)?.into_result()?;
                    let timing = TimingMetric {
                        operation_name: name.to_owned(),
                        duration,
                        phase: Some("steps".to_owned()),
                        test_case: Some(self.id.to_owned()),
                        component: None,
                        metadata: None,
                    };
                    self.metrics.emit(timing)?.into_result()?;
                    let (step_name, duration_seconds) = (name.to_owned(), Some(duration));
                    self.test.emit(TestStepCompleted { step_name, duration_seconds, result: None })?.into_result()?;
                    return Ok(Ok(slowest.as_secs_f64()));
                }
                Err(error) => {
                    let failed = StepExecutionFailed {
                        step_name: name.to_owned(),
                        test_case_id: test_case_id.clone(),
                        error_message: error.to_string(),
                        error_details: None,
                        duration: Some(begin.elapsed().as_secs_f64()),
                        retry_count,
                    };
                    step.emit(failed)?.into_result()?;
                    retry_count += 1;
                    if retry_count == ATTEMPTS {
                        self.test.emit_step_failed(name, error.to_string())?.into_result()?;
                        return Ok(Err(error));
                    }
                }
            }
        }
    }

    /// Checks that no answer was too slow; how many were.
    fn check(&self, answers: &Answers) -> Result<u32, Box<dyn Error + Send + Sync>> {
        self.test.emit_assertions_started()?.into_result()?;
        let (mut passed, mut failed) = (0, 0);
        for (name, slowest) in answers {
            let holds = *slowest <= SLOWEST;
            *(if holds { &mut passed } else { &mut failed }) += 1;
            let assertion = AssertionEmitter::new(self.bus, format!("{}-{name}-latency", self.id));
            let result = AssertionResult {
                assertion_name: "latency".to_owned(),
                test_case_id: Some(self.id.to_owned()),
                step_id: Some(format!("{}-{name}", self.id)),
                assertion_passed: holds,
                expected_value: Some(json!(SLOWEST)),
                actual_value: Some(json!(slowest)),
                assertion_message: format!("the slowest answer of `{name}` within {SLOWEST} s"),
                assertion_details: None,
            };
            assertion.emit(result)?.into_result()?;
            let config = Details::from([("step".to_owned(), json!(name)), ("seconds".to_owned(), json!(SLOWEST))]);
            self.test.emit_assertion_checked("latency", config, holds)?.into_result()?;
        }
        self.test.emit_assertions_completed(passed + failed, passed, failed, failed == 0)?.into_result()?;
        Ok(failed)
    }

    fn tear_down(&self, services: &[(&'static str, ServiceEmitter)], begin: Instant) -> Told {
        let teardown = Instant::now();
        self.test.emit_teardown_started()?.into_result()?;
        for (role, service) in services {
            service.emit_stop_requested(*role)?.into_result()?;
            let stopped = ServiceStopped {
                service_name: (*role).to_owned(),
                exit_code: Some(0),
                reason: None,
                uptime_seconds: Some(begin.elapsed().as_secs_f64()),
            };
            service.emit(stopped)?.into_result()?;
            service.emit_destroy_requested(*role)?.into_result()?;
            service.emit_destroyed(*role)?.into_result()?;
        }
        let (environment, name) = (&self.environment, format!("{}-net", self.id));
        environment.emit_teardown_started(&name, ENVIRONMENT)?.into_result()?;
        environment.emit_teardown_completed(&name, ENVIRONMENT, teardown.elapsed().as_secs_f64())?.into_result()?;
        environment.emit_destroy_requested(&name, ENVIRONMENT)?.into_result()?;
        environment.emit_destroyed(&name, ENVIRONMENT, teardown.elapsed().as_secs_f64())?.into_result()?;
        self.test.emit_teardown_completed()?.into_result()?;
        Ok(())
    }
}
