//! What became of an experiment: the states of all that took part, and its events in numbers; the same from a run and from its record.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use events_core::{AnyEnvelope, Envelope, EventBus, StateChanged, StateCoordinator, StateMachine, Subscription};
use serde::{Deserialize, Serialize};

use crate::{
    environment::EnvironmentState,
    experiment::ExperimentState,
    service::ServiceState,
    step::StepExecutionFailed,
    test::{TestCompleted, TestEvent, TestState},
};

/// The states of entities, by their type and their id.
pub type States = BTreeMap<String, BTreeMap<String, String>>;

/// What became of an experiment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// The states that the machines are in.
    pub states: States,
    /// Each test in numbers, by its id.
    pub tests: BTreeMap<String, TestSummary>,
    /// How many events were told, by their entity type; what machines tell of themselves left out.
    pub events: BTreeMap<String, u64>,
    /// How many transitions the machines told. A record that lacks one, and all the same comes to the same states, differs in this.
    pub transitions: u64,
    /// How many events a machine refused.
    pub refused: u64,
}

/// One test in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TestSummary {
    /// Steps that were done.
    pub steps: u32,
    /// Steps that failed for good.
    pub failed_steps: u32,
    /// Attempts at a step that failed.
    pub failed_attempts: u32,
    /// Assertions that hold.
    pub passed: u32,
    /// Assertions that do not.
    pub failed: u32,
    /// How long it took, in seconds; only known of one that completed.
    pub seconds: Option<f64>,
}

impl Summary {
    /// How many entities of a type are in a state.
    pub fn count(&self, entity_type: &str, state: &str) -> usize {
        self.states.get(entity_type).map_or(0, |states| states.values().filter(|other| *other == state).count())
    }
}

/// A table for people.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tests = self.states.get("test");
        let width = self.tests.keys().map(|id| id.chars().count()).max().unwrap_or(0).max(4);
        writeln!(f, "{:width$}  {:<10} steps  failures  assertions  seconds", "test", "state")?;
        for (id, test) in &self.tests {
            let state = tests.and_then(|states| states.get(id)).map_or("created", String::as_str);
            let steps = format!("{}/{}", test.steps, test.steps + test.failed_steps);
            let assertions = format!("{}/{}", test.passed, test.passed + test.failed);
            let seconds = test.seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.3}"));
            let failures = test.failed_attempts;
            writeln!(f, "{id:width$}  {state:<10} {steps:>5}  {failures:>8}  {assertions:>10}  {seconds:>7}")?;
        }
        writeln!(f)?;
        for (entity_type, states) in &self.states {
            let mut counts = BTreeMap::<_, usize>::new();
            for state in states.values() {
                *counts.entry(state).or_default() += 1;
            }
            let counts: Vec<_> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
            writeln!(f, "{entity_type:<12} {}", counts.join(", "))?;
        }
        let told: Vec<_> = self.events.iter().map(|(of, count)| format!("{count} {of}")).collect();
        let (all, transitions, refused) = (self.events.values().sum::<u64>(), self.transitions, self.refused);
        write!(f, "\n{all} events: {}\n{transitions} transitions, {refused} refused", told.join(", "))
    }
}

/// Follows what a bus is told, until it is dropped.
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
    announced: States,
}

impl Watch {
    /// Follows a run: each change of a state is told on the bus.
    pub fn run(bus: &EventBus) -> Self {
        Self::new(bus, true)
    }

    /// Follows a record that is told again: the changes are in it, and nothing is told. An event that a machine refuses is a
    /// failure in its receipt.
    pub fn replay(bus: &EventBus) -> Self {
        Self::new(bus, false)
    }

    fn new(bus: &EventBus, announces: bool) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut subscriptions = Vec::new();
        let counted = Arc::clone(&seen);
        subscriptions.push(bus.subscribe(move |event: &AnyEnvelope| lock(&counted).count(event)));
        Self {
            experiments: machines(bus, announces, &seen, &mut subscriptions),
            tests: machines(bus, announces, &seen, &mut subscriptions),
            services: machines(bus, announces, &seen, &mut subscriptions),
            environments: machines(bus, announces, &seen, &mut subscriptions),
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

    /// The states that changes led to, as they were told. They are those of the summary, unless a machine was moved in silence.
    pub fn announced(&self) -> States {
        lock(&self.seen).announced.clone()
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
                self.summary.refused += 1;
                return;
            }
            _ => *self.summary.events.entry(event_type.entity_type().to_owned()).or_default() += 1,
        }
        if let Some(failed) = event.payload::<StepExecutionFailed>()
            && let Some(test) = &failed.test_case_id
        {
            self.summary.tests.entry(test.clone()).or_default().failed_attempts += 1;
        }
        let Ok(told) = TestEvent::try_from(event) else { return };
        let test = self.summary.tests.entry(event.entity_id().to_string()).or_default();
        match told {
            TestEvent::StepCompleted(_) => test.steps += 1,
            TestEvent::StepFailed(_) => test.failed_steps += 1,
            TestEvent::AssertionChecked(checked) if checked.passed => test.passed += 1,
            TestEvent::AssertionChecked(_) => test.failed += 1,
            TestEvent::Completed(TestCompleted { total_duration_seconds, .. }) => test.seconds = total_duration_seconds,
            _ => {}
        }
    }
}

/// A machine for each entity, kept when it ends; and what it tells.
fn machines<S>(
    bus: &EventBus,
    announces: bool,
    seen: &Arc<Mutex<Seen>>,
    subscriptions: &mut Vec<Subscription>,
) -> StateCoordinator<S>
where
    S: StateMachine<Context = ()>,
{
    let builder = StateCoordinator::builder().keep_terminal();
    let machines = if announces { builder.announce(bus) } else { builder.by_event_time() }.build();
    subscriptions.push(bus.observe(machines.clone()));
    let seen = Arc::clone(seen);
    subscriptions.push(bus.subscribe(move |changed: &Envelope<StateChanged<S>>| {
        let (entity_type, id) = (changed.entity_type().to_string(), changed.entity_id().to_string());
        lock(&seen).announced.entry(entity_type).or_default().insert(id, changed.to.name().to_owned());
    }));
    machines
}

fn states<S: StateMachine<Context = ()>>(machines: &StateCoordinator<S>) -> BTreeMap<String, String> {
    machines.states().into_iter().map(|(id, state)| (id.to_string(), state.name().to_owned())).collect()
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
