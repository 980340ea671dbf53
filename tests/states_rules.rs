//! What takes a machine further beside the plain table: guards, hooks, time-outs, reasons, and what it remembers.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use events_core::{Edge, Event, EventType, StateMachine, StateManager, StateTable, Transition, Trigger};

use crate::domain::{ManualClock, QuickTestCompleted, QuickTestFailed, QuickTestStarted, QuickTestStep, started};

/// How often a run was tried again, and what its hooks saw.
#[derive(Clone, Debug, Default, PartialEq)]
struct Tries {
    failed: u32,
    seen: Vec<String>,
}

impl Tries {
    fn note(&mut self, what: &str, transition: &Transition<Run>) {
        self.seen.push(format!("{what}: {} to {}", transition.from, transition.to));
    }
}

/// A run that is tried again twice, and has a minute for each try.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(context = Tries)]
enum Run {
    #[state(initial, on(QuickTestStarted => Running), exit = Self::left)]
    Waiting,
    #[state(
        on(QuickTestCompleted => Flawless, if = is_perfect),
        on(QuickTestCompleted => Done),
        on(QuickTestFailed => Waiting, if = Self::may_retry),
        on(QuickTestFailed => Failed),
        on(QuickTestStep => Running, if = counts),
        timeout("60s" => Waiting),
        entry = Self::entered,
        exit = Self::left
    )]
    Running,
    #[state(to = Done, timeout("5m" => Done))]
    Flawless,
    #[state(terminal)]
    Done,
    #[state(terminal, entry = Self::entered)]
    Failed,
}

fn is_perfect(event: &QuickTestCompleted, _: &Tries) -> bool {
    event.success_rate >= 1.0
}

fn counts(event: &QuickTestStep, _: &Tries) -> bool {
    event.n > 0
}

impl Run {
    fn may_retry(_: &QuickTestFailed, tries: &Tries) -> bool {
        tries.failed < 2
    }

    fn entered(transition: &Transition<Self>, tries: &mut Tries) {
        tries.note("entered", transition);
    }

    fn left(transition: &Transition<Self>, tries: &mut Tries) {
        tries.note("left", transition);
        tries.failed += u32::from(transition.to == Self::Waiting);
    }
}

fn running(clock: &ManualClock) -> StateManager<Run, Tries> {
    let mut run = StateManager::<Run, _>::builder().clock(clock.clone()).build();
    run.apply(started("x").for_entity("e").unwrap()).unwrap();
    run
}

fn completed(success_rate: f64) -> QuickTestCompleted {
    QuickTestCompleted { success_rate, note: None }
}

fn failed() -> QuickTestFailed {
    QuickTestFailed { error: "no".into() }
}

#[test]
fn the_first_transition_whose_guard_holds_is_made() {
    let mut run = running(&ManualClock::default());
    run.apply(completed(1.0).for_entity("e").unwrap()).unwrap();
    assert_eq!(run.state(), &Run::Flawless);
    let mut run = running(&ManualClock::default());
    run.apply(completed(0.5).for_entity("e").unwrap()).unwrap();
    assert_eq!(run.state(), &Run::Done);
}

#[test]
fn guards_ask_the_context_that_hooks_change() {
    let mut run = running(&ManualClock::default());
    for _ in 0..2 {
        run.apply(failed().for_entity("e").unwrap()).unwrap();
        assert_eq!(run.state(), &Run::Waiting);
        run.apply(started("x").for_entity("e").unwrap()).unwrap();
    }
    run.apply(failed().for_entity("e").unwrap()).unwrap();
    assert_eq!((run.state(), run.context().failed), (&Run::Failed, 2));
    run.reset();
    assert_eq!((run.state(), run.context()), (&Run::Waiting, &Tries::default()));
    let run = StateManager::<Run, _>::builder().context(Tries { failed: 7, seen: Vec::new() }).build();
    assert_eq!(run.context().failed, 7);
}

#[test]
fn an_event_that_no_guard_lets_through_is_refused_with_the_guards() {
    let mut run = running(&ManualClock::default());
    let error = run.apply(QuickTestStep { n: 0 }.for_entity("e").unwrap()).unwrap_err();
    assert_eq!((error.event.as_ref().unwrap().guards.as_slice(), error.to), (["counts"].as_slice(), None));
    assert_eq!(
        error.to_string(),
        "no transition from `running` on `quick_test.step`; guards that did not hold: `counts`; \
         allowed: `waiting`, `running`, `flawless`, `done`, `failed`",
    );
    let transition = run.apply(QuickTestStep { n: 1 }.for_entity("e").unwrap()).unwrap().unwrap();
    assert_eq!((transition.from, transition.to), (Run::Running, Run::Running));
}

#[test]
fn the_table_names_its_guards_and_time_outs() {
    let guards: Vec<_> = Run::EDGES.iter().filter_map(|edge| edge.guard).collect();
    assert_eq!(guards, ["is_perfect", "Self::may_retry", "counts"]);
    assert!(Run::EDGES.contains(&Edge::after(Run::Flawless, Duration::from_secs(300), Run::Done)));
}

#[test]
fn hooks_run_when_a_state_is_left_and_when_it_is_entered() {
    let mut run = running(&ManualClock::default());
    run.apply(QuickTestStep { n: 1 }.for_entity("e").unwrap()).unwrap();
    run.apply(completed(1.0).for_entity("e").unwrap()).unwrap();
    assert_eq!(
        run.context().seen,
        [
            "left: waiting to running",
            "entered: waiting to running",
            "left: running to running",
            "entered: running to running",
            "left: running to flawless",
        ]
    );
    run.context_mut().seen.clear();
    run.transition_to(Run::Waiting).unwrap_err();
    assert_eq!(run.context().seen, [""; 0], "a refusal runs none");
}

#[test]
fn a_time_out_is_made_when_the_machine_is_asked() {
    let clock = ManualClock::default();
    let mut run = running(&clock);
    clock.advance(Duration::from_secs(59));
    assert_eq!((run.tick().len(), run.timeout_in()), (0, Some(Duration::from_secs(1))));
    clock.advance(Duration::from_secs(3));
    assert_eq!((run.state(), run.timeout_in()), (&Run::Running, Some(Duration::ZERO)), "nothing fires by itself");
    let made = run.tick();
    assert_eq!(made.len(), 1);
    assert_eq!((made[0].from, made[0].to), (Run::Running, Run::Waiting));
    assert_eq!(made[0].trigger, Some(Trigger::Timeout(Duration::from_secs(60))));
    assert_eq!(made[0].time, DateTime::UNIX_EPOCH + TimeDelta::seconds(60), "as of the moment it was due");
    assert_eq!(run.time_in_state(), Duration::from_secs(2));
    assert_eq!((run.tick().len(), run.timeout_in(), run.context().failed), (0, None, 1));
}

#[test]
fn an_event_after_a_time_out_meets_the_next_state() {
    let clock = ManualClock::default();
    let mut run = running(&clock);
    clock.advance(Duration::from_secs(61));
    let error = run.apply(completed(1.0).for_entity("e").unwrap()).unwrap_err();
    assert_eq!((error.from, run.history().len()), (Run::Waiting, 2));
    let mut run = running(&clock);
    clock.advance(Duration::from_secs(61));
    run.transition_to(Run::Done).unwrap_err();
    assert_eq!(run.state(), &Run::Waiting);
}

#[test]
fn time_outs_one_after_the_other_come_at_their_own_times() {
    let second = Duration::from_secs(1);
    let edges = [Edge::after("a", second, "b"), Edge::after("b", second * 2, "c"), Edge::after("c", second * 3, "a")];
    let table = StateTable::new("a", ["a", "b", "c"], edges).unwrap();
    let clock = ManualClock::default();
    let mut state = StateManager::table_builder(table).clock(clock.clone()).build();
    clock.advance(second * 4);
    let times: Vec<i64> = state.tick().iter().map(|made| made.time.timestamp()).collect();
    assert_eq!((times, state.state(), state.time_in_state()), (vec![1, 3], &"c", second));
    // Nobody asked for a year: a round, and on from now.
    clock.advance(second * 86_400 * 365);
    assert!((1..=4).contains(&state.tick().len()));
    assert_eq!(state.time_in_state(), Duration::ZERO);
}

#[test]
fn a_transition_may_have_a_reason() {
    let mut run = running(&ManualClock::default());
    run.transition_because(Run::Done, "asked by the operator", [("operator", "ann"), ("shift", "2")]).unwrap();
    let last = run.history().next_back().unwrap();
    assert_eq!(last.trigger, Some(Trigger::Reason("asked by the operator".into())));
    assert_eq!(last.metadata.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>(), ["operator=ann", "shift=2"]);
    let error = run.transition_because(Run::Running, "again", [("", "")]).unwrap_err();
    assert_eq!((error.from, run.transitions()), (Run::Done, 2));
    assert!(run.is_in_any(&[Run::Done, Run::Failed]) && !run.is_in_any(&[]));
}

#[test]
fn a_table_of_run_time_is_driven_by_events_too() {
    let started_type = EventType::new("quick_test.started").unwrap();
    let table = StateTable::new("off", ["off", "on"], [Edge::on("off", started_type, "on")]).unwrap();
    let mut state = StateManager::table_builder(table).build();
    assert_eq!(state.apply(failed().for_entity("e").unwrap()).unwrap(), None);
    assert_eq!(state.apply(started("x").for_entity("e").unwrap()).unwrap().unwrap().to, "on");
    let error = state.apply(started("x").for_entity("e").unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "no transition from `on` on `quick_test.started`; `on` is terminal");
}

/// By hand, since neither the derive nor a table takes such time-outs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restless {
    Here,
    There,
}

impl StateMachine for Restless {
    type Context = ();
    const INITIAL: Self = Self::Here;
    const STATES: &'static [Self] = &[Self::Here, Self::There];
    const EDGES: &'static [Edge<Self>] =
        &[Edge::after(Self::Here, Duration::ZERO, Self::There), Edge::after(Self::There, Duration::ZERO, Self::Here)];

    fn name(self) -> &'static str {
        if self == Self::Here { "here" } else { "there" }
    }
}

impl std::fmt::Display for Restless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[test]
fn a_time_out_that_is_due_at_once_goes_round_once() {
    let clock = ManualClock::default();
    let mut manager = StateManager::<Restless>::builder().clock(clock.clone()).build();
    assert_eq!(manager.tick().len(), 3);
    clock.advance(Duration::from_secs(1));
    assert_eq!((manager.tick().len(), *manager.state()), (3, Restless::Here));
}

#[test]
fn time_outs_in_a_circle_go_round_once_and_on_from_now() {
    let clock = ManualClock::default();
    let second = |from, to| Edge::after(from, Duration::from_secs(1), to);
    let circle = StateTable::new("a", ["a", "b"], [second("a", "b"), second("b", "a")]).unwrap();
    let mut manager = StateManager::table_builder(circle).clock(clock.clone()).build();
    clock.advance(Duration::from_millis(1_000_500));
    let times: Vec<_> = manager.tick().iter().map(|made| made.time.timestamp_millis()).collect();
    assert_eq!(times, [1000, 2000, 1_000_500]);
    assert_eq!(manager.timeout_in(), Some(Duration::from_secs(1)));
}
