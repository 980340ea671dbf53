//! What a text makes the decoder hold is bounded by its length, whatever stands in it.

use std::{collections::BTreeMap, hint::black_box};

use chrono::DateTime;
use events_core::{
    Envelope, Event, EventId,
    wire::{DecodeError, Decoder, EventRegistry, RegisteredType},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// So many bytes are held at most for each byte of a text, to read events as they are or to verify an id.
const READ: u64 = 64;
/// So many where a payload becomes untyped values: a map of one member, which takes six bytes of text, takes over 600 of memory.
const UNTYPED: u64 = 192;
/// So many besides, for whatever text.
const BESIDES: u64 = 16 * 1024;

/// Any members, as untyped values: the most that a payload makes of a text.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
#[event_type("plant.anything")]
struct Anything {
    #[serde(flatten)]
    members: BTreeMap<String, Value>,
}

static TYPES: EventRegistry = EventRegistry::new(&[RegisteredType::event::<Anything>()]);

fn event(rest: &str) -> String {
    let id = "018f6e2a-0000-8000-8000-000000000000";
    let (time, kind) = ("2026-11-22T12:00:00Z", "plant.anything");
    format!(r#"{{"specversion":"1.0","id":"{id}","source":"/plant/e","type":"{kind}","time":"{time}",{rest}}}"#)
}

/// Parts joined by commas, as many as the limits of [`Decoder::new`] and so many bytes allow.
fn many(bytes: usize, part: impl Fn(usize) -> String) -> String {
    let mut text = part(0);
    for part in (1..65_000).map(part) {
        if text.len() + part.len() + 400 > bytes {
            break;
        }
        text.push(',');
        text.push_str(&part);
    }
    text
}

/// Texts of up to so many bytes, each with much of something that takes more room where it is read than where it is written.
fn texts(bytes: usize) -> Vec<(&'static str, String)> {
    let members = |data: String| event(&format!(r#""data":{{{data}}}"#));
    let least = || r#"{"specversion":"1.0","id":"1","source":"/","type":"t"}"#.to_owned();
    vec![
        ("attributes", event(&many(bytes, |number| format!(r#""{number:x}":1"#)))),
        ("escaped attributes", event(&many(bytes, |number| format!(r#""\u0061{number:x}":1"#)))),
        ("the same attribute", event(&many(bytes, |_| r#""a":1"#.to_owned()))),
        ("members", members(many(bytes, |number| format!(r#""{number:x}":1"#)))),
        ("empty objects", members(format!(r#""a":[{}]"#, many(bytes, |_| "{}".to_owned())))),
        ("small objects", members(format!(r#""a":[{}]"#, many(bytes, |_| r#"{"":1}"#.to_owned())))),
        ("elements", members(format!(r#""a":[{}]"#, many(bytes, |_| "1".to_owned())))),
        ("nested arrays", members(format!(r#""a":[{}]"#, many(bytes, |_| "[[[[[]]]]]".to_owned())))),
        ("texts", members(format!(r#""a":[{}]"#, many(bytes, |_| r#""a""#.to_owned())))),
        ("a text of escapes", event(&format!(r#""subject":"{}""#, "\\n".repeat(bytes / 2 - 200)))),
        ("a long type", least().replace("\"t\"", &format!("\"{}\"", "t".repeat(bytes - 400)))),
        ("a long name", event(&format!(r#""{}":1"#, "A".repeat(bytes - 400)))),
        ("an open array", "[".repeat(bytes)),
        ("events", format!("[{}]", many(bytes, |_| least()))),
        ("no events", format!("[{}]", many(bytes, |_| "0".to_owned()))),
        ("broken lines", event(&format!(r#""data":[{}1]"#, "\n".repeat(bytes - 400)))),
    ]
}

/// The most bytes held at a time.
fn peak<T>(run: impl FnOnce() -> T) -> u64 {
    allocation_counter::measure(|| drop(black_box(run()))).bytes_max
}

#[test]
fn what_is_held_is_bounded_by_the_length_of_the_text() {
    let mut most = 0;
    // Longer texts have more members than are read, unless these are long themselves.
    for bytes in [1_000, 30_000, 100_000] {
        for (name, text) in texts(bytes) {
            assert!(text.len() <= bytes, "{name}: {}", text.len());
            let decoder = Decoder::new();
            let verified = with_its_id(&text);
            for (way, each, held) in [
                ("raw", READ, peak(|| decoder.raw(&text))),
                ("verify", READ, peak(|| decoder.raw(&text).map(|event| event.verify()))),
                ("batch", READ, peak(|| decoder.batch(&text))),
                ("event", UNTYPED, peak(|| decoder.event::<Anything>(&text))),
                ("verified", UNTYPED, peak(|| decoder.event::<Anything>(&verified))),
                ("known", UNTYPED, peak(|| decoder.known(&text, &TYPES))),
            ] {
                let length = u64::try_from(text.len()).unwrap();
                assert!(held <= each * length + BESIDES, "{name}, {way}: {held} bytes for {length}");
                most = most.max(held / length);
            }
        }
    }
    assert!(most > READ, "values take more room than text, yet {most} is the most for a byte");
}

/// The text with the id that its content has, if it is that of an event of ours.
fn with_its_id(text: &str) -> String {
    match Decoder::new().event::<Anything>(text) {
        Err(DecodeError::IdMismatch { expected, offset, .. }) => {
            format!("{}\"{expected}\"{}", &text[..offset], &text[offset + 38..])
        }
        _ => text.to_owned(),
    }
}

/// What is kept of an event is its text, and where its members stand; a payload that is text is not kept once more.
#[test]
fn a_payload_is_kept_once() {
    let payload = "\\n".repeat(50_000);
    let text = event(&format!(r#""datacontenttype":"text/plain","data":"{payload}""#));
    let mut kept = None;
    let held = allocation_counter::measure(|| kept = Some(Decoder::new().raw(&text).unwrap())).bytes_current;
    assert!(held <= i64::try_from(text.len()).unwrap() + 1024, "{held} bytes for {}", text.len());
}

#[test]
fn what_has_room_is_written_without_allocating() {
    /// Whatever makes a member of its own.
    #[derive(Event, Serialize)]
    #[event_type("plant.seeded")]
    struct Seeded {
        kind: &'static str,
        #[event(skip_id)]
        by: &'static str,
        #[event(skip_id)]
        hint: u32,
    }
    let event = Envelope::builder(Seeded { kind: "bean", by: "Ada", hint: 1 }, "bed 1/ä")
        .time(DateTime::UNIX_EPOCH)
        .correlation_id("spring")
        .causation_id(EventId::from_uuid(uuid::Uuid::nil()))
        .sequence(7)
        .trace_parent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap())
        .build()
        .unwrap()
        .erase();
    let mut out = Vec::with_capacity(4096);
    assert_eq!(allocation_counter::measure(|| event.write_json(&mut out).unwrap()).count_total, 0);
    assert_eq!(String::from_utf8(out).unwrap(), event.to_json().unwrap());
    assert!(event.to_json().unwrap().contains(r#""source":"/plant/bed%201%2F%C3%A4","subject":"bed 1/ä""#));
    assert!(event.to_json().unwrap().contains(r#""idskip":"by,hint""#));
}

/// Limits are looked at before anything is made of a text.
#[test]
fn what_exceeds_a_limit_is_refused_without_allocating() {
    let decoder = Decoder::new().max_bytes(100_000).max_depth(8).max_members(1000);
    for text in ["x".repeat(100_001), "[".repeat(9), format!("[{}]", "1,".repeat(1000)), "{}".repeat(1001)] {
        assert_eq!(peak(|| decoder.raw(&text).unwrap_err()), 0);
        assert_eq!(peak(|| decoder.batch(&text).unwrap_err()), 0);
        assert_eq!(peak(|| decoder.event::<Anything>(&text).unwrap_err()), 0);
    }
}
