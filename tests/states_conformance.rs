//! Recorded events against a machine: where they first depart, and what is taken for granted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta};
use events_core::{
    AnyEnvelope, Conformance, Edge, Envelope, Event, EventBus, EventType, StateMachine, StateManager, StateTable,
    Transition,
};
use proptest::prelude::*;

use crate::domain::{
    ManualClock, QuickTestCompleted, QuickTestFailed, QuickTestStarted, QuickTestState, QuickTestStep, started,
};

use QuickTestState::{Completed, Created, Failed, Running};

/// An event of an entity at a second after 1970.
fn at(second: i64, entity: &str, event: impl Event) -> AnyEnvelope {
    let time = DateTime::UNIX_EPOCH + TimeDelta::seconds(second);
    Envelope::builder(event, entity).time(time).build().unwrap().erase()
}

fn completed() -> QuickTestCompleted {
    QuickTestCompleted { success_rate: 1.0, note: None }
}

fn failed() -> QuickTestFailed {
    QuickTestFailed { error: "no".into() }
}

fn step(n: u32) -> QuickTestStep {
    QuickTestStep { n }
}

fn ends<S: Copy>(report: &Conformance<S>) -> Vec<(&str, S)> {
    report.states().map(|(entity, state)| (entity.as_str(), *state)).collect()
}

/// Followed, ignored, not judged, taken for granted.
fn counts<S>(report: &Conformance<S>) -> [usize; 4] {
    [report.followed(), report.ignored(), report.unjudged(), report.direct()]
}

#[test]
fn each_entity_has_a_machine_of_its_own() {
    let events = [
        at(0, "a", step(1)),
        at(1, "a", started("x")),
        at(2, "b", started("x")),
        at(3, "b", failed()),
        at(4, "a", completed()),
        at(5, "c", started("x")),
    ];
    let report = QuickTestState::conformance(&events);
    assert!(report.is_ok());
    assert_eq!(ends(&report), [("a", Completed), ("b", Failed), ("c", Running)]);
    assert_eq!(report.unfinished().map(|(entity, _)| entity.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(counts(&report), [5, 1, 0, 0]);
    assert_eq!(report.to_string(), "departures: 0 of 3 entities; events: 5 followed, 1 ignored, 0 not judged");
    assert_eq!(report.clone().into_result(), Ok(report));
}

#[test]
fn the_first_departure_of_each_entity_is_told() {
    let events = [
        at(0, "a", step(1)),
        at(1, "a", started("x")),
        at(2, "b", completed()),
        at(3, "b", started("x")),
        at(4, "a", started("y")),
        at(5, "a", completed()),
        at(6, "c", started("x")),
    ];
    let report = QuickTestState::conformance(&events);
    let [b, a] = report.departures() else { panic!("{report}") };
    assert_eq!((b.number, b.id, b.time, b.entity_id.as_str()), (3, events[2].id(), events[2].time(), "b"));
    assert_eq!((b.refusal.from, b.refusal.allowed.as_slice()), (Created, [Running].as_slice()));
    let refused = b.refusal.event.as_ref().unwrap();
    assert_eq!(
        (&refused.event_type, refused.expected.as_slice()),
        (&QuickTestCompleted::TYPE, [QuickTestStarted::TYPE].as_slice())
    );
    assert_eq!((a.number, a.id, a.refusal.from), (5, events[4].id(), Running));
    assert_eq!(ends(&report), [("a", Running), ("b", Created), ("c", Running)], "where they were when they departed");
    assert_eq!(counts(&report), [2, 1, 2, 0]);
    assert!(!report.is_ok());
    let error = report.into_result().unwrap_err();
    let told = format!(
        "departures: 2 of 3 entities; events: 2 followed, 1 ignored, 2 not judged\n\
         event 3 ({}) of `b`: no transition from `created` on `quick_test.completed`; allowed: `running`; \
         expected: `quick_test.started`\n\
         event 5 ({}) of `a`: no transition from `running` on `quick_test.started`; allowed: `well done`, `failed`; \
         expected: `quick_test.completed`, `quick_test.failed`",
        events[2].id(),
        events[4].id()
    );
    assert_eq!(error.to_string(), told);
}

#[test]
fn a_bus_remembers_what_is_judged() {
    let bus = EventBus::builder().history(10).build();
    for event in [at(0, "a", started("x")), at(1, "a", failed())] {
        bus.emit(event).unwrap().into_result().unwrap();
    }
    assert!(QuickTestState::conformance(bus.history().events()).is_ok());
    assert_eq!(QuickTestState::conformance(bus.history().newest(1).events()).departures()[0].number, 1);
}

#[test]
fn no_events_conform() {
    let report = QuickTestState::conformance(Vec::<AnyEnvelope>::new());
    assert!(report.is_ok() && report.states().next().is_none());
}

/// A minute to run, with a stop that only the program can make.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum Timed {
    #[state(initial, on(QuickTestStarted => Running))]
    Waiting,
    #[state(on(QuickTestCompleted => Done), on(QuickTestStep => Running), timeout("60s" => Late), to = Paused)]
    Running,
    #[state(on(QuickTestStep => Running), to = Running)]
    Paused,
    #[state(on(QuickTestFailed => Done))]
    Late,
    #[state(terminal)]
    Done,
}

#[test]
fn time_outs_are_judged_by_the_times_of_the_events() {
    let in_time = [at(0, "a", started("x")), at(59, "a", completed())];
    assert_eq!(counts(&Timed::conformance(&in_time)), [2, 0, 0, 0]);
    let late = [at(0, "a", started("x")), at(60, "a", failed())];
    assert_eq!(ends(&Timed::conformance(&late)), [("a", Timed::Done)]);
    let early = [at(0, "a", started("x")), at(59, "a", failed())];
    assert_eq!(Timed::conformance(&early).departures()[0].refusal.from, Timed::Running);
    // A step begins a new minute; a time that goes back lets none pass.
    let events = [at(0, "a", started("x")), at(50, "a", step(1)), at(20, "a", step(2)), at(109, "a", completed())];
    assert_eq!(counts(&Timed::conformance(&events)), [4, 0, 0, 0]);
    let events = [at(0, "a", started("x")), at(50, "a", step(1)), at(20, "a", step(2)), at(110, "a", failed())];
    assert_eq!(counts(&Timed::conformance(&events)), [4, 0, 0, 0]);
}

#[test]
fn before_1970_no_time_passes() {
    let events = [at(-1000, "a", started("x")), at(-1, "a", completed())];
    assert_eq!(counts(&Timed::conformance(&events)), [2, 0, 0, 0]);
}

#[test]
fn direct_transitions_leave_no_event_and_are_counted() {
    // Paused at once, for an hour: it cannot have timed out.
    let events = [at(0, "a", started("x")), at(3600, "a", step(1))];
    let report = Timed::conformance(&events);
    assert_eq!((ends(&report), counts(&report)), (vec![("a", Timed::Running)], [2, 0, 0, 1]));
    // Paused, and resumed right before its event.
    let events = [at(0, "a", started("x")), at(3600, "a", completed())];
    assert_eq!(counts(&Timed::conformance(&events)), [2, 0, 0, 2]);
    // Both are possible, and the one that takes nothing for granted is told.
    let events = [at(0, "a", started("x")), at(10, "a", step(1))];
    assert_eq!(counts(&Timed::conformance(&events)), [2, 0, 0, 0]);
    // No event of a table is taken for granted.
    let events = [at(0, "a", completed())];
    assert_eq!(Timed::conformance(&events).departures()[0].refusal.from, Timed::Waiting);
}

#[test]
fn a_way_that_looked_likely_is_given_up_for_one_that_explains_more() {
    let (go, left, right) = (QuickTestStarted::TYPE, QuickTestCompleted::TYPE, QuickTestFailed::TYPE);
    let edges = [
        Edge::on("start", go.clone(), "left"),
        Edge::direct("start", "detour"),
        Edge::direct("detour", "longer"),
        Edge::on("longer", go, "right"),
        Edge::on("left", left, "start"),
        Edge::on("right", right, "start"),
    ];
    let table = StateTable::new("start", ["start", "detour", "longer", "left", "right"], edges).unwrap();
    assert_eq!(counts(&table.conformance([at(0, "a", started("x")), at(1, "a", completed())])), [2, 0, 0, 0]);
    let report = table.conformance([at(0, "a", started("x")), at(1, "a", failed())]);
    assert_eq!((ends(&report), counts(&report)), (vec![("a", "start")], [2, 0, 0, 2]));
}

/// Three tries.
#[derive(Clone, Debug, Default)]
struct Tries(u32);

#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(context = Tries)]
enum Tried {
    #[state(initial, on(QuickTestStarted => Running))]
    Waiting,
    #[state(on(QuickTestFailed => Waiting, if = Self::may_retry), entry = Self::count)]
    Running,
}

impl Tried {
    fn may_retry(_: &QuickTestFailed, tries: &Tries) -> bool {
        tries.0 < 3
    }

    fn count(_: &Transition<Self>, tries: &mut Tries) {
        tries.0 += 1;
    }
}

#[test]
fn guards_ask_a_context_for_each_entity() {
    let round = |entity| [at(0, entity, started("x")), at(1, entity, failed())];
    let events: Vec<_> = ["a", "b", "a", "b", "a"].into_iter().flat_map(round).collect();
    let report = Tried::conformance(&events);
    let [departure] = report.departures() else { panic!("{report}") };
    assert_eq!((departure.number, departure.entity_id.as_str()), (10, "a"));
    assert_eq!(departure.refusal.event.as_ref().unwrap().guards, ["Self::may_retry"]);
}

fn event_number(n: usize, entity: &str) -> AnyEnvelope {
    match n {
        0 => at(0, entity, started("x")),
        1 => at(0, entity, completed()),
        _ => at(0, entity, failed()),
    }
}

/// Transitions between five states, on one of three events or on none.
type Arrows = Vec<(usize, usize, Option<usize>)>;

fn table(arrows: &Arrows) -> StateTable<usize> {
    let mut states = BTreeSet::from([0]);
    for _ in 0..5 {
        states
            .extend(arrows.iter().filter(|(from, ..)| states.contains(from)).map(|(_, to, _)| *to).collect::<Vec<_>>());
    }
    let types: [EventType; 3] = [QuickTestStarted::TYPE, QuickTestCompleted::TYPE, QuickTestFailed::TYPE];
    let edges = arrows.iter().filter(|(from, ..)| states.contains(from)).map(|&(from, to, on)| match on {
        Some(on) => Edge::on(from, types[on].clone(), to),
        None => Edge::direct(from, to),
    });
    StateTable::new(0, states.iter().copied(), edges).unwrap()
}

fn arrows() -> impl Strategy<Value = Arrows> {
    let arrow = (0..5_usize, 0..5_usize, prop::option::of(0..3_usize));
    prop::collection::vec(arrow, 1..12).prop_map(|arrows| {
        let mut seen = BTreeSet::new();
        arrows.into_iter().filter(|&(from, _, on)| on.is_none() || seen.insert((from, on))).collect()
    })
}

/// The number of the first event that no sequence of transitions explains.
fn first_unexplained(table: &StateTable<usize>, events: &[AnyEnvelope]) -> Option<usize> {
    let targets = |states: &BTreeSet<usize>, on: Option<&EventType>| -> BTreeSet<usize> {
        let edges = table.edges().iter().filter(|edge| edge.on.as_ref() == on && states.contains(&edge.from));
        edges.map(|edge| edge.to).collect()
    };
    let everywhere = table.states().iter().copied().collect();
    let mut states = BTreeSet::from([*table.initial()]);
    for (number, event) in (1..).zip(events) {
        if targets(&everywhere, Some(event.event_type())).is_empty() {
            continue;
        }
        for _ in table.states() {
            states.extend(targets(&states, None));
        }
        states = targets(&states, Some(event.event_type()));
        if states.is_empty() {
            return Some(number);
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn a_departure_is_told_just_where_nothing_explains_the_event(
        arrows in arrows(),
        events in prop::collection::vec(0..3_usize, 0..12),
    ) {
        let (table, recorded): (_, Vec<_>) = (table(&arrows), events.iter().map(|&event| event_number(event, "e")).collect());
        let report = table.conformance(&recorded);
        let departed = report.departures().first().map(|departure| departure.number);
        prop_assert_eq!(departed, first_unexplained(&table, &recorded));
        let [followed, ignored, unjudged, _] = counts(&report);
        prop_assert_eq!(followed + ignored + unjudged + report.departures().len(), recorded.len());
    }

    #[test]
    fn a_machine_of_events_alone_is_judged_as_its_manager_would(
        events in prop::collection::vec((0..3_usize, 0..3_usize), 0..24),
    ) {
        let names = ["a", "b", "c"];
        let recorded: Vec<_> = events.iter().map(|&(event, entity)| event_number(event, names[entity])).collect();
        let mut managers = BTreeMap::new();
        let mut refused = BTreeMap::new();
        for (number, event) in (1..).zip(&recorded) {
            let entity = event.entity_id().as_str();
            let manager = managers
                .entry(entity)
                .or_insert_with(|| StateManager::<QuickTestState>::builder().clock(ManualClock::default()).build());
            if !refused.contains_key(entity) && let Err(error) = manager.apply(event) {
                refused.insert(entity, (number, error));
            }
        }
        let report = QuickTestState::conformance(&recorded);
        let departed: BTreeMap<_, _> = report
            .departures()
            .iter()
            .map(|departure| (departure.entity_id.as_str(), (departure.number, departure.refusal.clone())))
            .collect();
        prop_assert_eq!(departed, refused);
        let states: Vec<_> = managers.iter().map(|(entity, manager)| (*entity, *manager.state())).collect();
        prop_assert_eq!(ends(&report), states);
        prop_assert_eq!(report.direct(), 0);
    }
}
