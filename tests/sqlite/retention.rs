//! Removing old events.

use std::time::Duration;

use events_core::wire::RawEnvelope;
use events_sqlite::{Folded, LogError, Query, Record};

use super::{Place, at, positions, quick, sampled, sampled_at, shell};

#[test]
fn what_is_removed_is_gone_and_the_rest_is_as_it_was() {
    // Within the first block, at its end, in the rows behind the blocks, and everything.
    for keep in [2900, 1976, 1500, 5, 0] {
        let place = Place::new();
        let log = place.log();
        for from in (0..3000).step_by(500) {
            log.append_batch((from..from + 500).map(|n| sampled(&format!("probe-{}", n % 7), n))).unwrap();
        }
        assert_eq!(log.keep_newest(keep).unwrap(), 3000 - keep);
        assert_eq!(log.keep_newest(keep).unwrap(), 0);
        assert_eq!((log.first_position().unwrap(), log.last_position().unwrap()), (3001 - keep, 3000));
        assert!(positions(&log, Query::all()).into_iter().eq(3001 - keep..=3000));
        log.check().unwrap();
        // The versions of the entity go on, with or without reopening.
        assert_eq!(log.append(sampled("probe-0", 7000)).unwrap().version(), 3000 / 7 + 2);
        drop(log);
        let log = place.log();
        let next = log.append(sampled("probe-0", 7007)).unwrap();
        assert_eq!((next.position(), next.version()), (3002, 3000 / 7 + 3));
        // Removed events are forgotten, others are not.
        assert!(!log.append(sampled("probe-0", 0)).unwrap().is_duplicate());
        assert_eq!(log.append(sampled(&format!("probe-{}", 2999 % 7), 2999)).unwrap().is_duplicate(), keep != 0);
        let expected = (3001 - keep..=3000).filter(|position| (position - 1) % 7 == 0).count() + 3;
        let all = positions(&log, Query::all().entity("probe-0"));
        assert!(all.len() == expected || keep == 0, "{keep}: {} of {expected}", all.len());
    }
}

#[test]
fn events_are_removed_up_to_the_first_that_is_young_enough() {
    let place = Place::new();
    let log = place.log();
    // One late event among the old ones is kept, with what came after it.
    let time = |n: u64| if n == 1500 { 9000 } else { n.cast_signed() };
    log.append_batch((1..=2000).map(|n| sampled_at("a", n, time(n)))).unwrap();
    assert_eq!(log.prune_older_than(at(1000)).unwrap(), 999);
    assert_eq!(log.prune_older_than(at(1900)).unwrap(), 500);
    assert_eq!(log.first_position().unwrap(), 1500);
    assert_eq!(log.prune_older_than(at(10_000)).unwrap(), 501);
    assert!(positions(&log, Query::all()).is_empty());
    assert_eq!(log.append(sampled("a", 1)).unwrap().position(), 2001);
}

#[test]
fn another_process_notices_what_was_removed() {
    let place = Place::new();
    let (log, other) = (place.log(), place.log());
    other.append_batch((0..2000).map(|n| sampled("a", n))).unwrap();
    log.append(sampled("b", 0)).unwrap();
    assert_eq!(log.prune_before(1500).unwrap(), 1499);
    assert!(!other.append(sampled("a", 5)).unwrap().is_duplicate());
    assert!(other.append(sampled("a", 1700)).unwrap().is_duplicate());
    assert_eq!(other.append(sampled("a", 2000)).unwrap().version(), 2002);
}

#[test]
fn a_compacted_file_is_smaller_and_says_the_same() {
    let place = Place::new();
    let log = place.log();
    for from in (0..5000).step_by(1000) {
        log.append_batch((from..from + 1000).map(|n| sampled("a", n))).unwrap();
    }
    log.keep_newest(100).unwrap();
    log.compact().unwrap();
    let size = std::fs::metadata(place.path()).unwrap().len();
    assert!(size < 200_000, "{size} bytes");
    assert!(positions(&log, Query::all()).into_iter().eq(4901..=5000));
    assert_eq!(log.append(sampled("a", 5000)).unwrap().position(), 5001);
}

#[test]
fn events_without_a_time_are_removed_only_with_an_old_one_behind_them() {
    let place = Place::new();
    let log = place.log();
    let timeless = |n: u64| RawEnvelope::builder("com.example.Pushed", "/repository", &n.to_string()).build().unwrap();
    log.append_raw_batch((1..=2000).map(timeless)).unwrap();
    assert_eq!(log.prune_older_than(at(1000)).unwrap(), 0);
    log.append(sampled_at("a", 1, 1)).unwrap();
    log.append_raw(&timeless(2001)).unwrap();
    assert_eq!(log.prune_older_than(at(1000)).unwrap(), 2001);
    assert_eq!(positions(&log, Query::all()), [2002]);
    assert_eq!(log.prune_older_than(at(1000)).unwrap(), 0);
}

#[test]
fn a_file_that_somebody_reads_is_not_compacted() {
    let place = Place::new();
    let log = quick().busy_timeout(Duration::from_millis(50)).open(place.path()).unwrap();
    log.append_batch((0..2000).map(|n| sampled("a", n))).unwrap();
    log.keep_newest(10).unwrap();
    let reader = shell(&place.path());
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    assert!(matches!(log.compact(), Err(LogError::Busy)));
    drop(reader);
    log.compact().unwrap();
    assert!(std::fs::metadata(place.path()).unwrap().len() < 100_000);
}

#[test]
fn a_state_is_not_made_of_what_pruning_left() {
    let place = Place::new();
    let log = place.log();
    log.append_batch([sampled("a", 1), sampled("a", 2), sampled("b", 1), sampled("a", 3)]).unwrap();
    let count = |n: u64, _: &Record| Ok::<_, LogError>(n + 1);
    let fold = || log.fold("probe", "a");
    assert_eq!(fold().snapshot_every(1).run_with_snapshots("count", 1, 0, count).unwrap().state, 3);

    log.append(sampled("a", 4)).unwrap();
    log.prune_before(2).unwrap();
    let removed = |folded: Result<Folded<u64>, LogError>| match folded {
        Err(LogError::Removed { entity_type, entity_id, expected, .. }) => {
            (entity_type, entity_id.to_string(), expected)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(removed(fold().run(0, count)), ("probe".to_owned(), "a".to_owned(), 1));
    assert_eq!(fold().allow_pruned().run(0, count).unwrap().state, 3);
    assert_eq!(fold().run_with_snapshots("count", 1, 0, count).unwrap().state, 4, "a snapshot knows what was removed");

    log.append(sampled("a", 5)).unwrap();
    log.append(sampled("b", 2)).unwrap();
    log.prune_before(7).unwrap();
    assert_eq!(
        removed(fold().run_with_snapshots("count", 1, 0, count)),
        ("probe".to_owned(), "a".to_owned(), 4),
        "nothing of it is left"
    );
    assert_eq!(log.fold("probe", "nobody").run(0, count).unwrap().version, 0);
}
