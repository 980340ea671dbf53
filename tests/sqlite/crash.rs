//! Processes that are killed while they append.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use events_sqlite::{Durability, EventLog, Query};

use super::{Place, Sampled, quick, records, sampled};

/// Says what the child processes of this module have to do.
const ROLE: &str = "EVENTS_SQLITE_CHILD";

/// A process of its own that runs this test binary's `child`.
pub(super) fn spawn(role: &str, path: &Path, from: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "sqlite::crash::child", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env("EVENTS_SQLITE_PATH", path)
        .env("EVENTS_SQLITE_FROM", from.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Not a test: what the child processes run.
#[test]
fn child() {
    let Ok(role) = env::var(ROLE) else { return };
    let from: u64 = env::var("EVENTS_SQLITE_FROM").unwrap().parse().unwrap();
    // The end of a process loses nothing that was not synced, only the end of the machine does.
    let log = EventLog::builder().durability(Durability::Normal).open(env::var("EVENTS_SQLITE_PATH").unwrap()).unwrap();
    match &*role {
        "one by one" => {
            for n in from.. {
                let outcome = log.append(sampled(&format!("probe-{}", n % 10), n)).unwrap();
                acknowledge(n, outcome.position());
            }
        }
        "batches" => {
            for from in (from..).step_by(300) {
                let outcomes =
                    log.append_batch((from..from + 300).map(|n| sampled(&format!("probe-{}", n % 10), n))).unwrap();
                (from..).zip(&outcomes).for_each(|(n, outcome)| acknowledge(n, outcome.position()));
            }
        }
        "threads" => thread::scope(|scope| {
            for thread in 0..4 {
                let log = &log;
                scope.spawn(move || {
                    for n in (from + thread..).step_by(4) {
                        let outcome = log.append(sampled(&format!("probe-{}", n % 12), n)).unwrap();
                        acknowledge(n, outcome.position());
                    }
                });
            }
        }),
        "two hundred" => {
            for n in from..from + 200 {
                let outcome = log.append(sampled("shared", n)).unwrap();
                acknowledge(n, outcome.position());
            }
        }
        other => panic!("no such role: {other}"),
    }
}

fn acknowledge(n: u64, position: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "acknowledged {n} {position}").and_then(|()| out.flush()).unwrap();
}

/// What a process has said until it ended: numbers of events, and their positions.
pub(super) fn acknowledged(out: ChildStdout) -> Vec<(u64, u64)> {
    BufReader::new(out)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| {
            // The first stands behind the name of the test, and the one in which it was killed may be half there.
            let (_, said) = line.split_once("acknowledged ")?;
            let mut words = said.split(' ').map(str::parse);
            Some((words.next()?.ok()?, words.next()?.ok()?))
        })
        .collect()
}

fn killed_again_and_again(role: &str) {
    let rounds = env::var("EVENTS_CRASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12);
    let place = Place::new();
    let mut random = fastrand::Rng::new();
    let mut known: Vec<(u64, u64)> = Vec::new();
    // In microseconds. On a busy machine a process needs longer to begin.
    let mut latest = 120_000;
    for round in 0..rounds {
        let from = known.iter().map(|(n, _)| n + 1).max().unwrap_or(0);
        let mut child = spawn(role, &place.path(), from);
        let reader = thread::spawn({
            let out = child.stdout.take().unwrap();
            move || acknowledged(out)
        });
        thread::sleep(Duration::from_micros(random.u64(20_000..latest)));
        // At once, wherever it is.
        child.kill().unwrap();
        child.wait().unwrap();
        let mut said = reader.join().unwrap();
        if said.is_empty() {
            latest *= 2;
        }
        // A half line is a number cut short: only whole ones can be looked up, and the last one is the one in doubt.
        if let Some((n, position)) = said.pop()
            && quick()
                .open(place.path())
                .unwrap()
                .get(position)
                .unwrap()
                .is_some_and(|record| record.decode::<Sampled>().unwrap().n == n)
        {
            said.push((n, position));
        }
        known.extend(said);

        let log = quick().open(place.path()).unwrap();
        log.check().unwrap();
        let all = records(&log, Query::all());
        assert!(all.iter().map(events_sqlite::Record::position).eq(1..=all.len() as u64));
        let numbers: Vec<u64> = all.iter().map(|record| record.decode::<Sampled>().unwrap().n).collect();
        for (n, position) in &known {
            assert_eq!(numbers[usize::try_from(*position).unwrap() - 1], *n, "round {round}");
        }
        let mut once = numbers.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), numbers.len(), "an event is there twice");
        if role != "threads" {
            assert!(numbers.is_sorted(), "not in the order in which they were appended");
        }
        // It goes on, and what the process may not have been told of is not appended again.
        let last = numbers.last().copied();
        if let Some(last) = last {
            let modulus = if role == "threads" { 12 } else { 10 };
            assert!(log.append(sampled(&format!("probe-{}", last % modulus), last)).unwrap().is_duplicate());
        }
    }
    assert!(known.len() > 20, "the processes were killed before they did anything: {}", known.len());
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    killed_again_and_again("one by one");
}

#[test]
fn what_was_acknowledged_in_batches_is_there_after_a_kill() {
    killed_again_and_again("batches");
}

#[test]
fn what_was_acknowledged_to_many_threads_is_there_after_a_kill() {
    killed_again_and_again("threads");
}
