//! The test kit's clock and ids.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use events_core::{
    Clock, DedupWindow, Emitter, EventBus, IdSource,
    testing::{ManualClock, SequentialIds},
};

use crate::domain::{QuickTestBeat, delivered, quick_test};

#[test]
fn clones_are_one_clock_that_moves_by_hand_alone() {
    let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let clock = ManualClock::at(start);
    let other = clock.clone();
    assert_eq!((other.now(), other.elapsed()), (start, Duration::ZERO));
    clock.advance(Duration::from_micros(1_500_001));
    assert_eq!(
        (other.now(), other.elapsed()),
        (start + TimeDelta::microseconds(1_500_001), Duration::from_micros(1_500_001))
    );
    other.set(start + TimeDelta::seconds(10));
    assert_eq!((clock.now(), clock.elapsed()), (start + TimeDelta::seconds(10), Duration::from_secs(10)));
    other.set(start);
    assert_eq!((clock.now(), clock.elapsed()), (start, Duration::from_secs(10)));
}

/// Stores keep microseconds; what is smaller adds up all the same.
#[test]
fn a_clock_shows_whole_microseconds() {
    let clock = ManualClock::default();
    clock.advance(Duration::from_nanos(1_999));
    assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::microseconds(1));
    clock.advance(Duration::from_nanos(1));
    assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::microseconds(2));
}

#[test]
fn a_clock_stops_at_the_end_of_time() {
    let clock = ManualClock::default();
    clock.advance(Duration::MAX);
    clock.advance(Duration::MAX);
    assert_eq!(clock.elapsed(), Duration::MAX);
    assert!(clock.now() > DateTime::<Utc>::MAX_UTC - TimeDelta::microseconds(1));
    clock.set(DateTime::<Utc>::MIN_UTC);
    clock.set(DateTime::<Utc>::MAX_UTC);
    assert_eq!(clock.elapsed(), Duration::MAX);
}

#[test]
fn a_window_of_the_bus_follows_the_clock() {
    let clock = ManualClock::default();
    let bus = EventBus::builder().clock(clock.clone()).dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    let tests = quick_test(&bus);
    delivered(tests.emit_step(1));
    assert!(tests.emit_step(1).unwrap().is_duplicate());
    clock.advance(Duration::from_secs(61));
    delivered(tests.emit_step(1));
}

#[test]
fn ids_follow_from_time_seed_and_count() {
    let run = |seed| {
        let clock = ManualClock::at(DateTime::UNIX_EPOCH + TimeDelta::milliseconds(0x0123_4567));
        let bus = EventBus::builder().clock(clock.clone()).ids(SequentialIds::seeded(seed)).build();
        let tests = quick_test(&bus);
        [0, 1].map(|n| delivered(tests.emit(QuickTestBeat { n })).to_string())
    };
    assert_eq!(run(7), ["00000123-4567-7000-8007-000000000001", "00000123-4567-7000-8007-000000000002"]);
    assert_eq!(run(0xffff), ["00000123-4567-70ff-80ff-000000000001", "00000123-4567-70ff-80ff-000000000002"]);
    assert_eq!(run(7), run(7));
}

#[test]
fn clones_are_one_source_of_ids() {
    let ids = SequentialIds::default();
    let early = DateTime::UNIX_EPOCH - TimeDelta::seconds(1);
    assert_eq!(ids.unique(early).to_string(), "00000000-0000-7000-8000-000000000001");
    assert_eq!(ids.clone().unique(early).to_string(), "00000000-0000-7000-8000-000000000002");
    assert!(ids.unique(early) < ids.unique(early));
    assert_eq!(ids.unique(early).as_uuid().get_version_num(), 7);
}
