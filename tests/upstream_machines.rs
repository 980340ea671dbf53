//! The four machines of PANTHER, those of `events-panther` and others built at run time, against the tables that it holds itself.

use std::collections::{BTreeMap, BTreeSet};

use events_core::{Edge, StateMachine, StateManager, StateTable};
use events_panther::{
    environment::EnvironmentState, experiment::ExperimentState, service::ServiceState, test::TestState,
};
use proptest::prelude::*;
use serde::Deserialize;

use crate::domain::ManualClock;

/// States of ours that follow themselves, since an event that leads there may come again; upstream has none.
const REPEATED: &[(&str, &str)] =
    &[("environment", "error"), ("service", "error"), ("service", "running"), ("test", "executing_steps")];

/// One machine as upstream writes it.
#[derive(Deserialize)]
struct Upstream {
    #[serde(skip)]
    entity: String,
    /// By the enum's name: the shown name of each state.
    states: BTreeMap<String, BTreeMap<String, String>>,
    /// `ServiceState.CREATED`
    initial: String,
    /// By the manager's name: the states that can follow each.
    transitions: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Upstream {
    fn read(entity: &str) -> Self {
        let text = include_str!("vectors/panther-machines.json");
        let mut machines: BTreeMap<String, Self> = serde_json::from_str(text).unwrap();
        let machine = Self { entity: entity.to_owned(), ..machines.remove(entity).unwrap() };
        assert_eq!((machine.states.len(), machine.transitions.len()), (1, 1));
        machine
    }

    /// `CREATED` to `created`.
    fn names(&self) -> &BTreeMap<String, String> {
        self.states.values().next().unwrap()
    }

    fn initial(&self) -> &str {
        let (_, initial) = self.initial.split_once('.').unwrap();
        &self.names()[initial]
    }

    /// Of each state those that can follow, and itself where that is ours.
    fn rows(&self) -> impl Iterator<Item = (&str, BTreeSet<&str>)> {
        let names = self.names();
        let rows = self.transitions.values().next().unwrap();
        rows.iter().map(move |(from, to)| {
            let from = names[from].as_str();
            let mut following: BTreeSet<&str> = to.iter().map(|to| names[to].as_str()).collect();
            if REPEATED.contains(&(self.entity.as_str(), from)) {
                assert!(following.insert(from), "upstream has it, too");
            }
            (from, following)
        })
    }

    fn table(&self) -> StateTable<String> {
        let rows = self.rows().map(|(from, to)| (from.to_owned(), to.into_iter().map(str::to_owned)));
        StateTable::from_transitions(self.initial().to_owned(), rows).unwrap()
    }
}

/// Whether the derived machine is upstream's, state by state and pair by pair, and the one built from its table as well.
fn is_upstreams<S: StateMachine>(entity: &str) {
    let upstream = Upstream::read(entity);
    let mut names: Vec<&str> = S::STATES.iter().map(|state| state.name()).collect();
    let mut expected: Vec<&str> = upstream.names().values().map(String::as_str).collect();
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(S::INITIAL.name(), upstream.initial());
    assert_eq!(upstream.rows().count(), S::STATES.len());

    let table = upstream.table();
    for (from, following) in upstream.rows() {
        let state = S::named(from).unwrap();
        let edges: BTreeSet<&str> =
            S::EDGES.iter().filter(|edge| edge.from == state).map(|edge| edge.to.name()).collect();
        assert_eq!(edges, following, "out of {from}");
        assert_eq!(state.is_terminal(), following.is_empty());
        for to in S::STATES {
            let allowed = following.contains(&to.name());
            assert_eq!(state.can_transition_to(*to), allowed, "from {from} to {to}");
            let direct = Edge::direct(from.to_owned(), to.name().to_owned());
            assert_eq!(table.edges().contains(&direct), allowed, "from {from} to {to}");
        }
    }
}

/// Tries to go from state to state, as both machines are told, and compares what they say.
fn agree<S: StateMachine<Context = ()>>(entity: &str, places: &[prop::sample::Index]) -> Result<(), TestCaseError> {
    let mut derived = StateManager::<S>::builder().clock(ManualClock::default()).build();
    let mut of_table =
        StateManager::table_builder(Upstream::read(entity).table()).clock(ManualClock::default()).build();
    for (n, place) in places.iter().enumerate() {
        // Every second one is allowed, or the walks would end where they begin.
        let allowed = derived.allowed();
        let to = if n % 2 == 0 || allowed.is_empty() { *place.get(S::STATES) } else { *place.get(&allowed) };
        let (made, same) = (derived.transition_to(to), of_table.transition_to(to.name().to_owned()));
        match (made, same) {
            (Ok(made), Ok(same)) => prop_assert_eq!((made.from.name(), made.to.name()), (&*same.from, &*same.to)),
            (Err(refused), Err(same)) => {
                let names = |states: &[S]| states.iter().map(|state| state.name().to_owned()).collect::<BTreeSet<_>>();
                prop_assert_eq!(names(&refused.allowed), same.allowed.into_iter().collect::<BTreeSet<_>>());
            }
            (made, same) => prop_assert!(false, "to {}: {:?} and {:?}", to, made, same),
        }
        prop_assert_eq!(derived.state().name(), of_table.state());
        prop_assert_eq!(derived.is_terminal(), of_table.is_terminal());
    }
    prop_assert_eq!(derived.transitions(), of_table.transitions());
    Ok(())
}

macro_rules! machines {
    ($($entity:ident: $state:ty, $walks:ident;)*) => {
        $(#[test]
        fn $entity() {
            is_upstreams::<$state>(stringify!($entity));
        })*

        proptest! {
            #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

            $(#[test]
            fn $walks(places in prop::collection::vec(any::<prop::sample::Index>(), 0..60)) {
                agree::<$state>(stringify!($entity), &places)?;
            })*
        }
    };
}

machines! {
    experiment: ExperimentState, walks_of_experiments;
    test: TestState, walks_of_tests;
    service: ServiceState, walks_of_services;
    environment: EnvironmentState, walks_of_environments;
}
