//! The steps of a test.

use std::{fmt::Write as _, time::Instant};

use events_core::Emitter;
use events_panther::{
    metrics::{MetricsEmitter, TimingMetric},
    step::{
        StepEmitter, StepExecutionCompleted, StepExecutionFailed, StepExecutionStarted, StepSkipped, StepUnsupported,
    },
    test::{TestExecutionCompleted, TestExecutionFailed, TestExecutionStarted, TestStepCompleted, TestStepFailed},
};
use serde_json::json;

use crate::{
    Told,
    assertions::Answers,
    case::{Case, CaseError, Kind, Verdict},
    echo::{self, Client},
    record::Failure,
};

/// How often a step is tried before it is given up.
const ATTEMPTS: u32 = 3;

/// So many datagrams of a size in bytes, each sent when the one before was answered.
struct Step {
    name: &'static str,
    datagrams: u32,
    size: usize,
    is_cheap: bool,
}

const STEPS: [Step; 5] = [
    Step { name: "handshake", datagrams: 1, size: 64, is_cheap: true },
    Step { name: "small_packets", datagrams: 20, size: 64, is_cheap: true },
    Step { name: "large_packets", datagrams: 5, size: 1400, is_cheap: false },
    Step { name: "jumbo_packets", datagrams: 5, size: 9000, is_cheap: true },
    Step { name: "goodbye", datagrams: 1, size: 16, is_cheap: true },
];

impl Step {
    fn is_supported(&self) -> bool {
        self.size <= echo::LONGEST
    }
}

impl Case {
    /// Does the steps, and checks the assertions.
    pub(crate) fn execute(&mut self, client: &mut Client) -> Verdict<()> {
        let begin = Instant::now();
        let planned = STEPS.iter().filter(|step| step.is_supported() && !self.skips(step));
        let steps = Some(planned.map(|step| step.name.to_owned()).collect());
        self.test.emit(TestExecutionStarted { steps, expected_duration: None })?.into_result()?;
        let mut answers = Answers::new();
        for step in &STEPS {
            if self.leaves_out(step)? {
                answers.push((step.name, None));
                continue;
            }
            match self.step(step, client)? {
                Ok(slowest) => answers.push((step.name, Some(slowest))),
                Err(error) => {
                    let failed = TestExecutionFailed {
                        error_message: error.to_string(),
                        error_type: Some(error.kind().to_owned()),
                        phase: Some(error.phase().to_owned()),
                    };
                    self.test.emit(failed)?.into_result()?;
                    return Ok(Err(error));
                }
            }
        }
        let done = answers.iter().filter(|(_, slowest)| slowest.is_some()).count();
        let verdict = self.assert(&answers, client)?;
        let completed = TestExecutionCompleted {
            duration_seconds: Some(begin.elapsed().as_secs_f64()),
            steps_completed: Some(u32::try_from(done)?),
            assertions_passed: Some(verdict.is_ok()),
        };
        self.test.emit(completed)?.into_result()?;
        Ok(verdict)
    }

    /// Tells how many datagrams there were.
    pub(crate) fn measure(&self, client: &Client) -> Told {
        let metrics = MetricsEmitter::new(&self.bus, self.id.as_str());
        metrics.emit_counter("datagrams_sent", client.sent.into())?.into_result()?;
        metrics.emit_counter("datagrams_lost", client.lost.into())?.into_result()?;
        Ok(())
    }

    fn skips(&self, step: &Step) -> bool {
        self.kind == Kind::Smoke && !step.is_cheap
    }

    fn step_emitter(&self, step: &str) -> StepEmitter {
        StepEmitter::new(&self.bus, self.step_id(step))
    }

    pub(crate) fn step_id(&self, step: &str) -> String {
        format!("{}-{step}", self.id)
    }

    /// Tells that a step is left out, if it is.
    fn leaves_out(&self, step: &Step) -> Result<bool, Failure> {
        if !step.is_supported() {
            let unsupported = StepUnsupported {
                step_name: step.name.to_owned(),
                test_case_id: Some(self.id.clone()),
                reason: format!("{} bytes in a datagram, and the server takes {}", step.size, echo::LONGEST),
                alternative_steps: Some(vec!["large_packets".to_owned()]),
            };
            self.step_emitter(step.name).emit(unsupported)?.into_result()?;
            return Ok(true);
        }
        if self.skips(step) {
            let skipped = StepSkipped {
                step_name: step.name.to_owned(),
                test_case_id: Some(self.id.clone()),
                skip_reason: "a smoke test does the cheap steps alone".to_owned(),
                skip_condition: Some("kind = smoke".to_owned()),
            };
            self.step_emitter(step.name).emit(skipped)?.into_result()?;
            return Ok(true);
        }
        Ok(false)
    }

    /// One step, tried a few times: how long its slowest answer took, in seconds.
    fn step(&mut self, step: &Step, client: &mut Client) -> Verdict<f64> {
        let emitter = self.step_emitter(step.name);
        self.test.emit_step_started(step.name)?.into_result()?;
        let config = [("datagrams", json!(step.datagrams)), ("bytes", json!(step.size))];
        let started = StepExecutionStarted {
            step_name: step.name.to_owned(),
            test_case_id: Some(self.id.clone()),
            step_config: Some(config.map(|(name, value)| (name.to_owned(), value)).into()),
            prerequisites: None,
        };
        emitter.emit(started)?.into_result()?;
        let begin = Instant::now();
        let mut retry_count = 0;
        loop {
            let attempt = Instant::now();
            let error = match client.exchange(step.datagrams, step.size) {
                Ok(slowest) => {
                    writeln!(self.trace, "{}: {} datagrams, {retry_count} retries", step.name, step.datagrams)?;
                    self.step_completed(step, &emitter, begin.elapsed().as_secs_f64())?;
                    return Ok(Ok(slowest.as_secs_f64()));
                }
                Err(error) => error,
            };
            writeln!(self.trace, "{}: {error}", step.name)?;
            let failed = StepExecutionFailed {
                step_name: step.name.to_owned(),
                test_case_id: Some(self.id.clone()),
                error_message: error.to_string(),
                error_details: None,
                duration: Some(attempt.elapsed().as_secs_f64()),
                retry_count,
            };
            emitter.emit(failed)?.into_result()?;
            self.server.unhealthy(client.server(), &error)?;
            retry_count += 1;
            if retry_count == ATTEMPTS {
                return self.step_failed(CaseError::Step { step: step.name, source: error }, step);
            }
            if let Err(source) = self.server.check(client)? {
                return self.step_failed(CaseError::UnhealthyDuring { step: step.name, source }, step);
            }
            let progress = format!("attempt {} of {ATTEMPTS}: the server answers again", retry_count + 1);
            emitter.emit_progress(step.name, progress)?.into_result()?;
        }
    }

    fn step_completed(&self, step: &Step, emitter: &StepEmitter, seconds: f64) -> Told {
        let completed = StepExecutionCompleted {
            step_name: step.name.to_owned(),
            test_case_id: Some(self.id.clone()),
            duration: Some(seconds),
            result: None,
            output: None,
        };
        emitter.emit(completed)?.into_result()?;
        let timing = TimingMetric {
            operation_name: step.name.to_owned(),
            duration: seconds,
            phase: Some("steps".to_owned()),
            test_case: Some(self.id.clone()),
            component: None,
            metadata: None,
        };
        MetricsEmitter::new(&self.bus, self.id.as_str()).emit(timing)?.into_result()?;
        let (step_name, duration_seconds) = (step.name.to_owned(), Some(seconds));
        self.test.emit(TestStepCompleted { step_name, duration_seconds, result: None })?.into_result()?;
        Ok(())
    }

    fn step_failed<T>(&self, error: CaseError, step: &Step) -> Verdict<T> {
        let failed = TestStepFailed {
            step_name: step.name.to_owned(),
            error_message: error.to_string(),
            error_type: Some(error.kind().to_owned()),
        };
        self.test.emit(failed)?.into_result()?;
        Ok(Err(error))
    }
}
