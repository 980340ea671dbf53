//! Several processes with one file.

use std::thread;

use events_sqlite::{AppendOutcome, Query, Record};

use super::{
    Place, Sampled,
    crash::{acknowledged, spawn},
    records, sampled,
};

#[test]
fn processes_that_append_at_the_same_time_share_the_positions() {
    let place = Place::new();
    // The second two append what the first two do.
    let children: Vec<_> =
        [0, 1000, 0, 1000].into_iter().map(|from| spawn("two hundred", &place.path(), from)).collect();
    let log = place.log();
    for n in 5000..5200 {
        log.append(sampled("shared", n)).unwrap();
    }
    let said: Vec<_> = children
        .into_iter()
        .map(|mut child| {
            thread::spawn(move || {
                let said = acknowledged(child.stdout.take().unwrap());
                assert!(child.wait().unwrap().success());
                said
            })
        })
        .collect();
    let said: Vec<(u64, u64)> = said.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(said.len(), 800);
    let all = records(&log, Query::all());
    assert_eq!(all.len(), 600);
    assert!(all.iter().map(Record::position).eq(1..=600) && all.iter().map(Record::version).eq(1..=600));
    let numbers: Vec<u64> = all.iter().map(|record| record.decode::<Sampled>().unwrap().n).collect();
    for (n, position) in said {
        assert_eq!(numbers[usize::try_from(position).unwrap() - 1], n);
    }
}

#[test]
fn logs_that_take_turns_know_what_the_other_did() {
    let place = Place::new();
    let (one, two) = (place.log(), place.log());
    let mut n = 0;
    // Few at a time, and more than are learned one by one, over the sizes of blocks.
    for count in [1, 5, 1000, 1024, 3, 2000, 1, 9000, 1, 1, 700] {
        for log in [&one, &two] {
            log.append_batch((n..n + count).map(|n| sampled(&format!("probe-{}", n % 11), n))).unwrap();
            n += count;
        }
        let again = one.append_batch((0..n).step_by(97).map(|n| sampled(&format!("probe-{}", n % 11), n))).unwrap();
        assert!(again.iter().all(AppendOutcome::is_duplicate));
        let last = two.append(sampled(&format!("probe-{}", n % 11), n)).unwrap();
        n += 1;
        assert_eq!((last.position(), last.version()), (n, (n - 1) / 11 + 1));
    }
    one.check().unwrap();
    assert_eq!(one.last_position().unwrap(), n);
}
