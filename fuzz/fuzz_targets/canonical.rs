//! Whatever JSON object comes: its canonical form is one, is strict CBOR, and says what the object says.

#![no_main]

mod cbor;

use events_core::{EventId, identity};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde::Serialize;
use serde_json::{Number, Value, value::RawValue};

/// The keys by which `serde_json` passes numbers and raw JSON; it does not read them back as they are.
const RESERVED: &str = "$serde_json::private::";

fn canonical<P: Serialize + ?Sized>(payload: &P) -> Vec<u8> {
    identity::canonical("t.v", "t", "e", payload, &[]).expect("every JSON object has a canonical form")
}

/// The integer that a number is, be it noted as a float.
fn integer(number: &Number) -> Option<i128> {
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 2f64.powi(65));
    number.as_i128().or_else(|| number.as_u128()?.try_into().ok()).or_else(|| Some(float()? as i128))
}

/// Whether two values are the same but for the notation of numbers.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || integer(a).is_some() && integer(a) == integer(b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(mut payload @ Value::Object(_)) = serde_json::from_slice(bytes) else { return Corpus::Reject };
    let message = canonical(&payload);

    let text = serde_json::to_string(&payload).expect("a value has a text");
    if !text.contains(RESERVED) {
        let again: Value = serde_json::from_str(&text).expect("the text is JSON");
        assert_eq!(canonical(&again), message, "re-read from {text}");
        let raw: &RawValue = serde_json::from_str(&text).expect("the text is JSON");
        assert_eq!(canonical(raw), message, "raw {text}");
    }

    let Value::Array(parts) = cbor::read(&message) else { panic!("the message is not an array") };
    let [event_type, entity_type, entity_id, decoded] = parts.try_into().expect("the message has four parts");
    assert_eq!([event_type, entity_type, entity_id], ["t.v", "t", "e"]);
    assert_eq!(canonical(&decoded), message, "encoded again");
    if let Value::Object(members) = &mut payload {
        members.retain(|_, member| !member.is_null());
    }
    assert!(same(&decoded, &payload), "{payload} became {decoded}");

    let id = EventId::content("t.v", "t", "e", &payload).expect("what has a canonical form has an id");
    assert!(id.is_content());
    Corpus::Keep
});
