//! Damaged files: what is noticed, and what can be saved.

use std::{
    fs,
    io::BufRead as _,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use events_sqlite::{EventLog, LogError, Query, salvage};
use tempfile::TempDir;

use super::{positions, quick, sampled, shell};

/// A closed log of so many events.
fn log_of(events: u64) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.db");
    let log = quick().open(&path).unwrap();
    log.append_batch((0..events).map(|n| sampled(&format!("probe-{}", n % 5), n))).unwrap();
    (directory, path)
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    fs::OpenOptions::new().write(true).open(path).unwrap().write_all_at(bytes, at).unwrap();
}

/// Where a text stands in the file.
fn place_of(path: &Path, text: &str) -> u64 {
    let bytes = fs::read(path).unwrap();
    bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap() as u64
}

fn salvaged_lines(path: &Path) -> (events_sqlite::Salvaged, Vec<u8>) {
    let mut lines = Vec::new();
    let salvaged = salvage(path, &mut lines).unwrap();
    (salvaged, lines)
}

#[test]
fn one_flipped_bit_in_a_record_is_noticed() {
    let (_directory, path) = log_of(100);
    let id = sampled("probe-2", 42).id().to_string();
    overwrite(&path, place_of(&path, &id), b"f");
    let log = quick().open(&path).unwrap();
    let error = log.read(Query::all()).find_map(Result::err).unwrap();
    assert!(matches!(error, LogError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("the event at 43 is not as it was written"), "{error}");
    assert!(matches!(log.check(), Err(LogError::Corrupt { .. })));
    assert_eq!(positions(&log, Query::all().after(43)).len(), 57);
    drop(log);

    let (salvaged, lines) = salvaged_lines(&path);
    assert_eq!((salvaged.events, salvaged.lost, salvaged.gaps), (99, 1, vec![43..=43]));
    let (_other, other) = log_of(0);
    assert_eq!(quick().open(other).unwrap().import(&lines[..]).unwrap().appended, 99);
}

#[test]
fn a_destroyed_page_costs_the_events_on_it() {
    let (_directory, path) = log_of(5000);
    let at = place_of(&path, &sampled("probe-0", 2500).id().to_string()) / 4096 * 4096;
    overwrite(&path, at, &[0xff; 4096]);
    let log = quick().open(&path).unwrap();
    let error = log.read(Query::all()).find_map(Result::err).unwrap();
    assert!(matches!(error, LogError::Corrupt { .. }), "{error}");
    drop(log);
    let (salvaged, lines) = salvaged_lines(&path);
    assert_eq!(salvaged.events + salvaged.lost, 5000);
    assert!((1..50).contains(&salvaged.lost), "{salvaged:?}");
    assert!(salvaged.gaps.len() == 1 && salvaged.gaps[0].contains(&2501), "{salvaged:?}");
    assert_eq!(lines.lines().count() as u64, salvaged.events);
}

#[test]
fn a_torn_file_gives_what_is_left_of_it() {
    let (_directory, path) = log_of(5000);
    let length = fs::metadata(&path).unwrap().len();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(length / 2).unwrap();
    match EventLog::open(&path) {
        Ok(log) => assert!(log.check().is_err()),
        Err(error) => assert!(matches!(error, LogError::Corrupt { .. }), "{error}"),
    }
    let (salvaged, _) = salvaged_lines(&path);
    assert!(salvaged.events > 1000 && salvaged.events < 4000, "{salvaged:?}");
}

#[test]
fn no_damage_makes_anything_panic() {
    let rounds = std::env::var("EVENTS_DAMAGE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    let (_directory, path) = log_of(1500);
    let whole = fs::read(&path).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..rounds {
        let mut bytes = whole.clone();
        for _ in 0..random.usize(1..40) {
            let at = random.usize(0..bytes.len());
            bytes[at] = random.u8(..);
        }
        fs::write(&path, &bytes).unwrap();
        let _ = fs::remove_file(path.with_extension("db-wal"));
        let _ = fs::remove_file(path.with_extension("db-shm"));
        if let Ok(log) = quick().open(&path) {
            // Each gives an error or an answer.
            let _ = log.check();
            let _ = log.read(Query::all()).last();
            let _ = log.read(Query::all().entity("probe-1")).last();
            let _ = log.read(Query::all().pattern("*.failed".parse().unwrap()).newest(3)).last();
            let _ = log.append(sampled("probe-1", 1));
            let _ = log.append(sampled("probe-1", 9999));
        }
        let _ = salvage(&path, std::io::sink());
    }
}

#[test]
fn no_number_in_a_damaged_file_sends_salvage_astray() {
    for statement in [
        "UPDATE heads SET last = 1 << 60",
        "UPDATE blocks SET last = 1 << 60 WHERE last = (SELECT max(last) FROM blocks)",
        "UPDATE log SET pruned = 1 << 60",
        "UPDATE log SET pruned = 100",
    ] {
        let (_directory, path) = log_of(9000);
        shell(&path).execute_batch(statement).unwrap();
        let (salvaged, _) = salvaged_lines(&path);
        assert_eq!((salvaged.events, salvaged.lost), (9000, 0), "{statement}");
    }
    // A row that is nowhere near the others.
    let (_directory, path) = log_of(9000);
    shell(&path).execute_batch("UPDATE events SET position = 1 << 60 WHERE position = 9000").unwrap();
    let (salvaged, _) = salvaged_lines(&path);
    assert_eq!((salvaged.events, salvaged.lost), (8999, 1));
}

#[test]
fn what_a_killed_process_left_in_the_write_ahead_log_is_saved() {
    let (_directory, path) = log_of(0);
    let log = quick().open(&path).unwrap();
    log.append_batch((0..500).map(|n| sampled("a", n))).unwrap();
    let copy = path.with_file_name("copy.db");
    for beside in ["", "-wal"] {
        let of = |path: &Path| PathBuf::from(format!("{}{beside}", path.display()));
        fs::copy(of(&path), of(&copy)).unwrap();
    }
    let (salvaged, _) = salvaged_lines(&copy);
    assert_eq!((salvaged.events, salvaged.lost), (500, 0));
    let reader = EventLog::builder().read_only().open(&copy).unwrap();
    assert_eq!(positions(&reader, Query::all()).len(), 500);
}

#[test]
fn an_impossible_last_position_takes_no_memory() {
    let (_directory, path) = log_of(2000);
    shell(&path).execute_batch("UPDATE events SET position = (1 << 62) + 1 WHERE position = 2000").unwrap();
    let log = quick().open(&path).unwrap();
    assert!(matches!(log.check(), Err(LogError::Corrupt { .. })));
    assert!(matches!(log.append(sampled("probe-1", 9999)), Err(LogError::Corrupt { .. })));
}

#[test]
fn a_check_compares_the_fingerprints_and_times_of_blocks() {
    for (statement, says) in [
        ("UPDATE id_blocks SET fingerprints = zeroblob(length(fingerprints))", "fingerprints"),
        ("DELETE FROM id_blocks", "fingerprints"),
        ("UPDATE blocks SET latest = earliest", "times"),
    ] {
        let (_directory, path) = log_of(2000);
        shell(&path).execute_batch(statement).unwrap();
        let error = quick().open(&path).unwrap().check().unwrap_err();
        assert!(matches!(error, LogError::Corrupt { .. }) && error.to_string().contains(says), "{statement}: {error}");
    }
}
