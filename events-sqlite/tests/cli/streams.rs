//! Output that is read by others while it is written.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Stdio},
    thread,
    time::Duration,
};

use super::{Place, Said, event};

/// A run of the tool that goes on; ends with the test.
struct Running {
    child: Child,
    /// Until it is closed.
    out: Option<BufReader<ChildStdout>>,
}

impl Running {
    fn start(place: &Place, args: &[&str]) -> Self {
        let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = child.stdout.take().map(BufReader::new);
        Self { child, out }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.as_mut().unwrap().read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn tail_goes_on_with_what_other_processes_append() {
    let place = Place::with_events();
    let mut tail = Running::start(&place, &["tail", "-f", "-n", "1", "--json", "--pattern", "*.failed", "events.db"]);
    assert_eq!(tail.line(), event(6).to_json().unwrap() + "\n");
    // This process, with the log open; then one that comes and goes.
    let log = place.log();
    log.append_batch((7..=9).map(event)).unwrap();
    assert_eq!(tail.line(), event(9).to_json().unwrap() + "\n");
    let other = Place::new();
    other.log().append(event(12)).unwrap();
    other.out(&["export", "events.db", place.path("more.jsonl").to_str().unwrap()]);
    place.out(&["import", "events.db", "more.jsonl"]);
    assert_eq!(tail.line(), event(12).to_json().unwrap() + "\n");
    assert!(tail.child.try_wait().unwrap().is_none(), "it goes on");
}

#[test]
fn tail_may_begin_with_what_comes() {
    let place = Place::with_events();
    let mut tail = Running::start(&place, &["tail", "-f", "-n", "0", "--json", "events.db"]);
    let log = place.log();
    let reader = thread::spawn(move || tail.line());
    // When it has begun, nobody knows.
    for n in 7.. {
        log.append(event(n)).unwrap();
        thread::sleep(Duration::from_millis(20));
        if reader.is_finished() {
            break;
        }
    }
    let first: serde_json::Value = serde_json::from_str(&reader.join().unwrap()).unwrap();
    assert!(first["data"]["n"].as_u64().unwrap() > 6, "{first}");
}

#[test]
fn readers_and_a_writer_are_not_in_each_others_way() {
    let place = Place::with_events();
    let log = place.log();
    let writer = thread::spawn(move || (7..=300).for_each(|n| assert!(!log.append(event(n)).unwrap().is_duplicate())));
    while !writer.is_finished() {
        place.out(&["stats", "events.db"]);
        place.out(&["verify", "events.db"]);
    }
    writer.join().unwrap();
    assert_eq!(place.json(&["stats", "events.db"])[0]["events"], 300);
}

#[test]
fn whoever_reads_may_have_enough() {
    let place = Place::new();
    // More than a pipe holds.
    place.log().append_batch((1..=2000).map(event)).unwrap();
    let commands: [&[&str]; 5] = [
        &["tail", "-n", "2000", "events.db"],
        &["replay", "--fast", "events.db"],
        &["export", "events.db"],
        &["salvage", "events.db"],
        &["tail", "-f", "--after", "0", "events.db"],
    ];
    for command in commands {
        let mut run = Running::start(&place, command);
        assert!(!run.line().is_empty());
        drop(run.out.take());
        let mut err = String::new();
        run.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((run.child.wait().unwrap().code(), &*err), (Some(0), ""), "{command:?}");
    }
    // Help, too.
    let mut help = place.command(&["--help"]);
    let mut help = help.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(help.stdout.take());
    let said = Said::from(help.wait_with_output().unwrap());
    assert_eq!((said.code, &*said.err), (0, ""));
}

#[test]
fn a_paced_replay_is_seen_while_it_waits() {
    let place = Place::with_events();
    let mut replay = Running::start(&place, &["replay", "events.db"]);
    // The next event is due in a minute.
    assert!(replay.line().contains("probe.sampled"));
    thread::sleep(Duration::from_millis(50));
    assert!(replay.child.try_wait().unwrap().is_none());
}
