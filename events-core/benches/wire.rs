//! Writing and reading an envelope in JSON, against `serde_json` on an equal struct: one with the same members, which checks nothing
//! and makes no id.
//!
//! `cargo bench -p events-core --features json --bench wire`. It ends with lines `ratio wire/<case>/<event> <time over that>`.

#[path = "support/events.rs"]
mod events;
#[path = "support/paired.rs"]
mod paired;

use chrono::{DateTime, Utc};
use events::{ENTITY, batch, realistic, small};
use events_core::{
    Envelope, Event, EventId,
    wire::{Decoder, EventRegistry, RawEnvelope, RegisteredType},
};
use paired::{Case, compare};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

fn main() {
    let mut verdicts = Vec::new();
    verdicts.extend(bench("small", small()));
    verdicts.extend(bench("realistic", realistic()));
    verdicts.extend(bench("batch", batch()));
    println!("\n{}", verdicts.join("\n"));
}

/// What an envelope has in JSON, as somebody writes it down who wants nothing checked.
#[derive(Serialize, Deserialize)]
struct Plain<E> {
    specversion: String,
    id: EventId,
    #[serde(rename = "type")]
    event_type: String,
    source: String,
    subject: String,
    time: DateTime<Utc>,
    datacontenttype: String,
    entitytype: String,
    eventversion: u32,
    data: E,
}

fn bench<E: Event + DeserializeOwned>(name: &str, payload: E) -> Vec<String> {
    let event = Envelope::builder(payload, ENTITY).time(Utc::now()).build().expect("an event");
    let text = event.to_json().expect("JSON");
    let plain: Plain<E> = serde_json::from_str(&text).expect("its members");
    assert_eq!(serde_json::to_string(&plain).expect("JSON"), text, "the same text");
    println!("wire/{name}: {} bytes", text.len());

    let (any, types) = (event.erase(), [RegisteredType::event::<E>()]);
    let registry = EventRegistry::from_types(types).expect("one type");
    let decoder = Decoder::unlimited();
    let mut line = Vec::new();
    let mut verdicts = compare(
        &format!("wire/encode/{name}"),
        vec![
            Case::new("floor", || serde_json::to_string(&plain)),
            Case::new("floor-again", || serde_json::to_string(&plain)),
            Case::new("ours", || any.to_json()),
            Case::new("ours-appended", || {
                line.clear();
                any.write_json(&mut line)
            }),
        ],
    );
    verdicts.extend(compare(
        &format!("wire/decode/{name}"),
        vec![
            Case::new("floor", || serde_json::from_str::<Plain<E>>(&text)),
            Case::new("floor-again", || serde_json::from_str::<Plain<E>>(&text)),
            Case::new("ours", || decoder.event::<E>(&text)),
            Case::new("ours-registered", || decoder.known(&text, &registry)),
            Case::new("ours-raw", || decoder.raw(&text)),
            Case::new("id-alone", || EventId::of(event.payload(), ENTITY)),
            Case::new("serde-json-value", || serde_json::from_str::<serde_json::Value>(&text)),
        ],
    ));
    let raw = RawEnvelope::from_json(&text);
    verdicts.extend(
        raw.ok()
            .map(|raw| {
                compare(
                    &format!("wire/raw/{name}"),
                    vec![
                        Case::new("floor", || serde_json::from_str::<Plain<E>>(&text)),
                        Case::new("decode", || raw.decode::<E>()),
                        Case::new("verify", || raw.verify()),
                    ],
                )
            })
            .into_iter()
            .flatten(),
    );
    verdicts
}
