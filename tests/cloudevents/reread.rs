//! Reads the events of a quick test again that another program read and wrote, and compares them with those it was given:
//! `reread <ours> <theirs>`, two files of JSON lines.

use std::{env, error::Error, fs};

use chrono::SubsecRound as _;
use events_core::{
    AnyEnvelope,
    wire::{Decoded, Decoder, EventRegistry, RegisteredType},
};
use events_examples::quick_test::QuickTestEvent;
use serde_json::Value;

static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::all_of::<QuickTestEvent>()]);

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = env::args().skip(1).map(|path| read(&path));
    let (Some(ours), Some(theirs), None) = (files.next(), files.next(), files.next()) else {
        return Err("two files are compared".into());
    };
    let (ours, theirs) = (ours?, theirs?);
    if ours.is_empty() || ours.len() != theirs.len() {
        return Err(format!("{} events became {}", ours.len(), theirs.len()).into());
    }
    for (ours, theirs) in ours.iter().zip(&theirs) {
        if says(ours)? != says(theirs)? {
            return Err(format!("{ours:?} became {theirs:?}").into());
        }
        println!("same {} {}", theirs.id(), theirs.event_type());
    }
    Ok(())
}

/// The typed events of a file. Reading them verifies their ids.
fn read(path: &str) -> Result<Vec<AnyEnvelope>, Box<dyn Error>> {
    let decode = |line: &str| match Decoder::new().known(line, &EVENTS)? {
        Decoded::Event(event) => Ok(event),
        Decoded::Raw(event) => Err(format!("an event of another type: {event}").into()),
    };
    fs::read_to_string(path)?.lines().map(decode).collect()
}

/// All that an event says, its time to the microsecond, since there are languages whose times end there.
fn says(event: &AnyEnvelope) -> Result<impl PartialEq, Box<dyn Error>> {
    let payload: Value = serde_json::from_str(&event.payload_json()?)?;
    let time = event.time().trunc_subsecs(6);
    Ok((event.id(), event.event_type(), event.entity_id().clone(), time, event.metadata().clone(), payload))
}
