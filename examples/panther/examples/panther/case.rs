//! One test of the experiment, from its set-up to its verdict: a server and a client in an environment.

use std::{collections::BTreeMap, io, path::Path, time::Instant};

use events_core::{Emitter, EventBus};
use events_panther::{
    plugin::PluginEmitter,
    test::{
        TestCompleted, TestCreated, TestDeploymentCompleted, TestDeploymentFailed, TestDeploymentStarted, TestEmitter,
        TestFailed, TestSetupCompleted, TestSetupStarted, TestTeardownCompleted,
    },
};
use fastrand::Rng;

use crate::{
    PLUGIN, Told,
    args::Args,
    echo::{self, Client, ExchangeError, Server},
    environment::{self, Environment},
    record::Failure,
    service::Service,
};

/// Why a test failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaseError {
    #[error("the server has no socket: {0}")]
    Socket(#[from] io::Error),
    #[error("the server is not healthy: {0}")]
    Unhealthy(#[source] ExchangeError),
    #[error("{step}: the server is not healthy: {source}")]
    UnhealthyDuring { step: &'static str, source: ExchangeError },
    #[error("{step}: {source}")]
    Step { step: &'static str, source: ExchangeError },
    #[error("{}", failed.join("; "))]
    Assertions {
        /// What does not hold, in words.
        failed: Vec<String>,
    },
}

impl CaseError {
    /// The kind of error, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Socket(_) => "io_error",
            Self::Unhealthy(source) | Self::UnhealthyDuring { source, .. } | Self::Step { source, .. } => source.kind(),
            Self::Assertions { .. } => "assertions",
        }
    }

    /// What the test was doing.
    pub(crate) fn phase(&self) -> &'static str {
        match self {
            Self::Socket(_) | Self::Unhealthy(_) => "deployment",
            Self::UnhealthyDuring { .. } | Self::Step { .. } => "steps",
            Self::Assertions { .. } => "assertions",
        }
    }
}

/// What a part of a test came to. The outer error is not the test's: that it cannot be told, or not be written.
pub(crate) type Verdict<T> = Result<Result<T, CaseError>, Failure>;

/// How much a test does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All steps.
    Full,
    /// The cheap steps.
    Smoke,
}

/// One test.
pub(crate) struct Case {
    pub(crate) bus: EventBus,
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) test: TestEmitter,
    pub(crate) server: Service,
    /// What the steps wrote.
    pub(crate) trace: String,
    client: Service,
    environment: Environment,
    drop: f64,
    port_is_taken: bool,
    seed: u64,
}

impl Case {
    /// The test of this number; all that goes wrong in it is up to the arguments and `random`.
    pub(crate) fn new(bus: &EventBus, args: &Args, number: u32, mut random: Rng, outputs: &Path) -> Self {
        let id = format!("echo-{}-{number:03}", args.seed);
        Self {
            bus: bus.clone(),
            kind: if number.is_multiple_of(3) { Kind::Smoke } else { Kind::Full },
            test: TestEmitter::new(bus, id.as_str()),
            server: Service::new(bus, &id, "server"),
            trace: String::new(),
            client: Service::new(bus, &id, "client"),
            environment: Environment::new(bus, &id, args.drop, outputs),
            drop: args.drop,
            port_is_taken: random.f64() < args.busy_ports,
            seed: random.u64(..),
            id,
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("Echo over {}, {}", environment::KIND, self.id)
    }

    pub(crate) fn create(&self) -> Told {
        let description = match self.kind {
            Kind::Full => "All steps",
            Kind::Smoke => "The cheap steps",
        };
        let created = TestCreated { test_name: self.name(), description: Some(description.to_owned()), config: None };
        self.test.emit(created)?.into_result()?;
        Ok(())
    }

    /// Runs it. Whether it passed.
    pub(crate) fn run(mut self) -> Result<bool, Failure> {
        let begin = Instant::now();
        self.set_up()?;
        let verdict = match self.deploy()? {
            Ok((server, mut client)) => {
                let verdict = self.execute(&mut client)?;
                self.measure(&client)?;
                drop(server);
                self.tear_down()?;
                verdict
            }
            // A test that has not begun has nothing to tear down, but for what it deployed.
            Err(error) => {
                self.remove()?;
                Err(error)
            }
        };
        match &verdict {
            Ok(()) => {
                let total_duration_seconds = Some(begin.elapsed().as_secs_f64());
                let completed = TestCompleted { test_name: Some(self.name()), total_duration_seconds, summary: None };
                self.test.emit(completed)?.into_result()?;
            }
            Err(error) => {
                let failed = TestFailed {
                    test_name: Some(self.name()),
                    error_message: error.to_string(),
                    error_type: Some(error.kind().to_owned()),
                    phase: Some(error.phase().to_owned()),
                    summary: None,
                };
                self.test.emit(failed)?.into_result()?;
            }
        }
        Ok(verdict.is_ok())
    }

    fn roles(&self) -> Vec<String> {
        [&self.server, &self.client].map(|service| service.role().to_owned()).into()
    }

    fn set_up(&self) -> Told {
        let begin = Instant::now();
        // Each test asks for it; it is started once, and the bus tells it once.
        PluginEmitter::new(&self.bus, PLUGIN).emit_started(PLUGIN, "service")?.into_result()?;

        let started = TestSetupStarted { service_count: Some(2), service_names: Some(self.roles()) };
        self.test.emit(started)?.into_result()?;
        self.test.emit_service_setup_started()?.into_result()?;
        self.server.prepare()?;
        self.client.prepare()?;
        let duration_seconds = Some(begin.elapsed().as_secs_f64());
        self.test.emit(TestSetupCompleted { services: Some(self.roles()), duration_seconds })?.into_result()?;

        self.test.emit_environment_setup_started(environment::KIND)?.into_result()?;
        self.environment.set_up()?;
        self.test.emit_environment_setup_completed(environment::KIND)?.into_result()?;
        Ok(())
    }

    /// Deploys both services, and starts them.
    fn deploy(&mut self) -> Verdict<(Server, Client)> {
        let begin = Instant::now();
        self.test.emit(TestDeploymentStarted { services_to_deploy: Some(self.roles()) })?.into_result()?;
        self.environment.deployment_started(self.roles())?;
        let deployed = self.deploy_services()?;
        match &deployed {
            Ok((server, _)) => {
                let at = BTreeMap::from([(self.server.role().to_owned(), server.address().to_string())]);
                self.environment.deployed(at, begin.elapsed().as_secs_f64())?;
                let deployed_services = Some(self.roles());
                self.test
                    .emit(TestDeploymentCompleted { deployed_services, deployment_details: None })?
                    .into_result()?;
            }
            Err(error) => {
                self.environment.deployment_failed(error.to_string())?;
                let failed = TestDeploymentFailed {
                    error_message: error.to_string(),
                    failed_services: Some(vec![self.server.role().to_owned()]),
                    error_type: Some(error.kind().to_owned()),
                };
                self.test.emit(failed)?.into_result()?;
            }
        }
        Ok(deployed)
    }

    fn deploy_services(&mut self) -> Verdict<(Server, Client)> {
        let environment = self.environment.name();
        self.server.deployment_started(environment)?;
        let started = echo::bind(self.port_is_taken).and_then(|socket| Server::start(socket, self.drop, self.seed));
        let server = match started {
            Ok(server) => server,
            Err(error) => {
                self.server.deployment_failed(environment, &error)?;
                return Ok(Err(error.into()));
            }
        };
        self.server.deployed(environment, Some(server.address()))?;
        self.client.deployment_started(environment)?;
        self.client.deployed(environment, None)?;

        self.server.start()?;
        self.client.start()?;
        let mut client = Client::of(server.address());
        if let Err(error) = self.server.check(&mut client)? {
            return Ok(Err(CaseError::Unhealthy(error)));
        }
        self.client.ready()?;
        Ok(Ok((server, client)))
    }

    fn tear_down(&self) -> Told {
        let begin = Instant::now();
        self.test.emit_teardown_started()?.into_result()?;
        self.environment.collect(&self.trace)?;
        self.remove()?;
        let duration_seconds = Some(begin.elapsed().as_secs_f64());
        self.test.emit(TestTeardownCompleted { duration_seconds })?.into_result()?;
        Ok(())
    }

    fn remove(&self) -> Told {
        self.client.remove()?;
        self.server.remove()?;
        self.environment.remove()
    }
}
