//! Following the log, and consumers whose place is kept.

use std::{thread, time::Duration};

use events_sqlite::{EventLog, Query};

use super::{Place, failed, quick, sampled};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_follower_gets_what_is_there_and_what_comes() {
    let place = Place::new();
    let log = place.log();
    log.append(sampled("a", 1)).unwrap();
    let mut follower = log.follow(Query::all());
    let reader = thread::spawn(move || {
        (0..2000).map(|_| follower.next_within(SOON).unwrap().unwrap().position()).collect::<Vec<_>>()
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
    assert_eq!(follower.try_next().unwrap(), None);
    other.append_batch([sampled("a", 1), failed("a", 2)]).unwrap();
    assert_eq!(follower.next_within(SOON).unwrap().unwrap().position(), 2);
    assert_eq!(follower.next_within(Duration::from_millis(5)).unwrap(), None);
}

#[test]
fn a_follower_begins_with_the_newest_that_were_asked_for() {
    let place = Place::new();
    let log = place.log();
    log.append_batch([failed("a", 1), sampled("a", 2), failed("a", 3), sampled("a", 4)]).unwrap();
    let next = |query| log.follow(query).try_next().unwrap().map(|record| record.position());
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
    std::iter::from_fn(|| consumer.try_next().unwrap()).map(|record| record.position()).collect()
}

#[test]
fn a_consumer_goes_on_behind_what_it_committed() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((0..10).map(|n| sampled("a", n))).unwrap();
    let mut consumer = log.consumer("mailer", Query::all()).unwrap();
    assert_eq!(consumer.try_next().unwrap().unwrap().position(), 1);
    assert_eq!(consumer.try_next().unwrap().unwrap().position(), 2);
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
    assert_eq!(consumer.try_next().unwrap().unwrap().position(), 5);
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
fn a_consumer_is_done_with_nothing_that_is_still_to_come() {
    let place = Place::new();
    let log = place.log();
    log.append_batch((1..=3).map(|n| sampled("a", n))).unwrap();
    let mut consumer = log.consumer("mailer", Query::all()).unwrap();
    consumer.commit(100).unwrap();
    assert_eq!(consumer.committed().unwrap(), 3);
    consumer.reset(u64::MAX).unwrap();
    assert_eq!(consumer.committed().unwrap(), 3);
    assert_eq!(consumer.try_next().unwrap(), None);
    log.append(sampled("a", 4)).unwrap();
    assert_eq!(consumer.try_next().unwrap().unwrap().position(), 4);
    assert_eq!(all_of(&log, "mailer"), [4]);
    consumer.reset(0).unwrap();
    assert_eq!(all_of(&log, "mailer"), [1, 2, 3, 4]);
}
