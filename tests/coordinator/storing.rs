//! Machines that are stored and restored.

use events_core::{Event as _, EventBus, StateCoordinator, StateManager};
use serde_json::json;

use super::{Service, completed, ready};
use crate::domain::{
    ManualClock,
    QuickTestState::{self, Running},
    started,
};

#[test]
fn machines_are_stored_and_come_back() {
    let tests = StateCoordinator::<QuickTestState>::builder().history(1).build();
    tests.follow(started("x").for_entity("a").unwrap()).unwrap();
    let snapshot = tests.snapshot("a").unwrap();
    assert_eq!((snapshot.state(), snapshot.history().len()), (&Running, 1));
    let again = StateCoordinator::<QuickTestState>::builder().build();
    again.restore("a", snapshot.clone()).unwrap();
    again.follow(completed("a")).unwrap();
    assert!(again.is_empty());
    assert!(tests.snapshot("b").is_none());
}

#[test]
fn what_is_restored_keeps_to_the_rules_of_its_coordinator() {
    let mut manager = StateManager::<Service>::new();
    for to in [Service::Ready, Service::Starting, Service::Ready, Service::Lost, Service::Starting] {
        manager.transition_to(to).unwrap();
    }
    let services = StateCoordinator::<Service>::builder().history(2).build();
    services.restore("s", manager.snapshot()).unwrap();
    assert_eq!(services.snapshot("s").unwrap().history().len(), 2);
    services.follow(ready("s", 1)).unwrap();
    assert_eq!(services.snapshot("s").unwrap().history().len(), 2);

    manager.transition_to(Service::Gone).unwrap();
    services.restore("s", manager.snapshot()).unwrap();
    assert!(services.is_empty(), "a machine at its end is dropped");
    let kept = StateCoordinator::<Service>::builder().keep_terminal().build();
    kept.restore("s", manager.snapshot()).unwrap();
    assert_eq!(kept.state("s"), Some(Service::Gone));
}

#[test]
fn the_count_of_a_machine_ends_where_numbers_do() {
    let bus = EventBus::builder().clock(ManualClock::default()).build();
    let services = StateCoordinator::<Service>::on(&bus);
    services.follow(ready("s", 1)).unwrap();
    let mut snapshot = serde_json::to_value(services.snapshot("s").unwrap()).unwrap();
    snapshot["transitions"] = json!(u64::MAX);
    services.restore("s", serde_json::from_value(snapshot).unwrap()).unwrap();
    assert!(services.follow(ready("s", 2)).unwrap().is_some());
}
