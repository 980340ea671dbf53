//! What became of an experiment: the states of all that took part, and its events in numbers; the same from a run and from its record.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use events_core::{AnyEnvelope, EventBus, StateCoordinator, StateMachine, Subscription};
use serde::{Deserialize, Serialize};

use crate::{
    environment::EnvironmentState,
    experiment::ExperimentState,
    service::ServiceState,
    step::StepEvent,
    test::{TestEvent, TestExecutionStarted, TestFailed, TestState},
};

/// The states of entities, by their type and their id.
pub type States = BTreeMap<String, BTreeMap<String, String>>;

/// What became of an experiment. As text, it is a table for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// The states that the machines are in.
    pub states: States,
    /// Each test in numbers, by its id.
    pub tests: BTreeMap<String, TestSummary>,
    /// How many events were told, by their entity type; what machines tell of themselves left out.
    pub events: BTreeMap<String, u64>,
    /// How many transitions the machines made.
    pub transitions: u64,
    /// How many events a machine refused.
    pub refusals: u64,
}

/// One test in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TestSummary {
    /// Steps that were to be done, without those that are left out.
    pub steps_planned: u32,
    /// Steps that were done.
    pub steps_completed: u32,
    /// Steps that failed for good.
    pub steps_failed: u32,
    /// Steps that were skipped, or that the environment does not support.
    pub steps_left_out: u32,
    /// Attempts at a step that failed, those at steps that failed for good among them.
    pub attempts_failed: u32,
    /// Assertions that hold.
    pub assertions_passed: u32,
    /// Assertions that do not.
    pub assertions_failed: u32,
    /// How long it took from its set-up to its verdict, in seconds; nothing, where one of them is missing.
    pub seconds: Option<f64>,
    /// Why it failed, in words, behind what it was doing.
    pub failure: Option<String>,
}

impl Summary {
    /// How many entities of a type are in a state.
    pub fn count(&self, entity_type: &str, state: &str) -> usize {
        self.states.get(entity_type).map_or(0, |states| states.values().filter(|other| *other == state).count())
    }

    /// The state of a test: the initial one, where no event has driven it.
    fn state_of_test(&self, id: &str) -> &str {
        self.states.get("test").and_then(|tests| tests.get(id)).map_or(TestState::INITIAL.name(), String::as_str)
    }
}

impl TestSummary {
    /// Attempts at a step that were followed by another one.
    fn retries(&self) -> u32 {
        self.attempts_failed.saturating_sub(self.steps_failed)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.tests.keys().map(|id| id.chars().count()).max().unwrap_or(0).max(4);
        write!(f, "{:width$}  {:<10}  {:>10}  {:>8}  {:>7}", "test", "state", "steps done", "left out", "retries")?;
        write!(f, "  {:>15}  {:>7}", "assertions hold", "seconds")?;
        let any_failed = self.tests.values().any(|test| test.failure.is_some());
        writeln!(f, "{}", if any_failed { "  why it failed" } else { "" })?;
        for (id, test) in &self.tests {
            let begun = test.steps_completed + test.steps_failed;
            let steps = Share { part: test.steps_completed, all: begun.max(test.steps_planned) }.to_string();
            let checked = test.assertions_passed + test.assertions_failed;
            let assertions = Share { part: test.assertions_passed, all: checked }.to_string();
            let seconds = test.seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.3}"));
            let (state, left_out, retries) = (self.state_of_test(id), test.steps_left_out, test.retries());
            write!(f, "{id:width$}  {state:<10}  {steps:>10}  {left_out:>8}  {retries:>7}")?;
            write!(f, "  {assertions:>15}  {seconds:>7}")?;
            match &test.failure {
                Some(failure) => writeln!(f, "  {failure}")?,
                None => writeln!(f)?,
            }
        }
        writeln!(f, "\nstates at the end")?;
        for (entity_type, states) in &self.states {
            let mut counts = BTreeMap::<_, usize>::new();
            for state in states.values() {
                *counts.entry(state).or_default() += 1;
            }
            let counts: Vec<_> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
            writeln!(f, "  {entity_type:<11}  {}", counts.join(", "))?;
        }
        let events: Vec<_> = self.events.iter().map(|(of, count)| format!("{count} {of}")).collect();
        writeln!(f, "\n{} events: {}", self.events.values().sum::<u64>(), events.join(", "))?;
        write!(f, "{} transitions of state machines, {} events refused by them", self.transitions, self.refusals)
    }
}

/// So many of all; nothing, where there are none.
struct Share {
    part: u32,
    all: u32,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.all {
            0 => f.write_str("–"),
            all => write!(f, "{} of {all}", self.part),
        }
    }
}

/// Follows what a bus is told, until it is dropped: with a state machine for each experiment, test, service and environment, which
/// tell their transitions and what they refuse on the bus.
///
/// A record is followed in the same way, on a bus with deduplication. The machines tell the transitions again, with the ids that they
/// had, so that those of the record are duplicates: as many as the summary has transitions and refusals, if the record is whole.
///
/// ```
/// use events_core::EventBus;
/// use events_panther::{summary::Watch, test::TestEmitter};
///
/// let bus = EventBus::new();
/// let watch = Watch::on(&bus);
/// let test = TestEmitter::new(&bus, "handshake-001");
/// test.emit_setup_started()?.into_result()?;
/// test.emit_failed("no network")?.into_result()?;
///
/// let summary = watch.summary();
/// assert_eq!((summary.count("test", "failed"), summary.transitions, summary.refusals), (1, 2, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "it follows until it is dropped"]
pub struct Watch {
    experiments: StateCoordinator<ExperimentState>,
    tests: StateCoordinator<TestState>,
    services: StateCoordinator<ServiceState>,
    environments: StateCoordinator<EnvironmentState>,
    seen: Arc<Mutex<Seen>>,
    _subscriptions: Vec<Subscription>,
}

/// What can be read off the events alone.
#[derive(Debug, Default)]
struct Seen {
    summary: Summary,
    /// When the set-up of each test began.
    begun: BTreeMap<String, DateTime<Utc>>,
}

impl Watch {
    /// Follows what this bus is told from now on.
    pub fn on(bus: &EventBus) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let counted = Arc::clone(&seen);
        let mut subscriptions = vec![bus.subscribe(move |event: &AnyEnvelope| lock(&counted).count(event))];
        Self {
            experiments: machines(bus, &mut subscriptions),
            tests: machines(bus, &mut subscriptions),
            services: machines(bus, &mut subscriptions),
            environments: machines(bus, &mut subscriptions),
            seen,
            _subscriptions: subscriptions,
        }
    }

    /// What became of everything so far.
    pub fn summary(&self) -> Summary {
        let mut summary = lock(&self.seen).summary.clone();
        summary.states = [
            ("experiment", states(&self.experiments)),
            ("test", states(&self.tests)),
            ("service", states(&self.services)),
            ("environment", states(&self.environments)),
        ]
        .into_iter()
        .filter(|(_, states)| !states.is_empty())
        .map(|(entity_type, states)| (entity_type.to_owned(), states))
        .collect();
        summary
    }
}

impl Seen {
    fn count(&mut self, event: &AnyEnvelope) {
        let event_type = event.event_type();
        match event_type.name() {
            "state_changed" => {
                self.summary.transitions += 1;
                return;
            }
            "transition_refused" => {
                self.summary.refusals += 1;
                return;
            }
            _ => *self.summary.events.entry(event_type.entity_type().to_owned()).or_default() += 1,
        }
        if let Ok(told) = TestEvent::try_from(event) {
            self.count_of_test(event, told);
        } else if let Ok(told) = StepEvent::try_from(event) {
            self.count_of_step(told);
        }
    }

    fn count_of_test(&mut self, event: &AnyEnvelope, told: TestEvent) {
        let id = event.entity_id().to_string();
        let test = self.summary.tests.entry(id.clone()).or_default();
        match told {
            TestEvent::SetupStarted(_) => _ = self.begun.insert(id, event.time()),
            TestEvent::ExecutionStarted(TestExecutionStarted { steps: Some(steps), .. }) => {
                test.steps_planned = u32::try_from(steps.len()).unwrap_or(u32::MAX);
            }
            TestEvent::StepCompleted(_) => test.steps_completed += 1,
            TestEvent::StepFailed(_) => test.steps_failed += 1,
            TestEvent::AssertionChecked(checked) if checked.passed => test.assertions_passed += 1,
            TestEvent::AssertionChecked(_) => test.assertions_failed += 1,
            TestEvent::Completed(_) => test.seconds = since(self.begun.get(&id), event),
            TestEvent::Failed(TestFailed { error_message, phase, .. }) => {
                test.seconds = since(self.begun.get(&id), event);
                test.failure = Some(phase.map_or(error_message.clone(), |phase| format!("{phase}: {error_message}")));
            }
            _ => {}
        }
    }

    fn count_of_step(&mut self, told: StepEvent) {
        let mut of = |test: Option<String>, count: fn(&mut TestSummary)| {
            if let Some(id) = test {
                count(self.summary.tests.entry(id).or_default());
            }
        };
        match told {
            StepEvent::ExecutionFailed(failed) => of(failed.test_case_id, |test| test.attempts_failed += 1),
            StepEvent::Skipped(skipped) => of(skipped.test_case_id, |test| test.steps_left_out += 1),
            StepEvent::Unsupported(unsupported) => of(unsupported.test_case_id, |test| test.steps_left_out += 1),
            _ => {}
        }
    }
}

/// How many seconds after that moment an event came.
fn since(begun: Option<&DateTime<Utc>>, event: &AnyEnvelope) -> Option<f64> {
    begun.map(|begun| (event.time() - *begun).as_seconds_f64())
}

/// A machine for each entity, kept when it ends.
fn machines<S>(bus: &EventBus, subscriptions: &mut Vec<Subscription>) -> StateCoordinator<S>
where
    S: StateMachine<Context = ()>,
{
    let machines = StateCoordinator::builder().keep_terminal().by_event_time().announce(bus).build();
    subscriptions.push(bus.observe(machines.clone()));
    machines
}

fn states<S: StateMachine<Context = ()>>(machines: &StateCoordinator<S>) -> BTreeMap<String, String> {
    machines.states().into_iter().map(|(id, state)| (id.to_string(), state.name().to_owned())).collect()
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
