//! The four machines against upstream's: states, and transitions pair by pair.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use events_core::{
    DedupWindow, Edge, EmitError, EventBus, EventEnum, EventType, IdentityPolicy, Receipt, StateCoordinator,
    StateMachine,
};
use events_panther::{environment::*, experiment::*, service::*, test::*};

use super::{ours, upstream::domains};

/// States that follow themselves here, since the event that leads there may come again: from, event.
const REPEATED: &[(&str, &str, &str)] = &[
    ("environment", "error", "environment.error"),
    ("service", "error", "service.error"),
    ("service", "error", "service.health_check_failed"),
    ("service", "running", "service.health_check_failed"),
    ("test", "executing_steps", "test.step_started"),
];

fn event_of<S>(edge: &Edge<S>) -> &EventType {
    edge.on.as_ref().expect("every transition is driven by an event")
}

fn is_upstreams<S: StateMachine>(domain: &str, events: &[EventType]) {
    let (_, upstream) = domains().find(|(name, _)| *name == domain).unwrap();
    let names: BTreeSet<&str> = S::STATES.iter().map(|state| state.name()).collect();
    let expected: BTreeSet<&str> = upstream.states().unwrap().values().map(String::as_str).collect();
    assert_eq!(names, expected);
    assert_eq!(Some(S::INITIAL.name()), upstream.initial());
    assert_eq!(S::ENTITY_TYPE, domain);

    let transitions = upstream.transitions();
    for from in S::STATES {
        for to in S::STATES.iter().filter(|to| *to != from) {
            let allowed = transitions.contains(&(from.name(), to.name()));
            assert_eq!(from.can_transition_to(*to), allowed, "from {from} to {to}");
        }
    }
    let (repeated, rest): (Vec<_>, Vec<_>) = S::EDGES.iter().partition(|edge| edge.from == edge.to);
    let mut repeated: Vec<_> =
        repeated.iter().map(|edge| (domain, edge.from.name(), event_of(edge).as_str())).collect();
    repeated.sort_unstable();
    let expected: Vec<_> = REPEATED.iter().copied().filter(|(of, ..)| *of == domain).collect();
    assert_eq!(repeated, expected);
    assert!(transitions.iter().all(|(from, to)| from != to), "upstream has none");
    let known = |edge: &&Edge<S>| events.contains(event_of(edge));
    assert!(rest.iter().all(known), "a machine of {domain} is driven by its own events");
}

#[test]
fn experiments() {
    is_upstreams::<ExperimentState>("experiment", ExperimentEvent::TYPES);
}

#[test]
fn tests() {
    is_upstreams::<TestState>("test", TestEvent::TYPES);
}

#[test]
fn services() {
    is_upstreams::<ServiceState>("service", ServiceEvent::TYPES);
}

#[test]
fn environments() {
    is_upstreams::<EnvironmentState>("environment", EnvironmentEvent::TYPES);
}

#[test]
fn other_domains_have_no_machine() {
    let without: Vec<&str> = domains().filter(|(_, domain)| domain.states().is_none()).map(|(name, _)| name).collect();
    assert_eq!(without, ["assertion", "metrics", "plugin", "step"]);
}

/// What may lead from a state on a way back to it comes again, with nothing new to say: a content id would make it a duplicate, and
/// a log that holds each event once would lose it.
fn what_comes_again_is_unique<S: StateMachine>(domain: &str) {
    let reaches = |from: S, to: S| {
        let mut reached: Vec<S> = from.successors().collect();
        let mut at = 0;
        while at < reached.len() {
            let further: Vec<S> = reached[at].successors().filter(|state| !reached.contains(state)).collect();
            reached.extend(further);
            at += 1;
        }
        reached.contains(&to)
    };
    let events: BTreeMap<&str, IdentityPolicy> =
        ours()[domain].iter().map(|(_, event)| (event.event_type().as_str(), event.identity())).collect();
    for edge in S::EDGES.iter().filter(|edge| edge.from != edge.to && reaches(edge.to, edge.from)) {
        let event = event_of(edge).as_str();
        assert_eq!(events[event], IdentityPolicy::Unique, "{event} leads from {} to {}", edge.from, edge.to);
    }
}

#[test]
fn what_drives_in_a_circle_has_unique_ids() {
    what_comes_again_is_unique::<ExperimentState>("experiment");
    what_comes_again_is_unique::<TestState>("test");
    what_comes_again_is_unique::<ServiceState>("service");
    what_comes_again_is_unique::<EnvironmentState>("environment");
}

/// A service that is restarted tells the same twice, and its machine goes round twice.
#[test]
fn a_restart_is_no_duplicate() {
    let bus = EventBus::builder().dedup(DedupWindow::new(1000, Duration::MAX)).build();
    let services = StateCoordinator::<ServiceState>::on(&bus);
    let server = ServiceEmitter::new(&bus, "server-1");
    let told = |receipt: Result<Receipt, EmitError>| assert!(receipt.unwrap().is_delivered());
    told(server.emit_preparation_started("server"));
    told(server.emit_preparation_completed("server"));
    told(server.emit_deployment_started("server", "lab"));
    told(server.emit_deployment_completed("server", "lab"));
    for _ in 0..2 {
        told(server.emit_start_requested("server"));
        told(server.emit_started("server"));
        told(server.emit_ready("server"));
        assert_eq!(services.state("server-1"), Some(ServiceState::Ready));
        told(server.emit_stop_requested("server"));
        told(server.emit_stopped("server"));
        assert_eq!(services.state("server-1"), Some(ServiceState::Stopped));
    }
    assert_eq!(bus.stats().duplicates, 0);
    assert!(server.emit_preparation_started("server").unwrap().is_duplicate());
}
