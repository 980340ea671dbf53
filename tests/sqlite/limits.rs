//! Files that cannot be written: full, busy, or open for reading only.

use std::time::Duration;

use events_core::{EventBus, TryRecvError};
use events_sqlite::{EventLog, LogError, Query, Ticket};

use super::{Place, positions, quick, sampled, shell};

#[test]
fn a_full_log_keeps_what_it_acknowledged_and_goes_on_when_there_is_room() {
    let place = Place::new();
    let log = quick().max_bytes(400_000).open(place.path()).unwrap();
    let mut acknowledged = 0;
    let error = loop {
        match log.append_batch((acknowledged..acknowledged + 50).map(|n| sampled(&format!("probe-{}", n % 9), n))) {
            Ok(_) => acknowledged += 50,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, LogError::Full), "{error}");
    assert!(error.is_transient() && acknowledged > 500);
    assert!(positions(&log, Query::all()).into_iter().eq(1..=acknowledged));
    assert_eq!(log.append(sampled("probe-0", 0)).unwrap().position(), 1);
    log.check().unwrap();
    // Room is made, and it goes on where it was.
    log.keep_newest(10).unwrap();
    let next = log.append_batch((acknowledged..acknowledged + 50).map(|n| sampled(&format!("probe-{}", n % 9), n)));
    assert_eq!(next.unwrap()[0].position(), acknowledged + 1);
}

#[test]
fn a_queue_keeps_what_finds_no_room() {
    let place = Place::new();
    let log = quick().max_bytes(200_000).open(place.path()).unwrap();
    let queue = log.queue(10_000).unwrap();
    let tickets: Vec<_> = (0..2000).map(|n| queue.append(sampled("a", n)).unwrap()).collect();
    assert!(matches!(queue.flush(Duration::from_secs(2)), Err(LogError::Full)));
    assert_eq!(tickets[0].wait_timeout(Duration::MAX).unwrap().unwrap().position(), 1);
    assert!(tickets[1999].wait_timeout(Duration::from_millis(1)).is_none());
    assert!(log.last_position().unwrap() < 2000);
    // Another one that may write more makes no room for this one; removing does.
    let roomy = place.log();
    for n in 10_000..10_010 {
        roomy.append(sampled("b", n)).unwrap();
    }
    drop(queue);
    let (stored, refused): (Vec<_>, Vec<_>) = tickets.iter().filter_map(Ticket::outcome).partition(Result::is_ok);
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(LogError::Full))));
    assert!(!refused.is_empty());
    assert_eq!(stored.len() + refused.len(), 2000);
    assert_eq!(log.last_position().unwrap(), stored.len() as u64 + 10);
}

#[test]
fn another_writer_is_waited_for_so_long() {
    let place = Place::new();
    let log = quick().busy_timeout(Duration::from_millis(50)).open(place.path()).unwrap();
    log.append(sampled("a", 1)).unwrap();
    let other = shell(&place.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(log.append(sampled("a", 2)), Err(LogError::Busy)));
    // Reading goes on meanwhile.
    assert_eq!(positions(&log, Query::all()), [1]);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(log.append(sampled("a", 2)).unwrap().position(), 2);
}

#[test]
fn a_flush_says_whether_somebody_is_in_the_way_or_it_is_only_slow() {
    let place = Place::new();
    let log = quick().busy_timeout(Duration::from_secs(1)).open(place.path()).unwrap();
    let queue = log.queue(10).unwrap();
    let other = shell(&place.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let _ticket = queue.append(sampled("a", 1)).unwrap();
    // The attempt goes on for a second: that it will fail is not known.
    let slow = queue.flush(Duration::from_millis(10)).unwrap_err();
    assert!(matches!(slow, LogError::TimedOut { timeout, .. } if timeout == Duration::from_millis(10)), "{slow}");
    assert_eq!(slow.to_string(), "the event log was not done within 10ms");
    assert!(slow.is_transient());
    assert!(matches!(queue.flush(Duration::from_secs(3)), Err(LogError::Busy)));
    other.execute_batch("ROLLBACK").unwrap();
    queue.flush(Duration::from_secs(20)).unwrap();
}

#[test]
fn a_log_that_is_open_for_reading_only_reads() {
    let place = Place::new();
    assert!(matches!(EventLog::builder().read_only().open(place.path()), Err(LogError::Open { .. })));
    let log = place.log();
    log.append(sampled("a", 1)).unwrap();
    let reader = EventLog::builder().read_only().open(place.path()).unwrap();
    assert_eq!(positions(&reader, Query::all()), [1]);
    assert!(matches!(reader.append(sampled("a", 2)), Err(LogError::ReadOnly)));
    assert!(matches!(reader.queue(1), Err(LogError::ReadOnly)));
    assert!(matches!(reader.keep_newest(0), Err(LogError::ReadOnly)));
    let consumer = reader.consumer("mailer", Query::all()).unwrap();
    assert!(matches!(consumer.commit(1), Err(LogError::ReadOnly)));
    // It finds events by their ids, those in blocks too.
    log.append_batch((10..2000).map(|n| sampled("a", n))).unwrap();
    let find = |n| reader.find(sampled("a", n).id()).unwrap().map(|record| record.position());
    assert_eq!((find(1), find(10), find(1999), find(5000)), (Some(1), Some(2), Some(1991), None));
    // And follows.
    let mut follower = reader.follow(Query::all().newest(0));
    assert!(matches!(follower.try_recv(), Err(TryRecvError::Empty)));
    log.append(sampled("a", 2)).unwrap();
    assert_eq!(follower.recv_timeout(Duration::from_secs(20)).unwrap().unwrap().position(), 1992);
}

#[test]
fn what_a_log_refuses_is_a_failure_of_the_event() {
    let place = Place::new();
    drop(place.log());
    let reader = EventLog::builder().read_only().open(place.path()).unwrap();
    let bus = EventBus::new();
    let _kept = bus.observe(reader.observer());
    let receipt = bus.emit(sampled("a", 1)).unwrap();
    assert_eq!(receipt.failures().len(), 1);
}

#[test]
fn the_greatest_size_is_one_of_bytes_whatever_the_pages() {
    let place = Place::new();
    let file = shell(&place.path());
    file.execute_batch("PRAGMA page_size = 32768; PRAGMA journal_mode = WAL; CREATE TABLE t (x); DROP TABLE t")
        .unwrap();
    drop(file);
    let log = quick().max_bytes(1 << 20).open(place.path()).unwrap();
    let error = (0..).find_map(|n| log.append_batch((n * 100..n * 100 + 100).map(|n| sampled("a", n))).err()).unwrap();
    assert!(matches!(error, LogError::Full), "{error}");
    drop(log);
    let size = std::fs::metadata(place.path()).unwrap().len();
    assert!(size <= 1 << 20, "{size}");
}
