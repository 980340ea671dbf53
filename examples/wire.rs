//! Events written as `CloudEvents` and read back: by type, by a registry, of an older version, and of types that nobody here knows.
//!
//! `cargo run --example wire`

use std::error::Error;

use events_core::{
    Event, Upcast,
    wire::{Decoded, Decoder, EventRegistry, RawEnvelope, RegisteredType, to_json_batch},
};
use events_examples::quick_test::QuickTestEvent;
use serde::{Deserialize, Serialize};

/// A probe answered, as it was told in the first release.
#[derive(Event, Debug, Serialize, Deserialize)]
#[event_type("probe.answered")]
struct ProbeAnsweredV1 {
    seconds: f64,
}

/// A probe answered.
#[derive(Event, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("probe.answered")]
#[event(version = 2, upcast_from = ProbeAnsweredV1)]
struct ProbeAnswered {
    micros: u64,
    /// Not told in the first release.
    ttl: Option<u8>,
}

impl Upcast for ProbeAnsweredV1 {
    type To = ProbeAnswered;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a probe takes seconds, and no less than none"
    )]
    fn upcast(self) -> ProbeAnswered {
        ProbeAnswered { micros: (self.seconds * 1e6).round() as u64, ttl: None }
    }
}

/// The types that this program knows. One that is listed twice does not compile.
static EVENTS: EventRegistry =
    EventRegistry::new(&[RegisteredType::all_of::<QuickTestEvent>(), RegisteredType::event::<ProbeAnswered>()]);

fn main() -> Result<(), Box<dyn Error>> {
    // Written: one object, which any CloudEvents SDK reads.
    let answered = ProbeAnswered { micros: 250_000, ttl: Some(64) }.for_entity("probe-7")?;
    let text = answered.to_json()?;
    println!("{text}\n");

    // Read as the one type that is expected. The id is that of the content, or it is an error.
    let decoder = Decoder::new().max_bytes(64 * 1024);
    assert_eq!(decoder.event::<ProbeAnswered>(&text)?, answered);
    let forged = decoder.event::<ProbeAnswered>(text.replace("250000", "1")).unwrap_err();
    println!("forged:  {forged}");

    // Every mistake has its place.
    let wrong = decoder.event::<ProbeAnswered>(text.replace("250000", "\"soon\"")).unwrap_err();
    println!("wrong:   {wrong}");
    assert_eq!(wrong.member(), Some("data.micros"));

    // Read by a registry: what is not known stays as it is.
    let old = ProbeAnsweredV1 { seconds: 0.5 }.for_entity("probe-7")?;
    let foreign =
        RawEnvelope::builder("com.example.build", "/jobs/17", "b-42").data_json(r#"{ "ok": true }"#).build()?;
    let batch = format!("[{text}, {}, {foreign}]", old.to_json()?);
    let mut known = Vec::new();
    for event in decoder.batch(&batch)? {
        match EVENTS.decode(&event)? {
            Decoded::Event(event) => {
                println!("known:   {} {}", event.event_type(), event.id());
                known.push(event);
            }
            Decoded::Raw(event) => println!("unknown: {} {}", event.event_type(), event.as_json()),
        }
    }

    // What was recorded by the first release is read as the present type, with the id it was given then.
    let newest = known[1].downcast::<ProbeAnswered>().ok_or("the second is a probe")?;
    assert_eq!((newest.micros, newest.ttl, newest.id()), (500_000, None, old.id()));
    // And passed on as it was recorded.
    assert_eq!(to_json_batch(&known)?, format!("[{text},{}]", old.to_json()?));
    Ok(())
}
