//! Time-outs, made by events, ticks and replays.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use chrono::DateTime;
use events_core::{Envelope, EventBus, FollowError, StateChanged, StateCoordinator, TransitionRefused};

use super::{Service, clock_time, emit, ready};
use crate::domain::{Log, ManualClock, ServiceReady};

#[test]
fn time_outs_are_made_by_a_tick_and_announced() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).build();
    let services = StateCoordinator::<Service>::on(&bus);
    let log = Log::new();
    let seen = log.clone();
    let _changes = bus.subscribe(move |event: &Envelope<StateChanged<Service>>| {
        let since = event.time() - DateTime::UNIX_EPOCH;
        seen.push(format!("{} {} to {} at {}", event.entity_id(), event.from, event.to, since.num_seconds()));
    });
    emit(&bus, &ready("a", 1));
    clock.advance(Duration::from_secs(30));
    emit(&bus, &ready("b", 1));
    log.take();
    assert_eq!((services.timeout_in(), services.tick()), (Some(Duration::from_secs(30)), Ok(0)));
    clock.advance(Duration::from_secs(65));
    assert_eq!(services.tick(), Ok(2));
    let mut seen = log.take();
    seen.sort();
    assert_eq!(seen, ["a ready to lost at 60", "b ready to lost at 90"]);
    clock.advance(Duration::from_secs(3600));
    assert_eq!((services.tick(), services.len(), services.timeout_in()), (Ok(2), 0, None), "and gone");
}

#[test]
fn an_event_makes_the_time_outs_of_its_entity_first() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).build();
    let services = StateCoordinator::<Service>::on(&bus);
    emit(&bus, &ready("a", 1));
    clock.advance(Duration::from_secs(61));
    let refused = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&refused);
    let _refused = bus.subscribe(move |event: &Envelope<TransitionRefused<Service>>| {
        assert_eq!((event.state, event.number), (Service::Lost, 2));
        count.fetch_add(1, SeqCst);
    });
    emit(&bus, &ready("a", 2));
    assert_eq!((refused.load(SeqCst), services.state("a")), (1, Some(Service::Lost)));
}

#[test]
fn a_replay_finds_the_time_outs_of_its_own_time() {
    let clock = ManualClock::at(clock_time(1_000_000));
    let services = StateCoordinator::<Service>::builder().clock(clock.clone()).by_event_time().build();
    let at = |seconds, port| Envelope::builder(ServiceReady { port }, "a").time(clock_time(seconds)).build().unwrap();
    services.follow(at(0, 1)).unwrap();
    assert_eq!(services.timeout_in(), Some(Duration::ZERO), "long ago");
    services.follow(at(59, 2)).unwrap();
    let refused = services.follow(at(120, 3)).unwrap_err();
    assert!(matches!(refused, FollowError::Refused(refused) if refused.from == Service::Lost));
    let snapshot = services.snapshot("a").unwrap();
    assert_eq!(snapshot.entered_at(), clock_time(119));
    assert_eq!(snapshot.history().iter().map(|made| made.time.timestamp()).collect::<Vec<_>>(), [0, 59, 119]);
    assert_eq!((services.tick(), services.is_empty()), (Ok(1), true));
}
