//! State machines: the derived table, the one built at run time, and the manager over both.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, TimeDelta};
use events_core::{
    Clock as _, Edge, Event, EventType, StateMachine, StateManager, StateTable, TableError, Trigger, UnknownState,
};

use crate::domain::{
    ManualClock, QuickTestCompleted, QuickTestFailed, QuickTestStarted, QuickTestState, QuickTestStep, started,
};

use QuickTestState::{Completed, Created, Failed, Running};

/// With direct transitions, several ways to one state, and a circle.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    #[state(to = [Starting, Gone], name = "at rest")]
    Stopped,
    #[state(initial, to = Stopped, on(QuickTestStarted => Ready), on(QuickTestFailed => Stopped))]
    Starting,
    #[state(to = [Stopped])]
    Ready,
    #[state(terminal)]
    Gone,
}

#[test]
fn the_derived_table_is_data() {
    const INITIAL: QuickTestState = QuickTestState::INITIAL;
    assert_eq!(INITIAL, Created);
    assert_eq!(QuickTestState::STATES, [Created, Running, Completed, Failed]);
    assert_eq!(
        QuickTestState::EDGES,
        [
            Edge::on(Created, QuickTestStarted::TYPE, Running),
            Edge::on(Running, QuickTestCompleted::TYPE, Completed),
            Edge::on(Running, QuickTestFailed::TYPE, Failed),
        ]
    );
    assert_eq!(Service::INITIAL, Service::Starting);
    assert!(Service::EDGES.contains(&Edge::direct(Service::Stopped, Service::Gone)));
    assert!(Running.successors().eq([Completed, Failed]));
    assert!(Service::Starting.successors().eq([Service::Stopped, Service::Ready]), "in the order of the source, once");
    assert!(Completed.is_terminal() && !Running.is_terminal());
}

#[test]
fn states_are_shown_by_their_names() {
    let names: Vec<String> = QuickTestState::STATES.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["created", "running", "well done", "failed"]);
    assert_eq!((Service::Stopped.name(), format!("{:>8}", Service::Gone)), ("at rest", "    gone".to_owned()));
}

#[test]
fn a_state_is_read_from_its_name() {
    assert_eq!("well done".parse(), Ok(Completed));
    assert_eq!(QuickTestState::named("running"), Some(Running));
    let error: UnknownState = "Running".parse::<QuickTestState>().unwrap_err();
    let expected = "unknown state `Running`; expected one of `created`, `running`, `well done`, `failed`";
    assert_eq!((error.to_string().as_str(), error.text.as_str()), (expected, "Running"));
}

#[test]
fn a_state_alone_can_be_asked_and_advanced() {
    assert!(Created.can_transition_to(Running) && !Created.can_transition_to(Created));
    assert_eq!(Created.transition_to(Running), Ok(Running));
    let error = Completed.transition_to(Running).unwrap_err();
    assert_eq!(error.to_string(), "no transition from `well done` to `running`; `well done` is terminal");
    assert_eq!(QuickTestState::ENTITY_TYPE, "quick_test");
    for from in Service::STATES {
        for to in Service::STATES {
            let in_table = Service::EDGES.iter().any(|edge| (edge.from, edge.to) == (*from, *to));
            assert_eq!(from.can_transition_to(*to), in_table, "{from} to {to}");
        }
    }
}

#[test]
fn allowed_transitions_are_made_and_recorded() {
    let clock = ManualClock::default();
    let mut state = StateManager::<QuickTestState>::builder().clock(clock.clone()).build();
    assert_eq!((state.state(), state.allowed(), state.is_terminal()), (&Created, vec![Running], false));
    assert!(state.can_transition_to(&Running) && !state.can_transition_to(&Completed));
    clock.advance(Duration::from_secs(3));
    let transition = state.transition_to(Running).unwrap();
    assert_eq!((transition.from, transition.to, &transition.trigger), (Created, Running, &None));
    assert_eq!(transition.time, clock.now());
    state.transition_to(Failed).unwrap();
    assert!(state.is_terminal());
    assert_eq!(state.history().map(|transition| transition.to).collect::<Vec<_>>(), [Running, Failed]);
    assert_eq!(state.history().next_back().unwrap().from, Running);
}

#[test]
fn a_refused_transition_lists_what_is_allowed_and_changes_nothing() {
    let mut state = StateManager::<QuickTestState>::default();
    state.transition_to(Running).unwrap();
    let error = state.transition_to(Created).unwrap_err();
    assert_eq!((error.from, error.to, &error.event), (Running, Some(Created), &None));
    assert_eq!(error.allowed, [Completed, Failed]);
    assert_eq!(error.to_string(), "no transition from `running` to `created`; allowed: `well done`, `failed`");
    assert_eq!((state.state(), state.history().len()), (&Running, 1));
    state.transition_to(Completed).unwrap();
    let error = state.transition_to(Running).unwrap_err();
    assert_eq!(error.to_string(), "no transition from `well done` to `running`; `well done` is terminal");
}

#[test]
fn events_drive_the_machine() {
    let clock = ManualClock::default();
    let mut state = StateManager::<QuickTestState>::builder().clock(clock.clone()).build();
    let event = started("x").for_entity("e").unwrap();
    clock.advance(Duration::from_secs(3));
    let transition = state.apply(&event).unwrap().unwrap();
    assert_eq!((transition.from, transition.to, transition.time), (Created, Running, event.time()));
    let trigger = transition.trigger.as_ref().unwrap();
    assert_eq!((trigger.event_id(), trigger.event_type()), (Some(event.id()), Some(event.event_type())));
    assert_eq!(trigger, &Trigger::from(&event.erase()));
    assert_eq!(state.time_in_state(), Duration::ZERO);
    let failed = QuickTestFailed { error: "no".into() }.for_entity("e").unwrap().erase();
    assert_eq!(state.apply(&failed).unwrap().unwrap().to, Failed);
}

#[test]
fn an_event_the_machine_does_not_know_is_no_error() {
    let mut state = StateManager::<QuickTestState>::new();
    let step = QuickTestStep { n: 1 }.for_entity("e").unwrap();
    assert_eq!(state.apply(&step).unwrap(), None);
    assert_eq!((state.state(), state.history().len()), (&Created, 0));
}

#[test]
fn an_event_in_the_wrong_state_is_refused_by_name() {
    let mut state = StateManager::<QuickTestState>::new();
    let failed = QuickTestFailed { error: "no".into() }.for_entity("e").unwrap();
    let error = state.apply(&failed).unwrap_err();
    let refused = error.event.as_ref().unwrap();
    assert_eq!((error.from, error.to, &refused.event_type), (Created, None, &QuickTestFailed::TYPE));
    assert_eq!(refused.expected, [QuickTestStarted::TYPE]);
    assert_eq!(
        error.to_string(),
        "no transition from `created` on `quick_test.failed`; allowed: `running`; expected: `quick_test.started`"
    );
    assert_eq!(state.state(), &Created);
    state.transition_to(Running).unwrap();
    state.apply(&failed).unwrap();
    let error = state.apply(&failed).unwrap_err();
    assert_eq!(error.to_string(), "no transition from `failed` on `quick_test.failed`; `failed` is terminal");
}

#[test]
fn the_history_is_bounded() {
    let mut state = StateManager::<Service>::builder().history(3).build();
    for _ in 0..10 {
        state.transition_to(Service::Stopped).unwrap();
        state.transition_to(Service::Starting).unwrap();
    }
    let to: Vec<Service> = state.history().map(|transition| transition.to).collect();
    assert_eq!(to, [Service::Starting, Service::Stopped, Service::Starting]);
    let mut state = StateManager::<Service>::new();
    for _ in 0..1000 {
        state.transition_to(Service::Stopped).unwrap();
        state.transition_to(Service::Starting).unwrap();
    }
    assert_eq!(state.history().len(), 1024);
}

#[test]
fn a_history_of_nothing_remembers_nothing() {
    let mut state = StateManager::<Service>::builder().history(0).build();
    assert_eq!(state.transition_to(Service::Stopped).unwrap().to, Service::Stopped);
    assert_eq!(state.history().len(), 0);
}

#[test]
fn a_history_made_smaller_forgets_the_oldest() {
    let mut state = StateManager::<Service>::new();
    state.transition_to(Service::Stopped).unwrap();
    state.transition_to(Service::Starting).unwrap();
    let state = StateManager::<Service>::builder().history(1).restore(state.snapshot()).unwrap();
    assert_eq!(state.history().map(|transition| transition.to).collect::<Vec<_>>(), [Service::Starting]);
}

#[test]
fn a_reset_goes_back_to_the_start() {
    let clock = ManualClock::default();
    let mut state = StateManager::<QuickTestState>::builder().clock(clock.clone()).build();
    state.transition_to(Running).unwrap();
    clock.advance(Duration::from_secs(5));
    state.reset();
    assert_eq!((state.state(), state.history().len(), state.time_in_state()), (&Created, 0, Duration::ZERO));
    state.transition_to(Running).unwrap();
}

#[test]
fn the_time_in_a_state_is_that_of_the_clock() {
    let clock = ManualClock::default();
    let mut state = StateManager::<QuickTestState>::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(5));
    assert_eq!(state.time_in_state(), Duration::from_secs(5));
    state.transition_to(Created).unwrap_err();
    assert_eq!(state.time_in_state(), Duration::from_secs(5));
    state.transition_to(Running).unwrap();
    assert_eq!(state.time_in_state(), Duration::ZERO);
    clock.advance(Duration::from_millis(1));
    assert_eq!(state.time_in_state(), Duration::from_millis(1));
    let time = state.history().next().unwrap().time;
    assert_eq!(time, DateTime::UNIX_EPOCH + TimeDelta::seconds(5));
}

#[test]
fn a_table_may_be_known_at_run_time_alone() {
    let table = BTreeMap::from([
        ("created".to_owned(), vec!["running".to_owned(), "running".to_owned()]),
        ("running".to_owned(), vec!["completed".to_owned(), "running".to_owned()]),
        ("completed".to_owned(), vec![]),
    ]);
    let clock = ManualClock::default();
    let table = StateTable::from_transitions("created".to_owned(), table).unwrap();
    let mut state = StateManager::table_builder(table).clock(clock.clone()).build();
    assert_eq!(state.allowed(), ["running"], "each once");
    clock.advance(Duration::from_secs(1));
    assert_eq!(state.transition_to("running".into()).unwrap().time, clock.now());
    state.transition_to("running".into()).unwrap();
    let error = state.transition_to("created".into()).unwrap_err();
    assert_eq!(error.to_string(), "no transition from `running` to `created`; allowed: `completed`, `running`");
    let error = state.transition_to("paused".into()).unwrap_err();
    assert_eq!(error.to, Some("paused".to_owned()));
    state.transition_to("completed".into()).unwrap();
    assert!(state.is_terminal());
    state.reset();
    assert_eq!(state.state(), "created");
}

#[test]
fn a_table_that_cannot_be_used_is_refused() {
    let refused = |initial, table: &[(&'static str, &[&'static str])]| {
        let table = table.iter().map(|(from, to)| (*from, to.to_vec()));
        StateManager::with_transitions(initial, table).unwrap_err()
    };
    let error = refused("start", &[("a", &["b"]), ("b", &[])]);
    assert!(matches!(error, TableError::UnknownInitial { state: "start", .. }));
    assert_eq!(error.to_string(), r#"the initial state "start" is not among the states ["a", "b"]"#);

    let error = refused("a", &[("a", &["b", "c"]), ("b", &[])]);
    assert!(matches!(error, TableError::UnknownTarget { from: "a", to: "c", .. }));
    assert_eq!(error.to_string(), r#"the transition from "a" to "c" leads to none of the states ["a", "b"]"#);

    let error = refused("a", &[("a", &["b"]), ("b", &[]), ("a", &[])]);
    assert!(matches!(error, TableError::DuplicateState { state: "a", .. }));
    assert_eq!(error.to_string(), r#"the state "a" stands twice in the table"#);

    let edges = |edges: &[Edge<&'static str>]| {
        StateTable::new("a", ["a", "b"], edges.iter().cloned().chain([Edge::direct("a", "b")])).unwrap_err()
    };
    let event = || EventType::new("quick_test.started").unwrap();
    for (edge, message) in [
        (vec![Edge::direct("c", "a")], r#"a transition leads from "c", which is none of the states ["a", "b"]"#),
        (
            vec![Edge::on("a", event(), "b"), Edge::on("a", event(), "a")],
            r#"the state "a" already has a transition on `quick_test.started`"#,
        ),
        (
            vec![Edge::after("b", Duration::from_secs(1), "a"), Edge::after("b", Duration::from_secs(2), "b")],
            r#"the state "b" already has a time-out"#,
        ),
        (
            vec![Edge::after("b", Duration::ZERO, "a")],
            r#"the time-out of the state "b" is due at once: the state could not be seen"#,
        ),
        (
            vec![Edge::on("a", event(), "b").guarded("is_ready")],
            r#"the transition from "a" to "b" has the guard `is_ready`, and a table built at run time has none"#,
        ),
    ] {
        assert_eq!(edges(&edge).to_string(), message);
    }

    let error = refused("a", &[("a", &["b"]), ("b", &[]), ("c", &["a"])]);
    assert!(matches!(error, TableError::Unreachable { state: "c", initial: "a", .. }));
    assert_eq!(error.to_string(), r#"the state "c" cannot be reached from "a""#);
}
