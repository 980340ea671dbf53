//! Disks that are full in the middle of a line.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use events_core::{DedupWindow, EventBus};
use events_jsonl::{Flush, JsonlRecorder, RecordError};

use crate::{
    child,
    domain::{noted, numbers, step},
};

/// Fills what there is room for, and then says so and waits for room. What is emitted again is recorded, once.
fn fill(directory: &Path, make_room: impl FnOnce()) {
    let path = directory.join("events.jsonl");
    let recorder = Arc::new(JsonlRecorder::open(&path).unwrap());
    let bus = EventBus::builder().dedup(DedupWindow::new(10_000, Duration::from_secs(3600))).build();
    bus.observe(Arc::clone(&recorder)).detach();

    // Lines of many lengths, so that the end is met in the middle of one.
    let event = |number: u64| noted(number, &"x".repeat(usize::try_from(number * 37 % 900).unwrap()));
    let first_failure = (0..100_000).find(|number| !bus.emit(event(*number)).unwrap().failures().is_empty()).unwrap();
    assert!(first_failure > 10, "{first_failure}");
    assert_eq!(numbers(&path), (0..first_failure).collect::<Vec<_>>(), "whole lines, and all of them");
    let failure = bus.emit(event(first_failure)).unwrap().into_result().unwrap_err().to_string();
    assert!(failure.contains("cannot write to"), "{failure}");
    let batch = bus.emit_batch(vec![event(first_failure), event(first_failure + 1)]);
    assert_eq!(batch.into_result().unwrap_err().failures.len(), 2);
    assert_eq!(numbers(&path).len() as u64, first_failure, "nothing of a batch either");
    // A shorter one may still find room: only what has no failure is there.
    let short = bus.emit(step(500_000)).unwrap().failures().is_empty();
    let mut expected: Vec<_> = (0..first_failure).chain(short.then_some(500_000)).collect();
    assert_eq!(numbers(&path), expected);

    make_room();
    for number in first_failure..first_failure + 10 {
        bus.emit(event(number)).unwrap().into_result().unwrap();
    }
    expected.extend(first_failure..first_failure + 10);
    assert_eq!(numbers(&path), expected);
    let stats = recorder.stats();
    assert_eq!((stats.recorded, stats.written), (expected.len() as u64, expected.len() as u64));
    assert!(stats.refused >= 4, "{stats:?}");
}

/// As [`fill`], with lines that wait: none of them is lost, and their order is kept.
fn fill_waiting(directory: &Path, make_room: impl FnOnce()) {
    let path = directory.join("waiting.jsonl");
    let recorder = Arc::new(JsonlRecorder::builder(&path).flush(Flush::EveryBytes(16 * 1024)).open().unwrap());
    let bus = EventBus::new();
    bus.observe(Arc::clone(&recorder)).detach();
    let mut taken = Vec::new();
    let mut refused = 0;
    for number in 0.. {
        match bus.emit(noted(number, &"x".repeat(300))).unwrap().failures() {
            [] => taken.push(number),
            _ => refused += 1,
        }
        if refused == 5 {
            break;
        }
    }
    let stats = recorder.stats();
    assert_eq!(stats.recorded, taken.len() as u64);
    assert_eq!(stats.written + stats.waiting, stats.recorded);
    assert!(stats.waiting > 0);
    assert_eq!(numbers(&path), taken[..usize::try_from(stats.written).unwrap()]);
    // Lest there be room for what waits without the last event.
    if directory.join(BALLAST).exists() {
        let mut filler = fs::File::create(directory.join("filler")).unwrap();
        while filler.write_all(&[0; 512]).is_ok() {}
    }
    assert!(matches!(recorder.flush(), Err(RecordError::Write { .. })));
    assert!(recorder.close().is_err(), "it stays open");

    make_room();
    bus.emit(step(900_000)).unwrap().into_result().unwrap();
    taken.push(900_000);
    recorder.close().unwrap();
    assert_eq!(numbers(&path), taken);
}

/// What takes the room on a file system of the child's own.
const BALLAST: &str = "ballast";

/// Says that the disk is full, and waits until there is room.
fn ask_for_room(directory: &Path) {
    println!("\nfull");
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
    let ballast = directory.join(BALLAST);
    if ballast.exists() {
        fs::remove_file(ballast).unwrap();
    }
}

#[test]
#[ignore = "a child of the tests below"]
fn fills_until_there_is_room() {
    let directory = child::directory().unwrap();
    fill(&directory, || ask_for_room(&directory));
}

#[test]
#[ignore = "a child of the tests below"]
fn fills_until_there_is_room_for_what_waits() {
    let directory = child::directory().unwrap();
    fill_waiting(&directory, || ask_for_room(&directory));
}

const CHILDREN: [&str; 2] =
    ["full_disk::fills_until_there_is_room", "full_disk::fills_until_there_is_room_for_what_waits"];

/// Starts the child, makes room when it asks for it, and waits for its end.
fn run(mut command: Command, make_room: impl FnOnce(u32)) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let full = output.by_ref().map_while(Result::ok).any(|line| line == "full");
    if full {
        make_room(child.id());
        writeln!(child.stdin.take().unwrap(), "go on").unwrap();
    }
    let said: Vec<_> = output.map_while(Result::ok).collect();
    assert!(child.wait().unwrap().success() && full, "{}", said.join("\n"));
}

/// No file may be longer than this process is allowed to make it, until it is allowed more.
#[test]
#[cfg(target_os = "linux")]
fn a_limit_of_the_process_tears_no_line() {
    for test in CHILDREN {
        let directory = tempfile::tempdir().unwrap();
        // The signal that says so would end the process; ignored, it is an error like that of a full disk.
        let command = child::command(test, directory.path(), "trap '' XFSZ; ulimit -S -f 60");
        run(command, |child| {
            let limit = ["--fsize=unlimited:", "--pid", &child.to_string()];
            assert!(Command::new("prlimit").args(limit).status().unwrap().success());
        });
    }
}

/// A file system of its own that is really full. Where none may be mounted the test above has to do.
#[test]
#[cfg(target_os = "linux")]
fn a_full_file_system_tears_no_line() {
    let may_mount = |script: &str| {
        Command::new("unshare").args(["-rm", "sh", "-c", script]).output().is_ok_and(|output| output.status.success())
    };
    let directory = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size=256k tmpfs '{}'", directory.path().display());
    if !may_mount(&mount) {
        eprintln!("no file system may be mounted here: left out");
        return;
    }
    for test in CHILDREN {
        // Nobody but the child sees this file system.
        let ballast = directory.path().join(BALLAST);
        let child = child::command(
            test,
            directory.path(),
            &format!("{mount} && head -c 120000 /dev/zero > '{}'", ballast.display()),
        );
        let mut command = Command::new("unshare");
        command.arg("-rm").arg(child.get_program()).args(child.get_args());
        command.envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
        run(command, |_| ());
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "it was full of the child's own");
}
