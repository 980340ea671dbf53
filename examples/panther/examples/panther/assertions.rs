//! What a test asserts of its steps.

use events_core::Emitter;
use events_panther::{
    assertion::{AssertionEmitter, AssertionResult, AssertionUnknown},
    values::Details,
};
use serde_json::{Value, json};

use crate::{
    Told,
    case::{Case, CaseError, Verdict},
    echo::Client,
};

/// What an answer may take, in seconds.
const SLOWEST: f64 = 0.9;
/// The part of a test's datagrams that may be lost, of 1.
const MOST_LOST: f64 = 0.1;

/// How long the slowest answer of each step took, in seconds; nothing, where the step was left out.
pub(crate) type Answers = Vec<(&'static str, Option<f64>)>;

/// That what was found is so much at most.
struct Assertion {
    name: &'static str,
    step: Option<&'static str>,
    /// Nothing, where it was not measured.
    found: Option<f64>,
    most: f64,
}

impl Assertion {
    /// What was found, in words.
    fn message(&self, found: f64) -> String {
        let of = self.step.map_or(String::new(), |step| format!(" of {step}"));
        format!("{}{of} is {found:.3}, and may be {} at most", self.name, self.most)
    }
}

impl Case {
    /// Checks that no answer was too slow, and that not too much was lost.
    pub(crate) fn assert(&self, answers: &Answers, client: &Client) -> Verdict<()> {
        let mut assertions: Vec<_> = answers
            .iter()
            .map(|&(step, found)| Assertion { name: "latency", step: Some(step), found, most: SLOWEST })
            .collect();
        let lost = f64::from(client.lost) / f64::from(client.sent.max(1));
        assertions.push(Assertion { name: "loss", step: None, found: Some(lost), most: MOST_LOST });

        self.test.emit_assertions_started()?.into_result()?;
        let together = AssertionEmitter::new(&self.bus, format!("{}-assertions", self.id));
        together.emit_validation_started("assertions")?.into_result()?;
        let (mut passed, mut failed) = (0, Vec::new());
        for assertion in &assertions {
            let Some(found) = assertion.found else {
                self.tell_unknown(assertion)?;
                continue;
            };
            let holds = found <= assertion.most;
            self.tell_result(assertion, found, holds)?;
            if holds {
                passed += 1;
            } else {
                failed.push(assertion.message(found));
            }
        }
        let failed_count = u32::try_from(failed.len())?;
        let total_count = passed + failed_count;
        together.emit_validation_completed("assertions", passed, failed_count, total_count)?.into_result()?;
        self.test.emit_assertions_completed(total_count, passed, failed_count, failed.is_empty())?.into_result()?;
        Ok(if failed.is_empty() { Ok(()) } else { Err(CaseError::Assertions { failed }) })
    }

    fn tell_unknown(&self, assertion: &Assertion) -> Told {
        let unknown = AssertionUnknown {
            assertion_name: assertion.name.to_owned(),
            test_case_id: Some(self.id.clone()),
            step_id: assertion.step.map(|step| self.step_id(step)),
            reason: "the step was left out".to_owned(),
            context: None,
        };
        self.assertion_emitter(assertion).emit(unknown)?.into_result()?;
        Ok(())
    }

    fn tell_result(&self, assertion: &Assertion, found: f64, holds: bool) -> Told {
        let &Assertion { name, step, most, .. } = assertion;
        let result = AssertionResult {
            assertion_name: name.to_owned(),
            test_case_id: Some(self.id.clone()),
            step_id: step.map(|step| self.step_id(step)),
            assertion_passed: holds,
            expected_value: Some(json!(most)),
            actual_value: Some(json!(found)),
            assertion_message: assertion.message(found),
            assertion_details: None,
        };
        self.assertion_emitter(assertion).emit(result)?.into_result()?;
        let mut config = Details::from([("most".to_owned(), json!(most))]);
        config.extend(step.map(|step| ("step".to_owned(), Value::from(step))));
        self.test.emit_assertion_checked(name, config, holds)?.into_result()?;
        Ok(())
    }

    fn assertion_emitter(&self, assertion: &Assertion) -> AssertionEmitter {
        let of = assertion.step.map_or_else(|| self.id.clone(), |step| self.step_id(step));
        AssertionEmitter::new(&self.bus, format!("{of}-{}", assertion.name))
    }
}
