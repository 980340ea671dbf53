//! Events on disk: recorded, rotated, followed by another thread, and replayed into another bus.
//!
//! Run it with `cargo run --example recording`.

use std::{env, error::Error, fs, process, sync::Arc, thread};

use events_core::{
    DedupWindow, Envelope, EventBus,
    wire::{EventRegistry, RegisteredType},
};
use events_examples::quick_test::{Config, QuickTestEmitter, QuickTestEvent, QuickTestStarted};
use events_jsonl::{Follower, JsonlReader, JsonlRecorder, Rotation, Start};

/// What is read back: the types that this program knows.
static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::all_of::<QuickTestEvent>()]);

fn main() -> Result<(), Box<dyn Error>> {
    let directory = env::temp_dir().join(format!("events-recording-{}", process::id()));
    fs::create_dir_all(&directory)?;
    let path = directory.join("events.jsonl");

    // A line for each event, in the file before the emit returns; a new file every 2 kB, the old ones compressed.
    let rotation = Rotation::by_size(2000).keep(100).gzip();
    let recorder = Arc::new(JsonlRecorder::builder(&path).rotation(rotation).open()?);
    let bus = EventBus::new();
    let recording = bus.subscription().name("recorder").observe(Arc::clone(&recorder));

    // Whoever wants to know reads along, here or in another process (`tail -F` would do, but for the compressed files).
    let mut follower = Follower::builder(&path).start(Start::Beginning).open()?;
    let stop = follower.stop_handle();
    let reader = thread::spawn(move || follower.by_ref().filter_map(Result::ok).count());

    for number in 0..25 {
        let test = QuickTestEmitter::new(&bus, format!("test-{number:03}"));
        test.emit_created("Connection Test", Config::new())?.into_result()?;
        test.emit_started("Connection Test", Config::new())?.into_result()?;
    }
    stop.stop();
    let read = reader.join().map_err(|_| "the follower panicked")?;
    println!("{read} events followed");

    // Writes what waits, and returns when all is compressed.
    recorder.close()?;
    drop(recording);
    let stats = recorder.stats();
    println!("{} events in {} bytes, {} rotations", stats.written, stats.bytes, stats.rotations);
    assert_eq!((read as u64, stats.written), (50, 50));

    // Another program, another day: the same events, with their ids and times. What was delivered before is noticed.
    let again = EventBus::builder().dedup(DedupWindow::new(1000, std::time::Duration::MAX)).build();
    let _started = again.subscribe(|event: &Envelope<QuickTestStarted>| {
        if event.entity_id() == "test-007" {
            println!("replayed: {} {} of {}", event.id(), event.event_type(), event.time());
        }
    });
    for expected in [(50, 0), (0, 50)] {
        let report = JsonlReader::open_with_rotated(&path)?.replay(&EVENTS).run(&again)?;
        println!("{} delivered, {} duplicates", report.delivered, report.duplicates);
        assert_eq!((report.delivered, report.duplicates), expected);
    }

    fs::remove_dir_all(&directory)?;
    Ok(())
}
