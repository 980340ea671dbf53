//! Following the log, and consumers whose place is kept.

use std::{thread, time::Duration};

use events_core::{RecvTimeoutError, TryRecvError};
use events_sqlite::{EventLog, Query};

use super::{Place, failed, positions, quick, sampled};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_follower_gets_what_is_there_and_what_comes() {
    let place = Place::new();
    let log = place.log();
    log.append(sampled("a", 1)).unwrap();
    let mut follower = log.follow(Query::all());
    let reader = thread::spawn(move || {
        (0..2000).map(|_| follower.recv_timeout(SOON).unwrap().unwrap().position()).collect::<Vec<_>>()
    });
    for n in 2..=2000 {
        log.append(sampled("a", n)).unwrap();
    }
    assert!(reader.join().unwrap().into_iter().eq(1..=2000));
}

#[test]
fn a_follower_sees_what_another_log_of_the_same_file_appends() {
    let place = Place::new();
    let (log, other) = (place.log(), place.log());
    let mut follower = log.follow(Query::all().pattern("*.failed".parse().unwrap()));
    assert!(matches!(follower.try_recv(), Err(TryRecvError::Empty)));
    other.append_batch([sampled("a", 1), failed("a", 2)]).unwrap();
    assert_eq!(follower.recv_timeout(SOON).unwrap().unwrap().position(), 2);
    assert!(matches!(follower.recv_timeout(Duration::from_millis(5)), Err(RecvTimeoutError::Timeout)));
}

#[test]
fn a_follower_begins_with_the_newest_that_were_asked_for() {
    let place = Place::new();
    let log = place.log();
    log.append_batch([failed("a", 1), sampled("a", 2), failed("a", 3), sampled("a", 4)]).unwrap();
    let next = |query| log.follow(query).try_recv().ok().map(|record| record.unwrap().position());
    assert_eq!(next(Query::all().newest(1)), Some(4));
    assert_eq!(next(Query::all().newest(0)), None);
    assert_eq!(next(Query::all().entity("a").pattern("*.failed".parse().unwrap()).newest(1)), Some(3));
    assert_eq!(next(Query::all().entity("b").newest(1)), None);
}

#[test]
fn a_stopped_follower_ends() {
    let place = Place::new();
    // It would look again after an hour.
    let log = quick().poll_interval(Duration::from_secs(3600)).open(place.path()).unwrap();
    let follower = log.follow(Query::all());
    let stop = follower.stop_handle();
    let reader = thread::spawn(move || follower.count());
    stop.stop();
    assert_eq!(reader.join().unwrap(), 0);
}

#[test]
fn an_append_of_this_process_wakes_the_follower() {
    let place = Place::new();
    let log = quick().poll_interval(Duration::from_secs(3600)).open(place.path()).unwrap();
    let mut follower = log.follow(Query::all());
    let reader = thread::spawn(move || follower.next().unwrap().unwrap().position());
    log.append(sampled("a", 1)).unwrap();
    assert_eq!(reader.join().unwrap(), 1);
}

fn all_of(log: &EventLog, name: &str) -> Vec<u64> {
    let mut consumer = log.consumer(name, Query::all()).unwrap();
    std::iter::from_fn(|| consumer.try_recv().ok()).map(|record| record.unwrap().position()).collect()
}

#[test]
fn a_consumer_goes_on_behind_what_it_committed() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((0..10).map(|n| sampled("a", n))).unwrap();
    let mut consumer = log.consumer("mailer", Query::all()).unwrap();
    assert_eq!(consumer.try_recv().unwrap().unwrap().position(), 1);
    assert_eq!(consumer.try_recv().unwrap().unwrap().position(), 2);
    consumer.commit(1).unwrap();
    drop((log, consumer));

    let log = place.log();
    assert_eq!(log.consumers().unwrap(), [("mailer".to_owned(), 1)]);
    assert_eq!(all_of(&log, "mailer"), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(all_of(&log, "another").len(), 10);
    let mut consumer = log.consumer("mailer", Query::all()).unwrap();
    consumer.commit(8).unwrap();
    consumer.commit(3).unwrap();
    assert_eq!(consumer.committed().unwrap(), 8);
    assert_eq!(all_of(&log, "mailer"), [9, 10]);
    consumer.reset(4).unwrap();
    assert_eq!(consumer.try_recv().unwrap().unwrap().position(), 5);
    assert_eq!(all_of(&log, "mailer"), [5, 6, 7, 8, 9, 10]);
}

#[test]
fn a_follower_ends_with_the_last_position_that_was_asked_for() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((1..=4).map(|n| sampled("a", n))).unwrap();
    let mut follower = log.follow(Query::all().positions(2..=5));
    assert_eq!(follower.by_ref().take(3).map(|record| record.unwrap().position()).collect::<Vec<_>>(), [2, 3, 4]);
    log.append_batch((5..=7).map(|n| sampled("a", n))).unwrap();
    assert_eq!(follower.map(|record| record.unwrap().position()).collect::<Vec<_>>(), [5]);
    // Where it begins with the newest, too, and where some restriction leaves nothing.
    let follower = log.follow(Query::all().positions(2..=5).newest(2));
    assert_eq!(follower.map(|record| record.unwrap().position()).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(log.follow(Query::all().positions(2..=5).entity("b")).count(), 0);
}

#[test]
fn positions_without_an_end_leave_what_was_said_before() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((1..=7).map(|n| sampled("a", n))).unwrap();
    assert_eq!(positions(&log, Query::all().after(5).positions(..=6)), [6]);
    assert_eq!(positions(&log, Query::all().positions(..4).positions(2..)), [2, 3]);
    assert_eq!(positions(&log, Query::all().positions(2..4).positions(..)), [2, 3]);
    assert_eq!(positions(&log, Query::all().positions(2..=3).positions(5..=6)), [5, 6]);
}

#[test]
fn a_follower_that_has_ended_says_so_and_does_not_wait() {
    let place = Place::new();
    // It would look again after an hour.
    let log = quick().poll_interval(Duration::from_secs(3600)).open(place.path()).unwrap();
    log.append_batch((1..=3).map(|n| sampled("a", n))).unwrap();
    let to_three = || Query::all().positions(1..=3);
    for query in [to_three().after(3), to_three().newest(0), to_three().entity("b"), to_three().entity("b").newest(1)] {
        let mut follower = log.follow(query);
        assert!(matches!(follower.try_recv(), Err(TryRecvError::Closed)), "{follower:?}");
        assert!(matches!(follower.recv_timeout(SOON), Err(RecvTimeoutError::Closed)));
        assert!(follower.next().is_none());
    }
    // What is there when it is stopped is given; there is nothing to come.
    let mut follower = log.follow(Query::all().newest(1));
    follower.stop_handle().stop();
    assert_eq!(follower.recv_timeout(SOON).unwrap().unwrap().position(), 3);
    assert!(matches!(follower.recv_timeout(SOON), Err(RecvTimeoutError::Closed)));
}

#[test]
fn a_consumer_waits_for_events_until_it_is_stopped() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((1..=3).map(|n| sampled("a", n))).unwrap();
    let mut consumer = log.consumer("mailer", Query::all()).unwrap();
    let stop = consumer.stop_handle();
    while let Some(record) = consumer.next() {
        let position = record.unwrap().position();
        consumer.commit(position).unwrap();
        match position {
            3 => drop(log.append(sampled("a", 4)).unwrap()),
            4 => stop.stop(),
            _ => {}
        }
    }
    assert_eq!(consumer.committed().unwrap(), 4);
    assert!(matches!(consumer.try_recv(), Err(TryRecvError::Closed)));
}

#[test]
fn a_consumer_is_done_with_nothing_that_is_still_to_come() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((1..=3).map(|n| sampled("a", n))).unwrap();
    let mut consumer = log.consumer("mailer", Query::all()).unwrap();
    consumer.commit(100).unwrap();
    assert_eq!(consumer.committed().unwrap(), 3);
    consumer.reset(u64::MAX).unwrap();
    assert_eq!(consumer.committed().unwrap(), 3);
    assert!(matches!(consumer.try_recv(), Err(TryRecvError::Empty)));
    log.append(sampled("a", 4)).unwrap();
    assert_eq!(consumer.try_recv().unwrap().unwrap().position(), 4);
    assert_eq!(all_of(&log, "mailer"), [4]);
    consumer.reset(0).unwrap();
    assert_eq!(all_of(&log, "mailer"), [1, 2, 3, 4]);
}
