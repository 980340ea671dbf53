//! Machines at rest: what is stored of them, and what is refused when they are woken.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use events_core::{Clock, Event as _, RestoreError, StateMachine, StateManager, StateSnapshot};
use serde_json::{Value, json};

use crate::domain::{ManualClock, QuickTestCompleted, QuickTestFailed, QuickTestStarted, started};

/// With its names as its serde form.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(serde)]
enum Stored {
    #[state(initial, on(QuickTestStarted => Running))]
    Created,
    #[state(on(QuickTestCompleted => Done), on(QuickTestFailed => Failed), timeout("1h" => Failed), to = Created)]
    Running,
    #[state(terminal, name = "well done")]
    Done,
    #[state(terminal)]
    Failed,
}

fn stored(manager: &StateManager<Stored>) -> Value {
    serde_json::to_value(manager.snapshot()).unwrap()
}

fn restored(snapshot: &Value) -> Result<StateManager<Stored>, RestoreError<Stored>> {
    StateManager::restore(serde_json::from_value(snapshot.clone()).unwrap())
}

fn running() -> StateManager<Stored> {
    let mut manager = StateManager::<Stored>::builder().clock(ManualClock::default()).build();
    manager.apply(started("x").for_entity("e").unwrap()).unwrap();
    manager
}

#[test]
fn states_are_stored_by_their_names() {
    assert_eq!(serde_json::to_value(Stored::Done).unwrap(), "well done");
    assert_eq!(serde_json::from_value::<Stored>(json!("well done")).unwrap(), Stored::Done);
    let error = serde_json::from_value::<Stored>(json!("Done")).unwrap_err().to_string();
    assert_eq!(error, "unknown state `Done`; expected one of `created`, `running`, `well done`, `failed`");
}

#[test]
fn a_machine_goes_on_where_it_was() {
    let mut manager = running();
    manager.transition_because(Stored::Created, "once more", [("by", "ann")]).unwrap();
    manager.transition_to(Stored::Running).unwrap();
    let restored = restored(&stored(&manager)).unwrap();
    assert_eq!(restored.state(), &Stored::Running);
    assert_eq!(restored.transitions(), 3);
    assert!(restored.history().eq(manager.history()));
    assert_eq!(stored(&restored), stored(&manager));
}

#[test]
fn the_time_in_a_state_goes_on_while_the_machine_sleeps() {
    let clock = ManualClock::default();
    let mut manager = StateManager::<Stored>::builder().clock(clock.clone()).build();
    manager.transition_to(Stored::Running).unwrap();
    let snapshot: StateSnapshot<Stored> = manager.snapshot();
    assert_eq!((snapshot.state(), snapshot.transitions(), snapshot.history().len()), (&Stored::Running, 1, 1));
    clock.advance(Duration::from_secs(40 * 60));
    let mut awake = StateManager::<Stored>::builder().clock(clock.clone()).restore(snapshot).unwrap();
    assert_eq!(awake.timeout_in(), Some(Duration::from_secs(20 * 60)));
    clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(awake.tick().len(), 1);
    assert_eq!(awake.state(), &Stored::Failed);
}

/// The clock of a process that began a while ago, a day after 1970.
#[derive(Debug)]
struct Fresh(Duration);

impl Clock for Fresh {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(1)
    }

    fn elapsed(&self) -> Duration {
        self.0
    }
}

#[test]
fn a_machine_may_have_slept_for_longer_than_its_new_process_runs() {
    let clock = ManualClock::default();
    clock.advance(Duration::from_secs(60 * 60));
    let mut manager = StateManager::<Stored>::builder().clock(clock).build();
    manager.transition_to(Stored::Running).unwrap();
    let [asleep, failed] = [23, 22].map(|hours| Duration::from_secs(hours * 60 * 60));
    let restored = |snapshot| StateManager::<Stored>::builder().clock(Fresh(Duration::from_secs(1))).restore(snapshot);
    let mut awake = restored(manager.snapshot()).unwrap();
    assert_eq!((awake.time_in_state(), awake.timeout_in()), (asleep, Some(Duration::ZERO)));
    assert_eq!(awake.tick().len(), 1);
    assert_eq!(awake.history().next_back().unwrap().time, DateTime::UNIX_EPOCH + TimeDelta::hours(2));
    assert_eq!(awake.time_in_state(), failed);
    assert_eq!(restored(awake.snapshot()).unwrap().time_in_state(), failed);
}

#[test]
fn a_count_at_its_end_stays_there() {
    let mut snapshot = stored(&running());
    snapshot["transitions"] = json!(u64::MAX);
    let mut manager = restored_with_clock(&snapshot);
    assert_eq!(manager.transition_to(Stored::Created).unwrap().to, Stored::Created);
    assert_eq!((manager.transitions(), manager.history().len()), (u64::MAX, 2));
    snapshot["state"] = json!("failed");
    assert!(matches!(restored(&snapshot).unwrap_err(), RestoreError::Broken { number: u64::MAX, .. }));
}

fn restored_with_clock(snapshot: &Value) -> StateManager<Stored> {
    StateManager::<Stored>::builder()
        .clock(ManualClock::default())
        .restore(serde_json::from_value(snapshot.clone()).unwrap())
        .unwrap()
}

#[test]
fn a_history_that_forgot_its_beginning_is_taken() {
    let mut manager = StateManager::<Stored>::builder()
        .clock(ManualClock::default())
        .history(1)
        .restore(running().snapshot())
        .unwrap();
    manager.transition_to(Stored::Created).unwrap();
    manager.transition_to(Stored::Running).unwrap();
    let restored = restored(&stored(&manager)).unwrap();
    assert_eq!((restored.history().len(), restored.transitions()), (1, 3));
    let manager = StateManager::<Stored>::builder()
        .clock(ManualClock::default())
        .history(0)
        .restore(running().snapshot())
        .unwrap();
    assert_eq!(self::restored(&stored(&manager)).unwrap().state(), &Stored::Running);
}

#[test]
fn a_history_that_the_table_does_not_allow_is_refused() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut snapshot = stored(&running());
        change(&mut snapshot);
        restored(&snapshot).unwrap_err()
    };
    let error = with(&|snapshot| {
        snapshot["history"][0]["to"] = json!("well done");
        snapshot["state"] = json!("well done");
    });
    assert!(matches!(error, RestoreError::NotAllowed { number: 1, from: Stored::Created, to: Stored::Done, .. }));
    assert_eq!(error.to_string(), "transition 1 of the snapshot, from Created to Done, is not in the table");

    let error = with(&|snapshot| {
        snapshot["history"][0]["trigger"]["event"]["event_type"] = json!("quick_test.failed");
    });
    assert!(matches!(error, RestoreError::NotAllowed { number: 1, from: Stored::Created, to: Stored::Running, .. }));
    let error = with(&|snapshot| {
        snapshot["history"][0]["trigger"] = json!({"timeout": {"secs": 3600, "nanos": 0}});
    });
    assert!(matches!(error, RestoreError::NotAllowed { number: 1, .. }));

    let error = with(&|snapshot| snapshot["state"] = json!("failed"));
    assert_eq!(
        error.to_string(),
        "behind transition 1 the machine was in Running, and the snapshot goes on from Failed"
    );

    let error = with(&|snapshot| {
        snapshot["history"][0]["from"] = json!("running");
        snapshot["history"][0]["to"] = json!("failed");
        snapshot["state"] = json!("failed");
    });
    assert!(matches!(error, RestoreError::Broken { number: 0, expected: Stored::Created, found: Stored::Running, .. }));

    let error = with(&|snapshot| snapshot["transitions"] = json!(0));
    assert_eq!(error.to_string(), "the snapshot remembers more transitions (1) than were made (0)");

    let error = with(&|snapshot| {
        snapshot["transitions"] = json!(0);
        snapshot["history"] = json!([]);
    });
    assert!(matches!(error, RestoreError::Broken { number: 0, expected: Stored::Created, found: Stored::Running, .. }));
}

#[test]
fn a_snapshot_of_another_shape_is_not_read() {
    for (change, message) in [
        (json!({"state": "created"}), "missing field"),
        (json!({"stat": "created"}), "unknown field `stat`"),
        (json!({"state": "nowhere"}), "unknown state `nowhere`"),
    ] {
        let error = serde_json::from_value::<StateSnapshot<Stored>>(change).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn a_table_of_run_time_checks_its_snapshots_too() {
    use events_core::StateTable;
    let small = StateTable::from_transitions("a", [("a", vec!["b"]), ("b", vec![])]).unwrap();
    let other = StateTable::from_transitions("a", [("a", vec!["c"]), ("c", vec![])]).unwrap();
    let mut manager = StateManager::table_builder(small.clone()).build();
    manager.transition_to("b").unwrap();
    let again = StateManager::table_builder(small).clock(ManualClock::default()).restore(manager.snapshot()).unwrap();
    assert_eq!(again.state(), &"b");
    let error =
        StateManager::table_builder(other).clock(ManualClock::default()).restore(manager.snapshot()).unwrap_err();
    assert_eq!(error, error.clone());
    assert_eq!(error.to_string(), r#"the snapshot names the state "b", which the machine does not have"#);
}
