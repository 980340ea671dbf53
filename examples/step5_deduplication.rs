//! Step 5: understanding event deduplication.
//!
//! Run it with `cargo run --example step5_deduplication`.

use std::{error::Error, time::Duration};

use chrono::Utc;
use events_core::{DedupWindow, Event, EventBus, Receipt};
use events_examples::quick_test::{Config, QuickTestStarted};

fn started() -> Result<QuickTestStarted, chrono::ParseError> {
    Ok(QuickTestStarted {
        test_name: "Dedup Test".into(),
        config: Config::from([("param".into(), "value".into())]),
        start_time: "2025-01-01T12:00:00Z".parse()?,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let event1 = started()?.for_entity("test-123")?;
    let event2 = started()?.for_entity("test-123")?;
    println!("Event 1 UUID: {}", event1.id());
    println!("Event 2 UUID: {}", event2.id());
    println!("UUIDs match: {}", event1.id() == event2.id());
    assert_eq!(event1.id(), event2.id());

    // The id is a function of the content alone: on every machine, in every build, in every language.
    assert_eq!(event1.id().to_string(), "2d4b7a5f-40dd-84e5-a00d-09363baae52b");

    let event3 = started()?.for_entity("test-456")?;
    println!("Event 3 UUID: {}", event3.id());
    println!("Event 1 vs 3 match: {}", event1.id() == event3.id());
    assert_ne!(event1.id(), event3.id());

    // `start_time` is marked `skip_id`, so the same test started at another moment is the same event.
    let later = QuickTestStarted { start_time: Utc::now(), ..started()? }.for_entity("test-123")?;
    assert_eq!(later.id(), event1.id());

    // A bus with a window tells its observers once.
    let bus = EventBus::builder().dedup(DedupWindow::new(1_000, Duration::from_secs(60))).build();
    assert!(bus.emit(&event1)?.is_delivered());
    let verdict = bus.emit(&event2)?;
    let Receipt::Duplicate { id, first_seen, .. } = verdict else { return Err("expected a duplicate".into()) };
    println!("Emitted again: duplicate of {id}, first seen {}", first_seen.to_rfc3339());
    assert_eq!(id, event1.id());
    assert!(bus.emit(&event3)?.is_delivered());
    Ok(())
}
