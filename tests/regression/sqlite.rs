//! Of the log.

use std::{
    error::Error,
    thread,
    time::{Duration, Instant},
};

use events_core::{
    AnyEnvelope, Event, TryRecvError,
    wire::{DecodeError, RawEnvelope},
};
use events_sqlite::{Durability, EventLog, EventLogBuilder, LogError, Query, salvage};

use crate::domain::{QuickTestStarted, QuickTestStep};

/// No test here loses power.
fn quick() -> EventLogBuilder {
    EventLog::builder().durability(Durability::Off)
}

fn step(n: u32) -> AnyEnvelope {
    QuickTestStep { n }.for_entity("e").unwrap().into()
}

#[test]
fn a_file_that_cannot_be_opened_is_named_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("no/such/directory/events.db");
    for error in [EventLog::open(&path), EventLog::builder().read_only().open(&path)].map(Result::unwrap_err) {
        let said = error.to_string();
        assert_eq!(said.matches("events.db").count(), 1, "{said}");
        assert!(said.contains("unable to open"), "{said}");
    }
}

/// Whoever followed the newest events behind a position that is still to come was told those before it as well, if the query had
/// another restriction.
#[test]
fn following_begins_behind_the_position_that_was_said() {
    let directory = tempfile::tempdir().unwrap();
    let log = quick().open(directory.path().join("events.db")).unwrap();
    log.append_batch((0..10).map(step)).unwrap();
    let mut followers = [Query::all(), Query::all().entity_type("quick_test"), Query::all().entity("e")]
        .map(|query| log.follow(query.after(15).newest(3)));
    for follower in &mut followers {
        assert!(matches!(follower.try_recv(), Err(TryRecvError::Empty)));
    }
    log.append_batch((10..20).map(step)).unwrap();
    for follower in &mut followers {
        assert_eq!(follower.try_recv().unwrap().unwrap().position(), 16);
    }
}

/// To wait for others as long as it takes was a panic.
#[test]
fn no_time_out_is_too_long() {
    let directory = tempfile::tempdir().unwrap();
    let log = quick().busy_timeout(Duration::MAX).open(directory.path().join("events.db")).unwrap();
    assert_eq!(log.append(step(1)).unwrap().position(), 1);
    assert_eq!(log.last_position().unwrap(), 1);
}

/// What stood in the write-ahead log alone was left out without a word when the path was a link: there is none beside the link.
#[test]
#[cfg(unix)]
fn a_log_is_salvaged_as_a_whole_through_a_link() {
    let directory = tempfile::tempdir().unwrap();
    let (path, link) = (directory.path().join("events.db"), directory.path().join("link.db"));
    let log = quick().open(&path).unwrap();
    log.append_batch((0..3000).map(step)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut lines = Vec::new();
    let salvaged = salvage(&link, &mut lines).unwrap();
    assert_eq!((salvaged.events, salvaged.lost), (3000, 0));
    assert_eq!(lines.split(|byte| *byte == b'\n').count(), 3001);
}

/// Who looked for an event by its id waited until another thread had written, and that for another process.
#[test]
fn finding_an_event_waits_for_no_writer() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.db");
    let log = quick().busy_timeout(Duration::from_secs(60)).open(&path).unwrap();
    log.append_batch((1..=2000).map(step)).unwrap();
    let other_process = rusqlite::Connection::open(&path).unwrap();
    other_process.execute_batch("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| log.append(step(5000)));
        // Long enough for it to wait in most runs; it passes whether it does or not.
        thread::sleep(Duration::from_millis(200));
        let start = Instant::now();
        let found = [1, 2000, 5000].map(|n| log.find(step(n).id()).unwrap().map(|record| record.position()));
        let waited = start.elapsed();
        other_process.execute_batch("ROLLBACK").unwrap();
        assert_eq!(found, [Some(1), Some(2000), None]);
        assert!(waited < Duration::from_secs(30), "{waited:?}");
        assert_eq!(writer.join().unwrap().unwrap().position(), 2001);
    });
}

/// The source that is built for an entity has its type percent-encoded, and was taken for that of somebody else.
#[test]
fn an_entity_has_its_events_whatever_characters_its_type_has() {
    let directory = tempfile::tempdir().unwrap();
    let log = quick().open(directory.path().join("events.db")).unwrap();
    for (entity_type, id) in [("build job", "1"), ("a/b", "2"), ("Gebäude", "3"), ("plain", "4")] {
        let event = RawEnvelope::builder_for_entity("job.ended", entity_type, "17/ä", id).build().unwrap();
        log.append_raw(&event).unwrap();
        // One that names its entity in its source alone.
        let source = RawEnvelope::builder("job.ended", event.source(), &format!("{id} again")).build().unwrap();
        assert_eq!(log.append_raw(&source).unwrap().version(), 2, "{entity_type}");
        let folded = log.fold(entity_type, "17/ä").run(0, |events, _| Ok::<_, LogError>(events + 1)).unwrap();
        assert_eq!((folded.state, folded.version), (2, 2), "{entity_type}");
        assert_eq!(log.read(Query::all().entity_type(entity_type)).count(), 2);
    }
}

/// All events of one commit were one block, which was read anew for each page of them.
#[test]
fn no_block_is_large() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.db");
    let log = quick().open(&path).unwrap();
    let mut n = 0;
    for events in [5000, 1, 1023, 1, 3000] {
        log.append_batch((n..n + events).map(step)).unwrap();
        n += events;
    }
    for table in ["blocks", "id_blocks"] {
        let (largest, sum): (u64, u64) = rusqlite::Connection::open(&path)
            .unwrap()
            .query_row(&format!("SELECT max(last - first + 1), sum(last - first + 1) FROM {table}"), [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert!(largest < 2048, "{table}: {largest}");
        assert!(sum > u64::from(n) - 1024, "{table}: {sum} of {n}");
    }
    log.check().unwrap();
    assert_eq!(log.read(Query::all().entity_type("quick_test")).count(), n as usize);
    let again = quick().open(&path).unwrap().append_batch((0..n).map(step)).unwrap();
    assert!(again.iter().zip(1..).all(|(outcome, position)| outcome.is_duplicate() && outcome.position() == position));
}

/// A panic where arithmetic is checked; else events went on after the wrong versions, and into blocks that no query found.
#[test]
fn what_is_appended_to_a_log_that_ends_too_early_is_refused() {
    for damage in [
        "UPDATE log SET heads_at = 1000000",
        "UPDATE blocks SET first = first + 1000, last = last + 1000",
        "DELETE FROM events WHERE position > 500",
    ] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.db");
        drop(quick().open(&path).unwrap().append_batch((0..1500).map(step)).unwrap());
        rusqlite::Connection::open(&path).unwrap().execute_batch(damage).unwrap();
        let log = quick().open(&path).unwrap();
        let error = log.append(step(2000)).unwrap_err();
        assert!(matches!(error, LogError::Corrupt { .. }), "{damage}: {error}");
        assert!(matches!(log.check(), Err(LogError::Corrupt { .. })), "{damage}");
    }
}

/// The source was the `Arc` around it, which nobody can downcast.
#[test]
fn the_source_of_an_error_is_the_error_itself() {
    let directory = tempfile::tempdir().unwrap();
    let log = EventLog::open(directory.path().join("events.db")).unwrap();
    let line = log.import(&b"no event"[..]).unwrap_err();
    assert!(line.source().unwrap().is::<DecodeError>(), "{line:?}");

    let event = RawEnvelope::builder("quick_test.started", "/quick_test/a", "1").data_json("{}").build().unwrap();
    log.append_raw(&event).unwrap();
    let decode = log.get(1).unwrap().unwrap().decode::<QuickTestStarted>().unwrap_err();
    assert!(decode.source().unwrap().is::<DecodeError>(), "{decode:?}");

    let open = EventLog::open(directory.path()).unwrap_err();
    assert!(open.source().unwrap().is::<rusqlite::Error>(), "{open:?}");
}
