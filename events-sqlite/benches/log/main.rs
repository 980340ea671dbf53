//! The log against a plain table of `SQLite`, in one run: `ratio sqlite/<case>/ours <our time over the plain one's>`.
//!
//! `cargo bench -p events-sqlite --bench log` takes two minutes; with `-- --events 5000000` the tables grow to that size.

mod plain;

use std::{
    env,
    error::Error,
    hint::black_box,
    path::Path,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use events_core::{AnyEnvelope, Event};
use events_sqlite::{Durability, EventLog, Query};
use fastrand::Rng;
use serde::Serialize;

use self::plain::Plain;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Some 340 bytes as JSON.
#[derive(Event, Serialize)]
#[event_type("quick_test.measured")]
struct Measured {
    test_name: &'static str,
    sample: u64,
    note: &'static str,
}

/// Events with content ids, of ten thousand entities that take turns at random.
struct Source {
    random: Rng,
    made: u64,
}

impl Source {
    fn next(&mut self) -> Outcome<AnyEnvelope> {
        self.made += 1;
        let payload = Measured { test_name: "Connection Test", sample: self.made, note: "as it was measured" };
        Ok(payload.for_entity(format!("test-{}", self.random.u32(..10_000)))?.into())
    }

    fn many(&mut self, count: usize) -> Outcome<Vec<AnyEnvelope>> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// Times of the two in turns, each on the same events.
#[derive(Default)]
struct Times {
    ours: Vec<Duration>,
    plain: Vec<Duration>,
}

impl Times {
    fn add(&mut self, ours: impl FnOnce() -> Outcome, plain: impl FnOnce() -> Outcome) -> Outcome {
        // In one turn this one is the first, in the next the other.
        if self.ours.len().is_multiple_of(2) {
            self.ours.push(timed(ours)?);
            self.plain.push(timed(plain)?);
        } else {
            self.plain.push(timed(plain)?);
            self.ours.push(timed(ours)?);
        }
        Ok(())
    }

    /// Of the whole, for what grows more expensive with each turn; `events` in all turns.
    fn tell_sum(&self, case: &str, events: usize) {
        let (ours, plain): (Duration, Duration) = (self.ours.iter().sum(), self.plain.iter().sum());
        tell(case, per(ours, events), per(plain, events), ours.div_duration_f64(plain));
    }

    /// Of the middle one of the turns' ratios; `events` in each turn.
    fn tell_median(&self, case: &str, events: usize) {
        let mut ratios: Vec<f64> =
            self.ours.iter().zip(&self.plain).map(|(ours, plain)| ours.div_duration_f64(*plain)).collect();
        ratios.sort_by(f64::total_cmp);
        tell(case, per(median(&self.ours), events), per(median(&self.plain), events), ratios[ratios.len() / 2]);
    }
}

fn timed(run: impl FnOnce() -> Outcome) -> Outcome<Duration> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed())
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2]
}

/// Microseconds.
fn per(time: Duration, events: usize) -> f64 {
    time.as_secs_f64() * 1e6 / u32::try_from(events).map_or(f64::NAN, f64::from)
}

fn tell(case: &str, ours: f64, plain: f64, ratio: f64) {
    println!("{case:<20} {ours:>12.2} us {plain:>12.2} us  {:>10.0} /s", 1e6 / ours);
    println!("ratio sqlite/{case}/ours {ratio:.3}");
}

fn main() -> Outcome {
    let mut arguments = env::args().skip_while(|argument| argument != "--events").skip(1);
    let events: usize = arguments.next().map_or(Ok(1_000_000), |count| count.parse())?;
    // On the disk of the build, and not in memory.
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (of_ours, of_plain) = (directory.path().join("ours.db"), directory.path().join("plain.db"));
    let mut source = Source { random: Rng::with_seed(7), made: 0 };
    println!("{:<20} {:>15} {:>15}", "per event", "ours", "plain SQLite");

    let (log, mut plain) = (EventLog::open(&of_ours)?, Plain::open(&of_plain)?);
    append_random(&log, &mut plain, events, &mut source)?;
    reopen(&of_ours, &of_plain)?;
    read_back(&log, &plain)?;
    append_single(&log, &plain, &mut source)?;
    group_commit(&log, &plain, &mut source)?;
    follow(&log, &plain, &mut source)?;
    new_entities(directory.path(), &mut source)?;
    Ok(())
}

/// A thousand events in each commit, synced, into tables that grow.
fn append_random(log: &EventLog, plain: &mut Plain, events: usize, source: &mut Source) -> Outcome {
    const TURN: usize = 20_000;
    let mut times = Times::default();
    for _ in 0..events / TURN {
        let turn = source.many(TURN)?;
        times.add(
            || Ok(turn.chunks(1000).try_for_each(|events| log.append_batch(events).map(drop))?),
            || turn.chunks(1000).try_for_each(|events| plain.append(events)),
        )?;
    }
    times.tell_sum("append-random-1m", events);
    Ok(())
}

/// Opening, and the first append, which has to know every id; against reading the ids into a map.
fn reopen(ours: &Path, plain: &Path) -> Outcome {
    let first = EventLog::open(ours)?.get(1)?.ok_or("no first event")?.raw()?;
    let mut times = Times::default();
    for _ in 0..5 {
        times.add(
            || {
                assert!(EventLog::open(ours)?.append_raw(&first)?.is_duplicate());
                Ok(())
            },
            || {
                black_box(Plain::open(plain)?.ids()?);
                Ok(())
            },
        )?;
    }
    times.tell_median("reopen", 1);
    Ok(())
}

fn read_back(log: &EventLog, plain: &Plain) -> Outcome {
    const TURN: u64 = 20_000;
    let mut times = Times::default();
    let turns = (log.last_position()? / TURN).min(20);
    for turn in 0..turns {
        let positions = turn * TURN + 1..=(turn + 1) * TURN;
        times.add(
            || {
                for record in log.read(Query::all().positions(positions.clone())) {
                    black_box(record?);
                }
                Ok(())
            },
            || plain.read(positions.clone()),
        )?;
    }
    times.tell_median("read-back", usize::try_from(TURN)?);
    Ok(())
}

/// One event in each commit, synced.
fn append_single(log: &EventLog, plain: &Plain, source: &mut Source) -> Outcome {
    const TURN: usize = 20;
    let mut times = Times::default();
    for _ in 0..101 {
        let turn = source.many(TURN)?;
        times.add(
            || Ok(turn.iter().try_for_each(|event| log.append(event).map(drop))?),
            || turn.iter().try_for_each(|event| plain.append_one(event)),
        )?;
    }
    times.tell_median("append-single", TURN);
    Ok(())
}

/// Eight threads, each of which waits until its event is synced.
fn group_commit(log: &EventLog, plain: &Plain, source: &mut Source) -> Outcome {
    const TURN: usize = 20;
    let all = |turn: &[AnyEnvelope], append: &(dyn Fn(&AnyEnvelope) -> Outcome + Sync)| -> Outcome {
        thread::scope(|scope| {
            let append = |events: &[AnyEnvelope]| events.iter().try_for_each(append).map_err(|error| error.to_string());
            let threads: Vec<_> = turn.chunks(TURN).map(|events| scope.spawn(move || append(events))).collect();
            Ok(threads.into_iter().try_for_each(|thread| thread.join().unwrap_or(Err("panic".into())))?)
        })
    };
    let mut times = Times::default();
    for _ in 0..51 {
        let turn = source.many(8 * TURN)?;
        times.add(
            || all(&turn, &|event| Ok(log.append(event).map(drop)?)),
            || all(&turn, &|event| plain.append_one(event)),
        )?;
    }
    times.tell_median("group-commit-8", 8 * TURN);
    Ok(())
}

/// From before an append until a follower in another thread has the event; against appending, and reading it in the same thread.
/// Neither is synced, so that it is not the disk which is measured.
fn follow(log: &EventLog, plain: &Plain, source: &mut Source) -> Outcome {
    let log = EventLog::builder().durability(Durability::Off).open(log.path())?;
    plain.do_not_sync()?;
    let (told, seen) = mpsc::channel();
    let mut follower = log.follow(Query::all().newest(0));
    let stop = follower.stop_handle();
    assert!(follower.try_recv().is_err());
    let reader = thread::spawn(move || {
        for record in follower {
            if told.send(record.map(|record| record.position())).is_err() {
                break;
            }
        }
    });
    let mut times = Times::default();
    for _ in 0..1001 {
        let event = source.next()?;
        times.add(
            || {
                assert_eq!(log.append(&event)?.position(), seen.recv()??);
                Ok(())
            },
            || {
                plain.append_one(&event)?;
                plain.read_last()
            },
        )?;
    }
    times.tell_median("follow", 1);
    stop.stop();
    reader.join().map_err(|_| "the reader panicked")?;
    Ok(())
}

/// The worst case: each event is of an entity of its own, whose name has to be stored.
fn new_entities(directory: &Path, source: &mut Source) -> Outcome {
    const TURN: usize = 10_000;
    let (log, mut plain) = (EventLog::open(directory.join("ours-2.db"))?, Plain::open(&directory.join("plain-2.db"))?);
    let mut times = Times::default();
    for _ in 0..20 {
        let turn: Vec<AnyEnvelope> = (0..TURN)
            .map(|_| {
                let payload = Measured { test_name: "Connection Test", sample: 1, note: "as it was measured" };
                Ok(payload.for_entity(format!("test-{:016x}", source.random.u64(..)))?.into())
            })
            .collect::<Outcome<_>>()?;
        times.add(
            || Ok(turn.chunks(1000).try_for_each(|events| log.append_batch(events).map(drop))?),
            || turn.chunks(1000).try_for_each(|events| plain.append(events)),
        )?;
    }
    times.tell_sum("append-new-entities", 20 * TURN);
    Ok(())
}
